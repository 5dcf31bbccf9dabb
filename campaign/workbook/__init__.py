"""A campaign as an .xlsx workbook, which people fill in, and as an XLSForm of ODK or Kobo.

Bytes in, bytes out: nothing is written to files here. openpyxl is imported here alone, when a workbook is asked for.
"""

from campaign.workbook.document import difference, document, yaml_text
from campaign.workbook.errors import CellMistake, WorkbookError
from campaign.workbook.reading import read_workbook
from campaign.workbook.writing import workbook

__all__ = ["CellMistake", "WorkbookError", "difference", "document", "read_workbook", "workbook", "yaml_text"]
