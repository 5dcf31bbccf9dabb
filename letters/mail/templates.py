"""Which template a mail is made of, and the child process that fills it in.

Ours stand in `templates/mail/` of this room; staff put theirs, under the same names, into `templates/mail/` of the data
folder, or into a folder with the campaign's id in there. One of a step (`one_day_before.txt`) goes before the common
one (`reminder.txt`).
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from letters.documents import run_child
from letters.errors import LettersError, TemplateMistakeError
from letters.facts import Facts
from letters.limits import MISTAKE, TEMPLATE_SECONDS
from letters.mail import texts
from letters.mail.plan import REMINDERS, Step
from outbox.texts import reason

OURS = Path(__file__).parents[1] / "templates" / "mail"
FOLDER = "mail"
ENDINGS = (".txt", ".html")
LARGEST = 200_000
"""Bytes of a template."""
MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class Filled:
    """A mail as the template made it."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Templates:
    """files: name → text. paths: name → where it stands."""

    files: Mapping[str, str]
    paths: Mapping[str, Path]

    def name_of(self, step: Step) -> str:
        """Return the name of the template of a step."""
        own = f"{step}.txt"
        return own if own in self.files or step not in REMINDERS else f"{Step.REMINDER}.txt"


def load_templates(own: Path, campaign_id: str) -> Templates:
    """Return the templates of a campaign. own: the folder of the staff's templates. Raises TemplateMistakeError."""
    paths: dict[str, Path] = {}
    for folder in (OURS, own / FOLDER, own / FOLDER / campaign_id):
        try:
            found = sorted(one for one in folder.iterdir() if one.suffix in ENDINGS)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise TemplateMistakeError(texts.TEMPLATE_UNREADABLE.format(path=folder, reason=reason(error))) from error
        paths |= {one.name: one for one in found[:MOST_FILES]}
    return Templates({name: _read(path) for name, path in paths.items()}, paths)


def fill_in(templates: Templates, step: Step, facts: Sequence[Facts]) -> list[Filled]:
    """Return the mails that the step's template makes of the facts, in the same order.

    Raises TemplateMistakeError, which names file and line, and LettersError.
    """
    name = templates.name_of(step)
    path = templates.paths[name]
    job: Facts = {"program": "mail", "files": dict(templates.files), "name": name, "facts": list(facts)}
    try:
        done = run_child(job)
    except subprocess.TimeoutExpired as error:
        problem = texts.TEMPLATE_SLOW.format(path=path, seconds=TEMPLATE_SECONDS)
        raise TemplateMistakeError(problem) from error
    if done.returncode == MISTAKE:
        said = done.stderr.decode("utf-8", "replace").strip()
        named = next(
            (str(path) + said.removeprefix(file) for file, path in templates.paths.items() if said.startswith(file)),
            said,
        )
        raise TemplateMistakeError(texts.TEMPLATE_WRONG.format(problem=named))
    if done.returncode:
        raise TemplateMistakeError(texts.TEMPLATE_CRASHED.format(path=path))
    try:
        made = [Filled(**one) for one in json.loads(done.stdout)]
    except (ValueError, TypeError) as error:
        raise LettersError(texts.TEMPLATE_CRASHED.format(path=path)) from error
    return made


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise TemplateMistakeError(texts.TEMPLATE_UNREADABLE.format(path=path, reason=reason(error))) from error
    if len(content) > LARGEST:
        raise TemplateMistakeError(texts.TEMPLATE_TOO_LARGE.format(path=path, kilobytes=LARGEST // 1000))
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise TemplateMistakeError(texts.TEMPLATE_NO_TEXT.format(path=path)) from error
