"""Documents as bytes: which template, which program, and what is said where one is missing.

A PDF is typeset by typst from our own templates; a letter for Word is filled in from a template that staff may replace
by their own. Both happen in a child process with limits, because a template may be written to run for ever.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import dataclass
from os import environ
from pathlib import Path
from typing import Literal

from letters import libreoffice, texts
from letters.errors import LettersError, TemplateMistakeError
from letters.facts import Facts
from letters.limits import MAX_TEMPLATE, MISTAKE, TEMPLATE_SECONDS, TYPST_SECONDS, WORD_SECONDS
from outbox.records import Json
from outbox.texts import reason
from outbox.variables import outside_installation

TEMPLATES = Path(__file__).parent / "templates"
OWN_TEMPLATES = "templates"
"""The folder of the staff's templates, in the data folder; those of mails stand in `mail/` of it."""
Kind = Literal["receipt", "municipality", "region", "summary"]


@dataclass(frozen=True, slots=True)
class Document:
    """A document to make. kind: names its templates."""

    kind: Kind
    facts: Facts

    @property
    def endings(self) -> tuple[str, ...]:
        """The kinds of files that it can be."""
        return (".pdf",) if self.kind in ("receipt", "summary") else (".docx", ".pdf")


def make(document: Document, ending: str, own: Path) -> bytes:
    """Return the content of a file with this ending, `.docx` or `.pdf`.

    own: the folder of the staff's templates, which need not exist; `region.docx` in it replaces ours, and the PDF is
    then made of it too. Raises LettersError, TemplateMistakeError, ValueError for another ending.
    """
    if ending not in document.endings:
        raise ValueError(ending)
    path = own / f"{document.kind}.docx"
    replaced = ".docx" in document.endings and path.exists()
    if ending == ".pdf" and not replaced:
        return _typeset(document)
    if ending == ".pdf" and libreoffice.program() is None:
        raise LettersError(texts.NO_LIBREOFFICE.format(path=path))
    letter = _filled_in(document, path if replaced else TEMPLATES / path.name)
    return libreoffice.to_pdf(letter, path) if ending == ".pdf" else letter


def _typeset(document: Document) -> bytes:
    done = run_child({"program": "typst", "name": f"{document.kind}.typ", "facts": document.facts})
    if done.returncode:
        raise LettersError(texts.NOT_MADE.format(problem=texts.CRASHED))
    return done.stdout


def _filled_in(document: Document, path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            template = file.read(MAX_TEMPLATE + 1)
    except OSError as error:
        raise LettersError(texts.TEMPLATE_UNREADABLE.format(path=path, reason=reason(error))) from error
    job: dict[str, Json] = {
        "program": "word",
        "facts": document.facts,
        "template": base64.b64encode(template).decode("ascii"),
    }
    try:
        done = run_child(job)
    except subprocess.TimeoutExpired as error:
        problem = texts.TEMPLATE_SLOW.format(seconds=WORD_SECONDS)
        raise TemplateMistakeError(texts.TEMPLATE_WRONG.format(path=path, problem=problem)) from error
    if done.returncode:
        known = done.returncode == MISTAKE
        problem = done.stderr.decode("utf-8", "replace").strip() if known else texts.TEMPLATE_CRASHED
        raise TemplateMistakeError(texts.TEMPLATE_WRONG.format(path=path, problem=problem))
    return done.stdout


def run_child(job: dict[str, Json]) -> subprocess.CompletedProcess[bytes]:
    """Run the child. It sees no settings and no secrets of the installation.

    Raises TimeoutExpired for what staff may write, LettersError for ours.
    """
    seconds = {"word": WORD_SECONDS, "mail": TEMPLATE_SECONDS}.get(str(job["program"]), TYPST_SECONDS)
    try:
        return subprocess.run(
            [sys.executable, "-m", "letters.child"],
            input=json.dumps(job).encode("utf-8"),
            cwd=Path(__file__).parents[1],
            env=outside_installation(environ),
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        if job["program"] != "typst":
            raise
        raise LettersError(texts.NOT_MADE.format(problem=texts.CRASHED)) from None
