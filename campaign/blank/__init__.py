"""The form as an .xlsx file, for clerks who prefer Excel: a blank is made, and read once it is filled in.

Bytes in, bytes out. Loading the package loads openpyxl (half a second, 23 MB): import it where a blank is asked for.
"""

from campaign.blank.errors import BlankError, BlankMistake
from campaign.blank.filled import Filled, read_blank
from campaign.blank.layout import Layout, layout_of
from campaign.blank.origin import Origin
from campaign.blank.writing import make_blank

__all__ = [
    "BlankError",
    "BlankMistake",
    "Filled",
    "Layout",
    "Origin",
    "layout_of",
    "make_blank",
    "read_blank",
]
