"""Texts of an exported workbook, in Russian."""


class XLSX:
    """In an exported workbook."""

    PAGE = "Страница &P из &N"
    AUTHOR = "Примечание"
    CHART = "Диаграмма"
    CUT = "… [обрезано: в ячейку Excel помещается не больше 32 767 знаков]"
