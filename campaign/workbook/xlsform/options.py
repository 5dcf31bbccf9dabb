"""The sheet «choices»: lists of options, and which of them are plainly «да» and «нет»."""

from __future__ import annotations

from dataclasses import dataclass, field

from campaign.words import plain, twin
from campaign.workbook.errors import CellMistake
from campaign.workbook.tables import Place
from campaign.workbook.xlsform import texts
from campaign.workbook.xlsform.form import Row, Table
from campaign.workbook.xlsform.names import Ids

USED = frozenset({"list_name", "name", "label"})
OTHER = "other"
_YES, _NO = frozenset({"да", "yes"}), frozenset({"нет", "no"})


@dataclass(slots=True)
class Options:
    """One list.

    ids:    name in the form → id of the option
    yes_no: name in the form → True and False, where the list is «да» and «нет»; else empty
    titles: comparable title → name in the form
    """

    options: list[dict[str, str]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    yes_no: dict[str, bool] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    given: Ids = field(default_factory=lambda: Ids("o_"))

    def holds(self, name: str, title: str) -> bool:
        """Return True if an option of this name has the title, with no name if any option has."""
        return self.titles.get(twin(title)) in ((name,) if name else (*self.ids,))

    def with_other(self) -> Options:
        """Return the list with one more option, «Другое», named `other` as forms name it."""
        other = next((id_ for name, id_ in self.ids.items() if name.casefold() == OTHER), "")
        if other:
            return Options(self.options, self.places, self.ids)
        taken = {option["id"] for option in self.options}
        made = OTHER if OTHER not in taken else f"{OTHER}_option"
        option = {"id": made, "title": texts.OTHER_OPTION}
        return Options([*self.options, option], self.places, {**self.ids, OTHER: made})

    @property
    def other(self) -> str:
        """The id of the option «Другое»."""
        return next(id_ for name, id_ in self.ids.items() if name.casefold() == OTHER)


def read_options(choices: Table, left: list[CellMistake]) -> dict[str, Options]:
    """Return the lists by name. left: takes what is changed on the way."""
    lists: dict[str, Options] = {}
    renamed: set[str] = set()
    for row in choices.rows:
        name, listed = row.text("name"), row.text("list_name")
        if not listed or not name:
            continue
        made = lists.setdefault(listed, Options())
        title = row.text("label") or name
        if ";" in title:
            _leave(row, "label", texts.OPTION_CHANGED.format(was=title), choices, left)
            title = title.replace(";", ",")
        if made.holds(name, title):
            _leave(row, "name", texts.OPTION_TWICE.format(was=title), choices, left)
            continue
        if made.holds("", title):
            _leave(row, "label", texts.OPTION_CHANGED_TWICE.format(was=title, name=name), choices, left)
            title = f"{title} ({name})"
        option = made.given.give(name)
        if option != name and listed not in renamed:
            renamed.add(listed)
            _leave(row, "name", texts.OPTIONS_RENAMED.format(list=listed, was=name, now=option), choices, left)
        made.options.append({"id": option, "title": title})
        made.titles.setdefault(twin(title), name)
        made.ids.setdefault(name, option)
        cells = {"id": row.cells["name"], "title": row.cells.get("label", row.cells["name"])}
        shown = {key: (cell.place, cell.shown) for key, cell in cells.items()}
        made.places.append(Place(choices.sheet, row.cells["name"].place, shown))
    for made in lists.values():
        _find_yes_no(made)
    return lists


def _leave(row: Row, key: str, words: str, choices: Table, left: list[CellMistake]) -> None:
    cell = row.cells.get(key, row.cells["name"])
    left.append(CellMistake(choices.sheet, cell.place, cell.shown, words))


def _find_yes_no(made: Options) -> None:
    if len(made.options) != len(_YES) or len(made.ids) != len(_YES):
        return
    answers = [
        True if plain(option["title"]) in _YES else False if plain(option["title"]) in _NO else None
        for option in made.options
    ]
    if set(answers) == {True, False}:
        made.yes_no = {name: bool(answer) for name, answer in zip(made.ids, answers, strict=True)}
