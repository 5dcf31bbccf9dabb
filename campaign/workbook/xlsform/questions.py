"""The sheet «survey» as sections with questions. What has no counterpart is listed with its cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from campaign.answer_types.repeats import USUAL_ENTRIES
from campaign.columns import HEADERS
from campaign.words import plain, twin
from campaign.workbook.errors import CellMistake
from campaign.workbook.tables import Location, Place
from campaign.workbook.xlsform import expressions, kinds, texts
from campaign.workbook.xlsform.entries import Group, Lists, OpenList, Repeat
from campaign.workbook.xlsform.expressions import Answers, NotCarriedError, Token
from campaign.workbook.xlsform.form import Row, Table
from campaign.workbook.xlsform.names import Ids
from campaign.workbook.xlsform.options import Options
from campaign.workbook.xlsform.shapes import Shapes, limited, name_of

USED = frozenset(
    ("type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message", "parameters")
) | {"appearance", "calculation"}
_YES, _NO = frozenset({"yes", "true", "true()", "да", "1", "истина"}), frozenset({"no", "false", "false()", "нет", "0"})
_REFERENCE = re.compile(r"\$\{[^{}$]*\}")


@dataclass(frozen=True, slots=True)
class Wish:
    """A condition of the form that may become a rule: what it needs to hold, of which question."""

    row: Row
    question: str
    condition: list[Token]


class Survey:
    """Makes sections of the rows, one after the other.

    sections, places: as in the document of a campaign
    answers:          names of the form and of the campaign
    wishes:           conditions that may become rules
    """

    def __init__(
        self, table: Table, lists: Mapping[str, Options], tabs: Mapping[str, str], left: list[CellMistake]
    ) -> None:
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
        self._list: OpenList | None = None
        self._entries = Lists(tabs)
        self._loose: set[str] = set()  # sections of questions that stand in no group
        self._notes: list[tuple[Row, str]] = []
        self._question_ids, self._section_ids = Ids("q_", reserved=True), Ids("s_")
        self._shapes = Shapes(lists, self.leave)
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
        group = kinds.GROUP.fullmatch(word)
        if self._repeat is not None:
            self._pass_over(self._repeat, row, group[1] if group else "")
        elif group and group[1] == "end":
            self._end(row)
        elif group and (group[2] == "loop" or (group[2] != "group" and self._list is not None)):
            self._drop_notes()
            self._repeat = Repeat(row)
        elif group and group[2] != "group":
            self._begin_list(row)
        elif group:
            self._begin(row)
        elif not word:
            if row.text("name") or row.text("label"):
                self.leave(row, "type", texts.TYPE_EMPTY)
        elif word in kinds.CALCULATED and row.text("name") in kinds.OF_KOBO:
            self.leave(row, "type", texts.VERSION_NOT_CARRIED.format(name=row.text("name")))
        elif word in kinds.SERVICE:
            self.leave(row, "type", texts.SERVICE_NOT_CARRIED.format(type=kind))
        elif word == "note":
            self._note(row)
        elif row.text("appearance").casefold() == kinds.LABELS_ONLY:
            self.leave(row, "appearance", texts.LABELS_ROW.format(name=name_of(row)))
        else:
            self._question(row, kind)

    def _pass_over(self, repeat: Repeat, row: Row, begins_or_ends: str) -> None:
        if not begins_or_ends:
            repeat.names.append(name_of(row))
            return
        repeat.depth += 1 if begins_or_ends == "begin" else -1
        if not repeat.depth:
            self._leave_repeat(repeat.row, repeat.names)
            self._repeat = None

    def _leave_repeat(self, row: Row, names: Iterable[str]) -> None:
        inside = ", ".join(filter(None, names)) or texts.NOTHING_INSIDE
        self.leave(row, "type", texts.REPEAT_NOT_CARRIED.format(name=name_of(row), questions=inside))

    def _begin_list(self, row: Row) -> None:
        self._begin_loose(row)
        given = self._question_ids.give_list(row.text("name"))
        if given != row.text("name"):
            self.leave(row, "name", texts.RENAMED.format(was=name_of(row), now=given))
        opened = self._entries.open(row, given)
        self._texts(row, opened.made)
        if condition := _joined([*self._conditions(), self._relevant(row)]):
            opened.made["relevant"] = condition
        self._put(row, opened.made)
        self._list = opened
        self._groups.append(Group(section=False, relevant="", lost=False, entries=True))

    def _end_list(self, ended: OpenList) -> None:
        """Give the list its share of the form's fields; take it away where nothing of it is carried."""
        self._drop_notes()
        self._list = None
        most = self._entries.share(ended.made) if ended.questions else 0
        if not most:
            self.sections[-1]["questions"].pop()
            here = ("sections", len(self.sections) - 1, "questions", len(self.sections[-1]["questions"]))
            self.places = {location: place for location, place in self.places.items() if location[:4] != here}
            self._leave_repeat(ended.row, ended.names)
            return
        self.leave(ended.row, "type", texts.LIST_CARRIED.format(name=name_of(ended.row)))
        if most < USUAL_ENTRIES:
            ended.made["max_entries"] = most
            self.leave(ended.row, "type", texts.LIST_SHORTER.format(name=name_of(ended.row), most=most))

    def _begin(self, row: Row) -> None:
        relevant = self._relevant(row)
        lost = bool(row.text("relevant")) and not relevant
        if not self._in_section and self._list is None and row.text("label"):
            outer = [group.relevant for group in self._groups]
            self._section(row, row.text("name") or "s", row.text("label"), self._hint(row))
            if condition := _joined([*outer, relevant]):
                self.sections[-1]["relevant"] = condition
            self._groups.append(Group(section=True, relevant="", lost=lost))
            return
        self._groups.append(Group(section=False, relevant=relevant, lost=lost))
        if self._list is not None:
            self.leave(row, "type", texts.GROUP_IN_ENTRY.format(name=name_of(row)))
        elif not row.text("label"):
            self.leave(row, "type", texts.GROUP_UNNAMED.format(name=name_of(row)))
        else:
            words = texts.GROUP_FLATTENED.format(name=name_of(row), section=self.sections[-1]["title"])
            self.leave(row, "type", words)

    @property
    def _in_section(self) -> bool:
        return any(group.section for group in self._groups)

    def _conditions(self) -> list[str]:
        """Return the conditions of the open groups, without those that the section of a question has itself."""
        sections = [number for number, group in enumerate(self._groups) if group.section]
        return [group.relevant for group in self._groups[sections[0] + 1 if sections else 0 :]]

    def _relevant(self, row: Row) -> str:
        """Return the condition of a row as Svod writes it; "" where there is none, or none that can be carried."""
        if not row.text("relevant"):
            return ""
        if self._list is not None:
            why = texts.ENTRY_CONDITION
            self.leave(row, "relevant", texts.RELEVANT_NOT_CARRIED.format(name=name_of(row), why=why))
            return ""
        try:
            return expressions.holds(row.text("relevant"), self.answers)
        except NotCarriedError as error:
            self.leave(row, "relevant", texts.RELEVANT_NOT_CARRIED.format(name=name_of(row), why=error))
            return ""

    def _end(self, row: Row) -> None:
        if not self._groups:
            self.leave(row, "type", texts.END_UNOPENED)
            return
        ended = self._groups.pop()
        if ended.section:
            self._drop_notes()
        elif ended.entries and self._list is not None:
            self._end_list(self._list)

    def _section(self, row: Row, name: str, title: str, hint: str) -> None:
        self.places["sections", len(self.sections)] = self._place(row)
        section = {"id": self._section_ids.give(name), "title": title, **({"hint": hint} if hint else {})}
        self.sections.append({**section, "questions": []})

    def _note(self, row: Row) -> None:
        text = row.text("label") or row.text("hint")
        if row.text("relevant"):
            self.leave(row, "relevant", texts.NOTE_CONDITIONAL.format(name=name_of(row)))
        elif _REFERENCE.search(text):
            found = _REFERENCE.findall(text)[0]
            self.leave(row, "label", texts.SUBSTITUTION.format(name=name_of(row), found=found))
        elif not text:
            return
        elif self._in_section and not self.sections[-1]["questions"] and "hint" not in self.sections[-1]:
            self.sections[-1]["hint"] = text
        else:
            self._notes.append((row, text))

    def _hint(self, row: Row) -> str:
        """Return the hint of a row with the notes that stand above it."""
        notes, self._notes = self._notes, []
        return "\n".join(filter(None, (*(text for _, text in notes), row.text("hint"))))

    def _drop_notes(self) -> None:
        for row, _ in self._notes:
            self.leave(row, "label", texts.NOTE_LOST.format(name=name_of(row)))
        self._notes = []

    def _question(self, row: Row, kind: str) -> None:
        name = name_of(row)
        if self._list is not None:
            self._list.names.append(name)
            if words := self._list.refuses(row, kind):
                self.leave(row, "type", words)
                return
        question = self._shapes.of(row, kind, self.answers)
        if question is None:
            return
        self._begin_loose(row)
        given = self._id(row.text("name"))
        if given != row.text("name"):
            self.leave(row, "name", texts.RENAMED.format(was=name, now=given))
        made: dict[str, Any] = {"id": given, **question, "title": row.text("label") or name}
        self._texts(row, made)
        relevant = self._relevant(row)
        if self._list is None:
            self.ids.setdefault(row.text("name"), given)
            if condition := _joined([*self._conditions(), relevant]):
                made["relevant"] = condition
        lost = any(group.lost for group in self._groups) or (bool(row.text("relevant")) and not relevant)
        if self._required(row, lost=lost) and "calculated" not in made:
            made["required"] = True
        self._shapes.aggregate(row, made)
        self._constraint(row, made)
        self._shapes.leave_looks(row, kind)
        here = self._put(row, made)
        select = kinds.SELECT.fullmatch(kind)
        if select:
            self._answers(row, made, select, here)

    def _begin_loose(self, row: Row) -> None:
        """Open a section for what stands in no group."""
        if not self._in_section and (not self.sections or self.sections[-1]["id"] not in self._loose):
            self._section(row, "questions", texts.SECTION_TITLE, "")
            self._loose.add(self.sections[-1]["id"])

    def _id(self, name: str) -> str:
        of = self._list
        return self._question_ids.give(name) if of is None else self._question_ids.give_inside(of.made["id"], name)

    def _texts(self, row: Row, made: dict[str, Any]) -> None:
        """Put the hint into a question or list, and a header where its title is taken; list what a text has lost."""
        name = name_of(row)
        if not row.text("label"):
            self.leave(row, "name", texts.LABEL_MISSING.format(name=name))
        for key in ("label", "hint"):
            if found := _REFERENCE.search(row.text(key)):
                self.leave(row, key, texts.SUBSTITUTION.format(name=name, found=found[0]))
        if hint := self._hint(row):
            made["hint"] = hint
        self._header(made)

    def _put(self, row: Row, made: dict[str, Any]) -> Location:
        """Add a question to the list or section that is open; return its place in the document."""
        items = self.sections[-1]["questions"]
        here: Location = ("sections", len(self.sections) - 1, "questions", len(items))
        if self._list is not None:
            items = self._list.questions
            here = ("sections", here[1], "questions", len(self.sections[-1]["questions"]) - 1, "questions", len(items))
        self.places[here] = self._place(row)
        items.append(made)
        return here

    def _answers(self, row: Row, made: dict[str, Any], select: re.Match[str], here: Location) -> None:
        """Keep the names of the options; add the question for an answer of one's own."""
        listed = self._lists[select[2]]
        for number, place in enumerate(listed.places):
            self.places[*here, "options", number] = place
        if made["type"] == "yes_no":
            self.options[made["id"]] = listed.yes_no
            return
        self.options[made["id"]] = listed.ids
        if select[3]:
            listed = listed.with_other()
            self.options[made["id"]] = listed.ids
            given = self._id(f"{made['id']}_other")
            title = texts.OTHER_TITLE.format(title=made["title"])
            other = {"id": given, "type": "text", "title": title}
            if self._list is None:
                other["relevant"] = f"includes({made['id']}, {listed.other})"
            self._header(other)
            self._put(row, other)
            self.leave(row, "type", texts.OTHER_QUESTION.format(name=name_of(row), now=given))

    def _header(self, made: dict[str, Any]) -> None:
        """Give the question a column title of its own, where another one has the same text."""
        headers = self._headers if self._list is None else self._list.headers
        if twin(made["title"]) in headers:
            made["header"] = f"{made['title']} ({made['id']})"
        headers.add(twin(made.get("header", made["title"])))

    def _required(self, row: Row, *, lost: bool) -> bool:
        """Return True for a question that must be answered. lost: it is shown more often than in the form."""
        asked = plain(row.text("required"))
        if asked and asked not in _YES | _NO:
            self.leave(row, "required", texts.REQUIRED_NOT_CARRIED.format(name=name_of(row)))
        elif asked in _YES and lost:
            self.leave(row, "required", texts.NOW_OPTIONAL.format(name=name_of(row)))
        return asked in _YES and not lost

    def _constraint(self, row: Row, made: dict[str, Any]) -> None:
        """Make limits of the plain conditions; keep the others as wishes for rules."""
        if not row.text("constraint"):
            return
        try:
            conditions = expressions.parts(row.text("constraint"))
        except NotCarriedError as error:
            self.leave(row, "constraint", texts.CONSTRAINT_NOT_CARRIED.format(name=name_of(row), why=error))
            return
        wishes = [condition for condition in conditions if "calculated" in made or not limited(made, condition)]
        if wishes and self._list is not None:
            words = texts.CONSTRAINT_NOT_CARRIED.format(name=name_of(row), why=texts.ENTRY_RULE)
            self.leave(row, "constraint", words)
            return
        self.wishes += [Wish(row, made["id"], condition) for condition in wishes]
        if row.text("constraint_message") and not wishes:
            self.leave(row, "constraint_message", texts.MESSAGE_NEEDLESS.format(name=name_of(row)))

    def _place(self, row: Row) -> Place:
        keys = {"id": "name", "title": "label", "header": "label", "type": "type", "hint": "hint", "options": "type"}
        keys |= {
            "relevant": "relevant",
            "required": "required",
            "calculated": "calculation",
            "minimum": "constraint",
            "maximum": "constraint",
            "max_length": "constraint",
        }
        cells = {ours: (row.cells[key].place, row.cells[key].shown) for ours, key in keys.items() if key in row.cells}
        return Place(self._table.sheet, row.cells["type"].place if "type" in row.cells else row.first, cells)

    def _finish(self) -> None:
        """Leave out sections without questions, and number the places of the others anew."""
        if self._repeat is not None:
            self._leave_repeat(self._repeat.row, self._repeat.names)
        if self._list is not None:
            self._end_list(self._list)
        self._drop_notes()
        kept = [number for number, section in enumerate(self.sections) if section["questions"]]
        new = {old: number for number, old in enumerate(kept)}
        self.sections = [self.sections[number] for number in kept]
        self.places = {
            ("sections", new[location[1]], *location[2:]): place
            for location, place in self.places.items()
            if location[1] in new
        }


def _joined(conditions: Iterable[str]) -> str:
    """Return one condition that holds where all of them do; "" for none."""
    filled = [one for one in conditions if one]
    return filled[0] if len(filled) == 1 else " and ".join(f"({one})" for one in filled)
