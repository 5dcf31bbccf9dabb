"""The sheet «choices»: lists of options, and which of them are plainly «да» and «нет»."""

from __future__ import annotations

from dataclasses import dataclass, field

from campaign.words import plain
from campaign.workbook import texts
from campaign.workbook.errors import CellMistake
from campaign.workbook.tables import Place
from campaign.workbook.xlsform.form import Table
from campaign.workbook.xlsform.names import Ids

USED = frozenset({"list_name", "name", "label"})
_YES, _NO = frozenset({"да", "yes"}), frozenset({"нет", "no"})


@dataclass(slots=True)
class Options:
    """One list. ids: name in the form → id of the option, or True and False where the list is «да» and «нет»."""

    options: list[dict[str, str]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    ids: dict[str, str | bool] = field(default_factory=dict)
    given: Ids = field(default_factory=lambda: Ids("o_"))

    @property
    def yes_no(self) -> bool:
        return bool(self.ids) and all(isinstance(option, bool) for option in self.ids.values())


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
            cell = row.cells.get("label", row.cells["name"])
            left.append(CellMistake(choices.sheet, cell.place, cell.shown, texts.OPTION_CHANGED.format(was=title)))
            title = title.replace(";", ",")
        option = made.given.give(name)
        if option != name and listed not in renamed:
            renamed.add(listed)
            words = texts.OPTIONS_RENAMED.format(list=listed, was=name, now=option)
            left.append(CellMistake(choices.sheet, row.cells["name"].place, "name", words))
        made.options.append({"id": option, "title": title})
        made.ids.setdefault(name, option)
        cells = {"id": row.cells["name"], "title": row.cells.get("label", row.cells["name"])}
        shown = {key: (cell.place, cell.shown) for key, cell in cells.items()}
        made.places.append(Place(choices.sheet, row.cells["name"].place, shown))
    for made in lists.values():
        _find_yes_no(made)
    return lists


def _find_yes_no(made: Options) -> None:
    if len(made.options) != len(_YES) or len(made.ids) != len(_YES):
        return
    answers = [
        True if plain(option["title"]) in _YES else False if plain(option["title"]) in _NO else None
        for option in made.options
    ]
    if set(answers) == {True, False}:
        made.ids = {name: bool(answer) for name, answer in zip(made.ids, answers, strict=True)}
