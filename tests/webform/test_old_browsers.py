"""No JavaScript and no CSS newer than Chromium 80: read by linters that know which browser has what."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.webform.harness import ROOT

pytestmark = [pytest.mark.node, pytest.mark.slow]
HERE = Path(__file__).with_name("lint")
STATIC = ROOT / "webform" / "static"


NEW = {
    "eslint": {
        "new.js": ("structuredClone({});\n", "structuredClone"),
        "syntax.js": ("let a = null; a ??= 1;\n", "Parsing error"),
        "method.js": ("[1].at(-1);\n", "at"),
    },
    "stylelint": {
        "new.css": ("a:has(b) { color: red; }\n", "css-has"),
        "gap.css": ("a { display: flex; gap: 1rem; }\n", "flexbox-gap"),
    },
}
"""Linter → file → its text, which old browsers do not know, and what the linter has to say of it."""


@pytest.fixture(scope="module")
def linters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The linters of the lock file, installed once a checkout; the files to lint beside them."""
    modules = HERE / "node_modules"
    lock = HERE / "package-lock.json"
    if not (modules / ".package-lock.json").exists() or modules.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=HERE, check=True, timeout=300)
        os.utime(modules)
    folder = tmp_path_factory.mktemp("lint")
    for path in HERE.glob("*.mjs"):
        shutil.copy(path, folder)
    (folder / "node_modules").symlink_to(modules)
    return folder


def lint(folder: Path, linter: str, files: list[str]) -> dict[str, list[str]]:
    """Return file → what the linter says of it; one start, because a start takes most of the time."""
    done = subprocess.run(
        [folder / "node_modules" / ".bin" / linter, "-f", "json", *files],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"NO_COLOR": "1", "BROWSERSLIST_IGNORE_OLD_DATA": "1"},
    )
    try:
        said = json.loads(done.stdout or done.stderr)
    except ValueError:
        pytest.fail(done.stdout + done.stderr)
    return {
        Path(file.get("filePath") or file["source"]).name: [
            problem.get("message") or problem["text"] for problem in file.get("messages") or file.get("warnings") or []
        ]
        for file in said
    }


@pytest.mark.parametrize("linter", ["eslint", "stylelint"])
def test_script_and_style_are_for_old_browsers_and_the_linters_do_see(linters: Path, linter: str) -> None:
    ours = sorted(STATIC.glob("*.js")) if linter == "eslint" else [STATIC / "form.css"]
    for file in ours:
        shutil.copy(file, linters)
    for name, (text, _) in NEW[linter].items():
        (linters / name).write_text(text)
    found = lint(linters, linter, [*(file.name for file in ours), *NEW[linter]])
    assert found.keys() == {*(file.name for file in ours), *NEW[linter]}
    assert {file.name: found[file.name] for file in ours} == {file.name: [] for file in ours}
    for name, (_, word) in NEW[linter].items():
        assert any(word in problem for problem in found[name]), found
