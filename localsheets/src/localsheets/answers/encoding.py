"""The one encoder of Sheets answers: leaves out what Google leaves out, and writes both forms of a colour.

Google writes protocol buffers as JSON. A field without presence is left out at its default (0, false, "", an empty
list); a field with presence, such as an alternative of a oneof, is written whenever it was set. The discovery document
does not mark which is which, so the tables below do, for each message. RECORDED is what Google's recorded answers show;
`tests/localsheets/test_encoding.py` derives it from them again. ASSUMED is not in any recording: callers have to accept
such a field both present and absent.
"""

import functools
from typing import NamedTuple

from localsheets.jsontypes import Json
from localsheets.schema.checking import ONE_OF, style_pairs, types
from localsheets.schema.derive import TypeCode

# Numbers left out at 0. `startRowIndex: 0` of a range and `sheetId: 0` of SheetProperties are written.
RECORDED: dict[str, frozenset[str]] = {
    "Color": frozenset({"red", "green", "blue"}),
    "DimensionRange": frozenset({"sheetId"}),
    "GridData": frozenset({"startRow", "startColumn"}),
    "GridProperties": frozenset({"frozenRowCount", "frozenColumnCount"}),
    "GridRange": frozenset({"sheetId"}),
}
ASSUMED: dict[str, frozenset[str]] = {
    "BatchUpdateValuesByDataFilterResponse": frozenset(
        {"totalUpdatedRows", "totalUpdatedColumns", "totalUpdatedCells", "totalUpdatedSheets"}
    ),
    "BatchUpdateValuesResponse": frozenset(
        {"totalUpdatedRows", "totalUpdatedColumns", "totalUpdatedCells", "totalUpdatedSheets"}
    ),
    "DeleteDuplicatesResponse": frozenset({"duplicatesRemovedCount"}),
    "FindReplaceResponse": frozenset(
        {"valuesChanged", "formulasChanged", "rowsChanged", "sheetsChanged", "occurrencesChanged"}
    ),
    "GridCoordinate": frozenset({"sheetId", "rowIndex", "columnIndex"}),
    "TrimWhitespaceResponse": frozenset({"cellsChangedCount"}),
    "UpdateValuesByDataFilterResponse": frozenset({"updatedRows", "updatedColumns", "updatedCells"}),
    "UpdateValuesResponse": frozenset({"updatedRows", "updatedColumns", "updatedCells"}),
}
# Booleans written at false too; all others are left out (recorded of `hidden`, `hideGridlines`, `warningOnly`, …).
RECORDED_BOOLEANS: dict[str, frozenset[str]] = {
    "TextFormat": frozenset({"bold", "italic", "strikethrough", "underline"}),
}


# Alternatives of a oneof are written at any value, beside those of `ONE_OF`, which are messages of alternatives alone.
ALTERNATIVES: dict[str, frozenset[str]] = {
    "ConditionValue": frozenset({"relativeDate", "userEnteredValue"}),
    "DeveloperMetadataLocation": frozenset({"spreadsheet", "sheetId", "dimensionRange"}),
}


class _Field(NamedTuple):
    """How one field is encoded.

    message:   the schema of its value, of each element of a list or of each value of a map; None for other values
    map:       True for a map
    droppable: True if a default is left out
    """

    message: str | None
    map: bool
    droppable: bool


class _Plan(NamedTuple):
    fields: dict[str, _Field]
    colors: dict[str, str]


_NUMBERS = ("int", "float", "double", "any")
_UNKNOWN = _Field(None, map=False, droppable=False)


def encode(schema: str, message: Json) -> Json:
    """Return a copy of `message`, an object of the API type `schema`, as Google would write it.

    Encoding an encoded message changes nothing. Fields that the schema does not know are copied as they are.
    """
    plan = _plan(schema)
    out: Json = {}
    for name, part in message.items():
        field = plan.fields.get(name, _UNKNOWN)
        if part is None or (field.droppable and not part and not isinstance(part, dict)):
            continue
        out[name] = part if field.message is None else _encode_part(field, field.message, part)
    for plain, style in plan.colors.items():
        # A style without an rgbColor (a theme colour) has no old form: the theme is not resolved.
        if style in out and plain not in out and "rgbColor" in out[style]:
            out[plain] = dict(out[style]["rgbColor"])
    return out


def _encode_part(field: _Field, schema: str, part: object) -> object:
    if isinstance(part, list):
        return [_encode_part(field, schema, element) for element in part]
    if not isinstance(part, dict):
        return part
    if field.map:
        return {key: encode(schema, element) for key, element in part.items()}
    return encode(schema, part)


@functools.cache
def _plan(schema: str) -> _Plan:
    table = types()[schema]
    alternatives = frozenset(table) if schema in ONE_OF else ALTERNATIVES.get(schema, frozenset())
    dropped = RECORDED.get(schema, frozenset()) | ASSUMED.get(schema, frozenset())
    written = alternatives | RECORDED_BOOLEANS.get(schema, frozenset())
    return _Plan(
        {
            name: _Field(
                _message(code),
                map=isinstance(code, dict) and "map" in code,
                droppable=name in dropped if code in _NUMBERS else name not in written,
            )
            for name, code in table.items()
        },
        style_pairs(schema),
    )


def _message(code: TypeCode) -> str | None:
    while isinstance(code, dict):
        code = code["map"] if "map" in code else code["list"]
    return code.removeprefix("ref:") if isinstance(code, str) and code.startswith("ref:") else None
