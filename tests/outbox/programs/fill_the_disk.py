"""Submits until the file may not grow any more, then lets it grow again. Run by the tests as a process.

Prints `kept RECEIPT` for each acknowledged report and the name of the exception when the limit was met.
"""

from __future__ import annotations

import resource
import signal
import sys
from pathlib import Path

from outbox import open_outbox
from outbox.errors import OutboxError
from tests.outbox.factories import report


def main(path: str, room: str) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open_outbox(f"sqlite:///{path}") as outbox:
        limit = Path(f"{path}-wal").stat().st_size + int(room)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        n = 0
        failed = 0
        while failed < 3:
            try:
                kept = outbox.submissions.submit(report(f"{n:08d}", answers={"comment": "я" * 5000})).submission
            except OutboxError as error:
                print(type(error).__name__, flush=True)
                failed += 1
            else:
                print("kept", kept.receipt, flush=True)
                n += 1
        print("read", len(outbox.submissions.all("flagmany-2023")), flush=True)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print("kept", outbox.submissions.submit(report(f"{n:08d}")).submission.receipt, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
