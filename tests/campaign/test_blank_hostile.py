"""Files that are no blank of this report: each is refused within bounds, in words or by cell."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.blank import BlankError, layout_of, read_blank
from campaign.blank.filled import LARGEST_FILE, limits_of
from tests.campaign.blanks import EVERY, OKTMO, RELEVANT, blank_of, changed, filled, repacked
from tests.campaign.test_workbook_hostile import BILLION

CELLS = layout_of(EVERY).first_cells
LIMITS = limits_of(layout_of(EVERY))


@pytest.fixture(scope="module")
def blank() -> bytes:
    return blank_of(EVERY, {"whole": "12"})


def refusal(content: bytes) -> str:
    with pytest.raises(BlankError) as caught:
        read_blank(content, EVERY, OKTMO)
    return str(caught.value)


def part(name: str, content: bytes) -> Callable[[dict[str, bytes]], object]:
    return lambda parts: parts.update({name: content})


def replaced(name: str, found: bytes, by: bytes) -> Callable[[dict[str, bytes]], object]:
    def change(parts: dict[str, bytes]) -> None:
        assert found in parts[name]
        parts[name] = parts[name].replace(found, by, 1)

    return change


SHEET = "xl/worksheets/sheet1.xml"
FAR = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (part("xl/vbaProject.bin", b"\xcc\x61"), "В файле есть макросы"),
        (replaced("[Content_Types].xml", b"spreadsheetml.sheet.main+xml", b"x.macroEnabled.main+xml"), "есть макросы"),
        (part("xl/externalLinks/externalLink1.xml", b"<a/>"), "Файл ссылается на другие файлы"),
        (part("xl/media/image1.png", bytes(LIMITS.unpacked)), "намного больше данных"),
        (part("xl/more.xml", b"<a>" + b"<c/>" * LIMITS.elements + b"</a>"), "намного больше данных"),
        (part("xl/sharedStrings.xml", BILLION), "намного больше данных"),
        (lambda parts: parts.update({f"xl/{n}.xml": b"<a/>" for n in range(LIMITS.parts)}), "намного больше данных"),
        (lambda parts: parts.pop("xl/workbook.xml"), "Это не файл .xlsx, или он повреждён"),
        (part("xl/workbook.xml", b"<workbook"), "Это не файл .xlsx, или он повреждён"),
        (replaced(SHEET, b"</sheetData>", FAR), f"A{layout_of(EVERY).last_row + 201}: ниже бланка есть ещё строки"),
    ],
)
def test_a_file_that_is_not_opened(blank: bytes, change: Callable[[dict[str, bytes]], object], words: str) -> None:
    tracemalloc.start()
    said = refusal(repacked(blank, change))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert words in said
    assert peak < 30_000_000


def test_what_is_no_xlsx_is_refused(blank: bytes) -> None:
    assert "старый формат .xls или файл с паролем" in refusal(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(1000))
    for content in (b"", b"PK", b"campaign:\n", blank[: len(blank) // 2]):
        assert "Это не файл .xlsx" in refusal(content)
    assert "намного больше данных" in refusal(bytes(LARGEST_FILE + 1))


def test_a_workbook_of_something_else_is_refused() -> None:
    content = io.BytesIO()
    openpyxl.Workbook().save(content)
    assert "Это не бланк" in refusal(content.getvalue())


def test_a_blank_of_another_report_is_refused_in_words(blank: bytes) -> None:
    assert "бланк другого отчёта, а здесь — «Проверка всех видов ответа»" in refusal(blank_of(RELEVANT))
    with pytest.raises(BlankError, match="другого муниципалитета: Первый район"):
        read_blank(blank, EVERY, "10000002")
    asked = EVERY.model_copy(update={"sections": EVERY.sections[:1]})
    with pytest.raises(BlankError, match="вопросы отчёта изменились"):
        read_blank(blank, asked, OKTMO)
    assert "другой версией программы" in refusal(
        changed(blank, lambda book: book["Служебный лист"].__setitem__("A1", "svod-blank-99"))
    )


def _merge(book: Any) -> None:
    book["Отчёт"].merge_cells("B7:B8")


def _insert_row(book: Any) -> None:
    book["Отчёт"].insert_rows(9)


def _insert_column(book: Any) -> None:
    book["Отчёт"].insert_cols(2)


def _swap_figures(book: Any) -> None:
    heads = next(row for row in layout_of(EVERY).rows if row.heads).number
    sheet = book["Отчёт"]
    sheet.cell(heads, 2).value, sheet.cell(heads, 3).value = sheet.cell(heads, 3).value, sheet.cell(heads, 2).value


def _beside(book: Any) -> None:
    book["Отчёт"]["H9"] = "а вот ещё"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_merge, "B7:B8: ячейки объединены"),
        (_insert_row, "A9: здесь должно стоять"),
        (_insert_column, "B24: здесь должно стоять «Зарегистрировались, чел.»"),
        (_swap_figures, "здесь должно стоять «Зарегистрировались, чел.»"),
        (_beside, "H9: эта ячейка не для ответа"),
        (lambda book: setattr(book["Отчёт"], "title", "Лист1"), "В файле нет листа «Отчёт»"),
    ],
)
def test_moved_and_merged_cells_are_named(blank: bytes, change: Callable[[Any], object], words: str) -> None:
    assert words in refusal(changed(blank, change))


def test_every_cell_that_holds_no_answer_is_named(blank: bytes) -> None:
    said = refusal(filled(blank, EVERY, {"whole": "=5+7", "decimal": "#REF!", "some=x": "наверное"}))
    assert said.splitlines() == [
        f"{CELLS['whole']}: в ячейке формула. Впишите само число или текст.",
        f"{CELLS['decimal']}: в ячейке ошибка #REF!. Впишите сам ответ.",
        f"{CELLS['some']}: выберите «да» или оставьте ячейку пустой.",
    ]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_is_refused_in_words(blank: bytes, data: st.DataObject) -> None:
    """Bytes of the file, or of a part, are changed: it is read or refused, and nothing else."""

    def damaged(whole: bytes) -> bytes:
        at = data.draw(st.integers(0, len(whole) - 1))
        return whole[:at] + data.draw(st.binary(max_size=8)) + whole[at + data.draw(st.integers(0, 40)) :]

    if data.draw(st.booleans()):
        content = damaged(blank)
    else:
        name = data.draw(st.sampled_from([SHEET, "xl/worksheets/sheet2.xml", "xl/workbook.xml", "xl/styles.xml"]))
        content = repacked(blank, lambda parts: parts.update({name: damaged(parts[name])}))
    with suppress(BlankError):
        read_blank(content, EVERY, OKTMO)
