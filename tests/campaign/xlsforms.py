"""Forms of ODK and Kobo, made for tests."""

from __future__ import annotations

from pathlib import Path

import openpyxl  # type: ignore[import-untyped]

from campaign.workbook import Carried

Rows = list[list[object]]
HEADERS: list[object] = ["type", "name", "label::English (en)", "label::Русский (ru)", "hint", "required"]
HEADERS += ["relevant", "constraint", "constraint_message", "appearance", "media::image", "calculation", "parameters"]
CHOICES: Rows = [
    ["list_name", "name", "label::Русский (ru)", "region"],
    ["yes_no", "yes", "Да"],
    ["yes_no", "no", "Нет"],
    ["ways", 1, "Готовят в школе"],
    ["ways", 2, "Привозят; разогревают", "33"],
    ["ways", 3, "Никак"],
    ["single", "one", "Один"],
]


def form(folder: Path, *rows: list[object], settings: Rows | None = None, headers: list[object] | None = None) -> Path:
    """Write a form with these rows of «survey»."""
    book = openpyxl.Workbook()
    survey = book.active
    survey.title = "survey"
    for row in (headers or HEADERS, *rows):
        survey.append(row)
    for title, lines in (("choices", CHOICES), ("settings", settings or [])):
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    path = folder / "Питание.xlsx"
    book.save(path)
    return path


def question(kind: str, name: str, label: str | None = None, **more: object) -> list[object]:
    """A row with these cells; the label is the name where none is given."""
    places = {str(header): number for number, header in enumerate(HEADERS)}
    row: list[object] = [kind, name, f"{name} in English", label or name, *[None] * (len(HEADERS) - 4)]
    for key, value in more.items():
        row[places[key]] = value
    return row


def left(carried: Carried) -> list[str]:
    return [str(one) for one in carried.left if "label::English" not in str(one)]


def rules(carried: Carried) -> dict[str, str]:
    return {rule.id: rule.if_ for rule in carried.campaign.rule_texts}
