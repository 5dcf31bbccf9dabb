"""The words of an XLSForm: types of rows, appearances of questions.

The spellings are those that pyxform takes. https://xlsform.org/en/#question-types
"""

from __future__ import annotations

import re
from collections.abc import Mapping

TYPES: Mapping[str, str] = {
    "integer": "integer",
    "int": "integer",
    "decimal": "decimal",
    "text": "text",
    "string": "text",
    "date": "date",
    "image": "files",
    "photo": "files",
    "file": "files",
}
PICTURES = frozenset({"image", "photo"})
CALCULATED = frozenset({"calculate", "calculation"})
SERVICE = frozenset(
    ("start", "end", "today", "deviceid", "username", "phonenumber", "simserial", "subscriberid", "imei", "email")
) | {"audit", "uri", "start-geopoint"}
OF_KOBO = frozenset({"__version__", "_version_", "formhub/uuid"})
"""Names of rows that Kobo adds for itself."""
SELECT = re.compile(
    r"(select_one|select one(?: from)?|select1|select_multiple|select multiple(?: from)?"
    r"|select all that apply(?: from)?) (\S+)( or[_ ]other| or specify other)?",
    re.IGNORECASE,
)
GROUP = re.compile(r"(begin|end)[ _](group|lgroup|repeat|looped group|loop)")
PARAMETER = re.compile(r"(start|end|step)\s*=\s*(-?[0-9]+(?:\.[0-9]+)?)")

LABELS_ONLY = "label"
"""The appearance of a row that shows the options over a table of questions and takes no answer."""
MULTILINE = "multiline"
# How a question looks on a phone: none of them changes what may be answered.
_LOOKS = re.compile(
    r"(minimal|horizontal|vertical|compact|horizontal-compact|quick|quickcompact|likert|picker|rating|no-buttons"
    r"|no-ticks|no-calendar|columns(-pack|-[0-9]{1,2})?|compact-[0-9]{1,2}|list-nolabel|list|field-list|table-list"
    r"|autocomplete|image-map|thousands-sep|multiline|textarea|w[0-9]{1,2}|no-collapse|theme-grid|pages|new|new-front"
    r"|new-rear|placement-map|large|medium|small)",
)


def meant(appearance: str) -> str:
    """Return the words of an appearance that change what may be answered or what happens with it; "" for none.

    `meant("minimal numbers")` is "numbers".
    """
    return " ".join(word for word in appearance.split() if not _LOOKS.fullmatch(word.casefold()))
