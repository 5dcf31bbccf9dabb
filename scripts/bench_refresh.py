"""Measures what a refresh computes, beside the least that any program would do with the same rows, and prints a table.

`python -m scripts.bench_refresh [--write]`. *Floor*: parse the JSON of the same rows, build a DataFrame, one groupby.
*Refresh*: parse the same JSON, find the columns, decide which rows count, check them, total, build all tabs and the
body of the write, of what one more submission changed; checks of earlier rows are remembered, as the worker does.
*First*: the same of everything with nothing remembered, as after a start. *Comparison*: find the ministry's edits by a
stored digest a row, timed apart, as a worker that has just started does it. Figures are medians of the rounds, taken in
turn, in CPU time of this one thread, so that other work of the machine is not measured. They belong into
docs/measurements/refresh.md.
"""

import argparse
import copy
import gc
import json
import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from campaign import Campaign, Municipality, Value, load_campaign, to_json
from outbox.payload import canonical, digest
from outbox.records import Submission, SubmissionIdentity, Waiting
from sheets.port import Block, SheetTab
from sync.check import CheckMemory
from sync.manual_edits import detect as staff_edits
from sync.process.collecting import collect_rarely
from sync.publication.read import answers_table
from sync.records.cells import entered
from sync.records.columns import locate, wanted_headers
from sync.records.table import AnswersTable, Record
from sync.review.summary import summarise
from sync.tabs import OWNED, TabAsRead, WrittenState, pages, tabs_write

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "measurements" / "refresh.md"
ROUNDS = 7
QUICK = 10_000
"""Up to so many rows a round is short, and three times as many are made."""
NOW = datetime(2023, 5, 28, 9, 0, tzinfo=UTC)
SIZES = ((1_000, 21), (10_000, 21), (100_000, 21), (100_000, 2_500))
SMALL = ((21, 21), (2_500, 21), (2_500, 2_500))
FLOOR_LIMIT, FIRST_LIMIT, COMPARISON_LIMIT = 3.0, 8.0, 1.5
"""Times the floor, at 10,000 and 100,000 rows of 21 municipalities."""
REFRESH_SECONDS, FIRST_SECONDS = 1.0, 3.0
"""A refresh of 2,500 municipalities, and the first refresh after a start at any size but the largest."""


@dataclass(frozen=True)
class Case:
    """A spreadsheet and an outbox of one size."""

    campaign: Campaign
    text: str
    submissions: Mapping[str, Submission]
    rows: int

    def record(self) -> Record:
        """What the outbox would say."""
        return Record(
            submissions=[
                SubmissionIdentity(s.id, s.receipt, s.number, s.oktmo, s.version, s.accepted_at, s.late, s.digest, "{}")
                for s in self.submissions.values()
            ],
            delivered=dict.fromkeys(self.submissions, 1),
            waiting=Waiting(0, None, None, frozenset()),
            set_aside=[],
            drafts=[],
            extensions={},
            payloads=lambda ids: {one: self.submissions[one] for one in ids},
            staff_edits=[],
            journal=[],
        )


def make(rows: int, municipalities: int) -> Case:
    """So many rows of so many municipalities, as clerks would have filled them in, version after version."""
    campaign = enlarged(load_campaign(ROOT / "config.yaml"), municipalities)
    draw = random.Random(rows)  # noqa: S311 - the same figures every time
    header = list(wanted_headers(campaign).values())
    values: list[list[Any]] = [header]
    submissions = {}
    for number in range(1, rows + 1):
        oktmo = campaign.municipalities[number % municipalities].oktmo
        answers = report(campaign, draw)
        submission = submitted(campaign, number, oktmo, 1 + (number - 1) // municipalities, answers)
        submissions[submission.id] = submission
        values.append(cells(campaign, submission, answers))
    text = json.dumps({"valueRanges": [{"valueRange": {"values": values}}]}, ensure_ascii=False)
    return Case(campaign, text, submissions, rows)


def enlarged(campaign: Campaign, size: int) -> Campaign:
    """The campaign of the file, with as many municipalities."""
    extra = tuple(
        Municipality(oktmo=f"{90_000_000 + i}", name=f"Район {i}", genitive=f"Района {i}", kind="district")
        for i in range(size - len(campaign.municipalities))
    )
    return Campaign.model_validate(
        {**{name: getattr(campaign, name) for name in Campaign.model_fields}}
        | {"municipalities": campaign.municipalities + extra}
    )


def report(campaign: Campaign, draw: random.Random) -> dict[str, Value]:
    """Answers of one municipality: mostly sound, now and then worth a warning."""
    answers: dict[str, Value] = {}
    for question in campaign.sheet_questions:
        if question.numeric:
            answers[question.id] = draw.randint(0, 400) * (10 if question.role == "informed" else 1)
        elif question.options:
            answers[question.id] = tuple(o.id for o in question.options if draw.random() < 0.5) or ("teachers",)
        elif question.type == "links" and draw.random() < 0.7:
            answers[question.id] = tuple(
                f"https://example.org/news/{draw.randint(0, 10**7)}" for _ in range(draw.randint(1, 3))
            )
        elif question.type == "long_text" and draw.random() < 0.4:
            answers[question.id] = f"Провели собрание {draw.randint(0, 10**6)}, рассказали о конкурсе."
    return answers


def submitted(campaign: Campaign, number: int, oktmo: str, version: int, answers: Mapping[str, Value]) -> Submission:
    stored = to_json(campaign, answers)
    accepted = NOW - timedelta(days=50) + timedelta(minutes=number % 70_000)
    return Submission(
        id=f"{number:032x}",
        campaign=campaign.id,
        oktmo=oktmo,
        number=number,
        receipt=f"ФО-{number:05}",
        version=version,
        key=str(number),
        base_version=version - 1,
        answers=stored,
        contacts={},
        reasons={},
        previous=None,
        accepted_at=accepted,
        received_real=accepted,
        late=False,
        digest=digest(canonical(stored, "answers")),
    )


def cells(campaign: Campaign, submission: Submission, answers: Mapping[str, Value]) -> list[Any]:
    local = submission.accepted_at.astimezone(campaign.about.zone).replace(tzinfo=None)
    serial = (local - datetime(1899, 12, 30)).total_seconds() / 86_400  # noqa: DTZ001 - wall time, as in a cell
    name = campaign.by_oktmo[submission.oktmo].name
    row: list[Any] = [submission.receipt, serial, submission.oktmo, name, submission.version, ""]
    for question in campaign.sheet_questions:
        value = answers.get(question.id)
        row.append("" if value is None else question.answer_type.write_cell(question, value))
    return [*row, "", submission.id]


def floor(text: str) -> object:
    """The least: parse, DataFrame, one groupby."""
    rows = json.loads(text)["valueRanges"][0]["valueRange"]["values"]
    frame = pd.DataFrame(rows[1:], columns=rows[0])
    return frame.groupby("ОКТМО")["Сколько человек проинформировано"].sum()


def read(case: Case) -> AnswersTable:
    """The answers table, as the worker reads it."""
    values = json.loads(case.text)["valueRanges"][0]["valueRange"]["values"]
    block = Block(title="Ответы", cells=values, rows=len(values), columns=len(values[0]))
    return answers_table(block, locate(values[0], wanted_headers(case.campaign)), {}, frozenset)[0]


def refresh(case: Case, record: Record, written: WrittenState, memory: CheckMemory) -> int:
    """Compute everything that a refresh does, and return the size of the write's body.

    memory: of the refresh before; it is not changed, so that every round does the same.
    """
    summary = summarise(case.campaign, read(case), record, as_of=NOW, rehearsal=False, memory=copy.copy(memory))
    write = tabs_write(case.campaign, summary, written)
    return len(json.dumps({"requests": write.requests}, ensure_ascii=False).encode())


def compare(case: Case, table: AnswersTable, record: Record) -> object:
    """The comparison with the outbox, without a memory."""
    return staff_edits.compare(case.campaign, table, record, {}, spreadsheet_id="x", seen_at=NOW)


KEYS = ("summary", "municipalities", "silent", "problems", "dynamics", "answers", "journal")


def fresh() -> WrittenState:
    """Nothing is written yet."""
    state = WrittenState.fresh({key: SheetTab(i + 1, key, i, 1_000, 26) for i, key in enumerate(KEYS)})
    return state.with_read({key: TabAsRead([], 1_000, 26) for key in OWNED})


def steady(case: Case, record: Record) -> tuple[WrittenState, CheckMemory]:
    """Return what stands and what is remembered when everything is written but what the last submission changes."""
    table = read(case)
    before = AnswersTable({name: cells[:-1] for name, cells in table.columns.items()}, table.rows[:-1])
    known = replace(record, submissions=record.submissions[:-1])
    memory = CheckMemory()
    summary = summarise(case.campaign, before, known, as_of=NOW, rehearsal=False, memory=memory)
    written = fresh()
    stands: dict[str, TabAsRead] = {}
    for key, page in pages(case.campaign, summary, written.sheet_ids).items():
        rows: list[list[Any]] = [[_plain(cell.value) for cell in row] for row in page.rows]
        stands[key] = TabAsRead(rows, len(rows), page.width)
    return tabs_write(case.campaign, summary, written).after.with_read(stands), memory


def _plain(value: Any) -> Any:
    found = entered(value)
    return "" if found is None else next(iter(found.values()))


def medians(*works: Callable[[], object], rounds: int) -> list[float]:
    """Median seconds of CPU of each piece of work; they take turns, so that a busy machine treats them alike."""
    spent: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for i, work in enumerate(works):
            gc.collect()
            started = time.process_time()
            work()
            spent[i].append(time.process_time() - started)
    return [statistics.median(one) for one in spent]


@dataclass(frozen=True)
class Figures:
    """Seconds and bytes of one case."""

    rows: int
    municipalities: int
    floor: float
    refresh: float
    first: float
    comparison: float
    body: int
    first_body: int

    def line(self) -> str:
        return (
            f"| {self.rows:,} | {self.municipalities:,} | {self.floor * 1000:,.1f} | {self.refresh * 1000:,.1f} | "
            f"{self.refresh / self.floor:.2f} | {self.first * 1000:,.1f} | {self.first / self.floor:.2f} | "
            f"{self.comparison * 1000:,.1f} | {self.comparison / self.floor:.2f} | "
            f"{self.body / 1000:,.0f} | {self.first_body / 1000:,.0f} |"
        )

    def failures(self) -> list[str]:
        """Which limits are broken."""
        found = []
        limits = [("first refresh", self.first, FIRST_SECONDS)] if (self.rows, self.municipalities) != SIZES[-1] else []
        if self.municipalities == 21 and self.rows >= QUICK:
            limits += [
                ("refresh", self.refresh, FLOOR_LIMIT * self.floor),
                ("first refresh", self.first, FIRST_LIMIT * self.floor),
                ("comparison", self.comparison, COMPARISON_LIMIT * self.floor),
            ]
        if (self.rows, self.municipalities) in SMALL:
            limits.append(("refresh", self.refresh, REFRESH_SECONDS))
        for what, seconds, limit in limits:
            if seconds > limit:
                found.append(
                    f"{self.rows} rows, {self.municipalities} municipalities: {what} takes {seconds * 1000:.0f} ms, "
                    f"limit {limit * 1000:.0f}"
                )
        return found


def measure(rows: int, municipalities: int, rounds: int) -> Figures:
    """The figures of one size."""
    case = make(rows, municipalities)
    record, table = case.record(), read(case)
    written, memory = steady(case, record)
    least, again, first, comparison = medians(
        lambda: floor(case.text),
        lambda: refresh(case, record, written, memory),
        lambda: refresh(case, record, fresh(), CheckMemory()),
        lambda: compare(case, table, record),
        rounds=rounds if rows > QUICK else rounds * 3,
    )
    return Figures(
        rows,
        municipalities,
        floor=least,
        refresh=again,
        first=first,
        comparison=comparison,
        body=refresh(case, record, written, memory),
        first_body=refresh(case, record, fresh(), CheckMemory()),
    )


HEADER = (
    "| rows | municipalities | floor, ms | refresh, ms | refresh / floor | first refresh, ms | first / floor | "
    "comparison, ms | comparison / floor | write, kB | first write, kB |\n"
    "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
)
MARK = "<!-- figures -->"


def page(lines: Sequence[str]) -> str:
    """The table with where and when it was measured."""
    where = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    day = datetime.now(UTC).date().isoformat()
    return "\n".join([f"{day}, {where}, `python -m scripts.bench_refresh --write`:", "", HEADER, *lines])


def main(arguments: Sequence[str]) -> int:
    """Print the table; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench_refresh")
    parser.add_argument("--write", action="store_true", help="put the table into docs/measurements/refresh.md")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args(arguments)
    collect_rarely()  # as the worker does
    print(HEADER)
    found = []
    for rows, municipalities in (*SMALL, *SIZES):
        figures = measure(rows, municipalities, options.rounds)
        print(figures.line(), flush=True)
        found.append(figures)
    if options.write:
        head = PAGE.read_text(encoding="utf-8").split(MARK)[0]
        PAGE.write_text(f"{head}{MARK}\n\n{page([f.line() for f in found])}\n", encoding="utf-8")
    failures = [failure for figures in found for failure in figures.failures()]
    for failure in failures:
        print(f"over the limit: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
