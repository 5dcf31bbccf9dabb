"""All rows at once, by short ways, are checked as each row alone is by the functions of the form."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from campaign import AnswerError, Cell, Problem, Question, Value, read_cell
from campaign.answers import personal_problems, problem_of, rule_problems
from campaign.rules import AnswerOperands, contains, held
from sync.check import Background, CheckedRow, check_rows
from sync.check.columns import read_column
from sync.check.plain import MAYBE_PERSONAL
from sync.check.rows import cell_text
from sync.texts import problems as texts
from tests.sync.made import table_of, the_campaign

CAMPAIGN = the_campaign()
SHEET = {q.id for q in CAMPAIGN.sheet_questions}


def before(question: Question) -> st.SearchStrategy[Value | None]:
    return st.one_of(st.none(), st.integers(0, 12)) if question.numeric else st.none()


CELLS: dict[str, st.SearchStrategy[Cell]] = {
    "integer": st.one_of(
        st.integers(0, 12), st.sampled_from(["", None, True, 1.0, 1, 2.5, -1, 10**13, 2**70, "1 234", "12 чел."])
    ),
    "several": st.one_of(
        st.lists(st.sampled_from([o.title for o in CAMPAIGN.by_id["audiences"].options])).map("; ".join),
        st.sampled_from(["", None, "Марсиане", "teachers", "Родители;родители ", "; ", 5, "Родители; \x00"]),
    ),
    "links": st.one_of(
        st.lists(st.sampled_from(["https://example.org/1", "http://a.b?q=1#я", "https://example.org"])).map("\n".join),
        st.sampled_from(["", None, "нет", "https://a", "ftp://a.b/1", "https://я.рф/1", "https://a.b/\u200b", 7, True]),
        st.sampled_from(["https://u@a.b", "https://a.b:x/", "https://a.b /"]),
        st.integers(98, 102).map(lambda count: "\n".join(f"https://a.b/{i}" for i in range(count))),
        st.text(st.sampled_from("https://a.b\n\r\t #?@:я[]-_"), max_size=25).map("https://a.b".__add__),
    ),
    "long_text": st.one_of(
        st.text(max_size=30),
        st.text(st.sampled_from("78 -()90@a.b\n"), max_size=25).map("тел. ".__add__),
        st.sampled_from(["", None, "x" * 2000, "x" * 2001, "а\x00", "\u3000", 89224922001, 1.5]),
        st.sampled_from(["т. 8 (4922) 00-00-00", "8 492 2 00-00 \n00", "пишите: a@b.org", "8 http://a.b 922492201"]),
    ),
}  # fmt: skip
ROWS = st.lists(
    st.tuples(
        st.fixed_dictionaries({q.id: CELLS[q.type] for q in CAMPAIGN.sheet_questions}),
        st.fixed_dictionaries({q.id: before(q) for q in CAMPAIGN.sheet_questions}),
        st.one_of(st.none(), st.frozensets(st.sampled_from(sorted(SHEET)))),
        st.sampled_from([{}, {"personal_data:comment": "да"}]),
    ),
    min_size=1,
    max_size=6,
)


def checked_alone(cells: Mapping[str, Cell], background: Background) -> CheckedRow:
    """A row checked by itself, cell by cell and rule by rule, by the functions that the form uses."""
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    mistaken = set()
    for question in CAMPAIGN.sheet_questions:
        cell = cells[question.id]
        try:
            value = read_cell(question, cell)
        except AnswerError as error:
            mistaken.add(question.id)
            later = error.code == "blank" and not background.was_asked(question.id)
            told = texts.ASKED_LATER, texts.ASKED_LATER_ADVICE
            problems.append(
                Problem("asked_later", "warning", question.id, *told)
                if later
                else problem_of(question, error, cell_text(cell))
            )
            continue
        if value is not None:
            values[question.id] = value
        if personal_problems(question, value) and f"personal_data:{question.id}" not in background.reasons:
            told = texts.PERSONAL_DATA, texts.PERSONAL_DATA_ADVICE
            problems.append(Problem("personal_data", "warning", question.id, *told))
    problems += rule_problems(CAMPAIGN, AnswerOperands(values, background.before, frozenset(mistaken)))
    return CheckedRow(values, tuple(problems), any(p.level == "error" for p in problems))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_all_rows_at_once_are_checked_as_each_alone(
    rows: list[tuple[dict[str, Cell], dict[str, Value | None], frozenset[str] | None, dict[str, str]]],
) -> None:
    backgrounds = [Background(before, reasons, asked) for _, before, asked, reasons in rows]
    checked = check_rows(CAMPAIGN, table_of([cells for cells, *_ in rows]), dict(enumerate(backgrounds)))
    for (cells, *_), background, found in zip(rows, backgrounds, checked, strict=True):
        alone = checked_alone(cells, background)
        assert found == alone
        assert [type(value) for value in found.values.values()] == [type(value) for value in alone.values.values()]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(CAMPAIGN.sheet_questions), st.data())
def test_a_short_way_says_of_a_cell_what_the_long_way_says(question: Question, data: st.DataObject) -> None:
    cells = data.draw(st.lists(CELLS[question.type], min_size=1, max_size=4))
    column = read_column(question, cells)
    for row, cell in enumerate(cells):
        try:
            value, code = read_cell(question, cell), None
        except AnswerError as error:
            value, code = None, error.code
        mistake = column.mistake(row)
        assert (column.value(row), mistake and mistake.code, column.cell(row)) == (value, code, cell)
        assert (column.present[row], column.sound[row]) == (value is not None, code is None)
        assert (column.held[row], column.unanswered[row]) == (held(value), code == "blank")
        assert column.includes("teachers")[row] == contains(value, "teachers")
        if question.numeric:
            assert column.numbers[row] == (value or 0)
        elif personal_problems(question, value):
            assert column.found(MAYBE_PERSONAL)[row]


PIECES = [
    "8",
    "+7",
    "(492",
    ") 2",
    "-",
    " ",
    "\n",
    "\u200b",
    "http://a.b/1",
    "http://a.b\u200bx",
    "\u00ad",
    "123456",
    "00",
    "x@y.zz",
    "тел",
]


@settings(max_examples=500, deadline=None)
@example("long_text", "тел 8 http://a.b\u200bx 49224901")
@given(st.sampled_from(["text", "long_text"]), st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("".join))
def test_no_text_with_personal_data_is_passed_over(kind: str, cell: str) -> None:
    question = Question(id="words", type=kind, title="Слова")
    column = read_column(question, [cell])
    if personal_problems(question, column.value(0)):
        assert column.found(MAYBE_PERSONAL)[0]
