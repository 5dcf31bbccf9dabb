# ruff: noqa: E501, PERF401 - a table of cells is easier to read in long lines
"""A spreadsheet like a campaign's, made by kinds of `batchUpdate`, for the tests of page and workbook."""

import datetime

from localsheets.jsontypes import Json
from localsheets.model import Spreadsheet
from localsheets.model.defaults import new_spreadsheet, sheet_props
from localsheets.requests import run_batch

SUMMARY, MUNICIPALITIES, PROBLEMS, ANSWERS, HIDDEN = 0, 11, 12, 13, 14

NAMES = (
    "г. Владимир", "г. Гусь-Хрустальный", "г. Ковров", "г. Радужный", "округ Муром", "Александровский район",
    "Вязниковский район", "Гороховецкий район", "Гусь-Хрустальный район", "Камешковский район", "Киржачский район",
    "Ковровский район", "Кольчугинский район", "Меленковский район", "Муромский район", "Петушинский район",
    "Селивановский район", "Собинский район", "Судогодский район", "Суздальский район", "Юрьев-Польский район",
)  # fmt: skip

GREY: Json = {"rgbColor": {"red": 0.95, "green": 0.95, "blue": 0.95}}
BLUE: Json = {"rgbColor": {"red": 0.11, "green": 0.27, "blue": 0.53}}
WHITE: Json = {"rgbColor": {"red": 1, "green": 1, "blue": 1}}
GREEN: Json = {"rgbColor": {"red": 0.85, "green": 0.93, "blue": 0.83}}
RED: Json = {"rgbColor": {"red": 0.96, "green": 0.8, "blue": 0.8}}
THIN: Json = {"style": "SOLID", "colorStyle": {"rgbColor": {"red": 0.7, "green": 0.7, "blue": 0.7}}}
TITLE: Json = {
    "textFormat": {"bold": True, "fontSize": 16, "foregroundColorStyle": BLUE},
    "verticalAlignment": "MIDDLE",
}
HEAD: Json = {
    "textFormat": {"bold": True, "foregroundColorStyle": WHITE},
    "backgroundColorStyle": BLUE,
    "horizontalAlignment": "CENTER",
    "verticalAlignment": "MIDDLE",
    "wrapStrategy": "WRAP",
}
NUMBER: Json = {"numberFormat": {"type": "NUMBER", "pattern": "# ##0"}, "horizontalAlignment": "RIGHT"}
THOUSANDS: Json = {"numberFormat": {"type": "NUMBER", "pattern": "#,##0"}}


def cell(value: object, fmt: Json | None = None, note: str = "") -> Json:
    """Return CellData of a typed value."""
    data: Json = {}
    if isinstance(value, bool):
        data["userEnteredValue"] = {"boolValue": value}
    elif isinstance(value, int | float):
        data["userEnteredValue"] = {"numberValue": value}
    elif isinstance(value, str) and value.startswith("=="):
        data["userEnteredValue"] = {"formulaValue": value[1:]}
    elif isinstance(value, str):
        data["userEnteredValue"] = {"stringValue": value}
    if fmt:
        data["userEnteredFormat"] = fmt
    if note:
        data["note"] = note
    return data


def rows(sheet: int, top: int, left: int, lists: list[list[Json]]) -> Json:
    """Return updateCells from a corner."""
    return {
        "updateCells": {
            "start": {"sheetId": sheet, "rowIndex": top, "columnIndex": left},
            "rows": [{"values": cells} for cells in lists],
            "fields": "userEnteredValue,userEnteredFormat,note",
        }
    }


def area(sheet: int, top: int, bottom: int, left: int, right: int) -> Json:
    """Return a GridRange."""
    return {
        "sheetId": sheet,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }


def width(sheet: int, start: int, end: int, pixels: int, axis: str = "COLUMNS") -> Json:
    """Return updateDimensionProperties."""
    return {
        "updateDimensionProperties": {
            "range": {"sheetId": sheet, "dimension": axis, "startIndex": start, "endIndex": end},
            "properties": {"pixelSize": pixels},
            "fields": "pixelSize",
        }
    }


def make_workbook(answers: int = 18) -> Spreadsheet:
    """Return the requests of four visible tabs and a hidden one. answers: number of rows in the answers tab."""
    moment = datetime.datetime(2023, 5, 27, 12, tzinfo=datetime.UTC)
    state = new_spreadsheet("Флагманы образования", "owner@example.org", moment, "ru_RU", "Europe/Moscow", None)
    state.add_sheet(sheet_props(SUMMARY, "Свод", 60, 8))
    state.add_sheet(sheet_props(MUNICIPALITIES, "Муниципалитеты", 40, 8))
    state.add_sheet(sheet_props(PROBLEMS, "Замечания", 40, 5))
    state.add_sheet(sheet_props(ANSWERS, "Ответы", max(1000, answers + 1), 10))
    state.add_sheet(sheet_props(HIDDEN, "Служебный", 10, 3))
    state.sheets[-1].props["hidden"] = True
    run_batch(state, [*_summary(), *_municipalities(), *_problems(), *_answers(answers)])
    return state


def _summary() -> list[Json]:
    line = {"borders": {"bottom": THIN}}
    groups = [
        ("Студенты колледжей", 1234), ("Студенты вузов", 610), ("Руководители организаций", 87),
        ("Педагоги", 1902), ("Главы органов местного самоуправления", 12), ("Сотрудники органов", 45),
    ]  # fmt: skip
    return [
        rows(SUMMARY, 0, 0, [
            [cell("Профессиональный конкурс «Флагманы образования»", TITLE)],
            [cell("Свод по Владимирской области. Данные на 27.05.2023 15:04. РЕПЕТИЦИЯ", {"textFormat": {"italic": True}})],
            [],
            [cell("Отчитались"), cell(18, {**NUMBER, "textFormat": {"bold": True, "fontSize": 14}}, "Сданы в срок и с опозданием"), cell("из 21 муниципалитета")],
            [cell("Сводка, показанная больше 30 минут назад, не обновляется: сообщите администратору.", {"wrapStrategy": "WRAP", "textFormat": {"foregroundColorStyle": {"rgbColor": {"red": 0.4, "green": 0.4, "blue": 0.4}}}})],
            [],
            [cell("Целевая группа", HEAD), cell("Зарегистрировано", HEAD), cell("Доля", HEAD)],
            *[[cell(name, line), cell(count, {**THOUSANDS, **line}), cell(count / 3890, {"numberFormat": {"type": "PERCENT", "pattern": "0.0%"}, **line})] for name, count in groups],
            [cell("Всего", {"textFormat": {"bold": True}, "backgroundColorStyle": GREY}), cell("==SUM(B8:B13)", {**THOUSANDS, "textFormat": {"bold": True}, "backgroundColorStyle": GREY}), cell(None, {"backgroundColorStyle": GREY})],
        ]),
        {"mergeCells": {"range": area(SUMMARY, 0, 1, 0, 6), "mergeType": "MERGE_ALL"}},
        {"mergeCells": {"range": area(SUMMARY, 4, 5, 0, 3), "mergeType": "MERGE_ALL"}},
        width(SUMMARY, 0, 1, 300), width(SUMMARY, 1, 3, 140), width(SUMMARY, 0, 1, 40, "ROWS"), width(SUMMARY, 4, 5, 40, "ROWS"),
        {"updateSheetProperties": {"properties": {"sheetId": SUMMARY, "tabColorStyle": BLUE, "gridProperties": {"hideGridlines": True}}, "fields": "tabColorStyle,gridProperties.hideGridlines"}},
        {"addChart": {"chart": {
            "spec": {"title": "Зарегистрировано по группам", "basicChart": {
                "chartType": "BAR", "legendPosition": "NO_LEGEND", "headerCount": 1,
                "domains": [{"domain": {"sourceRange": {"sources": [area(SUMMARY, 6, 13, 0, 1)]}}}],
                "series": [{"series": {"sourceRange": {"sources": [area(SUMMARY, 6, 13, 1, 2)]}}, "targetAxis": "BOTTOM_AXIS"}],
            }},
            "position": {"overlayPosition": {"anchorCell": {"sheetId": SUMMARY, "rowIndex": 15, "columnIndex": 0}, "widthPixels": 580, "heightPixels": 300}},
        }}},
    ]  # fmt: skip


def _municipalities() -> list[Json]:
    header = ["ОКТМО", "Муниципалитет", "Состояние", "Квитанция", "Принято", "Всего", "План", "Доля"]
    lists = [[cell(text, HEAD) for text in header]]
    states = ("сдан в срок", "сдан с опозданием", "не сдан")
    for number, name in enumerate(NAMES):
        done = states[0 if number < 16 else 1 if number < 18 else 2]
        silent = done == "не сдан"
        lists.append([
            cell(f"177{number:02d}000"), cell(name), cell(done), cell("" if silent else f"2023-{number:04d}"),
            cell("—" if silent else 45073.5 + number / 24, {"numberFormat": {"type": "DATE_TIME", "pattern": "dd.mm.yyyy hh:mm"}}),
            cell("—" if silent else number * 37 + 5, THOUSANDS), cell(200, THOUSANDS),
            cell("—" if silent else (number * 37 + 5) / 200, {"numberFormat": {"type": "PERCENT", "pattern": "0%"}}),
        ])  # fmt: skip
    rule = {"ranges": [area(MUNICIPALITIES, 1, 22, 2, 3)]}
    return [
        rows(MUNICIPALITIES, 0, 0, lists),
        {"updateSheetProperties": {"properties": {"sheetId": MUNICIPALITIES, "gridProperties": {"frozenRowCount": 1, "frozenColumnCount": 2}}, "fields": "gridProperties(frozenRowCount,frozenColumnCount)"}},
        width(MUNICIPALITIES, 1, 3, 190), width(MUNICIPALITIES, 4, 5, 130), width(MUNICIPALITIES, 0, 1, 36, "ROWS"),
        {"addBanding": {"bandedRange": {"range": area(MUNICIPALITIES, 0, 22, 0, 8), "rowProperties": {"headerColorStyle": BLUE, "firstBandColorStyle": WHITE, "secondBandColorStyle": GREY}}}},
        {"addConditionalFormatRule": {"index": 0, "rule": {**rule, "booleanRule": {"condition": {"type": "TEXT_EQ", "values": [{"userEnteredValue": "не сдан"}]}, "format": {"backgroundColorStyle": RED, "textFormat": {"bold": True}}}}}},
        {"addConditionalFormatRule": {"index": 1, "rule": {**rule, "booleanRule": {"condition": {"type": "TEXT_CONTAINS", "values": [{"userEnteredValue": "сдан"}]}, "format": {"backgroundColorStyle": GREEN}}}}},
        {"addProtectedRange": {"protectedRange": {"range": area(MUNICIPALITIES, 0, 22, 0, 8), "warningOnly": True, "description": "Заполняет обработчик"}}},
    ]  # fmt: skip


def _problems() -> list[Json]:
    link = {"textFormat": {"link": {"uri": f"#gid={ANSWERS}&range=A3"}}}
    return [
        rows(PROBLEMS, 0, 0, [
            [cell(text, HEAD) for text in ("Квитанция", "Муниципалитет", "Что не так", "Что сделать", "Строка")],
            [cell("2023-0001"), cell(NAMES[1]), cell("Зарегистрировано больше, чем проинформировано.", {"wrapStrategy": "WRAP"}), cell("Проверьте оба числа.", {"wrapStrategy": "WRAP"}), cell("строка 3", link)],
            [cell("2023-0002"), cell(NAMES[2]), cell('=HYPERLINK("https://example.org")'), cell("Уточните."), cell(None)],
        ]),
        width(PROBLEMS, 1, 2, 170), width(PROBLEMS, 2, 4, 260),
        {"setBasicFilter": {"filter": {"range": area(PROBLEMS, 0, 3, 0, 5)}}},
    ]  # fmt: skip


def _answers(count: int) -> list[Json]:
    header = [
        "Приём",
        "Принято",
        "ОКТМО",
        "Муниципалитет",
        "Версия",
        "Студенты колледжей",
        "Педагоги",
        "Комментарий",
        "ID",
    ]
    lists = [[cell(text, {"textFormat": {"bold": True}}) for text in header]]
    for number in range(count):
        lists.append([
            cell(f"2023-{number:04d}"),
            cell(45073.5 + number / 240, {"numberFormat": {"type": "DATE_TIME", "pattern": "dd.mm.yyyy hh:mm:ss"}}),
            cell("17701000"), cell(NAMES[number % 21]), cell(1), cell(number % 300), cell(number % 70),
            cell("Провели совещание с директорами школ и разослали письма"), cell(f"id-{number}"),
        ])  # fmt: skip
    return [
        rows(ANSWERS, 0, 0, lists),
        width(ANSWERS, 1, 2, 150), width(ANSWERS, 3, 4, 190), width(ANSWERS, 7, 8, 320),
        {"updateSheetProperties": {"properties": {"sheetId": ANSWERS, "gridProperties": {"frozenRowCount": 1}}, "fields": "gridProperties.frozenRowCount"}},
    ]  # fmt: skip
