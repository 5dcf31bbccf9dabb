"""Formats of cells as a style sheet, one class for each format.

A style sheet, because the policy of the page allows no styles in the page.
"""

import hashlib
import re
from collections.abc import Iterator

from localsheets.a1 import Box
from localsheets.answers.spreadsheet import DEFAULT_COLUMN_PIXELS
from localsheets.grid.conditions import shades
from localsheets.jsontypes import Json
from localsheets.looks import hex_color
from localsheets.model import Sheet, Spreadsheet

ROW_HEADER = 46  # pixels of the column of row numbers
NARROW_PIXELS = 150
"""Width of the frozen column that stays in sight on a phone."""
_LINES = {"DOTTED": "1px dotted", "DASHED": "1px dashed", "SOLID": "1px solid", "SOLID_MEDIUM": "2px solid",
          "SOLID_THICK": "3px solid", "DOUBLE": "3px double"}  # fmt: skip
_ACROSS = {"LEFT": "left", "CENTER": "center", "RIGHT": "right"}
_DOWN = {"TOP": "top", "MIDDLE": "middle", "BOTTOM": "bottom"}


def format_css(state: Spreadsheet) -> str:
    """Return classes `s1`, `s2`, … for formats, `b…` for colours of bands, `k…` for conditional formats."""
    lines = []
    for number in range(1, len(state.styles)):
        found = declarations(state.styles[number])
        if found:
            lines.append(f".sheet .s{number}{{{found}}}")
    bands = {
        color
        for sheet in state.sheets
        for band in sheet.features.get("bandedRanges", ())
        for part in ("rowProperties", "columnProperties")
        for style in (band.get(part) or {}).values()
        if (color := hex_color(style if isinstance(style, dict) else None))
    }
    # Before the formats, so that a cell's own background wins over its band.
    front = [f".sheet .b{color[1:]}{{{_fill(color)}}}" for color in sorted(bands)]
    for sheet in state.sheets:
        for number, rule in enumerate(sheet.features.get("conditionalFormats", ())):
            name = f"k{sheet.store}-{number}"
            if "gradientRule" in rule:
                lines.extend(
                    f".sheet td.{name}-{step}{{{_fill(color)}}}"
                    for step, color in enumerate(shades(rule["gradientRule"]))
                )
            else:
                found = declarations((rule.get("booleanRule") or {}).get("format") or {}, cell=False)
                lines.append(f".sheet td.{name}{{{found}}}")
    return "\n".join([*front, *lines]) + "\n"


def _fill(color: str) -> str:
    return f"background-color:{color};border-color:{color}"


def declarations(fmt: Json, *, cell: bool = True) -> str:
    """Return a format as CSS; every value is made here from numbers, colours and known words."""
    found: list[str] = []
    fill = hex_color(fmt.get("backgroundColorStyle"))
    if fill and (fill != "#ffffff" or not cell):
        found.append(_fill(fill))
    elif fill:
        found.append("background-color:#ffffff")
    text: Json = fmt.get("textFormat", {})
    color = hex_color(text.get("foregroundColorStyle"))
    if color:
        found.append(f"color:{color}")
    for name, rule in (("bold", "font-weight:700"), ("italic", "font-style:italic")):
        if text.get(name):
            found.append(rule)
    decoration = [
        word for name, word in (("underline", "underline"), ("strikethrough", "line-through")) if text.get(name)
    ]
    if decoration:
        found.append(f"text-decoration:{' '.join(decoration)}")
    if text.get("fontSize"):
        found.append(f"font-size:{float(text['fontSize']) * 4 / 3:.4g}px")
    family = re.sub(r"[^\w ,-]", "", str(text.get("fontFamily", "")))
    if family:
        found.append(f'font-family:"{family.split(",")[0].strip()}",Arial,"Liberation Sans",sans-serif')
    if fmt.get("horizontalAlignment") in _ACROSS:
        found.append(f"text-align:{_ACROSS[fmt['horizontalAlignment']]}")
    if fmt.get("verticalAlignment") in _DOWN:
        found.append(f"vertical-align:{_DOWN[fmt['verticalAlignment']]}")
    if fmt.get("wrapStrategy") in {"WRAP", "LEGACY_WRAP"}:
        found.append("white-space:pre-wrap;overflow-wrap:anywhere")
    left = int((fmt.get("padding") or {}).get("left", 0))
    if left > 3:  # the page's own
        found.append(f"padding-left:{left}px")
    found.extend(_borders(fmt.get("borders", {})))
    return ";".join(found)


def _borders(borders: Json) -> list[str]:
    found, shadows = [], []
    for side, line in borders.items():
        style = _LINES.get(line.get("style", ""))
        color = hex_color(line.get("colorStyle")) or "#000000"
        if style is None:
            continue
        if side in {"right", "bottom"}:
            found.append(f"border-{side}:{style} {color}")
        else:
            # The neighbour has a border already; an inner shadow adds no pixel to the cell.
            pixels = int(style[0])
            shadows.append(f"inset {f'0 {pixels}px' if side == 'top' else f'{pixels}px 0'} 0 {color}")
    if shadows:
        found.append(f"box-shadow:{','.join(shadows)}")
    return found


def layout_css(sheet: Sheet, columns: range, used: int) -> str:
    """Return widths of columns, heights of rows, and the places of frozen columns. used: columns of the plain table."""
    lines = []
    total = plain = ROW_HEADER
    for column in columns:
        if hidden(sheet.column_dims.get(column)):
            continue
        pixels = width_of(sheet, column)
        lines.append(f".c{column}{{width:{pixels}px}}")
        total += pixels
        plain += pixels if column < used else 0
    lines.append(f".sheet{{width:{total}px}}")
    lines.append(f".sheet.simple{{width:{plain}px}}")
    heights = {int(dim["pixelSize"]) for dim in sheet.row_dims.values() if "pixelSize" in dim}
    lines.extend(f".h{pixels}{{height:{pixels}px}}" for pixels in sorted(heights))
    frozen = frozen_columns(sheet)
    if frozen:
        left = ROW_HEADER
        sticky = []
        for column in range(frozen):
            if hidden(sheet.column_dims.get(column)):
                continue
            sticky.append(f".f{column}{{position:sticky;left:{left}px;z-index:1}}")
            left += width_of(sheet, column)
        lines.append(f"@media(min-width:{round(left * 1.7)}px){{{''.join(sticky)}}}")
        lines.extend(_narrow(sheet, frozen, total, round(left * 1.7) - 1))
    return "\n".join(lines) + "\n"


def _narrow(sheet: Sheet, frozen: int, total: int, widest: int) -> Iterator[str]:
    """Yield the rule for a phone, where frozen columns would leave no room for the others.

    The last of them, which says what the row is about, stays in sight, no wider than NARROW_PIXELS. Charts stand beside
    columns as wide as they are, so in a tab with charts nothing is made narrower, nor kept in sight.
    """
    last = next((one for one in reversed(range(frozen)) if not hidden(sheet.column_dims.get(one))), None)
    if last is None or sheet.features.get("charts"):
        return
    pixels = min(NARROW_PIXELS, width_of(sheet, last))
    grid, width = ".sheet:not(.simple)", total - width_of(sheet, last) + pixels
    sticky = f"{{position:sticky;left:{ROW_HEADER}px;z-index:1;overflow:hidden}}"
    # A blank cell is not kept in sight: the words of the title to its left run over it.
    yield (
        f"@media(max-width:{widest}px){{{grid} .f{last}:not(:empty){sticky}{grid} .c{last}{{width:{pixels}px}}"
        f"{grid}{{width:{width}px}}}}"
    )


def frozen_columns(sheet: Sheet) -> int:
    return int(sheet.props["gridProperties"].get("frozenColumnCount", 0))


def frozen_rows(sheet: Sheet) -> int:
    return int(sheet.props["gridProperties"].get("frozenRowCount", 0))


def width_of(sheet: Sheet, column: int) -> int:
    """Return the width of a column in pixels."""
    return int(sheet.column_dims.get(column, {}).get("pixelSize", DEFAULT_COLUMN_PIXELS))


def hidden(dim: Json | None) -> bool:
    """Return True if a row or column is hidden."""
    return bool(dim and (dim.get("hiddenByUser") or dim.get("hiddenByFilter")))


def shown_columns(sheet: Sheet, used: Box) -> range:
    """Return the columns on the page: all of a usual tab, a few after the last used one of a very wide one."""
    return range(min(sheet.column_count, max(26, used.right + 4)))


def stamp(text: str) -> str:
    """Return a short hash of a style sheet, for its address."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
