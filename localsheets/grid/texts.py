"""What people read in the browser, in the exported workbook and from the commands about people and backups. Russian.

Imports nothing.
"""


class XLSX:
    """In an exported workbook."""

    PAGE = "Страница &P из &N"
    AUTHOR = "Примечание"
    CHART = "Диаграмма"
    CUT = "… [обрезано: в ячейку Excel помещается не больше 32 767 знаков]"
