"""Conditional formats in the browser: the class of a cell.

CUSTOM_FORMULA, dates and validity of lists are not evaluated here (listed in docs/grid.md); the workbook has the first.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from localsheets.a1 import Box
from localsheets.cells import Cell, CellError, Value
from localsheets.jsontypes import Json
from localsheets.locales import Locale, parse_input
from localsheets.looks.colors import hex_color, mix
from localsheets.model import Sheet
from localsheets.model.areas import area_of
from localsheets.model.zones import today_in

STEPS = 24  # shades of a colour scale

Test = Callable[[Value], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """name: class of the rule, or of the first shade. shade: for a colour scale, the shade of a value."""

    name: str
    boxes: tuple[Box, ...]
    test: Test
    shade: Callable[[float], int] | None = None

    def covers(self, row: int, column: int) -> bool:
        """Return True if a cell is in the rule's ranges."""
        return any(box.top <= row < box.bottom and box.left <= column < box.right for box in self.boxes)


def conditions_of(sheet: Sheet, locale: Locale, zone: str) -> list[Condition]:
    """Return the rules of a tab that are evaluated here, in their order."""
    found = []
    for number, rule in enumerate(sheet.features.get("conditionalFormats", ())):
        boxes = tuple(sheet.clip(area_of(grid_range)) for grid_range in rule["ranges"])
        name = f"k{sheet.store}-{number}"
        if "gradientRule" in rule:
            shade = _shade(sheet, boxes, rule["gradientRule"])
            if shade is not None:
                found.append(Condition(name, boxes, _is_number, shade))
            continue
        test = test_of(rule["booleanRule"].get("condition", {}), locale, zone)
        if test is not None:
            found.append(Condition(name, boxes, test))
    return found


def class_of(conditions: list[Condition], row: int, column: int, cell: Cell) -> str:
    """Return the class of the first matching rule, empty for none."""
    for condition in conditions:
        if condition.covers(row, column) and condition.test(cell.value):
            if condition.shade is not None and isinstance(cell.value, int | float):
                return f"{condition.name}-{condition.shade(float(cell.value))}"
            return condition.name
    return ""


def shades(rule: Json) -> list[str]:
    """Return STEPS colours of a scale, from low to high."""
    low = hex_color((rule.get("minpoint") or {}).get("colorStyle")) or "#ffffff"
    high = hex_color((rule.get("maxpoint") or {}).get("colorStyle")) or "#ffffff"
    middle = hex_color((rule.get("midpoint") or {}).get("colorStyle"))
    colors = []
    for step in range(STEPS):
        share = step / (STEPS - 1)
        if middle is None:
            colors.append(mix(low, high, share))
        elif share < 0.5:
            colors.append(mix(low, middle, share * 2))
        else:
            colors.append(mix(middle, high, share * 2 - 1))
    return colors


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shade(sheet: Sheet, boxes: tuple[Box, ...], rule: Json) -> Callable[[float], int] | None:
    numbers = sorted(_numbers(sheet, boxes))
    if not numbers:
        return None
    low, high = _point(rule.get("minpoint"), numbers, 0.0), _point(rule.get("maxpoint"), numbers, 1.0)
    middle = _point(rule["midpoint"], numbers, 0.5) if rule.get("midpoint") else None

    def shade(value: float) -> int:
        if high <= low:
            return 0
        if middle is None or not low < middle < high:
            share = (value - low) / (high - low)
        elif value < middle:
            share = (value - low) / (middle - low) / 2
        else:
            share = 0.5 + (value - middle) / (high - middle) / 2
        return max(0, min(STEPS - 1, round(share * (STEPS - 1))))

    return shade


def _numbers(sheet: Sheet, boxes: tuple[Box, ...]) -> Iterator[float]:
    for box in boxes:
        for at in range(box.top, min(box.bottom, len(sheet.rows))):
            row = sheet.rows[at]
            if row is not None:
                yield from (float(v) for v in row.values()[box.left : box.right] if _is_number(v))


def _point(point: Json | None, numbers: list[float], share: float) -> float:
    point = point or {}
    try:
        value = float(str(point.get("value", "")).replace(",", "."))
    except ValueError:
        value = share * 100
    kind = point.get("type")
    if kind == "NUMBER":
        return value
    if kind == "PERCENT":
        return numbers[0] + (numbers[-1] - numbers[0]) * value / 100
    if kind == "PERCENTILE":
        return numbers[min(len(numbers) - 1, max(0, round((len(numbers) - 1) * value / 100)))]
    return numbers[0] if share == 0 else numbers[-1] if share == 1 else (numbers[0] + numbers[-1]) / 2


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, CellError):
        return value.shown
    return str(value)


def test_of(condition: Json, locale: Locale, zone: str) -> Test | None:
    """Return what a condition asks of a value; None for one that is not evaluated here."""
    kind = condition.get("type", "")
    given = [str(value.get("userEnteredValue", "")) for value in condition.get("values", ())]
    if kind == "BLANK":
        return lambda value: value is None
    if kind == "NOT_BLANK":
        return lambda value: value is not None
    if kind.startswith("TEXT_") and given:
        return _text_test(kind, given[0].casefold())
    if kind.startswith("NUMBER_") and given:
        operands = [parse_input(text, locale, today_in(zone)).value for text in given]
        numbers = [float(one) for one in operands if isinstance(one, int | float) and not isinstance(one, bool)]
        if len(numbers) == len(given):
            return _number_test(kind, numbers)
    return None


def _text_test(kind: str, given: str) -> Test | None:
    tests: dict[str, Callable[[str], bool]] = {
        "TEXT_EQ": lambda text: text == given,
        "TEXT_NOT_EQ": lambda text: text != given,
        "TEXT_CONTAINS": lambda text: given in text,
        "TEXT_NOT_CONTAINS": lambda text: given not in text,
        "TEXT_STARTS_WITH": lambda text: text.startswith(given),
        "TEXT_ENDS_WITH": lambda text: text.endswith(given),
    }
    test = tests.get(kind)
    return None if test is None else lambda value: test(_text(value).casefold())


def _number_test(kind: str, numbers: list[float]) -> Test | None:
    first, last = numbers[0], numbers[-1]
    tests: dict[str, Callable[[float], bool]] = {
        "NUMBER_GREATER": lambda number: number > first,
        "NUMBER_GREATER_THAN_EQ": lambda number: number >= first,
        "NUMBER_LESS": lambda number: number < first,
        "NUMBER_LESS_THAN_EQ": lambda number: number <= first,
        "NUMBER_EQ": lambda number: number == first,
        "NUMBER_NOT_EQ": lambda number: number != first,
        "NUMBER_BETWEEN": lambda number: first <= number <= last,
        "NUMBER_NOT_BETWEEN": lambda number: not first <= number <= last,
    }
    test = tests.get(kind)
    if test is None:
        return None
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and test(float(value))
