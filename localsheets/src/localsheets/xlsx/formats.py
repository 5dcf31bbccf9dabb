"""A cell's format of the API as properties of an XlsxWriter format.

Property names: xlsxwriter.readthedocs.io/format.html.
"""

from localsheets.jsontypes import Json
from localsheets.locales import Locale
from localsheets.locales.display import default_pattern
from localsheets.looks import hex_color
from localsheets.xlsx.characters import legal

_ACROSS = {"LEFT": "left", "CENTER": "center", "RIGHT": "right"}
_DOWN = {"TOP": "top", "MIDDLE": "vcenter", "BOTTOM": "bottom"}
_LINES = {"DOTTED": 4, "DASHED": 3, "SOLID": 1, "SOLID_MEDIUM": 2, "SOLID_THICK": 5, "DOUBLE": 6}
INDENT_PIXELS = 9  # pixels of one step of a workbook's indent
BASE_FONT = {"font_name": "Arial", "font_size": 10}


def properties(fmt: Json, locale: Locale, banded: str | None = None, link: bool = False) -> dict[str, object]:
    """Return XlsxWriter's properties of a stored format. banded: the background of a cell without its own."""
    found: dict[str, object] = {"valign": "bottom"}
    text: Json = fmt.get("textFormat", {})
    found.update(font(text))
    if link or text.get("link"):
        found.setdefault("font_color", "#1155cc")
        found.setdefault("underline", 1)
    fill = hex_color(fmt.get("backgroundColorStyle")) or banded
    if fill and fill != "#ffffff":
        found["bg_color"] = fill
        found["pattern"] = 1
    if fmt.get("horizontalAlignment") in _ACROSS:
        found["align"] = _ACROSS[fmt["horizontalAlignment"]]
    if fmt.get("verticalAlignment") in _DOWN:
        found["valign"] = _DOWN[fmt["verticalAlignment"]]
    if fmt.get("wrapStrategy") in {"WRAP", "LEGACY_WRAP"}:
        found["text_wrap"] = True
    left = int((fmt.get("padding") or {}).get("left", 0))
    if left > 3 and found.get("align") == "left":
        found["indent"] = max(1, round((left - 3) / INDENT_PIXELS))
    rotation: Json = fmt.get("textRotation", {})
    if rotation.get("vertical"):
        found["rotation"] = 270
    elif rotation.get("angle"):
        found["rotation"] = int(rotation["angle"])
    for side, line in fmt.get("borders", {}).items():
        if line.get("style") in _LINES:
            found[side] = _LINES[line["style"]]
            found[f"{side}_color"] = hex_color(line.get("colorStyle")) or "#000000"
    pattern = number_pattern(fmt.get("numberFormat"), locale)
    if pattern:
        found["num_format"] = pattern
    return found


def font(text: Json) -> dict[str, object]:
    """Return the properties that a conditional format may set as well."""
    found: dict[str, object] = {}
    color = hex_color(text.get("foregroundColorStyle"))
    if color:
        found["font_color"] = color
    family = text.get("fontFamily")
    if family:
        family = legal(str(family))
        found["font_name"] = family.split(",")[0].strip().title() if "," in family else family
    if text.get("fontSize"):
        found["font_size"] = text["fontSize"]
    for name, theirs in (("bold", "bold"), ("italic", "italic"), ("strikethrough", "font_strikeout")):
        if text.get(name):
            found[theirs] = True
    if text.get("underline"):
        found["underline"] = 1
    return found


def number_pattern(number_format: Json | None, locale: Locale) -> str:
    """Return the pattern in Excel's language, empty for none; the two languages agree in the common patterns."""
    if not number_format:
        return ""
    if number_format.get("type") == "TEXT":
        return "@"
    return legal(str(number_format.get("pattern") or default_pattern(number_format.get("type", ""), locale)))
