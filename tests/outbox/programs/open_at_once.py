"""Opens an outbox at a sign, and submits once. Run by the tests as one of several processes."""

from __future__ import annotations

import sys

from outbox import open_outbox
from tests.outbox.factories import report


def main(url: str, name: str) -> None:
    print("ready", flush=True)
    sys.stdin.readline()
    with open_outbox(url) as outbox:
        print(outbox.submissions.submit(report(f"{name:>08}")).submission.receipt, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
