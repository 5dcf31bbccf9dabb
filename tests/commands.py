"""Commands of ours, run in the test's own process: another process would spend a second on its imports each time."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from subprocess import CompletedProcess
from unittest.mock import patch

import structlog


def run_command(
    entry: Callable[[], object], *arguments: str, environ: Mapping[str, str], entered: str = ""
) -> CompletedProcess[str]:
    """Run what `python -m …` runs, with no other environment; return the exit code and what was printed.

    `svod` goes into the folder of the program; the caller stays where it was. A few tests start each command as a
    process: what is typed there is found there too.
    """
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    logs, collections = structlog.get_config(), gc.get_threshold()
    with (
        chdir("."),  # gives the folder back
        patch.dict(os.environ, environ, clear=True),
        patch.object(sys, "argv", ["command", *arguments]),
        patch.object(sys, "stdin", io.StringIO(entered)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            entry()
        except SystemExit as end:
            code = end.code
        finally:
            structlog.configure(**logs)
            gc.set_threshold(*collections)
    assert code is None or isinstance(code, int), code
    return CompletedProcess(arguments, code or 0, out.getvalue(), err.getvalue())
