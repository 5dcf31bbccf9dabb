"""The page about the outbox names every table and every module."""

from __future__ import annotations

from pathlib import Path

import outbox
from outbox.schema import metadata

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "outbox.md").read_text(encoding="utf-8")


def test_every_table_is_documented() -> None:
    assert [name for name in metadata.tables if f"`{name}`" not in PAGE] == []


def test_every_module_is_documented() -> None:
    modules = {path.name for path in Path(outbox.__file__).parent.glob("*.py")} - {
        "__init__.py",
        "texts.py",
        "wiring.py",
    }
    assert [name for name in sorted(modules) if f"`{name}`" not in PAGE] == []
