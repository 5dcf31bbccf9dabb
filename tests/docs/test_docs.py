"""The documentation stays true: links lead somewhere, commands exist, keys, types, tabs and variables are described."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from campaign.answer_types import ANSWER_TYPES
from campaign.model import TABLE, About, Campaign, Question, Region, RollupFigure, RollupTabs, Tabs
from campaign.model.rollup import RollupAbout, SourceTabs
from svod import __main__ as svod
from sync.texts import rollup as rollup_texts

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_command_of_a_page_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"`make ([a-z]+)\b", text) + re.findall(
        r"^ *make ([a-z]+)\b.*$", "\n".join(code(text)), re.MULTILINE
    )
    assert set(found) <= targets


def code(text: str) -> list[str]:
    """The code blocks of a page, fenced or indented."""
    return re.findall(r"```.*?\n(.*?)```", text, flags=re.DOTALL) + re.findall(r"^    .*$", text, flags=re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_module_that_a_page_runs_exists(page: Path) -> None:
    roots = (ROOT, ROOT / "localsheets" / "src")
    for module in re.findall(r"python -m ([a-z_.]+)", page.read_text(encoding="utf-8")):
        paths = [root / module.replace(".", "/") for root in roots]
        assert any((path / "__main__.py").exists() or path.with_suffix(".py").exists() for path in paths), module


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_of_svod_that_a_page_names_exists(page: Path) -> None:
    named = set(re.findall(r"(?:`|bin/)svod ([a-z][a-z-]*)", page.read_text(encoding="utf-8")))
    assert named <= {*svod.main.commands, *svod.ROOMS}


def test_make_help_explains_every_command() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True).stdout
    for name in ("install", "run", "demo", "test", "check", "bench", "faults", "soak"):
        assert re.search(rf"make {name}\s+\S", said), name


def test_every_key_and_answer_type_of_a_campaign_is_described() -> None:
    text = (ROOT / "docs" / "campaigns.md").read_text(encoding="utf-8")
    for model in (Campaign, About, Question):
        for name, info in model.model_fields.items():
            if not info.exclude:
                assert (info.alias or name) in text, name
    for answer_type in (*ANSWER_TYPES, TABLE):
        assert f"`{answer_type}`" in text, answer_type


def test_every_key_of_a_roll_up_is_described() -> None:
    text = (ROOT / "docs" / "rollups.md").read_text(encoding="utf-8")
    for model in (RollupAbout, SourceTabs, RollupTabs, RollupFigure, Region):
        for name in model.model_fields:
            assert f"`{name}`" in text or f".{name}`" in text, name
    for title in RollupTabs().model_dump().values():
        assert f"«{title}»" in text, title
    for state in rollup_texts.STATES.values():
        assert f"«{state}»" in text, state


def test_every_tab_is_described_to_the_specialist() -> None:
    text = (ROOT / "docs" / "ru" / "specialist.md").read_text(encoding="utf-8")
    for title in Tabs().model_dump().values():
        assert f"«{title}»" in text, title


def test_every_variable_that_the_code_reads_is_described() -> None:
    described = "\n".join(page.read_text(encoding="utf-8") for page in ROOT.glob("docs/*.md"))
    packages = ("campaign", "outbox", "webform", "sync", "scripts")
    code = [path for package in packages for path in (ROOT / package).rglob("*.py")] + [ROOT / "gunicorn.conf.py"]
    reads = re.compile(r"""environ(?:\.get\(|\[)\s*["']([A-Z_]+)["']""")
    names = {name for path in code for name in reads.findall(path.read_text(encoding="utf-8"))}
    of_a_request = re.compile(
        "HTTP_|REQUEST_|CONTENT_|PATH_|QUERY_|REMOTE_|BENCH_|USUAL_"
    )  # WSGI's environ, and a benchmark's
    ours = {name for name in names if not of_a_request.match(name)}
    assert ours
    assert {name for name in ours if name not in described} == set()


def test_the_example_of_credentials_is_an_example() -> None:
    text = (ROOT / "credentials.example.json").read_text(encoding="utf-8")
    assert "…" in text
    assert "your-project" in text


def test_the_walk_of_one_number_names_functions_that_exist() -> None:
    walk = re.findall(
        r"^\| \d+ \| `([\w/.]+):(\w+)` ", (ROOT / "docs/architecture.md").read_text("utf-8"), re.MULTILINE
    )
    assert 20 <= len(walk) <= 30
    for file, function in walk:
        assert re.search(rf"^ *def {function}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE), f"{file}:{function}"
