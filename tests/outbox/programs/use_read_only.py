"""Opens an outbox as a user who may not write to it; prints what happens. Run by the tests as a process."""

from __future__ import annotations

import os
import sys

import outbox.sqlite  # noqa: F401 - nobody may not read the interpreter's files, so all is imported before
from outbox import open_outbox
from outbox.errors import OutboxError
from tests.outbox.factories import report


def main(url: str) -> None:
    if os.getuid() == 0:
        # Root may write everywhere; nobody may not.
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    try:
        with open_outbox(url) as outbox:
            outbox.submissions.submit(report())
    except OutboxError as error:
        print(type(error).__name__)


if __name__ == "__main__":
    main(*sys.argv[1:])
