"""The generated pages are current, and the tests that they name exist."""

import json
import re
import subprocess
import sys

from localsheets.coverage import openapi, report
from localsheets.coverage.facts import ASSUMED, METHODS, RECORDED
from localsheets.coverage.openapi import BODIES, names
from localsheets.requests import KINDS
from localsheets.schema.derive import derive, discovery_document
from tests.localsheets.discovery import methods
from tests.localsheets.harness import ROOT


def test_the_coverage_page_is_current() -> None:
    page = ROOT / "docs" / "sheets-api-coverage.md"
    assert page.read_text(encoding="utf-8") == report(), "run: python -m localsheets coverage"


def test_the_table_of_types_is_current() -> None:
    document = discovery_document()
    assert document is not None
    held = json.loads((ROOT / "src" / "localsheets" / "schema" / "types.json").read_text(encoding="utf-8"))
    assert held == derive(document), "run: python -m localsheets schema"


def test_every_assumption_names_a_test_that_exists() -> None:
    for _what, _assumption, where in ASSUMED:
        file, _, name = where.partition("::")
        text = (ROOT / "tests" / "localsheets" / file).read_text(encoding="utf-8")
        assert not name or f"def {name}(" in text, where


def test_every_method_of_sheets_is_named() -> None:
    page = report()
    for _verb, path, _request, _response in methods():
        bare = re.sub(r"\{\w+\}", "{}", path.removeprefix("v4/"))
        last = re.split(r"[/:]", bare)[-1]
        assert last in {"{}", "spreadsheets"} or last in page, path


def test_kinds_are_kinds_of_google() -> None:
    document = discovery_document()
    assert document is not None
    known = set(derive(document)["Request"])
    assert set(KINDS) <= known
    assert set(KINDS) >= RECORDED


def test_the_openapi_has_every_method_kind_and_type() -> None:
    import schemathesis  # here, because every process of the suite imports this module

    made = openapi()
    schemathesis.openapi.from_dict(made)
    found = {one["operationId"].split(" ", 1)[1] for path in made["paths"].values() for one in path.values()}
    assert found == {one for _line, listed, _source in METHODS for one in names(listed)}
    schemas = made["components"]["schemas"]
    assert set(schemas["Request"]["properties"]) == set(KINDS)
    named = set(re.findall(r'#/components/schemas/(\w+)"', json.dumps(made)))
    assert named <= set(schemas)
    assert set(BODIES.values()) <= set(schemas)


def test_the_openapi_is_printed() -> None:
    command = [sys.executable, "-m", "localsheets", "openapi"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout
    assert json.loads(printed) == openapi()
