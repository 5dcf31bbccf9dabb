"""Rows of a tab as HTML, for the grid, the plain table and the first view alike.

A cell has `data-c`, its column; a row has `data-r`, its number from 0, and `data-k`, its lasting key. `data-e` is the
text to edit where it differs from the displayed one.
"""

import re
from html import escape

from localsheets.a1 import Box, column_name
from localsheets.cells import EMPTY, Cell
from localsheets.grid.checks import CheckReader
from localsheets.grid.conditions import class_of, conditions_of
from localsheets.grid.entering import entered, meaning, shown
from localsheets.grid.styles import frozen_columns, hidden, width_of
from localsheets.grid.texts import Checks as CheckTexts
from localsheets.locales import locale_of
from localsheets.looks import banding_of
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.areas import area_of

_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s<>\"]+")
_WHOLE_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_HERE = re.compile(
    r"(?:https?://[^/]+/spreadsheets/d/[\w-]+/edit)?#gid=\d+(?:&range=[A-Z]{1,3}\d+(?::[A-Z]{1,3}\d+)?)?"
)
_FORMULA_LINK = re.compile(r'=(?:HYPERLINK|ГИПЕРССЫЛКА)\(\s*"([^"]*)"', re.IGNORECASE)
LETTER = 7.0  # average pixels of a letter at 10 points


class RowWriter:
    """Writes rows of one tab; made anew for each answer."""

    def __init__(self, state: Spreadsheet, sheet: Sheet, columns: range) -> None:
        self.state, self.sheet, self.columns = state, sheet, columns
        self.locale = locale_of(state.locale)
        self.banding = banding_of(sheet)
        self.conditions = conditions_of(sheet, self.locale, str(state.props["timeZone"]))
        self.checks = CheckReader(self.locale, str(state.props["timeZone"]))
        self.frozen = frozen_columns(sheet)
        self.hidden_columns = {at for at in columns if hidden(sheet.column_dims.get(at))}
        self.merges = [sheet.clip(area_of(merge)) for merge in sheet.features.get("merges", ())]

    def letters(self) -> str:
        """Return the row of column letters."""
        cells = [
            f'<th scope="col" class="ch{f" f{at}" if at < self.frozen else ""}" data-c="{at}">{column_name(at)}</th>'
            for at in self.columns
            if at not in self.hidden_columns
        ]
        return f'<tr class="letters"><th class="corner"><span class="vh">№</span></th>{"".join(cells)}</tr>'

    def colgroup(self) -> str:
        """Return the columns with the classes of their widths."""
        cells = [f'<col class="c{at}">' for at in self.columns if at not in self.hidden_columns]
        return f'<colgroup><col class="rhc">{"".join(cells)}</colgroup>'

    def rows(self, numbers: list[int] | range, limits: Box) -> str:
        """Return rows by their numbers; merges are cut at `limits`, because a block of rows is shown alone."""
        return "".join(self._row(at, limits) for at in numbers)

    def _row(self, at: int, limits: Box) -> str:
        dim = self.sheet.row_dims.get(at)
        if hidden(dim):
            return ""
        held = self.sheet.rows[at] if at < len(self.sheet.rows) else None
        cells = held.cells() if held is not None else []
        merges = [box for box in self.merges if box.top <= at < box.bottom]
        parts = []
        for column in self.columns:
            if column in self.hidden_columns:
                continue
            span = ""
            merge = next((box for box in merges if box.left <= column < box.right), None)
            if merge is not None:
                top = max(merge.top, limits.top)
                if at != top or column != merge.left:
                    continue
                span = self._span(merge, top, limits)
            cell = cells[column] if column < len(cells) else EMPTY
            parts.append(self._cell(at, column, cell, cells, span))
        height = f' class="h{int(dim["pixelSize"])}"' if dim and "pixelSize" in dim else ""
        key = f' data-k="{held.key}"' if held is not None else ""
        return (
            f'<tr{height} data-r="{at}"{key} aria-rowindex="{at + 2}">'
            f'<th scope="row" class="rh">{at + 1}</th>{"".join(parts)}</tr>'
        )

    def _span(self, merge: Box, top: int, limits: Box) -> str:
        right = min(merge.right, self.columns.stop)
        width = sum(1 for at in range(merge.left, right) if at not in self.hidden_columns)
        bottom = min(merge.bottom, limits.bottom)
        height = sum(1 for at in range(top, bottom) if not hidden(self.sheet.row_dims.get(at)))
        return (f' colspan="{width}"' if width > 1 else "") + (f' rowspan="{height}"' if height > 1 else "")

    def _cell(self, at: int, column: int, cell: Cell, cells: list[Cell], span: str) -> str:
        classes = []
        if column < self.frozen:
            classes.append(f"f{column}")
        if self.banding:
            color = self.banding.color(at, column)
            if color:
                classes.append(f"b{color[1:]}")
        if cell.style:
            classes.append(f"s{cell.style}")
        if self.conditions:
            named = class_of(self.conditions, at, column, cell)
            if named:
                classes.append(named)
        attributes = span
        if cell.bare:
            content = ""
        else:
            text = shown(cell, self.state.styles, self.locale)
            value = cell.value
            if isinstance(value, int | float):
                classes.append("bool" if isinstance(value, bool) else "n")
            elif text and not span and self._overflows(column, text, cell, cells):
                classes.append("o")
            typed = entered(cell, self.state.styles, self.locale)
            if typed != text:
                attributes += f' data-e="{escape(typed)}"'
            content = self._content(cell, text)
            check = self.checks.check(cell) if cell.extra else None
            against = check is not None and check.refuses(cell)
            if check is not None:
                attributes += f' data-v="{check.stamp}"'
                if check.options:
                    classes.append("pick")
            wrong = CheckTexts.MARK.format(words=check.words).rstrip() if check is not None and against else ""
            note = "\n".join(filter(None, (meaning(cell), wrong, cell.note)))
            if note:
                classes.append("note" if cell.note else "error")
                attributes += f' title="{escape(note)}"'
                content += f'<span class="vh"> ({escape(note)})</span>'
        names = f' class="{" ".join(classes)}"' if classes else ""
        return f'<td{names}{attributes} data-c="{column}">{content}</td>'

    def _content(self, cell: Cell, text: str) -> str:
        address = self.state.styles[cell.style].get("textFormat", {}).get("link", {}).get("uri")
        if not address and cell.formula:
            found = _FORMULA_LINK.match(cell.formula)
            address = found.group(1) if found else None
        if not address and isinstance(cell.value, str):
            if "://" not in text:
                return escape(text)
            return "\n".join(self._line(line) for line in text.split("\n"))
        return _link(address, text) if address and text else escape(text)

    def _line(self, line: str) -> str:
        return _link(line, line) if _WHOLE_ADDRESS.fullmatch(line) else escape(line)

    def _overflows(self, column: int, text: str, cell: Cell, cells: list[Cell]) -> bool:
        """Return True if a text may run over the empty cells to its right, as in Google Sheets."""
        fmt = self.state.styles[cell.style]
        if fmt.get("wrapStrategy") in {"WRAP", "LEGACY_WRAP", "CLIP"} or fmt.get("horizontalAlignment") == "RIGHT":
            return False
        need = len(text) * LETTER * float(fmt.get("textFormat", {}).get("fontSize", 10)) / 10
        room = width_of(self.sheet, column)
        for right in range(column + 1, self.columns.stop):
            if room >= need * 1.2:  # an estimate; in doubt the text may run over
                break
            if right < len(cells) and (cells[right].value is not None or cells[right].formula is not None):
                return False
            room += width_of(self.sheet, right)
        return True


def _link(address: str, text: str) -> str:
    here = _HERE.fullmatch(address)
    if here:
        return f'<a href="{escape(address[address.index("#") :])}">{escape(text)}</a>'
    if _ADDRESS.fullmatch(address):
        return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{escape(text)}</a>'
    return escape(text)
