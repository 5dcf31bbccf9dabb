"""No JavaScript and no CSS newer than Chromium 80: read by linters that know which browser has what."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.webform.harness import ROOT

pytestmark = [pytest.mark.node, pytest.mark.slow]
HERE = Path(__file__).with_name("lint")
STATIC = ROOT / "webform" / "static"


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


def lint(folder: Path, linter: str, file: Path) -> str:
    """What the linter says of a file, "" when nothing."""
    shutil.copy(file, folder / file.name)
    done = subprocess.run(
        [folder / "node_modules" / ".bin" / linter, file.name],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"NO_COLOR": "1", "BROWSERSLIST_IGNORE_OLD_DATA": "1"},
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_script_and_style(linters: Path) -> None:
    for script in sorted(STATIC.glob("*.js")):
        assert lint(linters, "eslint", script) == ""
    assert lint(linters, "stylelint", STATIC / "form.css") == ""


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("new.js", "structuredClone({});\n", "structuredClone"),
        ("syntax.js", "let a = null; a ??= 1;\n", "Parsing error"),
        ("method.js", "[1].at(-1);\n", "at"),
        ("new.css", "a:has(b) { color: red; }\n", "css-has"),
        ("gap.css", "a { display: flex; gap: 1rem; }\n", "flexbox-gap"),
    ],
)
def test_the_linters_do_see(linters: Path, tmp_path: Path, name: str, text: str, word: str) -> None:
    file = tmp_path / name
    file.write_text(text)
    assert word in lint(linters, "eslint" if name.endswith("js") else "stylelint", file)
