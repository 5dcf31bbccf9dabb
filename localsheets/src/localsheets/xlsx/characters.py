"""Characters that an XML file can hold.

XlsxWriter writes the others of a cell as `_x0001_`, and as they are anywhere else; Excel then refuses the file.
Source: XML 1.0, 2.2 Characters.
"""

import re

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def legal(text: str) -> str:
    """Return a text with a replacement character for each one that XML does not know."""
    return _ILLEGAL.sub("\ufffd", text)
