"""A mail's subject, text and HTML of the staff's template. Runs in the child process, with limits.

A template is plain text: its first line is `Тема: …`, then a blank line, then paragraphs with a blank line between. The
HTML is made of the same text by `layout.html`, so that the two can never say different things.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NoReturn

from jinja2 import FunctionLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from letters.errors import TemplateMistakeError
from letters.mail import words

if TYPE_CHECKING:  # the child process starts without the campaign and the outbox
    from letters.facts import Facts

LAYOUT = "layout.html"
SUBJECT = "Тема:"
LONGEST_TEXT = 100_000
"""Signs of a mail."""
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_COMMANDS = re.compile(r"{%.*?%}")
_ITEM = "- "


class _Unknown(StrictUndefined):
    """A name that the facts do not have: printing it, or asking it anything, raises an error with the name."""

    @property
    def _undefined_message(self) -> str:
        return str(self._undefined_name)


class _Environment(ImmutableSandboxedEnvironment):
    """Templates by their names, of a mapping that comes with the job."""

    def __init__(self, files: Mapping[str, str]) -> None:
        def load(name: str) -> tuple[str, str, None]:
            if name not in files:
                raise TemplateNotFound(name)
            return files[name] if name == LAYOUT else _keeping_ends(files[name]), name, None

        super().__init__(
            loader=FunctionLoader(load),
            undefined=_Unknown,
            autoescape=lambda name: name == LAYOUT,
            finalize=lambda value: "" if value is None else value,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )


def render_all(files: Mapping[str, str], name: str, facts: Iterable[Facts]) -> list[dict[str, str]]:
    """Return {subject, text, html} of the template for each of the facts.

    files: name → content of all templates, `layout.html` among them. Raises TemplateMistakeError, with file and line.
    """
    environment = _Environment(files)
    try:
        template, layout = environment.get_template(name), environment.get_template(LAYOUT)
        found = []
        for one in facts:
            subject, text = _parted(name, template.render(one))
            blocks = list(_blocks(text, str(one.get("ссылка") or "")))
            html = layout.render(one | {"тема": subject, "части": blocks})
            if len(html) > LONGEST_TEXT * 10:
                raise TemplateMistakeError(words.TOO_LONG.format(file=LAYOUT, limit=LONGEST_TEXT * 10))
            found.append({"subject": subject, "text": text + "\n", "html": html})
    except (
        TemplateError,
        ValueError,
        TypeError,
        ArithmeticError,
        LookupError,
        AttributeError,
        RecursionError,
    ) as error:
        _explain(error, name, files)
    return found


def _keeping_ends(source: str) -> str:
    """Return the template so that only lines of nothing but commands leave no line behind.

    Jinja takes away the end of every line that ends with a command: `Ждём{% if late %} вас{% endif %}` too.
    """

    def kept(line: str) -> str:
        return line + "{{ '' }}" if line.endswith("%}") and _COMMANDS.sub("", line).strip() else line

    return "\n".join(kept(line.rstrip()) for line in source.split("\n"))


def _parted(name: str, rendered: str) -> tuple[str, str]:
    """Return subject and text. Raises TemplateMistakeError."""
    if len(rendered) > LONGEST_TEXT:
        raise TemplateMistakeError(words.TOO_LONG.format(file=name, limit=LONGEST_TEXT))
    first, _, rest = rendered.lstrip().partition("\n")
    subject = " ".join(first.removeprefix(SUBJECT).split())
    if not first.startswith(SUBJECT) or not subject:
        raise TemplateMistakeError(words.NO_SUBJECT.format(file=name))
    lines = "\n".join(line.rstrip() for line in rest.strip().split("\n"))
    return subject, _BLANK_LINES.sub("\n\n", lines)


def _blocks(text: str, url: str) -> Iterable[dict[str, object]]:
    """Yield the paragraphs: {вид, строки}; вид is абзац, список, or ссылка for the personal address on its own."""
    for paragraph in filter(None, text.split("\n\n")):
        if url and paragraph == url:
            yield {"вид": "ссылка", "строки": [url]}
            continue
        kind = "абзац"
        lines: list[str] = []
        for line in paragraph.split("\n"):
            wanted = "список" if line.startswith(_ITEM) else "абзац"
            if wanted != kind and lines:
                yield {"вид": kind, "строки": lines}
                lines = []
            kind = wanted
            lines.append(line.removeprefix(_ITEM) if wanted == "список" else line)
        yield {"вид": kind, "строки": lines}


def _explain(error: Exception, name: str, files: Mapping[str, str]) -> NoReturn:
    """Raise TemplateMistakeError for what the library raised, with file and line."""
    if isinstance(error, TemplateMistakeError):
        raise error
    said = " ".join(str(error).split())[:120] or type(error).__name__
    if isinstance(error, TemplateSyntaxError):
        file, line = error.name or name, error.lineno
    else:
        frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename in files]
        file, line = (frames[-1].filename, frames[-1].lineno or 1) if frames else (name, 1)
    match error:
        case UndefinedError():
            problem = words.UNKNOWN_NAME.format(name=said)
        case SecurityError():
            problem = words.FORBIDDEN.format(reason=said)
        case TemplateNotFound():
            problem = words.NO_FILE.format(name=said)
        case TemplateSyntaxError():
            problem = words.WRONG_COMMAND.format(reason=said)
        case _:
            problem = words.FAILED.format(reason=said)
    raise TemplateMistakeError(words.AT.format(file=file, line=line, problem=problem)) from error
