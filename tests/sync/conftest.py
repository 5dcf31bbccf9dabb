"""Shared by the worker's tests: the embedded server as a process, an outbox, a worker over one fresh spreadsheet."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from campaign import Campaign, load_campaign
from tests.sync.harness import ROOT, Desk, Server, fast_campaign


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The embedded server in a process of its own, open to API requests without a token."""
    folder = tmp_path_factory.mktemp("sheets")
    port = free_port()
    environ = {**os.environ, "DATA_DIR": str(folder), "SHEETS_PORT": str(port)}
    environ |= {"LOCALSHEETS_OPEN": "1", "LOCALSHEETS_FAULTS": "1"}
    log = (folder / "log").open("wb")
    process = subprocess.Popen([sys.executable, "-m", "localsheets"], cwd=ROOT, env=environ, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                if requests.get(f"{url}/healthz", timeout=5).ok:
                    break
            except requests.RequestException:
                time.sleep(0.1)
        else:
            pytest.fail((folder / "log").read_text(encoding="utf-8"))
        yield Server(url, folder)
    finally:
        process.terminate()
        process.wait(20)
        log.close()


@pytest.fixture(scope="session")
def campaign_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real campaign with a schedule for tests: everything at once."""
    path = tmp_path_factory.mktemp("campaign") / "config.yaml"
    path.write_text(fast_campaign((ROOT / "config.yaml").read_text(encoding="utf-8")), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def campaign(campaign_file: Path) -> Campaign:
    return load_campaign(campaign_file)


@pytest.fixture
def desk(server: Server, campaign: Campaign, tmp_path: Path) -> Iterator[Desk]:
    """A fresh spreadsheet, a fresh outbox, and what clerks, staff and the worker do with them."""
    server.clear_faults()
    with Desk.open(server, campaign, tmp_path) as opened:
        yield opened
    server.clear_faults()
