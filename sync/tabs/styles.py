"""The looks of the named styles, as Google's CellFormat.

One calm palette: dark blue for headings, light bands, and four tones for states. Contrast of text on each background is
at least 4.5:1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sync.tabs.page import Style, Tone
from sync.tabs.written import Request
from sync.texts import tabs as texts

THOUSANDS, SIGNED = "#,##0", "+#,##0;-#,##0;0"
"""Google shows the group separator of the spreadsheet's locale: a no-break space in ru_RU."""


def colour(hexadecimal: str) -> Request:
    """`#rrggbb` as a ColorStyle."""
    parts = {name: int(hexadecimal[i : i + 2], 16) / 255 for name, i in (("red", 1), ("green", 3), ("blue", 5))}
    return {"rgbColor": {name: round(part, 4) for name, part in parts.items() if part}}


INK, BLUE, GREY, WHITE = "#202124", "#1f3864", "#5f6368", "#ffffff"
HEADER, BAND, SECTION = "#1f4e79", "#f3f6fa", "#dce6f1"
RED, LINK = "#a50e0e", "#1155cc"

TONES: Mapping[Tone, tuple[str | None, str]] = {
    "good": ("#d9ead3", "#1e4620"),
    "fair": ("#fff2cc", "#5c4400"),
    "bad": ("#f4cccc", "#7a0c0c"),
    "grey": ("#eeeeee", "#4a4d51"),
    "alarm": ("#b00020", "#ffffff"),
    "fair_words": (None, "#7a5200"),
    "bad_words": (None, "#a50e0e"),
}
"""Background and text; in tall rows the words alone, since a filled cell would be a wall."""


def _format(
    *,
    size: int = 10,
    bold: bool = False,
    ink: str = INK,
    fill: str | None = None,
    align: str = "LEFT",
    vertical: str = "MIDDLE",
    wrap: str = "OVERFLOW_CELL",
    pattern: str | None = None,
    kind: str = "NUMBER",
    indent: int = 0,
    underline: bool = False,
) -> Request:
    text: Request = {"fontSize": size, "foregroundColorStyle": colour(ink)}
    for name, on in (("bold", bold), ("underline", underline)):
        if on:
            text[name] = True
    found: Request = {
        "textFormat": text,
        "horizontalAlignment": align,
        "verticalAlignment": vertical,
        "wrapStrategy": wrap,
    }
    if fill:
        found["backgroundColorStyle"] = colour(fill)
    if pattern:
        found["numberFormat"] = {"type": kind, "pattern": pattern}
    if indent:
        found["padding"] = {"top": 2, "right": 3, "bottom": 2, "left": 3 + indent}
    return found


STYLES: Mapping[Style, Request] = {
    "title": _format(size=16, bold=True, ink=BLUE),
    "subtitle": _format(size=11, ink=GREY, wrap="WRAP"),
    "subtitle_line": _format(ink=GREY),
    "headline": _format(size=12, bold=True),
    "stamp": _format(size=11, bold=True, ink=BLUE),
    "rehearsal": _format(size=12, bold=True, ink=RED, wrap="WRAP"),
    "small": _format(size=9, ink=GREY, wrap="WRAP", vertical="TOP"),
    "section": _format(size=12, bold=True, ink=BLUE, fill=SECTION),
    "header": _format(bold=True, ink=WHITE, fill=HEADER, align="CENTER", wrap="WRAP"),
    "staff_header": _format(bold=True, ink=BLUE, fill=SECTION, align="CENTER", wrap="WRAP"),
    "text": _format(),
    "strong": _format(bold=True),
    "strong_wrap": _format(bold=True, wrap="WRAP"),
    "wrap_middle": _format(wrap="WRAP"),
    "total": _format(size=11, bold=True, fill=SECTION, wrap="WRAP"),
    "total_text": _format(bold=True, fill=SECTION),
    "code": _format(size=9, ink=GREY, vertical="TOP"),
    "total_number": _format(size=11, bold=True, fill=SECTION, align="RIGHT", pattern=THOUSANDS),
    "total_signed": _format(size=11, bold=True, fill=SECTION, align="RIGHT", pattern=SIGNED),
    "total_dash": _format(size=11, bold=True, fill=SECTION, align="CENTER"),
    "total_percent": _format(size=11, bold=True, fill=SECTION, align="RIGHT", pattern="0.0%", kind="PERCENT"),
    "mark": _format(ink=GREY, wrap="WRAP", indent=6),
    "aside": _format(ink=GREY, indent=6),
    "indent": _format(indent=18, wrap="WRAP"),
    "wrap": _format(wrap="WRAP", vertical="TOP"),
    "top": _format(vertical="TOP"),
    "centre": _format(align="CENTER"),
    "number": _format(align="RIGHT", pattern=THOUSANDS),
    "strong_number": _format(align="RIGHT", pattern=THOUSANDS, bold=True),
    "signed": _format(align="RIGHT", pattern=SIGNED),
    "tenths": _format(align="RIGHT", pattern="#,##0.0"),
    "percent": _format(align="RIGHT", pattern="0.0%", kind="PERCENT"),
    "day": _format(align="CENTER", pattern="dd.mm.yyyy", kind="DATE"),
    "moment": _format(align="CENTER", pattern="dd.mm.yyyy hh:mm", kind="DATE_TIME"),
    "age": _format(ink=GREY, pattern=texts.AGE_PATTERN),
    "link": _format(ink=LINK, underline=True, vertical="TOP"),
    "text_link": _format(ink=LINK, underline=True),
    "unlinked": _format(vertical="TOP"),
    "blank": _format(),
}

PLACED: tuple[Style, ...] = ("number", "strong_number", "total_number", "total_signed", "signed")
"""Of figures that may be decimal."""
MOST_PLACES = 6
"""As the campaign's model allows."""


def with_places(style: Style, places: int) -> Style:
    """Return the style of PLACED that shows so many decimal places."""
    return cast("Style", f"{style}.{places}") if places else style


def _decimals(style: Style, places: int) -> Request:
    number = cast("Request", STYLES[style]["numberFormat"])
    pattern = str(number["pattern"]).replace(THOUSANDS, f"{THOUSANDS}.{'0' * places}")
    return {**STYLES[style], "numberFormat": {**number, "pattern": pattern}}


STYLES = {
    **STYLES,
    **{with_places(s, places): _decimals(s, places) for s in PLACED for places in range(1, MOST_PLACES + 1)},
}


def linked(style: Style, uri: str) -> Request:
    """Return the style with a link on the whole cell."""
    base = STYLES[style]
    text = cast("Request", base["textFormat"])
    return {**base, "textFormat": {**text, "link": {"uri": uri}}}


def tone_format(tone: Tone) -> Request:
    """Return the style for a conditional format, which may set background and text alone."""
    fill, ink = TONES[tone]
    words: Request = {"textFormat": {"foregroundColorStyle": colour(ink)}}
    return {"backgroundColorStyle": colour(fill), **words} if fill else words


BAND_COLOURS: Request = {
    "headerColorStyle": colour(HEADER),
    "firstBandColorStyle": colour(WHITE),
    "secondBandColorStyle": colour(BAND),
}
