"""PDFs and pictures by typst. Facts go in as JSON (`sys.inputs`), never into the source.

The fonts are those of the typst package: Libertinus Serif (SIL Open Font License), which has all Russian letters. A
sign that it lacks, such as an emoji, is a box on paper; PDF/UA does not allow that, so such a document is tagged and
makes no such claim.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typst

if TYPE_CHECKING:  # the child process starts without the campaign and the outbox
    from letters.facts import Facts
    from outbox.records import Json

TEMPLATES = Path(__file__).parent / "templates"
_LONG_WORD = re.compile(r"(?<!\S)(?!https?://)\S{26,}")
_CHUNK = re.compile(r"[^\s-]{25}(?=[^\s-])")
_NO_FONT = "could not be displayed with"


def pdf(name: str, facts: Facts) -> bytes:
    """Return the PDF that the template of this name makes of the facts. Raises typst.TypstError."""
    try:
        return _compile(name, facts, "pdf", ["ua-1"])
    except typst.TypstError as error:
        if _NO_FONT not in str(error):
            raise
        return _compile(name, facts, "pdf", [])


def picture(name: str, facts: Facts) -> bytes:
    """Return the PNG that the template makes of the facts: one page."""
    return _compile(name, facts, "png", [])


def _compile(name: str, facts: Facts, form: Literal["pdf", "png"], standards: list[typst.PDFStandard]) -> bytes:
    made = typst.compile(
        TEMPLATES / name,
        root=TEMPLATES,
        format=form,
        ppi=200,
        sys_inputs={"facts": json.dumps(breakable(facts))},
        pdf_standards=standards,
        ignore_system_fonts=True,  # the same paper on every computer
    )
    assert isinstance(made, bytes)  # noqa: S101 - of a document of several pages as PNG alone it is a list
    return made


def breakable(value: Json) -> Json:
    """Return the value with invisible places to break in words longer than a column; addresses are broken by typst."""
    match value:
        case str():
            return _LONG_WORD.sub(lambda word: _CHUNK.sub("\\g<0>\u200b", word[0]), value)
        case list():
            return [breakable(one) for one in value]
        case dict():
            return {key: breakable(one) for key, one in value.items()}
    return value
