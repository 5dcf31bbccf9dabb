"""«Не сдали»: who is silent, has only a draft, is excluded or deleted; days left or overdue; a ready reminder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from campaign import Campaign
from sync.records.remarks import Remark
from sync.records.states import MunicipalitySummary, State
from sync.review.reception import deadline_of, is_closed
from sync.review.summary import Summary
from sync.tabs.heading import stamp, title
from sync.tabs.page import ConditionalColor, Page, PageBuilder, PageCell, Rectangle
from sync.texts import tabs as texts

KEY = "silent"
ORDER = (State.SILENT, State.DRAFT, State.EXCLUDED, State.DELETED)
WIDTHS = (230, 80, 136, 130, 146, 200, 560)
MOST_ERRORS = 5


def page(campaign: Campaign, summary: Summary, notes: Mapping[str, str] | None = None) -> Page:
    """notes: OKTMO → the ministry's note in «Муниципалитеты»."""
    sheet = PageBuilder(WIDTHS)
    sheet.add(title(campaign, campaign.spreadsheet.tabs.silent))
    sheet.add(stamp(summary))
    listed = sorted((m for m in summary.municipalities if not m.state.reported), key=lambda m: ORDER.index(m.state))
    every = len(summary.municipalities)
    intro = texts.SILENT_INTRO.format(count=len(listed), all=every) if listed else texts.SILENT_NOBODY
    sheet.add(PageCell(intro, "subtitle_line"))
    if any(not m.waiting and _closed(campaign, summary, m.oktmo) for m in listed):
        sheet.add(PageCell(texts.SILENT_CLOSED, "strong"))
    header = [texts.MUNICIPALITY, texts.OKTMO, texts.SITUATION, texts.TERM, texts.LEFT, texts.NOTES, texts.REMINDER]
    area = sheet.table(
        [PageCell(word, "header") for word in header],
        [_row(campaign, summary, m, (notes or {}).get(m.oktmo)) for m in listed],
    )
    states = Rectangle(area.top + 1, max(area.bottom, area.top + 2), 2, 3)
    sheet.colours += [
        ConditionalColor(states, texts.STATES[State.SILENT], "bad_words"),
        ConditionalColor(states, texts.STATES[State.DRAFT], "fair_words"),
        ConditionalColor(states, texts.STATES[State.EXCLUDED], "bad_words"),
    ]
    return sheet.page(KEY, frozen=area.top + 1, rows_move=True)


def _row(campaign: Campaign, summary: Summary, one: MunicipalitySummary, note: str | None) -> list[PageCell]:
    deadline = deadline_of(campaign, summary.deadlines, one.oktmo)
    return [
        PageCell(one.municipality.name, "wrap"),
        PageCell(one.oktmo, "top"),
        PageCell(texts.STATES[one.state], "top"),
        PageCell(texts.short_moment(deadline), "top"),
        PageCell(_term(summary, one, deadline), "top"),
        PageCell(note, "wrap"),
        PageCell(reminder(campaign, summary, one, deadline), "wrap"),
    ]


def _term(summary: Summary, one: MunicipalitySummary, deadline: datetime) -> str:
    """Return the days left, or whether the report came in time where the municipality owes none any more."""
    if one.own_errors or (one.state in (State.SILENT, State.DRAFT) and not one.waiting):
        return left(deadline, summary.as_of)
    if one.in_time is None:
        return texts.DASH  # the ministry's own row, with a mistake in it
    return texts.CAME_IN_TIME if one.in_time else texts.CAME_LATE


def _closed(campaign: Campaign, summary: Summary, oktmo: str) -> bool:
    return is_closed(campaign, summary.deadlines, oktmo, summary.as_of)


def left(deadline: datetime, now: datetime) -> str:
    """«осталось 2 дня», «срок сегодня», «просрочено на 3 дня»: by calendar days."""
    distance = (deadline.date() - now.astimezone(deadline.tzinfo).date()).days
    if now > deadline:
        return texts.OVERDUE.format(days=texts.days(-distance)) if distance < 0 else texts.OVERDUE_TODAY
    return texts.DAYS_LEFT.format(days=texts.days(distance)) if distance else texts.LAST_DAY


def reminder(campaign: Campaign, summary: Summary, one: MunicipalitySummary, deadline: datetime) -> str:
    """Return a text for a letter to this municipality. It asks for nothing that the form refuses."""
    about = campaign.about
    if one.waiting:
        return texts.REMIND_WAITING
    overdue, closed = summary.as_of > deadline, _closed(campaign, summary, one.oktmo)
    words = {
        "ministry": about.ministry,
        "genitive": one.municipality.genitive,
        "subject": about.subject,
        "title": about.title,
        "deadline": texts.moment(deadline),
        "when": texts.REMIND_NOW if overdue else texts.REMIND_WHEN.format(deadline=texts.moment(deadline)),
        "receipt": texts.REMIND_RECEIPT.format(receipt=one.receipt) if one.receipt else "",
        "contact": _contact(campaign),
    }
    if one.state is State.SILENT:
        late = texts.REMIND_SILENT_CLOSED if closed else texts.REMIND_SILENT_OVERDUE
        return (late if overdue else texts.REMIND_SILENT).format(**words)
    if one.state is State.DRAFT:
        return (texts.REMIND_DRAFT_CLOSED if closed else texts.REMIND_DRAFT).format(**words)
    if one.state is State.DELETED:
        return (texts.REMIND_DELETED_CLOSED if closed else texts.REMIND_DELETED).format(**words)
    errors = one.own_errors
    if not errors:
        return _not_theirs(campaign, one)
    named = " ".join(_describe_error(campaign, r) for r in errors[:MOST_ERRORS])
    return (texts.REMIND_EXCLUDED_CLOSED if closed else texts.REMIND_EXCLUDED).format(**words, errors=named)


def _not_theirs(campaign: Campaign, one: MunicipalitySummary) -> str:
    """Return what the ministry should mend itself: none of the errors was submitted."""
    tab = campaign.spreadsheet.tabs.problems
    errors = [r for r in one.remarks if r.level == "error" and r.question]
    if not errors:
        return texts.REMIND_UNCLEAR.format(problems=tab)
    words = texts.REMIND_MANUAL_ROW if one.by_hand else texts.REMIND_SPREADSHEET
    return words.format(
        row=one.row, errors=" ".join(f"{r.title}: {r.message} {r.advice}" for r in errors[:MOST_ERRORS])
    )


def _describe_error(campaign: Campaign, error: Remark) -> str:
    """Return which answer is wrong and why. The sentence of a rule stays as in the campaign file."""
    if not error.title:
        return error.message
    if error.code not in {rule.id for rule in campaign.rule_texts}:
        return f"{error.title}: {error.message[:1].lower()}{error.message[1:]}"
    named = error.message.casefold().startswith(error.title.split()[0].casefold())
    return error.message if named else f"{error.title}: {error.message}"


def _contact(campaign: Campaign) -> str:
    contact = campaign.about.contact
    ways = [way for way in (contact.phone, contact.email) if way]
    address = f", {', '.join(ways)}" if ways else ""
    return texts.REMIND_CONTACT.format(who=contact.who, address=address)
