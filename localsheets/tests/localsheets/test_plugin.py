"""The pytest plugin in a stranger's folder, through the installed entry point; and the documentation."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.localsheets.harness import ROOT


def blocks(page: Path) -> list[str]:
    """Return the Python blocks of a page."""
    return re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def run(folder: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words],
        cwd=folder,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_the_examples_of_the_readme_pass(tmp_path: Path) -> None:
    first, client = blocks(ROOT / "README.md")
    use = """
def test_gspread(localsheets_server):
    spreadsheet = open_spreadsheet(localsheets_server)
    (tab,) = spreadsheet.worksheets()
    assert (spreadsheet.id, tab.id) == (localsheets_server.spreadsheet_id, 0)
    tab.update([["a", 1]], "A1")
    assert tab.get_all_values() == [["a", "1"]]
"""
    (tmp_path / "test_report.py").write_text(first, encoding="utf-8")
    (tmp_path / "test_gspread.py").write_text(client + use, encoding="utf-8")
    # Settings of a running installation do not reach the server of the tests.
    done = run(tmp_path, HOST="203.0.113.1", SHEETS_PORT="1", DATA_DIR="/nowhere", LOCALSHEETS_OPEN="")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


@pytest.mark.slow
def test_the_server_ends_with_the_session(tmp_path: Path) -> None:
    test = """
from pathlib import Path

def test_one(localsheets_server):
    Path("pid").write_text((localsheets_server.data_dir / "run" / "sheets.pid").read_text())
"""
    (tmp_path / "test_one.py").write_text(test, encoding="utf-8")
    done = run(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.slow
def test_a_server_that_does_not_start_fails_the_test_with_its_words(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text("def test_one(localsheets_url):\n    pass\n", encoding="utf-8")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "localsheets.py").write_text('raise SystemExit("no server here")\n', encoding="utf-8")
    done = run(tmp_path, PYTHONPATH=str(broken))
    assert done.returncode == 1
    assert "localsheets did not start: no server here" in done.stdout


@pytest.mark.slow
def test_nothing_of_the_server_is_imported_for_tests_that_do_not_ask(tmp_path: Path) -> None:
    test = 'import sys\n\ndef test_one():\n    assert "localsheets" not in sys.modules\n'
    (tmp_path / "test_one.py").write_text(test, encoding="utf-8")
    done = run(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("folder", [ROOT.parent, ROOT, ROOT / "src", ROOT / "tests"], ids=lambda path: path.name)
def test_the_command_runs_from_anywhere(folder: Path) -> None:
    """A folder `localsheets` beside or above hides the package from no one."""
    done = subprocess.run(
        [sys.executable, "-m", "localsheets", "--help"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "staff-link" in done.stdout


PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        assert re.match(r"[a-z]+:", target) or (page.parent / target).exists(), target


def test_every_variable_that_the_code_reads_is_described() -> None:
    described = (ROOT / "docs" / "server.md").read_text(encoding="utf-8")
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    names = set(re.findall(r"""(?:environ\.get\(|environ\[|whole\()\s*["']([A-Z_]+)["']""", code))
    of_a_request = {name for name in names if re.match("CONTENT_|HTTP_|PATH_|QUERY_|REMOTE_|REQUEST_", name)}
    assert {"HOST", "DATA_DIR", "SHEETS_PORT", "LOCALSHEETS_OPEN"} <= names
    assert {name for name in names - of_a_request if f"`{name}`" not in described} == set()
