"""Backup and restore by one command each, under a running server with writers."""

import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from localsheets.backup import write_backup
from localsheets.people import People
from tests.localsheets.grid_harness import command, seeded
from tests.localsheets.harness import Server
from tests.localsheets.sample import ANSWERS

pytestmark = pytest.mark.slow


def put(server: Server, value: str) -> int:
    path = f"/v4/spreadsheets/{server.spreadsheet_id}/values/Ответы!A100"
    return server.send("PUT", path, {"values": [[value]]}, valueInputOption="RAW").status_code


def held(server: Server) -> object:
    answer = server.call("GET", f"/v4/spreadsheets/{server.spreadsheet_id}/values/Ответы!A100")
    return answer.get("values", [[None]])[0][0]


def test_what_was_kept_comes_back_while_the_server_runs(tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with seeded(tmp_path / "data") as server:
        assert put(server, "до копии") == 200
        made = command(server, "backup", str(copy))
        assert made.returncode == 0, made.stderr
        assert "таблиц: 1" in made.stdout
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        assert put(server, "после копии") == 200
        back = command(server, "restore", str(copy))
        assert back.returncode == 0, back.stderr
        assert held(server) == "до копии"
        # A write under way when the file is replaced is refused once at most.
        assert 200 in {put(server, "дальше"), put(server, "дальше")}
        assert held(server) == "дальше"
        kept = next((tmp_path / "data").glob("sheets-before-restore-*.db"))
        with sqlite3.connect(kept) as connection:
            assert connection.execute("SELECT count(*) FROM cells WHERE text LIKE '%после копии%'").fetchone() == (1,)
    with seeded_again(tmp_path / "data") as again:
        assert held(again) == "дальше"


def seeded_again(data_dir: Path) -> "Running":
    return Running(data_dir)


class Running:
    """The same data under a new process."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir

    def __enter__(self) -> Server:
        self.server = Server(self.data_dir)
        return self.server

    def __exit__(self, *_: object) -> None:
        self.server.stop()


def test_a_copy_made_amid_writes_is_whole(tmp_path: Path) -> None:
    """Each batch writes one number into two far cells; a copy never holds two different ones."""
    with seeded(tmp_path / "data") as server:
        stop, begun = threading.Event(), threading.Event()

        def write() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                cells = [{"userEnteredValue": {"numberValue": number}}]
                requests = [
                    {
                        "updateCells": {
                            "start": {"sheetId": ANSWERS, "rowIndex": row, "columnIndex": 9},
                            "rows": [{"values": cells}],
                            "fields": "userEnteredValue",
                        }
                    }
                    for row in (200, 900)
                ]
                server.call("POST", f"/v4/spreadsheets/{server.spreadsheet_id}:batchUpdate", {"requests": requests})
                begun.set()

        writer = threading.Thread(target=write)
        writer.start()
        assert begun.wait(30)
        copies = []
        for number in range(4):
            copy = tmp_path / f"copy{number}.db"
            write_backup(tmp_path / "data" / "sheets.db", copy)
            copies.append(copy)
        stop.set()
        writer.join()
    seen = set()
    for copy in copies:
        with sqlite3.connect(copy) as connection:
            texts = connection.execute('SELECT text FROM cells WHERE text LIKE \'["","","","",%\'').fetchall()
        numbers = {text.rsplit(",", 1)[1] for (text,) in texts}
        assert len(numbers) == 1, texts
        seen |= numbers
    assert len(seen) > 1


def test_commands_refuse_what_would_harm(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with seeded(data) as server:
        taken = tmp_path / "taken.db"
        taken.write_text("чужое", encoding="utf-8")
        assert "уже есть" in command(server, "backup", str(taken)).stderr
        assert taken.read_text(encoding="utf-8") == "чужое"
        refused = command(server, "restore", str(taken))
        assert refused.returncode == 1
        assert "не копия данных" in refused.stderr
        assert "нет" in command(server, "restore", str(tmp_path / "missing.db")).stderr
        assert server.call("GET", f"/v4/spreadsheets/{server.spreadsheet_id}")["sheets"]
    assert not list(data.glob("*.restore"))
    assert not list(tmp_path.glob("*.part"))


def test_a_copy_starts_a_new_place(tmp_path: Path) -> None:
    """A copy restored on a new machine is complete."""
    copy = tmp_path / "copy.db"
    with seeded(tmp_path / "old") as server:
        old = server.spreadsheet_id
        command(server, "account", "add", "Редактор", "--password-stdin", entered="длинный пароль\n")
        people = People(server.data_dir / "sheets.db")
        account = people.find("Редактор")
        assert account
        session = people.sessions.begin(account.id, account.hash)
        assert session
        assert command(server, "backup", str(copy)).returncode == 0
    (tmp_path / "new").mkdir()
    assert command(tmp_path / "new", "restore", str(copy)).returncode == 0
    with Running(tmp_path / "new") as server:
        assert server.spreadsheet_id == old
        assert command(server, "account", "list").stdout.startswith("1\tРедактор")
        restored = People(server.data_dir / "sheets.db")
        assert restored.sessions.find(session) is None, "it may have been ended since the copy"
