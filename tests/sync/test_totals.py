"""Totals: exact, and equal to an independent recomputation whatever was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign import Campaign, Cell, Value
from outbox.records import StaffEdit
from sync.records.states import MunicipalitySummary, Number, State
from sync.totals.dynamics import growth
from sync.totals.model import Period
from sync.totals.region import figures_frame, share, total_of
from tests.sync.factories import (
    ALEXANDROV,
    NOW,
    VYAZNIKI,
    Made,
    answers,
    at,
    changed,
    the_campaign,
    with_municipalities,
)

CAMPAIGN = the_campaign()
OKTMOS = [m.oktmo for m in CAMPAIGN.municipalities]
NUMERIC = [q.id for q in CAMPAIGN.sheet_questions if q.numeric]
MAIN = [q.id for q in CAMPAIGN.main_questions]
AUDIENCES = [o.id for o in CAMPAIGN.by_id["audiences"].options]


@dataclass(frozen=True)
class Sent:
    """What happened to one submission: `fate` of its row."""

    oktmo: str
    values: Mapping[str, Value]
    day: int
    fate: str


def reports() -> st.SearchStrategy[Sent]:
    figures = st.fixed_dictionaries({name: st.integers(0, 1_000_000) for name in MAIN})
    others = st.fixed_dictionaries({name: st.integers(0, 100_000) for name in NUMERIC if name not in MAIN})
    audiences = st.sets(st.sampled_from(AUDIENCES), min_size=1).map(
        lambda chosen: {"audiences": tuple(a for a in AUDIENCES if a in chosen), "links": ("https://example.org/1",)}
    )
    values = st.tuples(figures, others, audiences).map(lambda parts: parts[0] | parts[1] | parts[2])
    fates = st.sampled_from(["there", "there", "there", "deleted", "broken", "waiting"])
    return st.builds(Sent, st.sampled_from(OKTMOS[:6]), values, st.integers(0, 60), fates)


def made_of(sent: list[Sent], campaign: Campaign = CAMPAIGN) -> Made:
    made = Made(campaign=campaign)
    for one in sorted(sent, key=lambda s: s.day):
        when = at("2023-03-28 12:00") + timedelta(days=one.day)
        delivered = one.fate != "waiting"
        submission = made.submit(one.oktmo, one.values, when, delivered=delivered, row=one.fate != "deleted")
        if one.fate == "broken":
            made.row_of(submission)["informed"] = "не помню"
    return made


def status(sent: list[Sent]) -> dict[str, Mapping[str, Value]]:
    """Return the values that count: of each municipality the last report that is not waiting, if its row is sound."""
    last: dict[str, Sent] = {}
    for one in sorted(sent, key=lambda s: s.day):
        if one.fate != "waiting":
            last[one.oktmo] = one
    return {oktmo: one.values for oktmo, one in last.items() if one.fate == "there"}


def whole(value: Value) -> int:
    assert isinstance(value, int)
    return value


def plain_sum(values: dict[str, Mapping[str, Value]], names: list[str]) -> int | None:
    return sum(whole(v[n]) for v in values.values() for n in names) if values else None


@pytest.mark.slow
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(reports(), max_size=14))
def test_totals_equal_an_independent_recomputation(sent: list[Sent]) -> None:
    summary = made_of(sent).summary()
    totals, counted = summary.totals, status(sent)
    assert {m.oktmo for m in summary.municipalities if m.state.reported} == set(counted)
    assert totals.main == plain_sum(counted, MAIN) == totals.by_sum
    (figure,) = totals.figures
    for group, config in zip(figure.groups, CAMPAIGN.target_groups, strict=True):
        names = [f"registered_{line.id}" for line in config.lines]
        assert group.total == plain_sum(counted, names)
        assert [line.total for line in group.lines] == [plain_sum(counted, [name]) for name in names]
    for question in totals.questions:
        assert question.total == plain_sum(counted, [question.id])
        assert question.municipalities == sum(whole(v[question.id]) > 0 for v in counted.values())
    (audiences,) = totals.choices
    for option in audiences.options:
        chose = [v for v in counted.values() if option.id in v["audiences"]]  # type: ignore[operator]
        assert option.municipalities == len(chose)
        assert option.by_action == {
            name: sum(whole(v[name]) > 0 for v in chose)
            for name in ("events", "site_publications", "media_publications", "social_publications")
        }
    kinds = {m.oktmo: m.kind for m in CAMPAIGN.municipalities}
    for kind in totals.kinds:
        members = {oktmo: v for oktmo, v in counted.items() if kinds[oktmo] == kind.id}
        assert (kind.reported, kind.total) == (len(members), plain_sum(members, MAIN))
    assert sum(totals.states.values()) == len(OKTMOS)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(reports(), max_size=14))
def test_each_day_shows_what_stood_at_its_end(sent: list[Sent]) -> None:
    days = made_of(sent).summary().totals.days
    for index, day in enumerate(days):
        until = [s for s in sent if date(2023, 3, 28) + timedelta(days=s.day) <= day.start]
        counted = _status_then(until, sent)
        assert day.reports == len(counted)
        assert day.total == sum(whole(v[n]) for v in counted.values() for n in MAIN)
        before = days[index - 1] if index else Period(day.start, day.start, 0, 0, 0, 0)
        assert (day.new_reports, day.new_total) == (day.reports - before.reports, day.total - before.total)


def _status_then(until: list[Sent], sent: list[Sent]) -> dict[str, Mapping[str, Value]]:
    """Return the values that counted: the highest version that is there today and was there by then, if without error.

    A deleted version is no row any more: the one before it stands on, but for the newest, which ends the report.
    """
    order = sorted(sent, key=lambda s: s.day)
    last_of = {s.oktmo: s for s in order if s.fate != "waiting"}
    found: dict[str, Mapping[str, Value]] = {}
    for one in sorted(until, key=lambda s: s.day):
        if one.fate == "waiting" or (one.fate == "deleted" and one is not last_of[one.oktmo]):
            continue
        found.pop(one.oktmo, None)
        if one.fate == "there":
            found[one.oktmo] = one.values
    return found


def days_of(made: Made, *days: str) -> list[tuple[int, int | Decimal]]:
    """Return reports and main figure at the end of these days of May 2023."""
    found = {d.start: d for d in made.summary(at("2023-05-06 12:00")).totals.days}
    return [(found[date(2023, 5, int(day))].reports, found[date(2023, 5, int(day))].total) for day in days]


def three_versions() -> Made:
    made = Made()
    for day, main in ((1, 10), (3, 12), (5, 14)):
        made.submit(ALEXANDROV, answers(main), at(f"2023-05-0{day} 12:00"))
    return made


@pytest.mark.parametrize(
    ("question", "cell"), [("informed", "много"), ("informed", -1), ("audiences", "Марсиане"), ("links", "нет")]
)
def test_a_superseded_version_with_an_error_does_not_count_on_its_days_and_is_not_remarked(
    question: str, cell: Cell
) -> None:
    made = three_versions()
    sound = made.summary().problems
    assert days_of(made, "2", "3", "4", "5") == [(1, 10), (1, 12), (1, 12), (1, 14)]
    made.row_of(made.submissions[1])[question] = cell
    # No earlier version steps in, just as in the totals of that day.
    assert days_of(made, "2", "3", "4", "5") == [(1, 10), (0, 0), (0, 0), (1, 14)]
    assert made.summary().problems == sound == ()


def test_a_warning_leaves_a_superseded_version_in_the_history() -> None:
    made = three_versions()
    made.row_of(made.submissions[1])["informed"] = 1  # less than have registered
    assert days_of(made, "3") == [(1, 12)]


def test_an_error_that_a_later_version_of_the_day_mends_is_not_seen() -> None:
    made = three_versions()
    made.row_of(made.submissions[2])["informed"] = "?"
    made.submit(ALEXANDROV, answers(15), at("2023-05-05 18:00"))
    assert days_of(made, "4", "5") == [(1, 12), (1, 15)]


def test_a_required_answer_that_staff_cleared_is_an_error_and_one_that_nobody_had_asked_for_is_none() -> None:
    made = three_versions()
    cleared = made.submissions[1]
    made.row_of(cleared)["informed"] = ""
    assert days_of(made, "3", "5") == [(1, 12), (1, 14)]  # as if the question had come later
    made.edits.append(StaffEdit("sheet", cleared.id, cleared.id, ALEXANDROV, "informed", "changed", 112, None, NOW))
    assert days_of(made, "3", "5") == [(0, 0), (1, 14)]


def test_rows_of_one_superseded_version_that_differ_do_not_count_on_its_days() -> None:
    made = three_versions()
    twin = dict(made.row_of(made.submissions[1]))
    made.rows.append(twin)
    assert days_of(made, "3", "5") == [(1, 12), (1, 14)]
    twin["events"] = 9
    assert days_of(made, "3", "5") == [(0, 0), (1, 14)]


def test_a_superseded_version_is_compared_with_what_it_had_been_compared_with() -> None:
    made = Made(campaign=with_error_level(CAMPAIGN, "decreased"))
    made.submit(ALEXANDROV, answers(10), at("2023-05-01 12:00"))
    made.submit(ALEXANDROV, answers(8), at("2023-05-02 12:00"), previous=answers(8))
    made.submit(ALEXANDROV, answers(7), at("2023-05-03 12:00"), previous=answers(9))
    made.submit(ALEXANDROV, answers(9), at("2023-05-04 12:00"), previous=answers(7))
    assert days_of(made, "1", "2", "3", "4") == [(1, 10), (1, 8), (0, 0), (1, 9)]


def with_error_level(campaign: Campaign, code: str) -> Campaign:
    copy = changed(campaign)
    copy.__dict__["rules"] = tuple(replace(r, level="error", ask=None) if r.code == code else r for r in campaign.rules)
    return copy


def test_the_weeks_are_the_days_by_monday() -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(10), at("2023-04-30 12:00"))  # a Sunday
    made.submit(VYAZNIKI, answers(5), at("2023-05-01 12:00"))
    totals = made.summary(at("2023-05-02 12:00")).totals
    assert [(w.start, w.end, w.new_reports, w.total) for w in totals.weeks[-2:]] == [
        (date(2023, 4, 30), date(2023, 4, 30), 1, 10),
        (date(2023, 5, 1), date(2023, 5, 2), 1, 15),
    ]
    assert sum(w.new_total for w in totals.weeks) == 15


def test_a_correction_by_the_ministry_changes_the_day_of_its_row() -> None:
    made = Made()
    submission = made.submit(ALEXANDROV, answers(10), at("2023-04-30 12:00"))
    made.submit(VYAZNIKI, answers(5), at("2023-05-03 12:00"))
    made.edit(submission, "registered_college_students", 12)
    days = {d.start: d for d in made.summary(at("2023-05-04 12:00")).totals.days}
    assert (days[date(2023, 4, 30)].total, days[date(2023, 5, 4)].total) == (12, 17)


def test_a_row_added_without_time_does_not_look_new_every_day() -> None:
    made = Made()
    made.manual_row(answers(4), oktmo=ALEXANDROV)
    for moment in ("2023-05-10 12:00", "2023-05-11 12:00"):
        days = made.summary(at(moment)).totals.days
        assert (days[0].start, days[0].new_total, days[-1].new_total, days[-1].total) == (date(2023, 3, 27), 4, 0, 4)


def planned() -> Campaign:
    heads = {"students": 1000, "educators": 3000, "local_government": 0}
    return with_municipalities(
        CAMPAIGN,
        **{f"m{ALEXANDROV}": {"plan": 30, "headcounts": heads}, f"m{VYAZNIKI}": {"plan": 7, "headcounts": {}}},
    )


@pytest.mark.parametrize(
    ("fact", "plan", "expected"),
    [(4, 21, "0.190"), (1, 16, "0.063"), (2, 3, "0.667"), (Decimal("0.5"), 1000, "0.001"), (21, 21, "1.000")],
)
def test_a_share_is_rounded_once_to_what_is_shown(fact: Number, plan: int, expected: str) -> None:
    assert share(fact, plan) == Decimal(expected)


def test_plan_fact_and_figures_per_thousand() -> None:
    made = Made(campaign=planned())
    made.submit(ALEXANDROV, answers(10, registered_teachers=1))
    totals = made.summary().totals
    assert totals.plan is not None
    assert (totals.plan.plan, totals.plan.fact, totals.plan.share) == (37, 11, Decimal("0.297"))
    assert made.summary().by_oktmo[ALEXANDROV].share == Decimal("0.367")
    students, educators, local = totals.figures[0].groups
    assert (students.per_thousand, educators.per_thousand, local.per_thousand) == (
        Decimal("10.0"),
        Decimal("0.3"),
        None,
    )
    made.submit(VYAZNIKI, answers(100))  # without head-counts: in the total, not in the rate
    students = made.summary().totals.figures[0].groups[0]
    assert (students.total, students.per_thousand) == (110, Decimal("10.0"))


def test_without_plans_nothing_is_planned() -> None:
    made = Made()
    made.submit(ALEXANDROV)
    assert made.summary().totals.plan is None


def series(*totals: int, reports: int = 5) -> list[Period]:
    first = date(2023, 5, 1)
    return [
        Period(first + timedelta(days=i), first + timedelta(days=i), 0, reports, 0, t) for i, t in enumerate(totals)
    ]


def test_the_forecast_carries_the_last_week_on() -> None:
    days = series(10, 10, 20, 30, 40, 50, 60, 80, 90)  # 1 … 9 May; a week before the 9th is the 2nd
    found = growth(days, at("2023-05-09 18:00"), at("2023-05-30 23:59"))
    assert found is not None
    assert (found.grown, found.days_left, found.forecast) == (80, 21, 90 + 80 * 21 // 7)


@pytest.mark.parametrize(
    ("days", "now", "grown"),
    [
        (series(*range(10), reports=2), "2023-05-10 12:00", 7),  # two reports
        (series(*range(20, 10, -1)), "2023-05-10 12:00", -7),  # the figure fell
        (series(*range(40)), "2023-06-09 12:00", 7),  # after the deadline
    ],
)
def test_where_no_forecast_is_made(days: list[Period], now: str, grown: int) -> None:
    found = growth(days, at(now), at("2023-05-30 23:59"))
    assert found is not None
    assert (found.grown, found.forecast) == (grown, None)


def test_without_reports_nothing_grows() -> None:
    assert growth([], at("2023-05-10 12:00"), at("2023-05-30 23:59")) is None


@pytest.mark.parametrize(
    ("now", "shown"), [("2023-05-03 12:00", False), ("2023-05-07 23:59", False), ("2023-05-08 00:00", True)]
)
def test_no_growth_is_shown_before_seven_days(now: str, shown: bool) -> None:
    """It would be the whole total, which reads as a leap."""
    found = growth(series(*range(10, 30)), at(now), at("2023-05-30 23:59"))
    assert (found is not None) is shown


def test_previous_figures_of_another_type_are_no_figures() -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(10))
    submission = made.submissions[0]
    made.submissions[0] = submission._replace(previous={"informed": "много", "events": 5, "gone": 1})
    summary = made.summary()
    assert summary.by_oktmo[ALEXANDROV].previous == {"events": 5}
    assert [r.question for r in summary.problems if r.code == "decreased"] == ["events"]


def test_decimal_figures_are_summed_exactly() -> None:
    question = CAMPAIGN.by_id["informed"].model_copy(update={"type": "decimal", "maximum": None, "places": 2})
    question.__dict__.pop("answer_type", None)  # found for the old type
    sections = tuple(
        s.model_copy(update={"questions": tuple(question if q.id == "informed" else q for q in s.questions)})
        for s in CAMPAIGN.sections
    )
    made = Made(campaign=changed(CAMPAIGN, sections=sections))
    for oktmo in OKTMOS[:10]:
        made.submit(oktmo, answers(0, informed=Decimal("0.1")))
        made.rows[-1]["informed"] = 0.1
    totals = made.summary().totals
    informed = next(q for q in totals.questions if q.id == "informed")
    assert informed.total == Decimal("1.0")
    assert isinstance(informed.total, Decimal)


def test_sums_are_exact_at_any_size() -> None:
    figures: list[Number] = [2**62, 2**62, Decimal("0.1"), 2**70]
    frame = figures_frame(
        CAMPAIGN,
        [
            MunicipalitySummary(municipality, State.ON_TIME, values={"informed": figure})
            for municipality, figure in zip(CAMPAIGN.municipalities, figures, strict=False)
        ],
    )
    assert total_of(frame, ["informed"]) == 2**63 + 2**70 + Decimal("0.1")
    assert total_of(frame.head(2), ["informed", "events"]) == 2**63


def test_states_in_the_totals_are_those_of_the_municipalities() -> None:
    made = Made()
    made.submit(ALEXANDROV, when=NOW, late=True)
    totals = made.summary().totals
    assert totals.states == {s: 1 if s is State.LATE else 20 if s is State.SILENT else 0 for s in State}
