"""Fuzz of the grid: a Hypothesis state machine over the endpoints that the page's scripts use."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from scripts.soak.stage import Stage
from scripts.soak.tally import Caller, Tally

LONG = "a text longer than a cell holds"
TEXTS = st.text(max_size=40) | st.sampled_from(
    [
        "",
        "1 234,5",
        "01.02.2027",
        "=A1+1",
        "=СУММ(A:A)",
        "=1/0",
        "='''",
        "1e400",
        "50%",
        "https://example.org",
        LONG,
    ]
).map(lambda text: "x" * 50_001 if text == LONG else text)
ROWS, COLUMNS = st.integers(0, 70), st.integers(0, 18)
PLACES = st.integers(0, 60) | st.sampled_from([-1, 10**6, 2 * 10**7, 10**30])
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["edits", "r", "k", "c", "was", "now", "at", "spans", "axis"]), inner)
    ),
    max_leaves=12,
)
READS = [
    "/grid/{id}/version", "/grid/{id}/0/view", "/grid/{id}/0/view?filter={text}", "/grid/{id}/0/rows/{n}",
    "/grid/{id}/0/find?q={text}&row={n}&column={n}", "/grid/{id}/formats.css", "/grid/{id}/0/layout.css",
    "/grid/{id}/0/chart/{n}.svg", "/spreadsheets", "/spreadsheets/d/{id}/edit", "/spreadsheets/d/{id}/table?gid={n}",
    "/spreadsheets/d/{id}/history", "/spreadsheets/d/{id}/export?format=csv&gid={n}",
    "/spreadsheets/d/{id}/export?format=xlsx", "/login", "/staff/{text}",
]  # fmt: skip
STEPS, EXAMPLES = 40, 3


def fuzz(stage: Stage, number: int, seconds: float) -> Tally:
    """Send until the time is over: rounds of a few runs of the machine, each round on a spreadsheet of its own."""
    caller = Caller(stage.sheets, seconds)
    caller.session.headers["X-CSRF-Token"] = stage.sign_in(caller.session)
    while caller.going:
        bearer = stage.bearer()
        spreadsheet = stage.new_spreadsheet(bearer)
        machine = seed(number)(_machine(caller, spreadsheet))
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
        stage.delete_spreadsheet(bearer, spreadsheet)
        number += 1
    return caller.tally


def _machine(caller: Caller, spreadsheet: str) -> type[RuleBasedStateMachine]:
    """Return the machine of one spreadsheet. It asserts nothing: the tally judges every answer."""

    class Grid(RuleBasedStateMachine):
        """Remembers what it typed, so that most of its edits are not conflicts."""

        def __init__(self) -> None:
            super().__init__()
            self.typed: dict[tuple[int, int], str] = {}
            self.deletions: list[int] = []

        def edit(self, tail: str, body: Any) -> dict[str, Any]:
            if not caller.going:
                return {}
            # Python's own JSON: NaN and halves of surrogate pairs are sent too.
            sent = {"data": json.dumps(body), "headers": {"Content-Type": "application/json"}}
            answer = caller.ask(f"grid: POST {tail}", "POST", f"/grid/{spreadsheet}/0/{tail}", **sent)
            if answer is None or answer.status_code != 200:
                return {}
            made: dict[str, Any] = answer.json()
            return made

        @rule(row=ROWS, column=COLUMNS, text=TEXTS, confirmed=st.booleans())
        def type_text(self, row: int, column: int, text: str, confirmed: bool) -> None:
            edits = [{"r": row, "k": None, "c": column, "was": self.typed.get((row, column), ""), "now": text}]
            if self.edit("cells", {"edits": edits, "confirmed": confirmed}):
                self.typed[row, column] = text

        @rule(row=ROWS, column=COLUMNS, texts=st.lists(TEXTS, min_size=2, max_size=60))
        def paste(self, row: int, column: int, texts: list[str]) -> None:
            edits = [{"r": row + at, "k": None, "c": column, "was": "", "now": text} for at, text in enumerate(texts)]
            self.edit("cells", {"edits": edits, "confirmed": True})

        @rule(axis=st.sampled_from(["ROWS", "COLUMNS"]), at=PLACES, count=PLACES)
        def insert(self, axis: str, at: int, count: int) -> None:
            self.edit("lines", {"axis": axis, "action": "insert", "at": at, "count": count, "confirmed": True})
            self.typed.clear()

        @rule(axis=st.sampled_from(["ROWS", "COLUMNS"]), at=PLACES, count=st.integers(1, 9))
        def delete(self, axis: str, at: int, count: int) -> None:
            body = {"axis": axis, "action": "delete", "spans": [[at, at + count]], "rows": [], "confirmed": True}
            made = self.edit("lines", body)
            if "deletion" in made:
                self.deletions.append(made["deletion"])
            self.typed.clear()

        @rule(number=PLACES)
        def give_back(self, number: int) -> None:
            self.edit("restore", {"number": self.deletions.pop() if self.deletions else number})

        @rule(column=PLACES, down=st.booleans(), wanted=st.text(max_size=5))
        def sort(self, column: int, down: bool, wanted: str) -> None:
            self.edit("sort", {"column": column, "down": down, "filter": wanted, "confirmed": True})
            self.typed.clear()

        @rule(title=st.text(max_size=120))
        def rename(self, title: str) -> None:
            self.edit("title", {"title": title})

        @rule(tail=st.sampled_from(["cells", "lines", "restore", "sort", "title"]), body=JUNK)
        def send_junk(self, tail: str, body: Any) -> None:
            self.edit(tail, body)

        @rule(path=st.sampled_from(READS), text=st.text(max_size=20), number=PLACES)
        def read(self, path: str, text: str, number: int) -> None:
            if caller.going:
                caller.ask(f"grid: GET {path}", "GET", path.format(id=spreadsheet, text=text, n=number))

        @invariant()
        def answers(self) -> None:
            if caller.going:
                caller.ask("grid: GET /healthz", "GET", "/healthz")

    return Grid
