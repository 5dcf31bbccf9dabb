"""`python -m scripts.word_templates`: writes the default Word templates into `letters/templates/`.

They are committed; this is run when their text changes. Staff edit copies of them in Word.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.document import Document as Letter
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

TEMPLATES = Path(__file__).parents[1] / "letters" / "templates"
WIDTH = 173  # mm between the margins
MADE = datetime(2026, 11, 30)  # noqa: DTZ001 - Word keeps no zone
REHEARSAL = "{%p if репетиция %}", "РЕПЕТИЦИЯ. Сведения учебные: никуда их не отправляйте.", "{%p endif %}"


def main() -> None:
    municipality().save(str(TEMPLATES / "municipality.docx"))
    region().save(str(TEMPLATES / "region.docx"))


def municipality() -> Letter:
    """Return the template of the municipality's official answer."""
    letter = blank("Ответ муниципалитета")
    head = letter.add_table(1, 2)
    left, right = head.rows[0].cells
    write(
        left,
        "Администрация\n{{ муниципалитета }}\n\n№ __________ от ______________\n\nна № __________ от ______________",
    )
    write(right, "{{ министерство }}")
    heading(letter, "{{ кампания }}", 1)
    letter.add_paragraph("{{ предмет }}.")
    letter.add_paragraph(
        "В ответ на письмо министерства сообщаем сведения {{ муниципалитета }}. Данные на {{ данные_на }}."
    )
    figures(letter, "строки", ("раздел", "таблица", "группа", "итог"))
    only_if(letter, "исправления", lambda: corrections(letter))
    small(letter, "{%p if квитанция %}")
    small(letter, "Отчёт: квитанция {{ квитанция }}, версия {{ версия }}, принят {{ принято }}.")
    small(letter, "{%p elif внесено_министерством %}")
    small(letter, "Сведения внесены министерством.")
    small(letter, "{%p endif %}")
    signature(letter, "Глава (руководитель)")
    small(
        letter,
        "Ответственный исполнитель:{% if not исполнитель %} ______________________________{% endif %}",
        before=20,
    )
    small(letter, "{%p for один in исполнитель %}")
    small(letter, "{{ один.название }}: {{ один.значение }}")
    small(letter, "{%p endfor %}")
    return letter


def region() -> Letter:
    """Return the template of the region's consolidated note."""
    letter = blank("Сводная справка")
    letter.add_paragraph("{{ министерство }}").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    heading(letter, "Сводная справка: {{ кампания }}", 1)
    letter.add_paragraph("{{ предмет }}.")
    facts = (
        ("Регион", "{{ регион }}"),
        ("Данные на", "{{ данные_на }}"),
        ("Срок сдачи", "{{ срок }}"),
        ("Муниципалитетов", "{{ всего }}"),
        ("Отчитались", "{{ отчитались }} (в срок — {{ в_срок }}, с опозданием — {{ с_опозданием }})"),
        ("Не отчитались", "{{ не_отчитались }}"),
    )
    table = letter.add_table(0, 2)
    for title, value in facts:
        row = add_row(table)
        write(row.cells[0], title)
        write(row.cells[1], value)
    widths(table, (38, WIDTH - 38))
    letter.add_paragraph("{%p if ждут_учёта %}")
    letter.add_paragraph("Приняты, но в итоги ещё не вошли новые отчёты: {{ ждут_учёта | join(', ') }}.")
    letter.add_paragraph("{%p endif %}")
    heading(letter, "Итоги", 2)
    figures(letter, "итоги", ("таблица", "группа", "итог"))
    only_if(letter, "рейтинг", lambda: ranking(letter))
    heading(letter, "Все муниципалитеты", 2)
    municipalities(letter)
    heading(letter, "Не отчитались", 2)
    letter.add_paragraph("{%p if not нет_отчёта %}")
    letter.add_paragraph("Отчитались все.")
    letter.add_paragraph("{%p endif %}")
    only_if(letter, "нет_отчёта", lambda: silent(letter))
    signature(letter, "Ответственный за сводку")
    return letter


def corrections(letter: Letter) -> None:
    heading(letter, "С учётом исправлений министерства", 2)
    columns = ("название", "было", "стало")
    table = listing(letter, ("Показатель", "Прислано", "Учтено"), "исправления", columns)
    widths(table, (WIDTH - 80, 40, 40))


def ranking(letter: Letter) -> None:
    heading(letter, "Муниципалитеты по убыванию: {{ показатель }}", 2)
    letter.add_paragraph("{{ диаграмма }}")
    small(letter, "{%p if рейтинг | length | string != рейтинг_из %}")
    small(letter, "Показаны первые {{ рейтинг | length }} из {{ рейтинг_из }} отчитавшихся.")
    small(letter, "{%p endif %}")


def silent(letter: Letter) -> None:
    table = listing(letter, ("Муниципалитет", "Отчёт"), "нет_отчёта", ("название", "состояние"))
    widths(table, (WIDTH - 50, 50))


def figures(letter: Letter, name: str, strong: tuple[str, ...]) -> None:
    """Add the table of rows {вид, название, значение, пояснение}: one row of the template for each look."""
    table = ruled(letter, 1, 2)
    for cell, title in zip(table.rows[0].cells, ("Показатель", "Значение"), strict=True):
        write(cell, title, bold=True)
    repeat(table.rows[0])
    command(table, "for строка in " + name)
    for number, (condition, bold, indent) in enumerate(
        (
            (f"строка.вид in {list(strong)!r}", True, 0),
            ("строка.вид == 'строка'", False, 5),
        )
    ):
        command(table, ("elif " if number else "if ") + condition)
        figure_row(table, bold=bold, indent=indent)
    command(table, "else")
    figure_row(table, bold=False, indent=0)
    command(table, "endif")
    command(table, "endfor")
    widths(table, (WIDTH - 62, 62))


def figure_row(table: Table, *, bold: bool, indent: int) -> None:
    cells = add_row(table).cells
    write(cells[0], "{{ строка.название }}", bold=bold)
    cells[0].paragraphs[0].paragraph_format.left_indent = Mm(indent)
    run = cells[0].paragraphs[0].add_run("{% if строка.пояснение %}\n{{ строка.пояснение }}{% endif %}")
    run.italic, run.font.size = True, Pt(9)
    write(cells[1], "{{ строка.значение }}", bold=bold)


def municipalities(letter: Letter) -> None:
    """Add the table of all municipalities; its last columns are as many as the campaign has figures."""
    table = ruled(letter, 1, 6)
    cells = table.rows[0].cells
    titles = ("№", "Муниципалитет", "Отчёт", "{%tc for столбец in столбцы %}", "{{ столбец }}", "{%tc endfor %}")
    for cell, title in zip(cells, titles, strict=True):
        write(cell, title, bold=True, size=7.5)
    repeat(table.rows[0])
    command(table, "for один in муниципалитеты")
    row = ("{{ один.место }}", "{{ один.название }}", "{{ один.состояние }}")
    values = ("{%tc for число in один.значения %}", "{{ число }}", "{%tc endfor %}")
    for cell, text in zip(add_row(table).cells, (*row, *values), strict=True):
        write(cell, text)
    command(table, "endfor")
    sums = ("", "Итого", "", "{%tc for число in итого %}", "{{ число }}", "{%tc endfor %}")
    for cell, text in zip(add_row(table).cells, sums, strict=True):
        write(cell, text, bold=True)
    for row_of_table in table.rows:
        if len(row_of_table.cells) == len(titles):
            for cell in row_of_table.cells[4:5]:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    widths(table, (11, 46, 24, 23, 23, 23))


def listing(letter: Letter, titles: tuple[str, ...], name: str, columns: tuple[str, ...]) -> Table:
    """Add a table with a row for each item of the list."""
    table = ruled(letter, 1, len(titles))
    for cell, title in zip(table.rows[0].cells, titles, strict=True):
        write(cell, title, bold=True)
    repeat(table.rows[0])
    command(table, "for один in " + name)
    for cell, column in zip(add_row(table).cells, columns, strict=True):
        write(cell, "{{ один." + column + " }}")
    command(table, "endfor")
    return table


def blank(title: str) -> Letter:
    """Return an empty A4 letter in Times New Roman."""
    letter = Document()
    section = letter.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(25), Mm(12)
    section.top_margin = section.bottom_margin = Mm(18)
    normal = letter.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(12)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "ru-RU")
    normal.element.get_or_add_rPr().append(language)
    normal.paragraph_format.space_after = Pt(6)
    for level, size in ((1, 15), (2, 12)):
        style = letter.styles[f"Heading {level}"]
        style.font.name, style.font.size, style.font.color.rgb = "Times New Roman", Pt(size), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    core = letter.core_properties
    core.title, core.author, core.comments, core.language = title, "Свод", "", "ru-RU"
    core.created = core.modified = MADE
    page_number(section.footer.paragraphs[0])
    for text in REHEARSAL:
        paragraph = letter.add_paragraph()
        paragraph.add_run(text).bold = True
    return letter


def page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run()
    run.font.size = Pt(8)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        element.text = text
        run._r.append(element)


def heading(letter: Letter, text: str, level: int) -> None:
    letter.add_heading(text, level)


def small(letter: Letter, text: str, before: int = 0) -> None:
    paragraph = letter.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(before)
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.add_run(text).font.size = Pt(10)


def only_if(letter: Letter, name: str, add: Callable[[], None]) -> None:
    letter.add_paragraph("{%p if " + name + " %}")
    add()
    letter.add_paragraph("{%p endif %}")


def signature(letter: Letter, who: str) -> None:
    paragraph = letter.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(30)
    paragraph.add_run(f"{who}  ____________________ / ______________________ /")


def ruled(letter: Letter, rows: int, columns: int) -> Table:
    table: Table = letter.add_table(rows, columns, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    return table


def add_row(table: Table) -> _Row:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    return row


def command(table: Table, text: str) -> None:
    """Add a row that is a command about the rows below it."""
    add_row(table).cells[0].paragraphs[0].add_run("{%tr " + text + " %}")


def repeat(row: _Row) -> None:
    """Print the row again at the top of every page, on grey."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))
    for cell in row.cells:
        namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        cell._tc.get_or_add_tcPr().append(
            parse_xml(f'<w:shd xmlns:w="{namespace}" w:val="clear" w:color="auto" w:fill="EBEBEB"/>')
        )


def widths(table: Table, millimetres: tuple[int, ...]) -> None:
    table.autofit = False
    for row in table.rows:
        for cell, width in zip(row.cells, millimetres, strict=True):
            cell.width = Mm(width)
    for column, width in zip(table.columns, millimetres, strict=True):
        column.width = Mm(width)


def write(cell: _Cell, text: str, *, bold: bool = False, size: float = 10) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(1)
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)


if __name__ == "__main__":
    main()
