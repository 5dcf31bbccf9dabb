"""An XLSForm as a campaign: its questions, with all that a form has no words for taken from another campaign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from campaign import consistency
from campaign.mistakes import expected_words, false_alarm
from campaign.model import Campaign, RuleText
from campaign.model.compile import RuleError, compile_condition, compile_rule
from campaign.workbook.document import document
from campaign.workbook.errors import CellMistake, WorkbookError, refused
from campaign.workbook.grid import ref
from campaign.workbook.reading import frozen
from campaign.workbook.tables import Location, Mistakes, Place, location_of, mistake_at
from campaign.workbook.texts import IN_LINE
from campaign.workbook.xlsform import options, questions, texts
from campaign.workbook.xlsform.expressions import Answers, NotCarriedError, violated
from campaign.workbook.xlsform.form import Form, Row, Table, read_form
from campaign.workbook.xlsform.names import Ids, campaign_id
from campaign.workbook.xlsform.questions import Survey, Wish

RELEVANT = "relevant"
_SETTINGS = frozenset({"form_title", "form_id", "default_language"})
_SHOWN_CELLS = 5
_OF_KOBO = "$"
"""Begins the headers that Kobo fills for itself: `$kuid`, `$xpath`."""
_SHORT = 80
_NOT_OF_THE_FORM = ("campaign", "schedule", "municipality_kinds", "municipalities")
_OF_ANOTHER = frozenset({"closed", "follows"})
"""Keys of `campaign` that are true of the base alone."""
_OF_ITS_FIGURES = ("plan", "headcounts")
"""Keys of a municipality that belong to the questions of the other campaign."""


@dataclass(frozen=True, slots=True)
class Carried:
    """left: what is not carried over, or changed on the way, in the order of the form"""

    campaign: Campaign
    left: tuple[CellMistake, ...]


def from_xlsform(path: Path, base: Campaign) -> Carried:
    """Return the campaign of a form, with sender, dates and municipalities of `base`.

    Raises WorkbookError where the form cannot be read, or a question cannot be of any campaign.
    """
    form = read_form(path)
    left: list[CellMistake] = []
    lists = options.read_options(form.choices, left)
    survey = Survey(form.survey, lists, base.spreadsheet.tabs.model_dump(), left)
    if not survey.sections:
        raise refused(path, texts.NOTHING_CARRIED)
    left += [
        *_columns(form.survey, questions.USED),
        *_columns(form.choices, options.USED),
        *_settings(form.settings),
    ]
    made = _document(form, path, base, survey)
    campaign = _checked(path, {**made, "sections": _unconditional(survey.sections)}, survey.places)
    _drop_conditions(survey, campaign, left)
    rules = list(_rules(survey, campaign, left))
    campaign = _checked(path, {**made, "rules": rules}, survey.places)
    order = [form.survey.sheet, form.choices.sheet, form.settings.sheet]
    return Carried(campaign, tuple(_in_order(left, order)))


def _in_order(left: Iterable[CellMistake], sheets: list[str]) -> list[CellMistake]:
    """Return all of them sheet by sheet, row by row."""
    places = Mistakes()
    for one in left:
        places.add(one)
    rank = {(one.sheet, one.cell): number for number, one in enumerate(places.in_order(sheets))}
    return sorted(left, key=lambda one: rank[one.sheet, one.cell])


def _document(form: Form, path: Path, base: Campaign, survey: Survey) -> dict[str, Any]:
    """Return the campaign as plain data, without rules."""
    settings = form.settings.rows[0] if form.settings.rows else None
    title = (settings.text("form_title") if settings else "") or path.stem
    name = (settings.text("form_id") if settings else "") or path.stem
    plain = {key: value for key, value in document(base).items() if key in _NOT_OF_THE_FORM}
    about = {"id": campaign_id(name, texts.DEFAULT_ID, base.id), "title": title, "subject": title}
    return {
        **plain,
        "campaign": {key: value for key, value in plain["campaign"].items() if key not in _OF_ANOTHER} | about,
        "spreadsheet": {"tabs": document(base.spreadsheet.tabs)},
        "sections": survey.sections,
        "municipalities": [
            {key: value for key, value in one.items() if key not in _OF_ITS_FIGURES} for one in plain["municipalities"]
        ],
    }


def _checked(path: Path, made: Mapping[str, Any], places: Mapping[Location, Place]) -> Campaign:
    """Return the campaign. Raises WorkbookError with the cells of the form."""
    try:
        campaign = Campaign.model_validate(frozen(dict(made)))
    except ValidationError as error:
        found = [
            mistake_at(places, location_of(details), expected_words(details))
            for details in error.errors()
            if not false_alarm(details)
        ]
        raise WorkbookError(path, found) from error
    mistakes = [
        mistake_at(places, one.location, one.expected.replace("{line}", _line(places, one)))
        for one in consistency.mistakes(campaign)
    ]
    if mistakes:
        raise WorkbookError(path, mistakes)
    return campaign


def _line(places: Mapping[Location, Place], mistake: consistency.Mistake) -> str:
    if mistake.other is None:
        return ""
    other = mistake_at(places, mistake.other, "")
    return IN_LINE.format(row=other.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), sheet=other.sheet)


def _unconditional(sections: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the sections with everything asked always."""
    return [
        {
            **{key: value for key, value in section.items() if key != RELEVANT},
            "questions": [{k: v for k, v in question.items() if k != RELEVANT} for question in section["questions"]],
        }
        for section in sections
    ]


def _drop_conditions(survey: Survey, campaign: Campaign, left: list[CellMistake]) -> None:
    """Take the conditions that Svod refuses from the sections: what had one is asked always, and of nobody required."""
    earlier: set[str] = set()
    for s, section in enumerate(survey.sections):
        kept = _keep_condition(section, survey.places["sections", s], campaign, earlier, left)
        for n, question in enumerate(section["questions"]):
            place = survey.places["sections", s, "questions", n]
            if not (_keep_condition(question, place, campaign, earlier, left) and kept) and question.pop("required", 0):
                left.append(place.mistake("required", texts.NOW_OPTIONAL.format(name=question["id"])))
            earlier.add(question["id"])


def _keep_condition(
    item: dict[str, Any], place: Place, campaign: Campaign, earlier: set[str], left: list[CellMistake]
) -> bool:
    """Return True if the item has no condition or one that Svod takes; take away any other one."""
    if RELEVANT not in item:
        return True
    try:
        compile_condition("", item[RELEVANT], campaign.vocabulary, earlier)
    except RuleError as error:
        del item[RELEVANT]
        words = texts.RELEVANT_NOT_CARRIED.format(name=item["id"], why=error.expected)
        left.append(place.mistake(RELEVANT, words))
        return False
    return True


def _rules(survey: Survey, campaign: Campaign, left: list[CellMistake]) -> Iterator[dict[str, str]]:
    """Yield a rule for each condition of the form that can be one."""
    ids = Ids("r_")
    for wish in survey.wishes:
        try:
            rule = _rule(wish, survey.answers, campaign, ids)
            list(compile_rule(RuleText.model_validate(rule), campaign.vocabulary))
        except (NotCarriedError, RuleError, ValidationError) as error:
            why = error.expected if isinstance(error, RuleError) else str(error)
            cell = wish.row.cells["constraint"]
            words = texts.CONSTRAINT_NOT_CARRIED.format(name=wish.row.text("name"), why=why)
            left.append(CellMistake(survey.sheet, cell.place, cell.shown, words))
        else:
            yield rule


def _rule(wish: Wish, answers: Answers, campaign: Campaign, ids: Ids) -> dict[str, str]:
    title = campaign.by_id[wish.question].title
    said = wish.row.text("constraint_message")
    # A brace begins an expression in a message.
    message = said if said and not set("{}$") & set(said) else texts.RULE_MESSAGE.format(title=_without_braces(title))
    short = said or texts.RULE_SHORT.format(title=title)
    return {
        "id": ids.give(f"{wish.question}_constraint"),
        "if": violated(wish.condition, wish.question, answers),
        "at": wish.question,
        "short": short if len(short) <= _SHORT else f"{short[: _SHORT - 1]}…",
        "message": message,
        "advice": texts.RULE_ADVICE,
        "level": "error",
    }


def _without_braces(title: str) -> str:
    return title.replace("{", "(").replace("}", ")")


def _columns(table: Table, used: frozenset[str]) -> Iterator[CellMistake]:
    """Yield a line for each column that is not carried over and has something in it."""
    for header in table.headers:
        place = ref(1, header.column)
        if header in table.other_languages:
            taken = _taken(table, header.key)
            yield CellMistake(table.sheet, place, header.shown, texts.LANGUAGE_NOT_CARRIED.format(taken=taken))
        elif header.key not in used and not header.key.startswith(_OF_KOBO):
            filled = [row.cells[header.key].place for row in table.rows if header.key in row.cells]
            if filled:
                words = texts.COLUMN_NOT_CARRIED.format(cells=_some(filled))
                yield CellMistake(table.sheet, place, header.shown, words)


def _taken(table: Table, key: str) -> str:
    shown = next((h.shown for h in table.headers if h.key == key and h not in table.other_languages), key)
    return texts.LANGUAGE_RUSSIAN.format(shown=shown)


def _some(cells: list[str]) -> str:
    shown = ", ".join(cells[:_SHOWN_CELLS])
    more = len(cells) - _SHOWN_CELLS
    return texts.COLUMN_MORE.format(cells=shown, more=more) if more > 0 else shown


def _settings(settings: Table) -> Iterator[CellMistake]:
    row: Row | None = settings.rows[0] if settings.rows else None
    for key, cell in row.cells.items() if row else ():
        if key not in _SETTINGS and not key.startswith(_OF_KOBO):
            yield CellMistake(settings.sheet, cell.place, cell.shown, texts.SETTING_NOT_CARRIED)
