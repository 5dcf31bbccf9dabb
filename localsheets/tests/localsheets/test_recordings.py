"""Google's recorded answers, replayed. Recordings and replayer are kept beside the checkout, never in it.

`TEST_RECORDINGS` names their folder (default `../shared/google-recordings`); without them the replay is skipped.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from localsheets.coverage.facts import DIFFERENCES
from tests.localsheets.harness import Server, recordings

pytestmark = pytest.mark.recordings

SHARE = 0.85
# The recorded operations that Svod itself uses; all kinds of batchUpdate are one operation here.
OURS = (
    "GET /v4/spreadsheets/{id}",
    "POST /v4/spreadsheets/{id}:batchUpdate",
    "GET /v4/spreadsheets/{id}/values/{range}",
    "PUT /v4/spreadsheets/{id}/values/{range}",
    "GET /drive/v3/files/{id}",
)


@pytest.fixture(scope="module")
def replayed(server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The replayer's report of all recordings."""
    folder: Path = recordings()
    report = tmp_path_factory.mktemp("replay") / "report.json"
    command = [sys.executable, str(folder / "replay.py"), str(folder / "recordings")]
    done = subprocess.run(
        [*command, "--base", server.base, "--json", str(report)], capture_output=True, text=True, timeout=300
    )
    assert report.exists(), done.stdout + done.stderr
    loaded: dict[str, Any] = json.loads(report.read_text())
    return loaded


def test_the_share_of_identical_answers(replayed: dict[str, Any]) -> None:
    assert replayed["total"] > 1000
    assert replayed["identical"] / replayed["total"] >= SHARE


def test_calls_that_svod_makes_are_all_identical(replayed: dict[str, Any]) -> None:
    for operation in OURS:
        identical, total = replayed["by_endpoint"][operation]
        assert (operation, identical) == (operation, total)


def test_every_difference_stands_in_the_list_with_its_reason(replayed: dict[str, Any]) -> None:
    listed = {(operation, path) for operation, paths, _reason in DIFFERENCES for path in paths}
    seen = {(operation, path) for operation, _kind, path, *_rest in replayed["diffs"]}
    assert seen == listed
