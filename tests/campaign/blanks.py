"""Blanks for tests: made, opened with openpyxl, changed, saved."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]

from campaign import Campaign, Typed, load_campaign
from campaign.blank import Origin, layout_of, make_blank

WEBFORM = Path(__file__).resolve().parents[1] / "webform"
EVERY = load_campaign(WEBFORM / "every_type.yaml")
RELEVANT = load_campaign(WEBFORM / "relevant.yaml")
OKTMO = "10000001"
KEY = "0123456789abcdef0123456789abcdef"


def origin(campaign: Campaign, oktmo: str = OKTMO, *, key: str = KEY, base_version: int = 2) -> Origin:
    digest = layout_of(campaign).digest
    return Origin(campaign.id, oktmo, digest, key, base_version, "2023-05-27T12:00:00+03:00")


def blank_of(
    campaign: Campaign,
    answers: Mapping[str, Typed] | None = None,
    reasons: Mapping[str, str] | None = None,
    oktmo: str = OKTMO,
) -> bytes:
    deadline = "23:59 30 мая 2023 г."
    return make_blank(campaign, origin(campaign, oktmo), answers or {}, reasons or {}, deadline=deadline)


def changed(content: bytes, change: Callable[[Any], object]) -> bytes:
    """Open the workbook, change it, save it, as a spreadsheet program does."""
    book = openpyxl.load_workbook(io.BytesIO(content), rich_text=True)
    change(book)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def filled(content: bytes, campaign: Campaign, cells: Mapping[str, object]) -> bytes:
    """Write these values into the cells of the questions and rules; `question=option` names the cell of an option."""
    places = {
        f"{cell.name}={cell.option}" if cell.option else cell.name: cell.ref for cell in layout_of(campaign).cells
    }

    def write(book: Any) -> None:
        for name, value in cells.items():
            book["Отчёт"][places[name]] = value

    return changed(content, write)


def repacked(content: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    """Return the archive with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return packed.getvalue()
