"""Deadlines by kind of municipality: «Свод» names each, «Не сдали» tells every municipality its own."""

from __future__ import annotations

from pathlib import Path

from tests.campaign.test_deadlines import ALEXANDROV, VLADIMIR, with_deadline
from tests.sync.harness import Desk, Server


def test_every_deadline_is_told(server: Server, tmp_path: Path) -> None:
    with Desk.open(server, with_deadline(tmp_path, "2023-05-26 18:00"), tmp_path) as desk:
        desk.worker().refresh_now()
        told = {row[0]: row[2] for row in desk.grid(desk.sheets()["Свод"]) if row and str(row[0]).startswith("Срок")}
        assert set(told) == {"Срок сдачи", "Срок сдачи: Городские округа"}
        assert told["Срок сдачи"] != told["Срок сдачи: Городские округа"]
        silent = {str(cell): row for row in desk.grid(desk.sheets()["Не сдали"]) for cell in row[:3]}
        names = desk.campaign.by_oktmo
        assert "26.05" in str(silent[names[VLADIMIR].name])
        assert "30.05" in str(silent[names[ALEXANDROV].name])
