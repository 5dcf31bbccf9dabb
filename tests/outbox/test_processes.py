"""Several threads and several processes on one outbox, and processes that are killed: nothing is lost or doubled."""

from __future__ import annotations

import random
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from outbox import Outbox, open_outbox
from outbox.errors import VersionConflict
from outbox.records import Submitted
from tests.outbox.factories import CAMPAIGN, report
from tests.outbox.harness import output, program, tell

pytestmark = pytest.mark.slow


def in_threads(work: list[Callable[[], None]]) -> None:
    """All at once; an exception of one is raised here."""
    barrier = threading.Barrier(len(work))
    failures: list[BaseException] = []

    def run(one: Callable[[], None]) -> None:
        try:
            barrier.wait(30)
            one()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    if failures:
        raise failures[0]


def test_thirty_two_threads_submit(outbox: Outbox) -> None:
    """Each sends ten reports, and each of them twice."""
    answers: list[Submitted] = []

    def send(thread: int) -> None:
        for n in range(10):
            new = report(f"{thread:08d}", f"key-{n}", base_version=n)
            answers.extend(outbox.submissions.submit(new) for _ in range(2))

    in_threads([partial(send, thread) for thread in range(32)])
    first = {answer.submission.id: answer.submission for answer in answers if not answer.repeated}
    again = {answer.submission.id: answer.submission for answer in answers if answer.repeated}
    assert first == again
    everything = outbox.submissions.all(CAMPAIGN)
    assert [submission.number for submission in everything] == list(range(1, 321))
    assert {submission.id: submission for submission in everything} == first


def test_of_many_new_versions_at_once_one_is_kept_and_the_others_are_shown_it(outbox: Outbox) -> None:
    kept: list[Submitted] = []
    refused: list[VersionConflict] = []

    def send(n: int) -> None:
        try:
            kept.append(outbox.submissions.submit(report(key=f"key-{n}")))
        except VersionConflict as conflict:
            refused.append(conflict)

    in_threads([partial(send, n) for n in range(16)])
    assert len(kept) == 1
    assert [conflict.current for conflict in refused] == [kept[0].submission] * 15


def test_the_same_report_sent_many_times_at_once_is_one(outbox: Outbox) -> None:
    answers: list[Submitted] = []
    in_threads([lambda: answers.append(outbox.submissions.submit(report()))] * 16)
    assert len({answer.submission.id for answer in answers}) == 1
    assert sorted(answer.repeated for answer in answers) == [False] + [True] * 15


def test_two_processes_share_an_outbox(url: str, outbox: Outbox) -> None:
    with program("submit_for_ever", url, "11") as web, program("submit_for_ever", url, "22") as other:
        lines = [output(process).readline().split() for _ in range(60) for process in (web, other)]
        # The worker writes meanwhile.
        for n in range(60):
            outbox.meta.remember("round", n)
    ids = {submission.id: submission for submission in outbox.submissions.all(CAMPAIGN)}
    for receipt, one, digest in lines:
        assert (ids[one].receipt, ids[one].digest) == (receipt, digest)
    assert [submission.number for submission in ids.values()] == list(range(1, len(ids) + 1))


def test_processes_that_start_at_once_all_succeed(empty_url: str) -> None:
    with ExitStack() as stack:
        processes = [stack.enter_context(program("open_at_once", empty_url, f"{n}")) for n in range(3)]
        for process in processes:
            assert output(process).readline() == "ready\n"
        for process in processes:
            tell(process)
        receipts = {output(process).readline().strip() for process in processes}
    assert receipts == {"ФО-00001", "ФО-00002", "ФО-00003"}


def test_a_killed_process_loses_no_acknowledged_receipt(url: str) -> None:
    """SIGKILL at a random moment, several times over the same outbox; the next process goes on where it stopped."""
    chance = random.Random(20231124)
    acknowledged: list[list[str]] = []
    for life in range(3):
        with program("submit_for_ever", url, f"{life + 1:02d}") as process:
            lines = output(process)
            acknowledged.append(lines.readline().split())
            timer = threading.Timer(chance.uniform(0.02, 0.4), process.send_signal, [signal.SIGKILL])
            timer.start()
            # A line without its end was cut off by the kill: nobody got its receipt.
            acknowledged += [line.split() for line in lines if line.endswith("\n")]
            timer.join()
    with open_outbox(url) as outbox:
        everything = outbox.submissions.all(CAMPAIGN)
        kept = {submission.receipt: submission for submission in everything}
        for receipt, one, digest in acknowledged:
            assert (kept[receipt].id, kept[receipt].digest) == (one, digest)
        assert [submission.number for submission in everything] == list(range(1, len(everything) + 1))
        # At most the one that was under way in each life was kept without being acknowledged.
        assert len(acknowledged) <= len(everything) <= len(acknowledged) + 3


def test_a_full_disk_is_reported_and_leaves_nothing_half_written(sqlite_url: str) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    with program("fill_the_disk", path, "200000") as process:
        lines = output(process).read().split("\n")[:-1]
    receipts = [line.removeprefix("kept ") for line in lines if line.startswith("kept ")]
    assert lines.count("OutboxUnavailable") == 3
    # It read on while it could not write, and wrote on when there was room again.
    assert lines[-2] == f"read {len(receipts) - 1}"
    with open_outbox(sqlite_url) as outbox:
        everything = outbox.submissions.all(CAMPAIGN)
    assert [submission.receipt for submission in everything] == receipts
    assert len(receipts) > 3
    assert [submission.number for submission in everything] == list(range(1, len(receipts) + 1))


@pytest.mark.parametrize("mode", [0o000, 0o444])
def test_a_file_that_may_not_be_written_is_reported(ready_sqlite: Path, mode: int) -> None:
    # Not in tmp_path: another user must be able to come here.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(ready_sqlite, folder))
        path.chmod(mode)
        Path(folder).chmod(0o555)
        with program("use_read_only", f"sqlite:///{path}") as process:
            assert output(process).read().split()[-1] == "OutboxUnavailable"
        Path(folder).chmod(0o700)
