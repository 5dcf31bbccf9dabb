"""Each answer type: what it takes, what it refuses with which code, and its ways there and back."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign import AnswerError, Cell, Question, Value, read_cell, read_typed

NBSP, NARROW, THIN = "\u00a0", "\u202f", "\u2009"

SEVERAL = Question.model_validate(
    {
        "id": "audiences",
        "type": "several",
        "title": "Кому",
        "options": ({"id": "teachers", "title": "Педагоги"}, {"id": "parents", "title": "Родители"}),
    }
)
ONE_OF = Question.model_validate(
    {
        "id": "kind",
        "type": "one_of",
        "title": "Вид",
        "options": ({"id": "school", "title": "Школа"}, {"id": "college", "title": "Колледж"}),
    }
)


def question(kind: str, **keys: object) -> Question:
    return Question.model_validate({"id": "q", "type": kind, "title": "Вопрос", **keys})


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12", 12),
        (" 12 ", 12),
        ("1 234", 1234),
        (f"1{NBSP}234", 1234),
        (f"1{NARROW}234{THIN}567", 1_234_567),
        ("0", 0),
        ("007", 7),
        ("12,0", 12),
        ("12.00", 12),
        ("+5", 5),
        (f"{NBSP}7{NBSP}", 7),
        ("500\u00ad", 500),
        ("500\u200e", 500),
        ("\u202a1\u200b234\u202c", 1234),
        ("5\u00ad00", 500),
        ("1\u200a234", 1234),
        ("1  234", 1234),
        (f"1 {NBSP} 234\u2003567", 1_234_567),
    ],
)
def test_whole_number_as_russian_readers_type_it(typed: str, value: int) -> None:
    assert read_typed(question("integer"), typed) == value


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("двенадцать", "not_a_number"),
        ("12 чел.", "words_beside_number"),
        ("#DIV/0!", "formula_error"),
        ("#Н/Д", "formula_error"),
        ("1,5", "not_whole"),
        ("-3", "negative"),
        ("−3", "negative"),
        ("1000000000000", "above_maximum"),
        ("12 34", "number_groups"),
        ("1.2.3", "number_groups"),
        ("1,234,567", "number_groups"),
        ("=1+1", "calculation"),
        ('=IMPORTXML("https://example.org";"//a")', "not_a_number"),
        ("<b>5</b>", "words_beside_number"),
        ("5\x00", "bad_characters"),
        ("\ud800", "bad_characters"),
        ("9" * 40_000, "too_many_digits"),
        ("١٢", "not_a_number"),
        ("1e3", "words_beside_number"),
        ("5 5", "number_groups"),
        ("5\u200b 5", "number_groups"),
        ("12\n345", "two_numbers"),
        ("12\t345", "two_numbers"),  # two cells pasted side by side
        ("12\u2028345", "two_numbers"),
        ("500.", "number_groups"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
    ],
)
def test_whole_number_refuses_with_one_clear_sentence(typed: str, code: str) -> None:
    with pytest.raises(AnswerError) as refused:
        read_typed(question("integer"), typed)
    assert refused.value.code == code
    assert refused.value.message.endswith((".", "»."))
    assert refused.value.advice


@pytest.mark.parametrize("kind", ["integer", "text", "links", "phone", "email", "date", "long_text", "decimal"])
@pytest.mark.parametrize("blank", ["", " ", NBSP, "\r\n", "\ufeff", "\u00ad", " \u200e\u2007", "\u3000"])
def test_a_blank_answer_is_none_or_an_error_where_required(kind: str, blank: str) -> None:
    assert read_typed(question(kind), blank) is None
    with pytest.raises(AnswerError) as refused:
        read_typed(question(kind, required=True), blank)
    assert refused.value.code == "blank"


@pytest.mark.parametrize(
    ("cell", "value"),
    [(12, 12), (12.0, 12), ("12", 12), (None, None), ("", None), (0, 0), ("1 234", 1234), ("1\u200b  234\u200e", 1234)],
)
def test_whole_number_cell(cell: Cell, value: int | None) -> None:
    assert read_cell(question("integer"), cell) == value


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (12.5, "not_whole"),
        (True, "not_a_number"),
        ("#REF!", "formula_error"),
        (1e300, "too_many_digits"),
        (-1, "negative"),
        (1e16, "above_maximum"),
        ("12.5", "not_whole"),
    ],
)
def test_whole_number_cell_refused(cell: Cell, code: str) -> None:
    with pytest.raises(AnswerError) as refused:
        read_cell(question("integer"), cell)
    assert refused.value.code == code


def test_decimal_is_exact_and_limited_in_places() -> None:
    assert read_typed(question("decimal"), "1,5") == Decimal("1.5")
    assert read_cell(question("decimal"), 0.1) == Decimal("0.1")
    assert read_typed(question("decimal", places=3), "1 000,125") == Decimal("1000.125")
    with pytest.raises(AnswerError) as refused:
        read_typed(question("decimal"), "1,2345")
    assert refused.value.code == "too_many_places"


def test_limits_of_the_question() -> None:
    limited = question("integer", minimum=5, maximum=10)
    assert read_typed(limited, "5") == 5
    for typed, code in (("4", "below_minimum"), ("11", "above_maximum"), ("-1", "below_minimum")):
        with pytest.raises(AnswerError) as refused:
            read_typed(limited, typed)
        assert refused.value.code == code


def test_several_keeps_the_order_of_the_file() -> None:
    assert read_typed(SEVERAL, ["parents", "teachers"]) == ("teachers", "parents")
    assert read_typed(SEVERAL, []) is None
    assert read_typed(SEVERAL, "parents") == ("parents",)
    assert read_cell(SEVERAL, "Родители; педагоги ") == ("teachers", "parents")
    assert SEVERAL.answer_type.write_cell(SEVERAL, ("teachers", "parents")) == "Педагоги; Родители"
    with pytest.raises(AnswerError) as refused:
        read_cell(SEVERAL, "Родители, педагоги")
    assert refused.value.code == "unknown_option"


def test_one_of_takes_id_or_title() -> None:
    assert read_typed(ONE_OF, "college") == "college"
    assert read_cell(ONE_OF, "колледж") == "college"
    with pytest.raises(AnswerError):
        read_typed(ONE_OF, ["school", "college"])


@given(st.integers(0, 10**9), st.data())
def test_what_nobody_sees_does_not_change_a_figure(number: int, data: st.DataObject) -> None:
    marks = st.text(st.sampled_from("\u00ad\u200b\u200e\u202c\u2060\ufeff"), max_size=2)
    blanks = st.text(st.sampled_from(f" {NBSP}{NARROW}{THIN}\u200a\u2007\u3000"), min_size=1, max_size=2)
    groups = f"{number:,}".split(",")
    typed = "".join(
        sign + data.draw(marks) for sign in data.draw(blanks).join(groups) + data.draw(st.sampled_from(["", ",0"]))
    )
    assert read_typed(question("integer"), typed) == number
    assert read_cell(question("decimal"), typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "30.05.2023",
        "2023-05-30",
        "30/5/2023",
        "30052023",
        "30 05 2023",
        f"30{NBSP}5  2023",
        "30. 05. 2023",
        "30-05-2023",
        "30\u200e.05.2023\u00ad",
    ],
)
def test_a_date(typed: str) -> None:
    assert read_typed(question("date"), typed) == date(2023, 5, 30)


@pytest.mark.parametrize(
    "typed",
    [
        "30.02.2023",
        "32.05.2023",
        "май",
        "0001-01-01",
        "30.05.23",
        "31022023",
        "20230530",
        "3052023",
        "300520230",
        "30 05 23",
        "30\n05\n2023",
        "3005 2023",
    ],
)
def test_what_is_no_date(typed: str) -> None:
    with pytest.raises(AnswerError) as refused:
        read_typed(question("date"), typed)
    assert refused.value.code == "not_a_date"


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from(["{:%d%m%Y}", "{:%d %m %Y}", "{:%d.%m.%Y}"]))
def test_a_date_has_one_meaning_in_every_notation(day: date, notation: str) -> None:
    assert read_typed(question("date"), notation.format(day)) == day
    with suppress(AnswerError):  # eight digits, the year first: no date, or one that is written the same
        assert read_typed(question("date"), f"{day:%Y%m%d}") == date(day.year, day.month, day.day)


def test_a_date_cell_is_a_serial_number() -> None:
    # 2020-01-01 is 43831 in Google's own answers.
    assert read_cell(question("date"), 43831) == date(2020, 1, 1)
    for cell in (43831.5, True, -4, 10**9):
        with pytest.raises(AnswerError):
            read_cell(question("date"), cell)


@pytest.mark.parametrize(
    "typed",
    [
        "8 (4922) 00-00-00",
        "+7 900 000-00-00",
        "84922000000, доб. 12",
        "8\u22124922\u221200\u221200\u221200",
        "8\uff0d4922\uff0d00\uff0d00\uff0d00",
        "8 4922 00 00 00 добавочный 12",
        "8 4922 00 00 00, Внутренний 1234567",
    ],
)
def test_a_phone(typed: str) -> None:
    assert read_typed(question("phone"), typed) == typed


@pytest.mark.parametrize(
    "typed",
    ["89001234567, 89001234568", "т. 89001234567", "+7 900 123-45-67 WhatsApp", "8(49243) 2-11-11, 2-11-12"],
)
def test_one_phone_without_words(typed: str) -> None:
    with pytest.raises(AnswerError, match="один номер, без слов") as refused:
        read_typed(question("phone"), typed)
    assert refused.value.code == "not_a_phone"


def test_two_phones_that_were_accepted_before_stay_in_their_row() -> None:
    assert read_cell(question("phone"), "8(49243) 2-11-11, 2-11-12") == "8(49243) 2-11-11, 2-11-12"


@pytest.mark.parametrize("typed", ["x@example.org, y@example.org", "Отдел <x@example.org>"])
def test_one_email(typed: str) -> None:
    with pytest.raises(AnswerError, match="один адрес"):
        read_typed(question("email"), typed)
    assert read_typed(question("email"), "x@example.org;") == "x@example.org"


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("12,5", "Впишите число без дробной части, например: 12."),
        ("1.234", f"тысячи — впишите 1{NBSP}234."),
        ("нет", "поставьте 0"),
        ("—", "поставьте 0"),
        ("б/н", "поставьте 0"),
        ("12 34", f"например: 1{NBSP}234"),
    ],
)
def test_a_figure_that_is_refused_says_what_to_write(typed: str, advice: str) -> None:
    with pytest.raises(AnswerError) as refused:
        read_typed(question("integer"), typed)
    assert advice in refused.value.advice


def test_the_line_break_of_slides_is_a_line_break() -> None:
    assert read_typed(question("long_text"), "первая\x0bвторая") == "первая\nвторая"


@pytest.mark.parametrize("typed", ["звоните", "12345", "8 (4922) 00-00-00 Отдел образования", "1" * 30])
def test_what_is_no_phone(typed: str) -> None:
    with pytest.raises(AnswerError) as refused:
        read_typed(question("phone"), typed)
    assert refused.value.code == "not_a_phone"


@pytest.mark.parametrize("mark", ["\u00ad", "\u200b", "\u200d", "\u202e", "\u2060", "\u3164", "\ufeff"])
def test_invisible_marks_within_a_contact_are_left_out(mark: str) -> None:
    for read in (read_typed, read_cell):
        assert read(question("email"), f"otdel@{mark}example.org") == "otdel@example.org"
        assert read(question("phone"), f"8 4922 00{mark}-00-00") == "8 4922 00-00-00"


@pytest.mark.parametrize("typed", ["otdel@example.org", "a.b+c@mail.example.org", "отдел@пример.рф"])
def test_an_email(typed: str) -> None:
    assert read_typed(question("email"), typed) == typed


@pytest.mark.parametrize(
    "typed", ["otdel", "otdel@", "@example.org", "a b@example.org", "a@b", "x@example.org, y@example.org"]
)
def test_what_is_no_email(typed: str) -> None:
    with pytest.raises(AnswerError) as refused:
        read_typed(question("email"), typed)
    assert refused.value.code == "not_an_email"


def test_text_is_one_line_of_limited_length() -> None:
    assert read_typed(question("text"), "  Отдел\t образования ") == "Отдел образования"
    assert read_typed(question("text"), "=IMPORTXML()") == "=IMPORTXML()"
    for typed, code in (("a\nb", "one_line"), ("ы" * 100_000, "too_long"), ("a\x00b", "bad_characters")):
        with pytest.raises(AnswerError) as refused:
            read_typed(question("text"), typed)
        assert refused.value.code == code


def test_long_text_keeps_its_lines() -> None:
    assert read_typed(question("long_text"), "первая \r\nвторая") == "первая\nвторая"


def test_yes_no() -> None:
    kind = question("yes_no")
    assert read_typed(kind, "yes") is True
    assert read_cell(kind, False) is False
    assert read_cell(kind, "Нет") is False
    assert kind.answer_type.write_cell(kind, True) == "да"


QUESTIONS: list[tuple[Question, st.SearchStrategy[Value]]] = [
    (question("integer"), st.integers(0, 10**9)),
    (question("decimal"), st.decimals(0, 10**6, places=2, allow_nan=False).map(lambda d: d.normalize() + 0)),
    (question("yes_no"), st.booleans()),
    (question("date"), st.dates(date(1900, 1, 2), date(2199, 12, 31))),
    (SEVERAL, st.sampled_from([("teachers",), ("parents",), ("teachers", "parents")])),
    (ONE_OF, st.sampled_from(["school", "college"])),
    (
        question("links"),
        st.lists(st.integers(0, 99), min_size=1, max_size=5, unique=True).map(
            lambda ns: tuple(f"https://example.org/{n}" for n in ns)
        ),
    ),
]


@given(st.data())
def test_every_value_survives_its_ways_there_and_back(data: st.DataObject) -> None:
    for kind, values in QUESTIONS:
        value = data.draw(values)
        there = kind.answer_type
        assert there.read_json(there.to_json(value)) == value
        assert read_typed(kind, there.typed(kind, value)) == value
        written = there.write_cell(kind, value)
        cell = float(written) if isinstance(written, Decimal) else written
        if isinstance(cell, date):
            cell = (cell - date(1899, 12, 30)).days
        assert read_cell(kind, cell) == value
        assert there.shown(kind, value)


@given(st.text(max_size=60) | st.lists(st.text(max_size=20), max_size=4))
def test_whatever_is_typed_gives_a_value_or_an_answer_error(typed: str | list[str]) -> None:
    kinds = [kind for kind, _ in QUESTIONS] + [question(k) for k in ("text", "long_text", "phone", "email")]
    for kind in kinds:
        with suppress(AnswerError):
            read_typed(kind, typed)


@given(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40))
def test_whatever_stands_in_a_cell_gives_a_value_or_an_answer_error(cell: Cell) -> None:
    kinds = [kind for kind, _ in QUESTIONS] + [question(k) for k in ("text", "long_text", "phone", "email")]
    for kind in kinds:
        with suppress(AnswerError):
            read_cell(kind, cell)
