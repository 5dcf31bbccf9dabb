"""The registry of problem codes: complete, used, and documented."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from campaign.codes import AnswerCode, RowCode

ROOT = Path(__file__).parents[2]
ALL = [*AnswerCode, *RowCode]


def sources() -> dict[Path, str]:
    files = [path for package in ("campaign", "sync", "webform") for path in (ROOT / package).rglob("*.py")]
    return {path: path.read_text(encoding="utf-8") for path in files if path.name != "codes.py"}


def test_codes_are_unique() -> None:
    assert len({str(code) for code in ALL}) == len(ALL)


@pytest.mark.parametrize("code", ALL)
def test_every_code_is_documented(code: AnswerCode | RowCode) -> None:
    assert f"`{code}`" in (ROOT / "docs" / "totals.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", ALL)
def test_every_code_is_given_by_some_check(code: AnswerCode | RowCode) -> None:
    name = f"{type(code).__name__}.{code.name}"
    assert any(name in text for text in sources().values())


def test_no_check_gives_a_code_beside_the_registry() -> None:
    bare = []
    for path, text in sources().items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                given = [*node.args[:1], *(k.value for k in node.keywords if k.arg == "code")]
                bare_code = any(isinstance(one, ast.Constant) for one in given)
                if node.func.id in ("Problem", "AnswerError", "Remark") and bare_code:
                    bare.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert bare == []
