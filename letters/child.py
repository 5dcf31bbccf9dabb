"""`python -m letters.child`: makes one document, within limits, and ends.

A job is one JSON object on standard input; the document comes on standard output. Exit code MISTAKE: the staff's
template is mistaken, and standard error says how.
"""

from __future__ import annotations

import base64
import json
import resource
import sys

from letters import typeset, word
from letters.errors import TemplateMistakeError
from letters.limits import MEMORY, MISTAKE, PROCESSOR_SECONDS


def main() -> int:
    """Make the document of the job; return the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # nothing is written but to the pipes
    job = json.load(sys.stdin.buffer)
    try:
        if job["program"] == "typst":
            made = typeset.pdf(job["name"], job["facts"])
        else:
            made = word.fill_in(base64.b64decode(job["template"]), job["facts"])
    except TemplateMistakeError as mistake:
        sys.stderr.buffer.write(str(mistake).encode("utf-8"))
        return MISTAKE
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
