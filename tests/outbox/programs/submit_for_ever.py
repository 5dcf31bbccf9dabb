"""Submits reports until it is killed; prints each receipt when it is acknowledged. Run by the tests as a process.

Arguments: address of the outbox, a number that tells this process from others.
"""

from __future__ import annotations

import sys
from itertools import count

from outbox import open_outbox
from tests.outbox.factories import report


def main(url: str, name: str) -> None:
    with open_outbox(url) as outbox:
        for n in count():
            kept = outbox.submissions.submit(report(f"{name}{n:06d}", f"{name}-{n}")).submission
            print(kept.receipt, kept.id, kept.digest, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
