"""Colours of the API as `#rrggbb`."""

from localsheets.jsontypes import Json
from localsheets.model.defaults import THEME

_THEME = {entry["colorType"]: entry["color"]["rgbColor"] for entry in THEME["themeColors"]}


def hex_color(style: Json | None) -> str | None:
    """Return a ColorStyle as `#rrggbb`, None if no colour is set; a missing part of a colour is 0."""
    if not style:
        return None
    if "rgbColor" in style:
        rgb: Json = style["rgbColor"] or {}
    elif style.get("themeColor") in _THEME:
        rgb = _THEME[style["themeColor"]]
    else:
        return None
    return "#" + "".join(f"{_byte(rgb.get(part, 0)):02x}" for part in ("red", "green", "blue"))


def _byte(part: float) -> int:
    return max(0, min(255, round(part * 255)))


def mix(low: str, high: str, share: float) -> str:
    """Return the colour at `share` (0…1) of the way between two `#rrggbb`."""
    pairs = zip(_parts(low), _parts(high), strict=True)
    return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in pairs)


def _parts(color: str) -> tuple[int, ...]:
    return tuple(int(color[at : at + 2], 16) for at in (1, 3, 5))
