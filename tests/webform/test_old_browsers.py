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


def lint(folder: Path, linter: str, *files: Path) -> str:
    """What the linter says of the files, "" when nothing; one start, because a start takes most of the time."""
    for file in files:
        shutil.copy(file, folder)
    done = subprocess.run(
        [folder / "node_modules" / ".bin" / linter, "-f", "json", *(file.name for file in files)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"NO_COLOR": "1", "BROWSERSLIST_IGNORE_OLD_DATA": "1"},
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_script_and_style(linters: Path) -> None:
    assert lint(linters, "eslint", *sorted(STATIC.glob("*.js"))) == ""
    assert lint(linters, "stylelint", STATIC / "form.css") == ""


@pytest.mark.parametrize(
    ("linter", "texts"),
    [
        (
            "eslint",
            {
                "new.js": ("structuredClone({});\n", "structuredClone"),
                "syntax.js": ("let a = null; a ??= 1;\n", "Parsing error"),
                "method.js": ("[1].at(-1);\n", "at"),
            },
        ),
        (
            "stylelint",
            {
                "new.css": ("a:has(b) { color: red; }\n", "css-has"),
                "gap.css": ("a { display: flex; gap: 1rem; }\n", "flexbox-gap"),
            },
        ),
    ],
)
def test_the_linters_do_see(linters: Path, tmp_path: Path, linter: str, texts: dict[str, tuple[str, str]]) -> None:
    for name, (text, _) in texts.items():
        (tmp_path / name).write_text(text)
    said = json.loads(lint(linters, linter, *sorted(tmp_path.iterdir())))
    found = {}
    for file in said:
        problems = file.get("messages") or file.get("warnings")
        found[Path(file.get("filePath") or file["source"]).name] = [p.get("message") or p["text"] for p in problems]
    assert found.keys() == texts.keys()
    for name, (_, word) in texts.items():
        assert any(word in problem for problem in found[name]), found
