"""The catalogue of click's messages: compiled from its source, and the same in both distributions."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
OURS = ROOT / "outbox" / "locale" / "ru" / "LC_MESSAGES"
THEIRS = ROOT / "localsheets" / "src" / "localsheets" / "locale" / "ru" / "LC_MESSAGES"


def test_the_catalogue_is_compiled_from_its_source() -> None:
    with (OURS / "messages.po").open("rb") as source:
        catalogue = read_po(source, locale="ru")
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    assert (OURS / "messages.mo").read_bytes() == compiled.getvalue()


def test_both_distributions_ship_the_same_catalogue() -> None:
    for name in ("messages.po", "messages.mo"):
        assert (OURS / name).read_bytes() == (THEIRS / name).read_bytes()
