"""Campaigns of every shape that a file can have, for property tests; and workbooks with a cell changed."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
from hypothesis import strategies as st

from campaign import Campaign
from campaign.answer_types import ANSWER_TYPES

TRICKY = (
    "=1+1",
    "+7 (4922) 00-00-00",
    "-5",
    "@me",
    "'quoted'",
    '"quoted"',
    "#N/A",
    "TRUE",
    "да",
    "null",
    "007",
    "1.000",
    "2026-12-15",
    "_x0041_ и _x000D_",
    "# комментарий",
    "ключ: значение",
    "- строка",
    "первая\nвторая",
    "a\tb",
    "x\ry",
    "Гусь–Хрустальный\N{NO-BREAK SPACE}ё",
    "знак \x07",
    "emoji 🎓",
)
words = st.one_of(st.sampled_from(TRICKY), st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), max_size=30))
filled = words.map(str.strip).filter(bool)
numbers = st.one_of(st.integers(0, 10**19), st.integers(0, 1000), st.floats(0, 1e9, allow_nan=False).map(abs))
GROUPS = (("g_one", ("line_a", "line_b")), ("g_two", ("line_c",)))


@st.composite
def campaigns(draw: st.DrawFn) -> Campaign:
    """Draw a campaign that the checker takes, of every key that the models know."""
    counter = iter(range(1, 10_000))
    grouped = draw(st.booleans())
    sections = [
        {
            "id": f"s{number}",
            "title": draw(filled),
            **_some(draw, hint=filled),
            "questions": tuple(
                draw(_item(draw, next(counter), grouped=grouped)) for _ in range(draw(st.integers(1, 4)))
            ),
        }
        for number in range(draw(st.integers(1, 3)))
    ]
    _ask_sometimes(draw, sections)
    items = [question for section in sections for question in section["questions"]]
    figures = [q for q in items if q["type"] == "integer" and not q.get("kept_at_home")]
    summed = [q["id"] for q in figures if q["aggregate"] == "sum"]
    main = draw(st.sampled_from([None, *summed]))
    document: dict[str, Any] = {
        "campaign": draw(_about()),
        **_some(draw, schedule=_schedule(), spreadsheet=_tabs(), mails=_mails()),
        **({"target_groups": tuple(_group(draw, *group) for group in GROUPS)} if grouped else {}),
        **({"main_figure": main} if main else {}),
        "sections": tuple(sections),
        "rules": tuple(_rule(draw, number, q["id"]) for number, q in enumerate(figures) if draw(st.booleans())),
        "municipality_kinds": (
            {"id": "city", "title": draw(filled), **_some(draw, deadline=st.just("2026-12-20 18:00"))},
        ),
        "municipalities": tuple(
            {
                "oktmo": f"{draw(st.integers(0, 9999)):04}{number:04}",
                "name": f"{number} {draw(filled)}",
                "genitive": draw(filled),
                **_some(draw, kind=st.just("city"), email=st.just("otdel@example.org")),
                **(_some(draw, plan=numbers) if main else {}),
                **(_some(draw, headcounts=st.just({"g_one": draw(st.integers(0, 10**6))})) if grouped else {}),
            }
            for number in range(draw(st.integers(1, 4)))
        ),
    }
    return Campaign.model_validate(document)


def _ask_sometimes(draw: st.DrawFn, sections: list[dict[str, Any]]) -> None:
    """Give some questions, tables and sections a condition over a number that stands above them."""
    above: list[str] = []
    for section in sections:
        for item in (section, *section["questions"]):
            asked: bool = draw(st.booleans())
            if above and asked:
                item["relevant"] = f"{draw(st.sampled_from(above))} > 0"
            if item.get("type") == "integer" and not item.get("kept_at_home"):
                above.append(item["id"])


def _some(draw: st.DrawFn, **keys: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Return some of the keys."""
    return {key: draw(values) for key, values in keys.items() if draw(st.booleans())}


@st.composite
def _about(draw: st.DrawFn) -> dict[str, Any]:
    named = {key: draw(filled) for key in ("title", "subject", "ministry", "region", "letter", "purpose")}
    return {
        "id": draw(st.from_regex(r"\A[a-z0-9][a-z0-9-]{0,20}\Z")),
        **named,
        "opens": draw(st.sampled_from(("2026-09-01 00:00", "2026-09-01T07:30", "2026-09-01 00:00:01"))),
        "deadline": draw(st.sampled_from(("2026-12-15 18:00", "2026-12-15T23:59:59"))),
        "receipt_prefix": draw(st.sampled_from(("ПИ", "1-2", "А"))),
        "contact": {"who": draw(filled), **_some(draw, email=st.just("a@example.org"), phone=filled)},
        **_some(
            draw,
            addressees=st.just("schools"),
            pages=st.booleans(),
            timezone=st.sampled_from(("Asia/Omsk", "UTC")),
            late=st.sampled_from(("accept", "refuse")),
        ),
    }


@st.composite
def _schedule(draw: st.DrawFn) -> dict[str, Any]:
    return _some(
        draw,
        delivery_seconds=st.sampled_from((0.25, 3, 7.5)),
        stale_minutes=st.integers(1, 10080),
        call_timeout_seconds=st.floats(1, 300),
    )


@st.composite
def _mails(draw: st.DrawFn) -> dict[str, Any]:
    return _some(
        draw, send=st.booleans(), hour=st.integers(0, 23), opening=st.sampled_from(("nobody", "all", "silent"))
    )


@st.composite
def _tabs(draw: st.DrawFn) -> dict[str, Any]:
    tabs = _some(draw, summary=st.just("=Итоги"), journal=st.just("Журнал 1.000"))
    return {"tabs": tabs, **_some(draw, id=st.just("1-Yz_" * 4))}


def _group(draw: st.DrawFn, name: str, lines: tuple[str, ...]) -> dict[str, Any]:
    made = tuple({"id": line, "title": draw(filled), "short": f"{line} {draw(filled)}"} for line in lines)
    return {"id": name, "title": f"{name} {draw(filled)}", "lines": made}


@st.composite
def _question(draw: st.DrawFn, number: int) -> dict[str, Any]:
    kind = draw(st.sampled_from(tuple(kind for kind in ANSWER_TYPES if kind != "repeats")))
    home = draw(st.booleans())
    made: dict[str, Any] = {
        "id": f"q{number}",
        "type": kind,
        "title": f"{number} {draw(filled)}",
        **_some(draw, header=filled.map(lambda text: f"{number} {text}"), hint=filled, required=st.booleans()),
        **({"kept_at_home": True} if home else {}),
    }
    if kind in ("integer", "decimal"):
        low, high = sorted((draw(numbers), draw(numbers)))
        made |= _some(draw, unit=filled, minimum=st.just(low), maximum=st.just(high), cumulative=st.booleans())
        made["aggregate"] = draw(st.sampled_from(("sum", "mean", "min", "max", "last", "none")))
        if not home:
            made |= _some(draw, role=st.sampled_from(("informed", "action")))
    if kind in ("integer", "decimal") and not home and draw(st.integers(0, 3)) == 0:
        for key in ("required", "minimum", "maximum"):
            made.pop(key, None)
        made["calculated"] = "2 * 3 - 1 / 4"
    if kind == "decimal":
        made |= _some(draw, places=st.integers(0, 6))
    if kind in ("text", "long_text"):
        made |= _some(draw, max_length=st.integers(1, 20_000))
    if kind == "text":
        made |= _some(draw, autocomplete=st.just("name"))
    if kind == "links":
        made |= _some(draw, max_items=st.integers(1, 1000))
    if kind == "files":
        made.pop("kept_at_home", None)
        made |= _some(draw, max_items=st.integers(1, 20))
    if kind in ("one_of", "several"):
        titles = [f"{n} {draw(filled)}".replace(";", ",") for n in range(draw(st.integers(2, 4)))]
        made["options"] = tuple({"id": f"o{n}", "title": title} for n, title in enumerate(titles))
        if not home:
            made |= _some(draw, role=st.just("audience"))
    return made


def _item(draw: st.DrawFn, number: int, *, grouped: bool) -> st.SearchStrategy[dict[str, Any]]:
    if grouped and draw(st.booleans()):
        return _table(f"t{number}")
    return _repeats(number) if draw(st.integers(0, 4)) == 0 else _question(number)


@st.composite
def _repeats(draw: st.DrawFn, number: int) -> dict[str, Any]:
    inside: list[dict[str, Any]] = [
        {"id": "name", "type": "text", "title": f"1 {draw(filled)}", **_some(draw, required=st.booleans())},
        {
            "id": "people",
            "type": draw(st.sampled_from(("integer", "decimal"))),
            "title": f"2 {draw(filled)}",
            "aggregate": draw(st.sampled_from(("sum", "none"))),
            **_some(draw, unit=filled, hint=filled, header=st.just("Люди"), minimum=st.just(-5)),
        },
        {
            "id": "place",
            "type": "one_of",
            "title": f"3 {draw(filled)}",
            "options": ({"id": "a", "title": f"{number} первый"}, {"id": "b", "title": "второй"}),
        },
    ]
    return {
        "id": f"l{number}",
        "type": "repeats",
        "title": f"{number} {draw(filled)}",
        "entry": draw(filled),
        "tab": f"Список {number}",
        "questions": tuple(inside[: draw(st.integers(1, 3))]),
        **_some(draw, hint=filled, header=st.just(f"Список № {number}")),
        **_some(draw, min_entries=st.integers(0, 3), max_entries=st.integers(3, 40)),
    }


@st.composite
def _table(draw: st.DrawFn, name: str) -> dict[str, Any]:
    first = {"id": f"{name}_a", "title": f"{name}a {draw(filled)}", "aggregate": "sum"}
    second = {
        "id": f"{name}_b",
        "title": f"{name}b {draw(filled)}",
        "aggregate": draw(
            st.sampled_from(("none", "mean", {"weighted_by": f"{name}_a"}, {"ratio_of": (f"{name}_a", f"{name}_c")}))
        ),
        **_some(draw, unit=filled, cell=st.just("decimal"), minimum=st.just(0.5), maximum=st.just(250.125)),
    }
    third = {"id": f"{name}_c", "title": f"{name}c {draw(filled)}", "aggregate": "sum"}
    return {
        "id": name,
        "type": "table",
        "title": draw(filled),
        "total": draw(filled),
        "figures": (first, second, third),
        "rows": "target_groups",
        **_some(draw, hint=filled, rows_title=filled, required=st.booleans(), cumulative=st.booleans()),
        **_some(draw, maximum=st.integers(1000, 10**6)),
    }


def _rule(draw: st.DrawFn, number: int, question: str) -> dict[str, Any]:
    said = {key: draw(filled) for key in ("short", "advice")}
    message = draw(filled).replace("{", "(").replace("}", ")")
    how: dict[str, Any] = draw(st.sampled_from(({"level": "error"}, {"ask": "reason"}, {"ask": "confirm"})))
    over = draw(st.booleans())
    this = {"for": "cumulative", "if": "this < previous(this)", "at": "this"} if over else {}
    return {
        "id": f"r{number}",
        "if": f"{question} > 10 and not {question} == 2.5",
        "at": question,
        "message": message,
        **said,
        **how,
        **this,
    }


def changed(content: bytes, path: Path, change: Callable[[Any], None]) -> Path:
    """Write a workbook with something changed in it, as a person would; return its path."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    book.save(path)
    return path
