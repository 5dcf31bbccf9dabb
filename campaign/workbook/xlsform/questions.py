"""The sheet «survey» as sections with questions. What has no counterpart is listed with its cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from campaign.columns import HEADERS
from campaign.model.aggregate import ask_for_aggregate
from campaign.words import plain, twin
from campaign.workbook import texts
from campaign.workbook.errors import CellMistake
from campaign.workbook.tables import Location, Place
from campaign.workbook.xlsform import expressions
from campaign.workbook.xlsform.expressions import Answers, NotCarriedError, Token
from campaign.workbook.xlsform.form import Row, Table
from campaign.workbook.xlsform.names import Ids
from campaign.workbook.xlsform.options import Options

USED = frozenset(
    {"type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message", "parameters"}
)
_TYPES: Mapping[str, str] = {
    "integer": "integer",
    "int": "integer",
    "decimal": "decimal",
    "text": "text",
    "string": "text",
    "date": "date",
}
_SERVICE = frozenset(
    ("start", "end", "today", "deviceid", "username", "phonenumber", "simserial", "subscriberid", "imei", "email")
) | {"audit", "uri", "start-geopoint"}
_SELECT = re.compile(
    r"(select_one|select one(?: from)?|select1|select_multiple|select multiple(?: from)?"
    r"|select all that apply(?: from)?) (\S+)( or[_ ]other| or specify other)?",
    re.IGNORECASE,
)
_GROUP = re.compile(r"(begin|end)[ _](group|lgroup|repeat|looped group|loop)")
_YES, _NO = frozenset({"yes", "true", "true()", "да", "1", "истина"}), frozenset({"no", "false", "false()", "нет", "0"})
_REFERENCE = re.compile(r"\$\{[^{}$]*\}")
_PARAMETER = re.compile(r"(start|end|step)\s*=\s*(-?[0-9]+(?:\.[0-9]+)?)")


@dataclass(frozen=True, slots=True)
class Wish:
    """A condition of the form that may become a rule: what it needs to hold, of which question."""

    row: Row
    question: str
    condition: list[Token]


@dataclass(frozen=True, slots=True)
class Group:
    """A group that is open. relevant: its condition; of a section "", which has it itself. lost: it is not carried."""

    relevant: str
    lost: bool


@dataclass(slots=True)
class Repeat:
    """A repeat that is passed over. depth: groups and repeats that are open, itself among them."""

    row: Row
    names: list[str] = field(default_factory=list)
    depth: int = 1


class Survey:
    """Makes sections of the rows, one after the other.

    sections, places: as in the document of a campaign
    answers:          names of the form and of the campaign
    wishes:           conditions that may become rules
    """

    def __init__(self, table: Table, lists: Mapping[str, Options], left: list[CellMistake]) -> None:
        self.sections: list[dict[str, Any]] = []
        self.places: dict[Location, Place] = {}
        self.ids: dict[str, str] = {}
        self.options: dict[str, Mapping[str, str | bool]] = {}
        self.wishes: list[Wish] = []
        self._table = table
        self._lists = lists
        self._left = left
        self._groups: list[Group] = []
        self._repeat: Repeat | None = None
        self._loose: set[str] = set()  # sections of questions that stand in no group
        self._notes: list[tuple[Row, str]] = []
        self._question_ids, self._section_ids = Ids("q_", reserved=True), Ids("s_")
        self._headers = {twin(header) for header in HEADERS.values()}
        for row in table.rows:
            self._add(row)
        self._finish()

    @property
    def sheet(self) -> str:
        return self._table.sheet

    @property
    def answers(self) -> Answers:
        return Answers(self.ids, self.options)

    def leave(self, row: Row, key: str, words: str) -> None:
        """List something that is not carried over, at a cell of a row."""
        cell = row.cells.get(key)
        self._left.append(
            CellMistake(self._table.sheet, cell.place if cell else row.first, cell.shown if cell else key, words)
        )

    def _add(self, row: Row) -> None:
        kind = " ".join(row.text("type").split())
        word = kind.casefold()
        group = _GROUP.fullmatch(word)
        if self._repeat is not None:
            self._pass_over(self._repeat, row, group[1] if group else "")
        elif group and group[1] == "end":
            self._end(row)
        elif group and group[2] != "group":
            self._repeat = Repeat(row)
        elif group:
            self._begin(row)
        elif not word:
            if row.text("name") or row.text("label"):
                self.leave(row, "type", texts.TYPE_EMPTY)
        elif word in _SERVICE:
            self.leave(row, "type", texts.SERVICE_NOT_CARRIED.format(type=kind))
        elif word == "note":
            self._note(row)
        else:
            self._question(row, kind)

    def _pass_over(self, repeat: Repeat, row: Row, begins_or_ends: str) -> None:
        if not begins_or_ends:
            repeat.names.append(_name(row))
            return
        repeat.depth += 1 if begins_or_ends == "begin" else -1
        if not repeat.depth:
            self._tell_repeat(repeat)
            self._repeat = None

    def _tell_repeat(self, repeat: Repeat) -> None:
        inside = ", ".join(filter(None, repeat.names)) or texts.NOTHING_INSIDE
        words = texts.REPEAT_NOT_CARRIED.format(name=_name(repeat.row), questions=inside)
        self.leave(repeat.row, "type", words)

    def _begin(self, row: Row) -> None:
        nested = bool(self._groups)
        relevant = self._relevant(row)
        self._groups.append(Group(relevant if nested else "", lost=bool(row.text("relevant")) and not relevant))
        if nested:
            words = texts.GROUP_FLATTENED.format(name=_name(row), section=self.sections[-1]["title"])
            self.leave(row, "type", words)
        else:
            self._section(row, row.text("name") or "s", _name(row, "label") or texts.SECTION_TITLE, row.text("hint"))
            if relevant:
                self.sections[-1]["relevant"] = relevant

    def _relevant(self, row: Row) -> str:
        """Return the condition of a row as Svod writes it; "" where there is none, or none that can be carried."""
        if not row.text("relevant"):
            return ""
        try:
            return expressions.holds(row.text("relevant"), self.answers)
        except NotCarriedError as error:
            self.leave(row, "relevant", texts.RELEVANT_NOT_CARRIED.format(name=_name(row), why=error))
            return ""

    def _end(self, row: Row) -> None:
        if not self._groups:
            self.leave(row, "type", texts.END_UNOPENED)
            return
        self._groups.pop()
        if not self._groups:
            self._drop_notes()

    def _section(self, row: Row, name: str, title: str, hint: str) -> None:
        self._drop_notes()
        self.places["sections", len(self.sections)] = self._place(row)
        section = {"id": self._section_ids.give(name), "title": title, **({"hint": hint} if hint else {})}
        self.sections.append({**section, "questions": []})

    def _note(self, row: Row) -> None:
        text = row.text("label") or row.text("hint")
        if _REFERENCE.search(text):
            found = _REFERENCE.findall(text)[0]
            self.leave(row, "label", texts.SUBSTITUTION.format(name=_name(row), found=found))
        elif not text:
            return
        elif self._groups and not self.sections[-1]["questions"] and "hint" not in self.sections[-1]:
            self.sections[-1]["hint"] = text
        else:
            self._notes.append((row, text))

    def _drop_notes(self) -> None:
        for row, _ in self._notes:
            self.leave(row, "label", texts.NOTE_LOST.format(name=_name(row)))
        self._notes = []

    def _question(self, row: Row, kind: str) -> None:
        name = _name(row)
        question = self._typed(row, kind)
        if question is None:
            return
        if not self._groups and (not self.sections or self.sections[-1]["id"] not in self._loose):
            self._section(row, "questions", texts.SECTION_TITLE, "")
            self._loose.add(self.sections[-1]["id"])
        given = self._question_ids.give(row.text("name"))
        if given != row.text("name"):
            self.leave(row, "name", texts.RENAMED.format(was=name, now=given))
        self.ids.setdefault(row.text("name"), given)
        made: dict[str, Any] = {"id": given, **question, "title": row.text("label") or name}
        if not row.text("label"):
            self.leave(row, "name", texts.LABEL_MISSING.format(name=name))
        for key in ("label", "hint"):
            if found := _REFERENCE.search(row.text(key)):
                self.leave(row, key, texts.SUBSTITUTION.format(name=name, found=found[0]))
        hint = "\n".join(filter(None, (*(text for _, text in self._notes), row.text("hint"))))
        self._notes = []
        if hint:
            made["hint"] = hint
        self._header(made)
        relevant = self._relevant(row)
        conditions = [*filter(None, (group.relevant for group in self._groups)), *filter(None, [relevant])]
        if conditions:
            made["relevant"] = conditions[0] if len(conditions) == 1 else " and ".join(f"({one})" for one in conditions)
        lost = any(group.lost for group in self._groups) or (bool(row.text("relevant")) and not relevant)
        if self._required(row, lost=lost):
            made["required"] = True
        self._aggregate(row, made)
        self._constraint(row, made)
        section = self.sections[-1]["questions"]
        here: Location = ("sections", len(self.sections) - 1, "questions", len(section))
        self.places[here] = self._place(row)
        select = _SELECT.fullmatch(kind)
        if select:
            listed = self._lists[select[2]]
            self.options[given] = listed.ids
            for number, place in enumerate(listed.places):
                self.places[*here, "options", number] = place
        section.append(made)

    def _typed(self, row: Row, kind: str) -> dict[str, Any] | None:
        """Return the type with what belongs to it; None for a type that Svod has not."""
        word, name = kind.casefold(), _name(row)
        if word in _TYPES:
            found = _TYPES[word]
            long = found == "text" and "multiline" in row.text("appearance").casefold()
            return {"type": "long_text" if long else found}
        if word == "range":
            return self._range(row)
        select = _SELECT.fullmatch(kind)
        if select is None:
            self.leave(row, "type", texts.TYPE_NOT_CARRIED.format(name=name, type=kind))
            return None
        if select[3]:
            self.leave(row, "type", texts.OR_OTHER.format(name=name))
        listed = self._lists.get(select[2])
        if listed is None or len(listed.options) < 2:
            self.leave(row, "type", texts.LIST_SHORT.format(name=name, list=select[2]))
            return None
        one = "one" in select[1].casefold() or "1" in select[1]
        if one and listed.yes_no:
            return {"type": "yes_no"}
        return {"type": "one_of" if one else "several", "options": listed.options}

    def _range(self, row: Row) -> dict[str, Any]:
        found = {key: float(number) for key, number in _PARAMETER.findall(row.text("parameters"))}
        start, end, step = found.get("start", 0.0), found.get("end", 10.0), found.get("step", 1.0)
        whole = start.is_integer() and step.is_integer()
        limits = {
            key: int(number) if number.is_integer() else number
            for key, number in (("minimum", start), ("maximum", end))
        }
        return {"type": "integer" if whole else "decimal", **limits}

    def _header(self, made: dict[str, Any]) -> None:
        """Give the question a column title of its own, where another one has the same text."""
        if twin(made["title"]) in self._headers:
            made["header"] = f"{made['title']} ({made['id']})"
        self._headers.add(twin(made.get("header", made["title"])))

    def _required(self, row: Row, *, lost: bool) -> bool:
        """Return True for a question that must be answered. lost: it is shown more often than in the form."""
        asked = plain(row.text("required"))
        if asked and asked not in _YES | _NO:
            self.leave(row, "required", texts.REQUIRED_NOT_CARRIED.format(name=_name(row)))
        elif asked in _YES and lost:
            self.leave(row, "required", texts.NOW_OPTIONAL.format(name=_name(row)))
        return asked in _YES and not lost

    def _aggregate(self, row: Row, made: dict[str, Any]) -> None:
        if made["type"] in ("integer", "decimal"):
            try:
                ask_for_aggregate(title=made["title"], header=made.get("header"))
            except ValueError:  # pydantic's errors are
                made["aggregate"] = "none"
                self.leave(row, "label", texts.AGGREGATE_UNKNOWN.format(name=_name(row)))

    def _constraint(self, row: Row, made: dict[str, Any]) -> None:
        """Make limits of the plain conditions; keep the others as wishes for rules."""
        if not row.text("constraint"):
            return
        try:
            conditions = expressions.parts(row.text("constraint"))
        except NotCarriedError as error:
            self.leave(row, "constraint", texts.CONSTRAINT_NOT_CARRIED.format(name=_name(row), why=error))
            return
        wishes = [condition for condition in conditions if not _limited(made, condition)]
        self.wishes += [Wish(row, made["id"], condition) for condition in wishes]
        if row.text("constraint_message") and not wishes:
            self.leave(row, "constraint_message", texts.MESSAGE_NEEDLESS.format(name=_name(row)))

    def _place(self, row: Row) -> Place:
        keys = {"id": "name", "title": "label", "header": "label", "type": "type", "hint": "hint", "options": "type"}
        keys |= {
            "relevant": "relevant",
            "required": "required",
            "minimum": "constraint",
            "maximum": "constraint",
            "max_length": "constraint",
        }
        cells = {ours: (row.cells[key].place, row.cells[key].shown) for ours, key in keys.items() if key in row.cells}
        return Place(self._table.sheet, row.cells["type"].place if "type" in row.cells else row.first, cells)

    def _finish(self) -> None:
        """Leave out sections without questions, and number the places of the others anew."""
        if self._repeat is not None:
            self._tell_repeat(self._repeat)
        self._drop_notes()
        kept = [number for number, section in enumerate(self.sections) if section["questions"]]
        new = {old: number for number, old in enumerate(kept)}
        self.sections = [self.sections[number] for number in kept]
        self.places = {
            ("sections", new[location[1]], *location[2:]): place
            for location, place in self.places.items()
            if location[1] in new
        }


def _limited(made: dict[str, Any], condition: list[Token]) -> bool:
    """Put a plain limit into the question; return False for any other condition, and for a second, different limit."""
    if made["type"] in ("integer", "decimal"):
        found = expressions.limit(condition, whole=made["type"] == "integer")
        if found is None:
            return False
        key, number = found
        narrower: Callable[..., Any] = min if key == "maximum" else max
        made[key] = narrower(made.get(key, number), number)
        return True
    longest = expressions.longest(condition) if made["type"] in ("text", "long_text") else None
    if longest is None or not 1 <= longest <= 20_000:
        return False
    made["max_length"] = longest
    return True


def _name(row: Row, first: str = "name") -> str:
    return row.text(first) or row.text("name") or row.text("label")
