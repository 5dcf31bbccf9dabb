"""Stored JSON as Google writes it: unset and default values left out, both forms of a colour. Imports `jsontypes`.

From the recorded answers: `hidden: false`, an empty list, `sheetId: 0` of a range and the zero parts of a colour are
left out; an empty message (`editors: {}`) and the zero indices of a range are kept.
"""

from localsheets.jsontypes import Json

# A style without an rgbColor (a theme colour) has no old form here: the theme is not resolved.
_STYLE = "Style"


def colors(node: object) -> object:
    """A copy with each `…ColorStyle` accompanied by its plain colour."""
    if isinstance(node, list):
        return [colors(part) for part in node]
    if not isinstance(node, dict):
        return node
    out: Json = {}
    for name, part in node.items():
        if name.endswith(_STYLE) and isinstance(part, dict) and "rgbColor" in part:
            plain = name.removesuffix(_STYLE)
            if plain.lower().endswith("color"):
                out[plain] = dict(part["rgbColor"])
        out[name] = colors(part)
    return out


def message(node: object, name: str = "") -> object:
    """A copy without defaults, with both forms of each colour."""
    if isinstance(node, list):
        return [message(part, name) for part in node]
    if not isinstance(node, dict):
        return node
    out: Json = {}
    for key, part in node.items():
        if part is None or part is False or part == "" or part == [] or (key == "sheetId" and part == 0):
            continue
        out[key] = message(part, key)
    return colors_here(out)


def colors_here(node: Json) -> Json:
    """The plain colours of one level."""
    for name in [key for key in node if key.endswith(_STYLE)]:
        part = node[name]
        plain = name.removesuffix(_STYLE)
        if isinstance(part, dict) and "rgbColor" in part and plain.lower().endswith("color"):
            node.setdefault(plain, dict(part["rgbColor"]))
    return node


def sheet_properties(props: Json, index: int) -> Json:
    """SheetProperties with its index; `sheetId` and `index` are always there."""
    shown = message({name: part for name, part in props.items() if name not in {"sheetId", "gridProperties"}})
    grid = {name: part for name, part in props["gridProperties"].items() if part or name.endswith("Count")}
    for frozen in ("frozenRowCount", "frozenColumnCount"):
        if not grid.get(frozen):
            grid.pop(frozen, None)
    if not isinstance(shown, dict):
        raise TypeError("sheet properties are no message")
    return {"sheetId": props["sheetId"], "index": index, **shown, "gridProperties": grid}


def chart_message(chart: Json) -> object:
    """A chart as answered; the zero indices of its anchor are left out, as of any GridCoordinate."""
    out = message(chart)
    if isinstance(out, dict):
        anchor = out["position"]["overlayPosition"]["anchorCell"]
        out["position"]["overlayPosition"]["anchorCell"] = {name: at for name, at in anchor.items() if at}
    return out
