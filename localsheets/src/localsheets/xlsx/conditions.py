"""Conditional formats of the API as XlsxWriter's.

Sources: developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/other#ConditionType and
xlsxwriter.readthedocs.io/working_with_conditional_formats.html.
"""

import math
from collections.abc import Callable

from localsheets.jsontypes import Json
from localsheets.looks import hex_color
from localsheets.xlsx.characters import legal
from localsheets.xlsx.formats import font

Translate = Callable[[str], str | None]

_CELL = {
    "NUMBER_GREATER": ">",
    "NUMBER_GREATER_THAN_EQ": ">=",
    "NUMBER_LESS": "<",
    "NUMBER_LESS_THAN_EQ": "<=",
    "NUMBER_EQ": "==",
    "NUMBER_NOT_EQ": "!=",
}
_TEXT = {
    "TEXT_CONTAINS": "containing",
    "TEXT_NOT_CONTAINS": "not containing",
    "TEXT_STARTS_WITH": "begins with",
    "TEXT_ENDS_WITH": "ends with",
}


def boolean_options(rule: Json, translate: Translate) -> dict[str, object] | None:
    """Return the options of a boolean rule without `format`; None for a condition unknown to Excel.

    translate: a typed formula → Excel's spelling, or None.
    """
    condition: Json = rule.get("condition", {})
    kind = condition.get("type", "")
    values = [legal(str(value.get("userEnteredValue", ""))) for value in condition.get("values", ())]
    if kind in _CELL and values:
        return {"type": "cell", "criteria": _CELL[kind], "value": operand(values[0], translate)}
    if kind in {"NUMBER_BETWEEN", "NUMBER_NOT_BETWEEN"} and len(values) == 2:
        return {
            "type": "cell",
            "criteria": "between" if kind == "NUMBER_BETWEEN" else "not between",
            "minimum": operand(values[0], translate),
            "maximum": operand(values[1], translate),
        }
    if kind in {"TEXT_EQ", "TEXT_NOT_EQ"} and values:
        quoted = '"' + values[0].replace('"', '""') + '"'
        return {"type": "cell", "criteria": "==" if kind == "TEXT_EQ" else "!=", "value": quoted}
    if kind in _TEXT and values:
        return {"type": "text", "criteria": _TEXT[kind], "value": values[0]}
    if kind == "BLANK":
        return {"type": "blanks"}
    if kind == "NOT_BLANK":
        return {"type": "no_blanks"}
    if kind == "CUSTOM_FORMULA" and values:
        formula = translate(values[0])
        return {"type": "formula", "criteria": formula} if formula else None
    return None


def operand(text: str, translate: Translate) -> object:
    """Return a value of a condition: a number or a formula."""
    if text.startswith("="):
        return translate(text) or text
    try:
        number = float(text.replace(",", ".").replace("\u00a0", ""))
    except ValueError:
        number = math.nan
    return number if math.isfinite(number) else '"' + text.replace('"', '""') + '"'


def format_properties(fmt: Json) -> dict[str, object]:
    """Return fill and font of a conditional format; Excel allows neither size nor family."""
    found = {
        name: value for name, value in font(fmt.get("textFormat", {})).items() if name not in {"font_name", "font_size"}
    }
    fill = hex_color(fmt.get("backgroundColorStyle"))
    if fill:
        found["bg_color"] = fill
    return found


def gradient_options(rule: Json) -> dict[str, object] | None:
    """Return the options of a colour scale."""
    low, middle, high = (_point(rule.get(name)) for name in ("minpoint", "midpoint", "maxpoint"))
    if low is None or high is None:
        return None
    options: dict[str, object] = {"type": "2_color_scale" if middle is None else "3_color_scale"}
    for name, point in (("min", low), ("mid", middle), ("max", high)):
        if point is None:
            continue
        kind, value, color = point
        options[f"{name}_color"] = color
        if kind:
            options[f"{name}_type"] = kind
            options[f"{name}_value"] = value
    return options


_POINTS = {"NUMBER": "num", "PERCENT": "percent", "PERCENTILE": "percentile"}


def _point(point: Json | None) -> tuple[str, float, str] | None:
    if not point:
        return None
    color = hex_color(point.get("colorStyle")) or "#ffffff"
    kind = _POINTS.get(point.get("type", ""), "")
    try:
        value = float(str(point.get("value", "0")).replace(",", "."))
    except ValueError:
        value = math.nan
    return (kind, value, color) if math.isfinite(value) else ("", 0.0, color)
