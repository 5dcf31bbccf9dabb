"""A campaign as an .xlsx workbook, which people fill in, and as an XLSForm of ODK or Kobo.

Bytes in, bytes out: nothing is written to files here. Loading it loads openpyxl.
"""

from campaign.workbook.document import check_same, yaml_text
from campaign.workbook.errors import CellMistake, WorkbookError
from campaign.workbook.reading import read_workbook
from campaign.workbook.writing import workbook
from campaign.workbook.xlsform import Carried, from_xlsform

__all__ = [
    "Carried",
    "CellMistake",
    "WorkbookError",
    "check_same",
    "from_xlsform",
    "read_workbook",
    "workbook",
    "yaml_text",
]
