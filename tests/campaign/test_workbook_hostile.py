"""Files that no one should open: each is refused within bounds, with a sentence that says what to do."""

from __future__ import annotations

import io
import os
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign import Campaign
from campaign.workbook import WorkbookError, read_workbook, workbook
from campaign.workbook.archive import LARGEST_FILE, LARGEST_UNPACKED, MOST_ELEMENTS, MOST_PARTS

BILLION = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><sst><si><t>&j;</t></si></sst>"
)


@pytest.fixture(scope="module")
def content(real_campaign: Campaign) -> bytes:
    return workbook(real_campaign)


def refusal(path: Path) -> str:
    with pytest.raises(WorkbookError) as caught:
        read_workbook(path)
    return str(caught.value)


def repacked(content: bytes, path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Write the workbook with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path


def part(name: str, content: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda parts: parts.update({name: content})


def first_sheet(found: bytes, replaced: bytes) -> Callable[[dict[str, bytes]], None]:
    """Change the text of «Кампания»."""

    def change(parts: dict[str, bytes]) -> None:
        name = next(name for name in parts if name.startswith("xl/worksheets/") and b"campaign.id" in parts[name])
        assert found in parts[name]
        parts[name] = parts[name].replace(found, replaced, 1)

    return change


NOT_XLSX = "это не книга .xlsx или она повреждена: откройте её в Excel или LibreOffice и сохраните заново как .xlsx"
BOMB = "внутри книги намного больше данных, чем бывает в кампании: перенесите нужные листы в новую книгу"
ROW = b"<sheetData>"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (part("xl/vbaProject.bin", b"\xcc\x61"), "в книге есть макросы: сохраните её как «Книга Excel (.xlsx)»"),
        (part("xl/macrosheets/sheet1.xml", b"<a/>"), "в книге есть макросы"),
        (part("xl/externalLinks/externalLink1.xml", b"<a/>"), "книга ссылается на другие файлы: разорвите связи"),
        (part("xl/media/image1.png", bytes(LARGEST_UNPACKED)), BOMB),
        (part("xl/more.xml", b"<a>" + b"<c/>" * MOST_ELEMENTS + b"</a>"), BOMB),
        (part("xl/sharedStrings.xml", BILLION), BOMB),
        (part("xl/sharedStrings.xml", BILLION.decode().encode("utf-16")), BOMB),
        (lambda parts: parts.update({f"xl/{n}.xml": b"<a/>" for n in range(MOST_PARTS)}), BOMB),
        (lambda parts: parts.pop("[Content_Types].xml"), NOT_XLSX),
        (lambda parts: parts.pop("xl/workbook.xml"), NOT_XLSX),
        (part("xl/workbook.xml", b"<workbook"), NOT_XLSX),
        (part("xl/styles.xml", b"<styleSheet"), NOT_XLSX),
        (first_sheet(b"</sheetData>", b"</sheetDat>"), NOT_XLSX),
        (first_sheet(ROW, ROW + b'<row r="1"><c r="A1" t="s"><v>99</v></c></row>'), NOT_XLSX),
        (first_sheet(ROW, ROW + b'<row r="1"><c r="A1" t="n"><v>x</v></c></row>'), NOT_XLSX),
    ],
)
def test_a_part_that_may_not_be_there(
    content: bytes, tmp_path: Path, change: Callable[[dict[str, bytes]], object], words: str
) -> None:
    def apply(parts: dict[str, bytes]) -> None:
        change(parts)

    assert words in refusal(repacked(content, tmp_path / "book.xlsx", apply))


def test_a_merged_range_or_a_row_at_the_end_of_the_sheet_costs_nothing(content: bytes, tmp_path: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    merged = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    path = repacked(content, tmp_path / "book.xlsx", first_sheet(b"</sheetData>", far + merged))
    tracemalloc.start()
    words = refusal(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "«Кампания», A1:XFD1048576: ячейки объединены" in words
    assert "«Кампания», A201: строк больше 200: удалите лишние" in words
    assert peak < 50_000_000


def test_a_directory_that_lies_about_sizes_is_refused(content: bytes, tmp_path: Path) -> None:
    path = repacked(content, tmp_path / "book.xlsx", part("xl/media/image1.png", bytes(LARGEST_UNPACKED)))
    packed = path.read_bytes()
    size = LARGEST_UNPACKED.to_bytes(4, "little")
    assert packed.count(size) >= 1
    path.write_bytes(packed.replace(size, (1000).to_bytes(4, "little")))
    assert NOT_XLSX in refusal(path)


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert f"больше {LARGEST_FILE // 1_000_000} МБ: книга кампании намного меньше" in refusal(path)


def test_files_that_are_no_workbook_are_refused(tmp_path: Path) -> None:
    old, text, pipe = tmp_path / "old.xls", tmp_path / "text.xlsx", tmp_path / "pipe.xlsx"
    old.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(1000))
    text.write_text("campaign:\n", encoding="utf-8")
    os.mkfifo(pipe)
    assert "старый формат .xls или книга с паролем" in refusal(old)
    assert NOT_XLSX in refusal(text)
    assert "это папка или устройство, а нужен файл .xlsx" in refusal(pipe)
    assert "это папка или устройство, а нужен файл .xlsx" in refusal(tmp_path)
    assert "файла нет: проверьте имя и папку" in refusal(tmp_path / "none.xlsx")


def test_a_workbook_of_something_else_is_refused(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "book.xlsx")
    assert "это не книга кампании: нет листа «Кампания» с версией книги" in refusal(tmp_path / "book.xlsx")


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_is_refused_in_words(
    content: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Bytes of the file, or of a part, are changed: it reads as a campaign or is refused, and nothing else."""
    path = tmp_path_factory.mktemp("damaged") / "book.xlsx"

    def damaged(whole: bytes) -> bytes:
        at = data.draw(st.integers(0, len(whole) - 1))
        return whole[:at] + data.draw(st.binary(max_size=8)) + whole[at + data.draw(st.integers(0, 40)) :]

    if data.draw(st.booleans()):
        path.write_bytes(damaged(content))
    else:

        def change(parts: dict[str, bytes]) -> None:
            name = data.draw(
                st.sampled_from(sorted(name for name in parts if re.search("sheet1|workbook|styles", name)))
            )
            parts[name] = damaged(parts[name])

        repacked(content, path, change)
    with suppress(WorkbookError):
        read_workbook(path)
