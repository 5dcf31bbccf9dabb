"""A lost outbox beside a whole spreadsheet: `import-from-sheet` makes it again, and the worker goes on in place."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from outbox import open_outbox
from outbox.submissions import MARGIN
from sync.__main__ import main
from sync.errors import CommandError, ForeignTab
from sync.lease import file_lock, lease_name
from sync.process.importing import import_from_sheet
from tests.commands import run_command
from tests.sync.harness import ROOT, Desk

pytestmark = pytest.mark.slow

ALEXANDROV, VYAZNIKI, GOROKHOVETS = "17605000", "17610000", "17615000"
REASON = {"registered_above_informed": "часть узнала из газеты", "decreased:informed": "ошиблись: было 25"}


@contextmanager
def without_its_outbox(desk: Desk, path: Path) -> Iterator[Desk]:
    """The same spreadsheet beside an empty outbox."""
    with open_outbox(f"sqlite:///{path}") as outbox:
        lease = outbox.leases.acquire(lease_name(desk.spreadsheet.id), "test", timedelta(hours=1))
        assert lease is not None
        yield replace(desk, outbox=outbox, lease=lease, context=replace(desk.context, outbox=outbox))


def test_a_lost_outbox_is_made_again_and_the_worker_goes_on(desk: Desk, tmp_path: Path) -> None:
    worker = desk.worker()
    first = desk.submit(ALEXANDROV, reasons=REASON)
    second = desk.submit(ALEXANDROV, {"informed": 250}, reasons=REASON)
    third = desk.submit(VYAZNIKI)
    desk.deliver_all(worker)
    worker.refresh_now()
    before = [row[:2] for row in desk.grid(desk.sheets()["Свод"])]
    with without_its_outbox(desk, tmp_path / "empty.db") as empty:
        with pytest.raises(ForeignTab):
            empty.worker().prepare()
        said = import_from_sheet(empty.context, empty.lease)
        assert "отчётов: 3, муниципалитетов: 2" in said
        assert "контакты" in said
        made = empty.outbox.submissions.all(desk.campaign.id)
        for was, now in zip((first, second, third), made, strict=True):
            kept = ("id", "receipt", "number", "oktmo", "version", "reasons", "late", "digest")
            assert [getattr(now, name) for name in kept] == [getattr(was, name) for name in kept]
            assert abs(now.accepted_at - was.accepted_at) < timedelta(seconds=1)
            assert not now.contacts
        worker = empty.worker()
        assert empty.deliver_all(worker) == 0
        worker.refresh_now()
        assert [row[:2] for row in empty.grid(empty.sheets()["Свод"])][3:] == before[3:]
        assert empty.outbox.staff_edits.current(empty.spreadsheet.id) == {}
        assert empty.submit(GOROKHOVETS).number == third.number + MARGIN + 1
        assert empty.deliver_all(worker) == 1
        worker.refresh_now()
        assert empty.figure("Отчитались") == 3
        journal = empty.outbox.journal.last(desk.campaign.id, desk.spreadsheet.id)
        assert {entry.kind for entry in journal} == {"delivery", "refresh"}
        with pytest.raises(CommandError, match="уже есть отчёты"):
            import_from_sheet(empty.context, empty.lease)


def test_rows_that_do_not_read_are_named(desk: Desk, tmp_path: Path) -> None:
    desk.submit(ALEXANDROV)
    desk.submit(VYAZNIKI)
    desk.submit(GOROKHOVETS)
    desk.deliver_all(desk.worker())
    desk.edit(2, "Принято", "вчера")
    desk.edit(3, "Приём", "ФО-00003")
    header = next(q.header for q in desk.campaign.sheet_questions if q.type == "integer")
    desk.edit(3, header, "много")
    with without_its_outbox(desk, tmp_path / "empty.db") as empty:
        said = import_from_sheet(empty.context, empty.lease)
    assert "отчётов: 1, муниципалитетов: 1" in said
    assert "строка 2: не читается «Принято»" in said
    assert "строка 4: такой «ID», номер" in said
    assert "с ошибкой, которые не восстановлены и остались только в таблице: 1" in said


def test_the_command_says_what_it_did(desk: Desk, campaign_file: Path) -> None:
    desk.submit(ALEXANDROV)
    desk.deliver_all(desk.worker())
    desk.outbox.close()
    (desk.folder / "outbox.db").unlink()
    shutil.copy(desk.server.folder / "credentials.json", desk.folder)
    (desk.folder / "credentials.json").chmod(0o600)
    (desk.folder / "spreadsheet_id").write_text(desk.spreadsheet.id)
    port = str(urlsplit(desk.server.url).port)
    environ = {**os.environ, "SHEETS_PORT": port, "SVOD_CONFIG": str(campaign_file), "DATA_DIR": str(desk.folder)}
    words = [sys.executable, "-m", "sync", "import-from-sheet"]
    with file_lock(desk.folder) as alone:  # as a worker holds it
        assert alone
        taken = run_command(main, "import-from-sheet", environ=environ)
    assert (taken.returncode, "Остановите его и форму" in taken.stderr) == (1, True), taken.stderr
    done, again = (
        subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=100, check=False)
        for _ in range(2)
    )
    assert (done.returncode, "Восстановлено отчётов: 1" in done.stdout) == (0, True), done.stderr
    assert (again.returncode, "уже есть отчёты" in again.stderr) == (1, True), again.stderr
