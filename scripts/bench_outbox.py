"""`python -m scripts.bench_outbox FOLDER`: threads that submit reports to one SQLite outbox as fast as they can."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from itertools import count

from outbox import Outbox, open_outbox
from outbox.records import Json, NewSubmission

THREADS = (1, 8, 32)
SECONDS = 5.0
ANSWERS: dict[str, Json] = {f"question_{n}": n * 37 for n in range(12)} | {
    "contact": "Ответственный исполнитель",
    "audiences": ["teachers"],
    "links": ["https://example.org/news/1", "https://example.org/news/2"],
    "comment": "Провели встречи в школах и колледжах.",
}


def new_report(oktmo: str, version: int) -> NewSubmission:
    """Return the next version of a municipality's report."""
    return NewSubmission(
        campaign="bench", oktmo=oktmo, key=f"key-{version}", base_version=version, answers=ANSWERS,
        contacts={"name": "Ответственный"}, reasons={}, previous=None, accepted_at=datetime.now(UTC), late=False,
        receipt_prefix="ФО",
    )  # fmt: skip


def measure(outbox: Outbox, threads: int) -> tuple[float, list[float]]:
    """Return acknowledged reports a second, and the sorted times of each in milliseconds."""
    times: list[float] = []
    until = time.perf_counter() + SECONDS

    def send(oktmo: str) -> None:
        for version in count():
            began = time.perf_counter()
            if began > until:
                return
            outbox.submissions.submit(new_report(oktmo, version))
            times.append((time.perf_counter() - began) * 1000)

    running = [threading.Thread(target=send, args=(f"{threads:02d}{n:06d}",)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return len(times) / SECONDS, sorted(times)


def main() -> None:
    """Print threads, acknowledged reports a second, p50, p99, and processor time a report."""
    for threads in THREADS:
        with tempfile.TemporaryDirectory(dir=sys.argv[1]) as folder, open_outbox(f"sqlite:///{folder}/o.db") as outbox:
            used = time.process_time()
            rate, times = measure(outbox, threads)
            used = time.process_time() - used
            kept = len(outbox.submissions.digests("bench"))
        if kept != len(times):
            raise AssertionError((kept, len(times)))
        middle, high = times[len(times) // 2], times[len(times) * 99 // 100]
        print(f"| {threads} | {rate:,.0f} | {middle:.1f} ms | {high:.1f} ms | {used / len(times) * 1e6:.0f} µs |")


if __name__ == "__main__":
    main()
