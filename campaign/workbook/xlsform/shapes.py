"""What a row of «survey» asks for: the type of a question, with limits and the way to total it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from campaign.errors import ExpressionError
from campaign.expressions import Day, GivenDay, Names, parse_figure
from campaign.model.aggregate import ask_for_aggregate
from campaign.workbook.xlsform import expressions, kinds, texts
from campaign.workbook.xlsform.expressions import Answers, NotCarriedError, Token
from campaign.workbook.xlsform.form import Row
from campaign.workbook.xlsform.options import Options


class Shapes:
    """Says what each question is. leave: lists something of a row that is not carried over"""

    def __init__(self, lists: Mapping[str, Options], leave: Callable[[Row, str, str], None]) -> None:
        self._lists = lists
        self._leave = leave
        self._types: dict[str, str] = {}
        self._summed: dict[str, bool] = {}  # id of a figure → whether the region's figure is its sum

    def of(self, row: Row, kind: str, answers: Answers) -> dict[str, Any] | None:
        """Return the type with what belongs to it; None for a type that Svod has not."""
        word, name = kind.casefold(), name_of(row)
        if word in kinds.TYPES:
            found = kinds.TYPES[word]
            long = found == "text" and kinds.MULTILINE in row.text("appearance").casefold()
            return {"type": "long_text" if long else found, **({"max_items": 1} if found == "files" else {})}
        if word == "range":
            return self._range(row)
        if word in kinds.CALCULATED:
            return self._calculated(row, answers)
        select = kinds.SELECT.fullmatch(kind)
        if select is None:
            self._leave(row, "type", texts.TYPE_NOT_CARRIED.format(name=name, type=kind))
            return None
        listed = self._lists.get(select[2])
        if listed is not None and select[3]:
            listed = listed.with_other()
        if listed is None or len(listed.options) < 2:
            self._leave(row, "type", texts.LIST_SHORT.format(name=name, list=select[2]))
            return None
        one = "one" in select[1].casefold() or "1" in select[1]
        if one and listed.yes_no:
            return {"type": "yes_no"}
        return {"type": "one_of" if one else "several", "options": listed.options}

    def _calculated(self, row: Row, answers: Answers) -> dict[str, Any] | None:
        """Return a figure that is calculated of questions above it; None where Svod cannot calculate it."""
        try:
            made = expressions.calculation(row.text("calculation"), answers)
            node = parse_figure(made.written, self._names())
        except (NotCarriedError, ExpressionError) as error:
            self._leave(row, "calculation", texts.CALCULATE_NOT_CARRIED.format(name=name_of(row), why=error))
            return None
        if not made.operands or isinstance(node, Day | GivenDay):
            words = texts.CALCULATE_NOT_CARRIED.format(name=name_of(row), why=texts.EXPRESSION_NO_FIGURE)
            self._leave(row, "calculation", words)
            return None
        whole = made.places == 0 or (made.sums and all(self._types[name] == "integer" for name in made.operands))
        shape: dict[str, Any] = {"type": "integer" if whole else "decimal", "calculated": made.written}
        if made.places:
            shape["places"] = made.places
        if not made.sums or not all(self._summed.get(name) for name in made.operands):
            shape["aggregate"] = "none"
            self._leave(row, "calculation", texts.CALCULATE_NO_SUM.format(name=name_of(row)))
        return shape

    def _names(self) -> Names:
        """Return the names of the questions so far, as an expression may use them."""
        of = {kind: frozenset(name for name, its in self._types.items() if its == kind) for kind in ("yes_no", "date")}
        figures = {name: (name,) for name in self._summed}
        return Names(figures, frozenset(self._types), {}, yes_no=of["yes_no"], days=of["date"])

    def _range(self, row: Row) -> dict[str, Any]:
        found = {key: float(number) for key, number in kinds.PARAMETER.findall(row.text("parameters"))}
        start, end, step = found.get("start", 0.0), found.get("end", 10.0), found.get("step", 1.0)
        whole = start.is_integer() and step.is_integer()
        limits = {
            key: int(number) if number.is_integer() else number
            for key, number in (("minimum", start), ("maximum", end))
        }
        return {"type": "integer" if whole else "decimal", **limits}

    def leave_looks(self, row: Row, kind: str) -> None:
        """List what the look of a question says of its answer, and a calculation beside a question that is asked."""
        if found := kinds.meant(row.text("appearance")):
            self._leave(row, "appearance", texts.APPEARANCE_NOT_CARRIED.format(name=name_of(row), found=found))
        if row.text("calculation") and kind.casefold() not in kinds.CALCULATED:
            self._leave(row, "calculation", texts.CALCULATION_NOT_CARRIED.format(name=name_of(row)))
        if kind.casefold() in kinds.PICTURES:
            self._leave(row, "type", texts.PICTURES.format(name=name_of(row)))

    def aggregate(self, row: Row, made: dict[str, Any]) -> None:
        """Take note of the type; say `none` where a sum has no meaning and the form doesn't say what has."""
        self._types[made["id"]] = made["type"]
        if made["type"] not in ("integer", "decimal"):
            return
        if "aggregate" not in made:
            try:
                ask_for_aggregate(title=made["title"], header=made.get("header"))
            except ValueError:  # pydantic's errors are
                made["aggregate"] = "none"
                self._leave(row, "label", texts.AGGREGATE_UNKNOWN.format(name=name_of(row)))
        self._summed[made["id"]] = "aggregate" not in made


def limited(made: dict[str, Any], condition: list[Token]) -> bool:
    """Put a plain limit into the question; return False for any other condition, and for a second, different limit."""
    if made["type"] in ("integer", "decimal"):
        found = expressions.limit(condition, whole=made["type"] == "integer")
        if found is None:
            return False
        key, number = found
        narrower: Callable[..., Any] = min if key == "maximum" else max
        made[key] = narrower(made.get(key, number), number)
        return True
    longest = expressions.longest(condition) if made["type"] in ("text", "long_text") else None
    if longest is None or not 1 <= longest <= 20_000:
        return False
    made["max_length"] = longest
    return True


def name_of(row: Row, first: str = "name") -> str:
    return row.text(first) or row.text("name") or row.text("label")
