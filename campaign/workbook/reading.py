"""A workbook as a campaign. Every mistake comes with sheet and cell, all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from campaign import consistency
from campaign.mistakes import expected_words, false_alarm
from campaign.model import Campaign
from campaign.oktmo import oktmo_code
from campaign.words import plain
from campaign.workbook import layout, texts
from campaign.workbook.errors import CellMistake, WorkbookError, refused
from campaign.workbook.grid import Sheet, read_sheets, ref
from campaign.workbook.layout import FIRST, HEADCOUNTS, Column
from campaign.workbook.questions import Outline, file_names, read_lists
from campaign.workbook.tables import Location, Mistakes, Place, Record, location_of, mistake_at, records, values
from campaign.workbook.values import CellError, read

SHEETS = {
    texts.CAMPAIGN: 200,
    texts.QUESTIONS: 1_000,
    texts.OPTIONS: 5_000,
    texts.GROUPS: 500,
    texts.RULES: 500,
    texts.MUNICIPALITIES: 5_000,
    texts.KINDS: 200,
}
"""The sheets that are read, in their order, and the rows of each at most."""
_NEEDED = (texts.CAMPAIGN, texts.QUESTIONS, texts.MUNICIPALITIES)


def read_workbook(path: Path) -> Campaign:
    """Return the campaign of a workbook. Raises WorkbookError with all mistakes that can be found at once."""
    sheets = read_sheets(path, {plain(title): most for title, most in SHEETS.items()})
    _check_version(path, sheets.get(plain(texts.CAMPAIGN)))
    reading = _Reading(sheets)
    found = reading.campaign()
    if isinstance(found, Campaign):
        return found
    raise WorkbookError(path, found.in_order(list(SHEETS)))


def _check_version(path: Path, sheet: Sheet | None) -> None:
    """Raise WorkbookError unless «Кампания» tells the version that is read here."""
    cells = [] if sheet is None else list(sheet.rows.values())
    for row in cells:
        for column, found in row.items():
            if found == layout.VERSION_KEY:
                version = row.get(column - 1)
                if version == layout.VERSION or str(version).strip() == str(layout.VERSION):
                    return
                raise refused(path, texts.VERSION_OTHER.format(found=version, known=layout.VERSION))
    raise refused(path, texts.VERSION_MISSING)


class _Reading:
    """Reads the sheets into a document as the YAML file has it, and keeps where each part of it stands."""

    def __init__(self, sheets: Mapping[str, Sheet]) -> None:
        self._sheets = sheets
        self._mistakes = Mistakes()
        self._places: dict[Location, Place] = {}

    def campaign(self) -> Campaign | Mistakes:
        """Return the campaign, or what is wrong."""
        for title in _NEEDED:
            if plain(title) not in self._sheets:
                self._mistakes.add(CellMistake(title, "", "", texts.NO_SHEET))
        document = self._lines()
        document |= {
            "sections": self._sections(),
            "target_groups": self._groups(),
            "rules": self._list(texts.RULES, "rules", layout.rule_columns()),
            "municipalities": self._municipalities(),
            "municipality_kinds": self._list(texts.KINDS, "municipality_kinds", layout.kind_columns()),
        }
        try:
            campaign = Campaign.model_validate(frozen(document))
        except ValidationError as error:
            for details in error.errors():
                if not false_alarm(details):
                    self._mistakes.add(self._mistake(details))
            return self._mistakes
        for mistake in consistency.mistakes(campaign):
            self._mistakes.add(self._disagreement(mistake))
        return self._mistakes or campaign

    def _records(self, title: str, columns: Sequence[Column], prefix: str = "") -> Iterator[Record]:
        sheet = self._sheets.get(plain(title))
        if sheet is None:
            return
        shown = [layout.xlsform_name(c.key) for c in columns] if title in _XLSFORM else [c.key for c in columns]
        keys = [Column(key, column.kind) for key, column in zip(shown, columns, strict=True)]
        yield from records(sheet, keys, file_names() if title in _XLSFORM else {}, self._mistakes, prefix)

    def _lines(self) -> dict[str, Any]:
        """Return the part of the document that stands on «Кампания»."""
        known = {".".join(path): (path, column) for path, column in layout.lines()}
        columns = [Column(key, "text") for key in texts.CAMPAIGN_COLUMNS if key]
        document: dict[str, Any] = {}
        for path in layout.required_models():
            _part(document, path)
        self._places = {path: Place(texts.CAMPAIGN, "", {path[-1]: ("", key)}) for key, (path, _) in known.items()}
        seen: dict[str, str] = {layout.VERSION_KEY: ""}
        for record in self._records(texts.CAMPAIGN, columns):
            key = str(record.found.get("key", "")).strip()
            if not key or (key == layout.VERSION_KEY and not seen[key]):
                seen[layout.VERSION_KEY] = seen[layout.VERSION_KEY] or (record.place.cells["key"][0] if key else "")
                continue
            if key in seen:
                self._line_mistake(record, key, texts.KEY_LINE_TWICE.format(cell=seen[key]))
            elif key not in known:
                self._line_mistake(record, key, texts.KEY_LINE_UNKNOWN.format(hint=self._mistakes.hint(key, known)))
            else:
                seen[key] = record.place.cells["key"][0]
                self._line(document, record, key, *known[key])
        return document

    def _line_mistake(self, record: Record, key: str, words: str) -> None:
        self._mistakes.add(CellMistake(texts.CAMPAIGN, record.place.cells["key"][0], key, words))

    def _line(self, document: dict[str, Any], record: Record, key: str, path: tuple[str, ...], column: Column) -> None:
        value = record.place.cells.get("value", (record.place.first, ""))[0]
        self._places[path] = place = Place(texts.CAMPAIGN, value, {path[-1]: (value, key)})
        found = record.found.get("value")
        if found is None or (isinstance(found, str) and not found.strip()):
            return
        try:
            content = read(column, found)
        except CellError as error:
            self._mistakes.add(place.mistake(path[-1], str(error)))
            return
        _part(document, path[:-1])[path[-1]] = content

    def _sections(self) -> list[dict[str, Any]]:
        lists = read_lists(self._records(texts.OPTIONS, layout.option_columns()), self._mistakes)
        outline = Outline(lists, self._mistakes)
        for record in self._records(texts.QUESTIONS, layout.question_columns()):
            outline.add(record)
        outline.finish()
        self._places[("sections",)] = Place(texts.QUESTIONS, ref(FIRST, 1))
        self._places |= outline.places
        return outline.sections

    def _groups(self) -> list[dict[str, Any]]:
        columns = {column.key: column for column in layout.group_columns()}
        groups: list[dict[str, Any]] = []
        for record in self._records(texts.GROUPS, layout.group_columns()):
            row = values(record, columns, self._mistakes)
            group = {key: row.pop(c) for c in columns if (key := layout.of_group(c)) is not None and c in row}
            if "id" in group or not groups:
                if "id" not in group:
                    self._mistakes.add(record.place.mistake(layout.GROUP, texts.GROUP_UNBEGUN))
                cells = {layout.of_group(key) or "": cell for key, cell in record.place.cells.items()}
                self._places["target_groups", len(groups)] = Place(record.place.sheet, record.place.first, cells)
                groups.append({**group, "lines": []})
            elif group:
                self._mistakes.add(record.place.mistake(f"{layout.GROUP}_title", texts.GROUP_TITLE_ALONE))
            lines = groups[-1]["lines"]
            self._places["target_groups", len(groups) - 1, "lines", len(lines)] = record.place
            lines.append(row)
        return groups

    def _list(self, title: str, key: str, columns: Sequence[Column]) -> list[dict[str, object]]:
        """Return the rows of a sheet that is one list of the document."""
        self._places[(key,)] = Place(title, ref(FIRST, 1))
        made: list[dict[str, object]] = []
        for record in self._records(title, columns):
            self._places[key, len(made)] = record.place
            made.append(values(record, {column.key: column for column in columns}, self._mistakes))
        return made

    def _municipalities(self) -> list[dict[str, object]]:
        columns = {column.key: column for column in layout.municipality_columns()}
        self._places[("municipalities",)] = Place(texts.MUNICIPALITIES, ref(FIRST, 1))
        made: list[dict[str, object]] = []
        prefix = f"{HEADCOUNTS}."
        for record in self._records(texts.MUNICIPALITIES, layout.municipality_columns(), prefix):
            counted = {key: Column(key, "number") for key in record.place.cells if key.startswith(prefix)}
            row = values(record, {**columns, **counted}, self._mistakes)
            people = {key.removeprefix(prefix): row.pop(key) for key in counted if key in row}
            code = record.found.get("oktmo")
            if isinstance(code, str | int | float):
                row["oktmo"] = oktmo_code(code) or row["oktmo"]
            here = ("municipalities", len(made))
            self._places[here] = record.place
            cells = {key.removeprefix(prefix): cell for key, cell in record.place.cells.items()}
            self._places[*here, HEADCOUNTS] = Place(record.place.sheet, record.place.first, cells)
            made.append({**row, **({HEADCOUNTS: people} if people else {})})
        return made

    def _mistake(self, details: ErrorDetails) -> CellMistake:
        words = texts.NEEDLESS if details["type"] == "extra_forbidden" else expected_words(details)
        mistake = self._at(location_of(details), words)
        if mistake.cell:
            return mistake
        absent = texts.LINE_MISSING if mistake.sheet == texts.CAMPAIGN else texts.COLUMN_MISSING
        return replace(mistake, expected=absent)

    def _disagreement(self, mistake: consistency.Mistake) -> CellMistake:
        words = mistake.expected
        if mistake.other is not None:
            other = self._at(mistake.other, "")
            row = other.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            words = words.replace("{line}", texts.IN_LINE.format(row=row, sheet=other.sheet))
        return self._at(mistake.location, words)

    def _at(self, location: Location, expected: str) -> CellMistake:
        return mistake_at(self._places, location, expected)


_XLSFORM = frozenset({texts.QUESTIONS, texts.OPTIONS})


def _part(document: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """Return the part of the document at the path; an empty one where there was none."""
    for key in path:
        document = document.setdefault(key, {})
    return document


def frozen(value: Any) -> Any:
    """Return lists as tuples, without what is not there: pydantic's strict mode takes no lists."""
    match value:
        case dict():
            return {key: frozen(part) for key, part in value.items() if part is not None}
        case list() | tuple():
            return tuple(map(frozen, value))
    return value
