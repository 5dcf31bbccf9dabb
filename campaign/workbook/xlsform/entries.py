"""What of a form is open while its rows are read: groups, and repeats, which become lists of entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from campaign.answer_types.repeats import REPEATS, USUAL_ENTRIES
from campaign.model.repeats import MOST_FIELDS, MOST_QUESTIONS
from campaign.words import twin
from campaign.workbook.xlsform import kinds, texts
from campaign.workbook.xlsform.form import Row
from campaign.workbook.xlsform.shapes import name_of

_LONGEST_TAB = 100


@dataclass(frozen=True, slots=True)
class Group:
    """A group that is open.

    section:  it is a section, as the outermost group with a label is
    relevant: its condition; of a section "", which has it itself
    lost:     its condition is not carried
    entries:  it is a list of entries
    """

    section: bool
    relevant: str
    lost: bool
    entries: bool = False


@dataclass(slots=True)
class Repeat:
    """A repeat inside another one, or a loop, that is passed over.

    depth: groups and repeats that are open, itself among them
    """

    row: Row
    names: list[str] = field(default_factory=list)
    depth: int = 1


@dataclass(slots=True)
class OpenList:
    """A repeat that is open. made: the list in the document; names: of the rows inside; headers: of its tab"""

    row: Row
    made: dict[str, Any]
    names: list[str] = field(default_factory=list)
    headers: set[str] = field(default_factory=set)

    @property
    def questions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.made["questions"]
        return found

    def refuses(self, row: Row, kind: str) -> str:
        """Return why a question cannot be in an entry; "" where it can."""
        word = kind.casefold()
        if word in kinds.CALCULATED or kinds.TYPES.get(word) == "files":
            return texts.NOT_IN_ENTRY.format(name=name_of(row))
        if len(self.questions) == MOST_QUESTIONS:
            return texts.ENTRY_FULL.format(name=name_of(row), most=MOST_QUESTIONS)
        return ""


class Lists:
    """Gives the lists of a form their tabs and their share of the form's fields. tabs: titles that are taken"""

    def __init__(self, tabs: Mapping[str, str]) -> None:
        self._tabs = {twin(title) for title in tabs.values()}
        self._left = MOST_FIELDS

    def open(self, row: Row, given: str) -> OpenList:
        title = row.text("label") or name_of(row)
        made: dict[str, Any] = {"id": given, "type": REPEATS, "title": title, "entry": texts.ENTRY, "questions": []}
        tab = " ".join(title.split())[:_LONGEST_TAB]
        if twin(tab) in self._tabs:
            tab = f"{tab[: _LONGEST_TAB - len(given) - 3]} ({given})"
        self._tabs.add(twin(tab))
        if tab != title:
            made["tab"] = tab
        return OpenList(row, made)

    def share(self, made: dict[str, Any]) -> int:
        """Return how many entries a list may have; take their fields."""
        fields = 1 + sum(len(one.get("options", ())) or 1 for one in made["questions"])
        most = min(USUAL_ENTRIES, self._left // fields)
        self._left -= most * fields
        return most
