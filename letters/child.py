"""`python -m letters.child`: makes one document, within limits, and ends.

A job is one JSON object on standard input; the document, or mails as JSON, come on standard output. Exit code MISTAKE:
the staff's template is mistaken, and standard error says how.
"""

from __future__ import annotations

import base64
import json
import resource
import sys
from typing import Any

from letters.errors import TemplateMistakeError
from letters.limits import MEMORY, MISTAKE, PROCESSOR_SECONDS


def main() -> int:
    """Make the document of the job; return the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # nothing is written but to the pipes
    job = json.load(sys.stdin.buffer)
    try:
        made = _made(job)
    except TemplateMistakeError as mistake:
        sys.stderr.buffer.write(str(mistake).encode("utf-8"))
        return MISTAKE
    sys.stdout.buffer.write(made)
    return 0


def _made(job: dict[str, Any]) -> bytes:
    """Return what the job's program makes. Each is imported alone: what it needs takes most of the child's time."""
    match job["program"]:
        case "typst":
            from letters import typeset

            return typeset.pdf(job["name"], job["facts"])
        case "mail":
            from letters.mail import rendering

            return json.dumps(rendering.render_all(job["files"], job["name"], job["facts"])).encode("ascii")
        case _:
            from letters import word

            return word.fill_in(base64.b64decode(job["template"]), job["facts"])


if __name__ == "__main__":
    sys.exit(main())
