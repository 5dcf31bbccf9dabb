"""«Вопросы» and «Варианты» as the sections of a campaign file: rows between begin_… and end_…, as in an XLSForm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from campaign.model import Figure, Question, Repeats, Section, Table
from campaign.workbook import layout, texts
from campaign.workbook.layout import (
    BEGIN_GROUP,
    BEGIN_REPEAT,
    BEGIN_TABLE,
    END_GROUP,
    END_REPEAT,
    END_TABLE,
    FIGURE,
    LIST_NAME,
    SELECT,
)
from campaign.workbook.tables import Location, Mistakes, Place, Record, values

_ENDS = {END_GROUP: BEGIN_GROUP, END_TABLE: BEGIN_TABLE, END_REPEAT: BEGIN_REPEAT}
_KINDS = texts.TYPES.keys() - _ENDS.keys()
_NAMES = {name: key for key, name in layout.XLSFORM_NAMES.items()}
Lists = Mapping[str, list[tuple[dict[str, object], Place]]]


def file_names() -> dict[str, str]:
    """Return XLSForm's word → key of the file."""
    return dict(_NAMES)


def read_lists(records: Iterable[Record], mistakes: Mistakes) -> Lists:
    """Return the lists of options: name → each option with its place."""
    columns = {column.key: column for column in layout.option_columns()}
    lists: dict[str, list[tuple[dict[str, object], Place]]] = {}
    for record in records:
        option = values(record, columns, mistakes)
        name = option.pop(LIST_NAME, None)
        if name is None:
            mistakes.add(record.place.mistake(LIST_NAME, texts.OPTION_UNLISTED))
        lists.setdefault(str(name), []).append((option, record.place))
    return lists


class Outline:
    """Makes sections of the rows of «Вопросы», one after the other.

    sections: as the file has them
    places:   location in the document → where it stands
    """

    def __init__(self, lists: Lists, mistakes: Mistakes) -> None:
        self.sections: list[dict[str, Any]] = []
        self.places: dict[Location, Place] = {}
        self._lists = lists
        self._mistakes = mistakes
        self._section: Record | None = None
        self._table: Record | None = None
        self._repeat: Record | None = None
        self._columns = {column.key: column for column in layout.question_columns()}

    def add(self, record: Record) -> None:
        """Take the next row."""
        row = values(record, self._columns, self._mistakes)
        kind = row.get("type")
        word = str(kind).split(maxsplit=1)[0] if kind else ""
        if not word:
            if "type" not in row:  # else the cell has its mistake
                self._mistakes.add(record.place.mistake("type", texts.TYPE_MISSING))
        elif word == BEGIN_GROUP:
            self._begin_group(record, row)
        elif word in _ENDS:
            self._end(record, row, word)
        elif self._inside(record, word):
            self._item(record, row, word)

    def finish(self) -> None:
        """Tell of what was begun and not ended."""
        begun_rows = ((self._table, END_TABLE), (self._repeat, END_REPEAT), (self._section, END_GROUP))
        for begun, end in begun_rows:
            if begun is not None:
                self._mistakes.add(begun.place.mistake("type", texts.UNENDED.format(end=end)))

    def _begin_group(self, record: Record, row: dict[str, object]) -> None:
        if self._table is not None:
            self._mistakes.add(record.place.mistake("type", texts.TABLE_ROW))
        elif self._repeat is not None:
            self._mistakes.add(self._repeat.place.mistake("type", texts.UNENDED.format(end=END_REPEAT)))
        elif self._section is not None:
            self._mistakes.add(record.place.mistake("type", texts.GROUP_IN_GROUP))
        self._table, self._repeat, self._section = None, None, record
        del row["type"]
        self.places["sections", len(self.sections)] = record.place
        self.sections.append({**self._fitting(record, row, Section), "questions": []})

    def _end(self, record: Record, row: dict[str, object], word: str) -> None:
        begun = {END_TABLE: self._table, END_REPEAT: self._repeat, END_GROUP: self._section}[word]
        if begun is None:
            words = texts.END_WITHOUT_BEGIN.format(begin=_ENDS[word])
            self._mistakes.add(record.place.mistake("type", words))
        elif word == END_GROUP:
            for inside, end in ((self._table, END_TABLE), (self._repeat, END_REPEAT)):
                if inside is not None:
                    self._mistakes.add(inside.place.mistake("type", texts.UNENDED.format(end=end)))
        for key in row:
            if key not in ("type", "id", "title"):  # programs repeat the name of the group at its end
                self._mistakes.add(record.place.mistake(key, texts.NEEDLESS))
        self._table = None
        if word != END_TABLE:
            self._repeat = None
        if word == END_GROUP:
            self._section = None

    def _inside(self, record: Record, word: str) -> bool:
        """Return True if a question, table or figure may stand here; say what is wrong otherwise."""
        if word == FIGURE and self._table is None:
            self._mistakes.add(record.place.mistake("type", texts.FIGURE_OUTSIDE))
        elif word != FIGURE and self._table is not None:
            self._mistakes.add(record.place.mistake("type", texts.TABLE_ROW))
        elif self._repeat is not None and word in (BEGIN_TABLE, BEGIN_REPEAT):
            self._mistakes.add(record.place.mistake("type", texts.REPEAT_ROW))
        elif self._section is None:
            self._mistakes.add(record.place.mistake("type", texts.OUTSIDE_GROUP))
        else:
            return True
        return False

    def _item(self, record: Record, row: dict[str, object], word: str) -> None:
        items = self.sections[-1]["questions"]
        here: Location = ("sections", len(self.sections) - 1, "questions", len(items))
        if word == FIGURE:
            here = (*here[:-1], len(items) - 1)
            figures = items[-1]["figures"]
            self.places[*here, "figures", len(figures)] = record.place
            del row["type"]
            figures.append(self._fitting(record, row, Figure))
            return
        if word == BEGIN_REPEAT:
            self.places[here] = record.place
            self._repeat = record
            del row["type"]
            items.append({**self._fitting(record, row, Repeats), **layout.implied(Repeats), "questions": []})
            return
        if self._repeat is not None:
            items, here = items[-1]["questions"], (*here[:-1], len(items) - 1)
            here = (*here, "questions", len(items))
        self.places[here] = record.place
        if word == BEGIN_TABLE:
            self._table = record
            del row["type"]
            items.append({**self._fitting(record, row, Table), **layout.implied(Table), "figures": []})
            return
        if word not in _KINDS:
            hint = self._mistakes.hint(word, _KINDS)
            self._mistakes.add(record.place.mistake("type", texts.TYPE_UNKNOWN.format(hint=hint)))
        question = self._fitting(record, row, Question)
        if word in SELECT:
            question["type"] = SELECT[word]
            question["options"] = self._options(record, str(row["type"]), word, here)
        items.append(question)

    def _fitting(self, record: Record, row: Mapping[str, object], model: Any) -> dict[str, Any]:
        """Return the keys that such a row may have; the others are mistakes."""
        known = {column.key for column in layout.columns(model)}
        for key in row.keys() - known:
            self._mistakes.add(record.place.mistake(key, texts.NEEDLESS))
        return {key: value for key, value in row.items() if key in known and value is not None}

    def _options(self, record: Record, kind: str, word: str, here: Location) -> list[dict[str, object]]:
        name = kind.removeprefix(word).strip()
        listed = self._lists.get(name, [])
        if not name:
            self._mistakes.add(record.place.mistake("type", texts.LIST_UNNAMED.format(word=word)))
        elif not listed:
            words = texts.LIST_UNKNOWN.format(name=name, hint=self._mistakes.hint(name, self._lists))
            self._mistakes.add(record.place.mistake("type", words))
        for number, (_, place) in enumerate(listed):
            self.places[*here, "options", number] = place
        return [{key: value for key, value in option.items() if value is not None} for option, _ in listed]
