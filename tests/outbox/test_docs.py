"""The page about the outbox names every table and every module; every page for administrators says how to back up."""

from __future__ import annotations

from pathlib import Path

import pytest

import outbox
from outbox.__main__ import commands
from outbox.schema import metadata

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "outbox.md").read_text(encoding="utf-8")


def test_every_table_is_documented() -> None:
    assert [name for name in metadata.tables if f"`{name}`" not in PAGE] == []


def test_every_module_is_documented() -> None:
    modules = {path.name for path in Path(outbox.__file__).parent.glob("*.py")} - {
        "__init__.py",
        "texts.py",
        "wiring.py",
    }
    assert [name for name in sorted(modules) if f"`{name}`" not in PAGE] == []


@pytest.mark.parametrize("page", ["operating.md", "ru/administrator.md"])
def test_every_page_for_administrators_has_each_command(page: str) -> None:
    text = " ".join((DOCS / page).read_text(encoding="utf-8").split())
    assert [name for name in commands.commands if f".venv/bin/svod {name} " not in text] == []
