"""Attached files: kept with the report that names them, gone when nothing does, in both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import outbox.attachments as store
from outbox import Outbox, open_outbox
from outbox.attachments import Attachment, NewAttachment
from outbox.backup.making import write_backup
from outbox.backup.restoring import restore_backup
from outbox.errors import AttachmentsChanged, AttachmentsFull
from outbox.retention import Purged
from tests.outbox.factories import CAMPAIGN, OPENED, SetClock, draft, report
from tests.outbox.harness import ROOT, command

VLADIMIR, OTHER = "17701000", "17605000"
BYTES = bytes(range(256)) * 100


def file(oktmo: str = VLADIMIR, content: bytes = BYTES, **changes: Any) -> NewAttachment:
    return NewAttachment(CAMPAIGN, oktmo, "papers", "приказ.pdf", "pdf", content, OPENED)._replace(**changes)


def added(outbox: Outbox, new: NewAttachment) -> Attachment:
    attachment, fresh = outbox.attachments.add(new, 5)
    assert fresh
    return attachment


def test_a_file_comes_back_as_it_was(outbox: Outbox) -> None:
    one = added(outbox, file())
    assert (one.name, one.size, one.current, one.sent) == ("приказ.pdf", len(BYTES), True, False)
    assert outbox.attachments.get(CAMPAIGN, VLADIMIR, one.id) == one
    assert outbox.attachments.content(one) == BYTES
    assert outbox.attachments.current(CAMPAIGN, VLADIMIR) == [one]
    assert outbox.attachments.get(CAMPAIGN, OTHER, one.id) is None, "of another municipality"
    assert outbox.attachments.content(one._replace(oktmo=OTHER)) is None


def test_the_same_file_is_there_once_and_no_question_has_more_than_its_number(outbox: Outbox) -> None:
    one = added(outbox, file())
    assert outbox.attachments.add(file(name="ещё раз.pdf"), 1) == (one, False)
    elsewhere = added(outbox, file(question="photos"))
    with pytest.raises(AttachmentsFull) as full:
        outbox.attachments.add(file(content=b"2"), 1)
    assert full.value.scope == "question"
    assert {f.id for f in outbox.attachments.current(CAMPAIGN, VLADIMIR)} == {one.id, elsewhere.id}


def test_a_file_that_no_version_names_is_deleted_and_one_that_was_sent_stays(outbox: Outbox) -> None:
    sent, unsent = added(outbox, file()), added(outbox, file(content=b"2"))
    outbox.submissions.submit(report(attachments=(sent.id,)))
    for one in (sent, unsent):
        outbox.attachments.remove(one)
    assert outbox.attachments.current(CAMPAIGN, VLADIMIR) == []
    assert outbox.attachments.get(CAMPAIGN, VLADIMIR, unsent.id) is None
    assert outbox.attachments.content(sent) == BYTES
    again, fresh = outbox.attachments.add(file(), 5)
    assert (again.id, again.current, fresh) == (sent.id, True, True), "attached again, it is kept once"


def test_a_file_taken_out_meanwhile_lets_nothing_be_accepted(outbox: Outbox) -> None:
    one, foreign = added(outbox, file()), added(outbox, file(OTHER))
    outbox.attachments.remove(one)
    for ids in ((one.id,), (foreign.id,), ("0" * 32,)):
        with pytest.raises(AttachmentsChanged):
            outbox.submissions.submit(report(attachments=ids))
    assert outbox.submissions.all(CAMPAIGN) == []
    outbox.submissions.submit(report(attachments=()))


def test_without_its_draft_the_next_version_has_the_files_of_the_last_one(outbox: Outbox) -> None:
    sent, foreign = added(outbox, file()), added(outbox, file(OTHER))
    outbox.submissions.submit(report(attachments=(sent.id,)))
    outbox.attachments.remove(sent)
    added(outbox, file(content=b"2"))
    outbox.attachments.reset(CAMPAIGN, VLADIMIR, [sent.id])
    assert [one.id for one in outbox.attachments.current(CAMPAIGN, VLADIMIR)] == [sent.id]
    assert outbox.attachments.current(CAMPAIGN, OTHER) == [foreign]
    outbox.attachments.reset(CAMPAIGN, OTHER, [])
    assert outbox.attachments.get(CAMPAIGN, VLADIMIR, sent.id) is not None
    assert outbox.attachments.get(CAMPAIGN, OTHER, foreign.id) is None


def test_the_room_has_a_limit(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_OF_MUNICIPALITY", len(BYTES) + 1)
    monkeypatch.setattr(store, "MOST_OF_ALL", len(BYTES) + 3)
    added(outbox, file())
    for new, scope in ((file(content=b"23"), "municipality"), (file(OTHER, content=b"2345"), "all")):
        with pytest.raises(AttachmentsFull) as full:
            outbox.attachments.add(new, 5)
        assert full.value.scope == scope
    added(outbox, file(OTHER, content=b"234"))


def test_files_that_were_never_sent_go_with_old_drafts(outbox: Outbox, now: SetClock) -> None:
    sent, unsent, drafted = added(outbox, file()), added(outbox, file(content=b"2")), added(outbox, file(OTHER))
    outbox.submissions.submit(report(contacts={}, attachments=(sent.id,)))
    edge = now() + timedelta(days=1)
    now.go(days=30)
    young = added(outbox, file("17610000"))
    outbox.drafts.save(replace(draft(OTHER, key="k2"), saved_at=now()))
    assert outbox.retention.purge_contacts(edge) == Purged(reports=0, drafts=0, files=1)
    left = [outbox.attachments.get(CAMPAIGN, one.oktmo, one.id) is not None for one in (sent, drafted, young)]
    assert left == [True, True, True]
    assert outbox.attachments.content(unsent) is None


def test_a_backup_brings_the_files_back(url: str, tmp_path: Path) -> None:
    environ = {"DATA_DIR": str(tmp_path), "SVOD_CONFIG": str(ROOT / "config.yaml")}
    environ |= {} if url.startswith("sqlite") else {"DATABASE_URL": url}
    with open_outbox(url) as outbox:
        one = added(outbox, file())
        outbox.submissions.submit(report(attachments=(one.id,)))
    made = write_backup(environ, tmp_path / "backup.zip")
    assert "файлов 1" in made
    with open_outbox(url) as outbox:
        outbox.attachments.reset(CAMPAIGN, VLADIMIR, [])
    restore_backup(environ, tmp_path / "backup.zip")
    with open_outbox(url) as outbox:
        assert outbox.attachments.current(CAMPAIGN, VLADIMIR) == [one._replace(sent=True)]
        assert outbox.attachments.content(one) == BYTES


@pytest.mark.postgresql
def test_files_move_to_postgresql(sqlite_url: str, postgresql_url: str, tmp_path: Path) -> None:
    with open_outbox(sqlite_url) as outbox:
        files = [added(outbox, file(content=bytes([n]) * 1000, question=f"q{n}")) for n in range(12)]
    environ = {"DATA_DIR": str(tmp_path), "SVOD_CONFIG": str(ROOT / "config.yaml")}
    done = command(environ, "copy", "--to", postgresql_url.replace("+psycopg", ""))
    assert done.returncode == 0, done.stderr
    with open_outbox(postgresql_url) as outbox:
        assert outbox.attachments.current(CAMPAIGN, VLADIMIR) == files
        assert [outbox.attachments.content(one) for one in files] == [bytes([n]) * 1000 for n in range(12)]
