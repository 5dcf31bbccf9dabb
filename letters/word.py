"""Letters for Word: a .docx with Jinja in it, filled in with facts.

A template is hostile until it is looked at: its size is bounded, it holds no macros and nothing from outside, and its
commands run in Jinja's sandbox. Facts are printed as text, whatever stands in them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn

from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tbl
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from campaign.zip_files import ZipProblem, ZipRefusedError, open_zip
from letters import texts, typeset
from letters.errors import TemplateMistakeError
from letters.limits import MAX_PARTS, MAX_RESULT, MAX_TEMPLATE, MAX_UNPACKED

if TYPE_CHECKING:  # the child process starts without the campaign and the outbox
    from letters.facts import Facts

SHOWN_PLACE = 80
CHART = "диаграмма"
"""The name of the chart in templates; a document has one where its facts have a ranking."""
_CHART_WIDTH = Mm(165)
_OPEN_TAG = re.compile(r"\{[{%#]")
_EXTERNAL = re.compile(rb"<[^<>]*TargetMode\s*=\s*[\"']External[\"'][^<>]*>")
_HARMLESS = (b"/hyperlink", b"/attachedTemplate")
"""What a relationship to the outside may be: neither is fetched when the letter is opened or converted."""


def fill_in(template: bytes, facts: Facts) -> bytes:
    """Return the letter. Raises TemplateMistakeError, with words that name what is wrong and where."""
    _look_at(template)
    filled = DocxTemplate(io.BytesIO(template))
    try:
        document = filled.get_docx()
    except Exception as error:  # what the library raises for a broken file is of many kinds
        raise TemplateMistakeError(texts.NOT_A_DOCX) from error
    context: dict[str, object] = dict(facts)
    if facts.get("рейтинг"):
        context[CHART] = InlineImage(filled, io.BytesIO(typeset.picture("chart.typ", facts)), width=_CHART_WIDTH)
    elif "рейтинг" in facts:
        context[CHART] = ""
    paragraphs = list(_paragraphs(document))
    try:
        filled.render(context, _environment(), autoescape=True)
    except (
        TemplateError,
        ValueError,
        TypeError,
        ArithmeticError,
        LookupError,
        RecursionError,
        etree.LxmlError,
    ) as error:
        _explain(error, paragraphs)
    body = filled.docx.element.body
    for picture in body.iter(qn("wp:docPr")):
        if not picture.get("descr"):
            picture.set("descr", texts.CHART_TEXT)
    for table in body.iter(qn("w:tbl")):
        _fit_columns(table)
    out = io.BytesIO()
    filled.save(out)
    if out.tell() > MAX_RESULT:
        raise TemplateMistakeError(texts.TOO_LONG_RESULT.format(megabytes=MAX_RESULT >> 20))
    return out.getvalue()


def _fit_columns(table: CT_Tbl) -> None:
    """Give the columns of a table the widths that the cells of its first row have.

    Word goes by the cells, LibreOffice by the columns; where a command made cells, the library spread them evenly.
    """
    cells = table.tr_lst[0].tc_lst if table.tr_lst else []
    columns = table.tblGrid.gridCol_lst
    if len(cells) == len(columns):
        for cell, column in zip(cells, columns, strict=True):
            column.w = cell.width or column.w


def _look_at(template: bytes) -> None:
    """Raise TemplateMistakeError for what is not a plain .docx of bounded size, before any of it is parsed."""
    if len(template) > MAX_TEMPLATE:
        raise TemplateMistakeError(texts.TOO_LARGE.format(megabytes=MAX_TEMPLATE >> 20))
    try:
        with open_zip(template, parts=MAX_PARTS, unpacked=MAX_UNPACKED) as archive:
            names = archive.namelist()
            if "word/document.xml" not in names:
                raise TemplateMistakeError(texts.NOT_A_DOCX)
            if any("vbaproject" in name.casefold() for name in names):
                raise TemplateMistakeError(texts.MACROS)
            for name in names:
                if name.endswith((".xml", ".rels")):
                    _look_at_part(archive.read(name))
    except ZipRefusedError as error:
        too_large = error.why is ZipProblem.TOO_LARGE
        raise TemplateMistakeError(texts.TOO_MANY_PARTS if too_large else texts.NOT_A_DOCX) from error


def _look_at_part(content: bytes) -> None:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content:  # Word writes UTF-8, and neither of them
        raise TemplateMistakeError(texts.NOT_A_DOCX)
    for found in _EXTERNAL.findall(content):
        if not any(kind in found for kind in _HARMLESS):
            target = re.search(rb"Target\s*=\s*[\"']([^\"']*)", found)
            shown = target[1].decode("utf-8", "replace")[:SHOWN_PLACE] if target else ""
            raise TemplateMistakeError(texts.OUTSIDE.format(target=shown))


class _Unknown(StrictUndefined):
    """A name that the facts do not have: printing it, or asking it anything, raises an error with the name."""

    @property
    def _undefined_message(self) -> str:
        return str(self._undefined_name)


def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(undefined=_Unknown, finalize=_as_text)


def _as_text(value: object) -> object:
    """Return what is printed for a value: as text, with the signs that Word's or the library's own marks consist of.

    The library reads «{_{» in the filled-in letter as «{{» (`DocxTemplate.render_xml_part`); as references of XML the
    brackets and per cent signs of answers are out of its sight.
    """
    if value is None:
        return ""
    if isinstance(value, _Unknown | InlineImage | Markup):
        return value
    text = str(escape(str(value)))
    for sign in "{}%":
        text = text.replace(sign, f"&#{ord(sign)};")
    return Markup(text)  # noqa: S704 - escaped above


def _explain(error: Exception, paragraphs: list[str]) -> NoReturn:
    """Raise TemplateMistakeError for what the library raised, with the words beside which it stands."""
    said = " ".join(str(error).split())[:SHOWN_PLACE] or type(error).__name__
    match error:
        case UndefinedError():
            words = texts.UNKNOWN_NAME.format(name=said, place=_place_of(said, paragraphs))
        case SecurityError():
            words = texts.FORBIDDEN.format(reason=said, place="")
        case TemplateSyntaxError():
            words = texts.WRONG_COMMAND.format(reason=said, place=_place_of_command(error))
        case _:
            words = texts.FAILED.format(reason=said, place="")
    raise TemplateMistakeError(words) from error


def _place_of_command(error: TemplateSyntaxError) -> str:
    """Return the words around a command: the library keeps the lines of the template beside the mistaken one."""
    lines = [line.strip() for line in getattr(error, "docx_context", ())]
    middle = min(error.lineno - 1, 3) if error.lineno else 0
    near = lines[middle : middle + 1] if any(lines[middle : middle + 1]) else [line for line in lines if line][:1]
    return _place(near[0]) if near else ""


def _place_of(name: str, paragraphs: list[str]) -> str:
    found = next((text for text in paragraphs if name in text and _OPEN_TAG.search(text)), "")
    return _place(found) if found else ""


def _place(text: str) -> str:
    line = " ".join(text.split())
    return texts.PLACE.format(text=line if len(line) <= SHOWN_PLACE else line[: SHOWN_PLACE - 1] + "…")


def _paragraphs(document: Document) -> Iterator[str]:
    """Yield the text of each paragraph, those in tables, headers and footers included."""
    roots = [document.element.body]
    for section in document.sections:
        roots += [section.header._element, section.footer._element]
    for root in roots:
        for paragraph in root.iter(qn("w:p")):
            yield "".join(node.text or "" for node in paragraph.iter(qn("w:t")))
