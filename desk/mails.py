"""The mails of a campaign as the desk shows them: what hinders sending, the list by pages, whom a step would go to.

Mail addresses are contacts: they are hidden from all that is shown without a press that is journalled.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from campaign import Campaign
from desk import mail_texts
from desk.people.errors import BusyError
from letters.mail import overview
from letters.mail import texts as words
from letters.mail.addresses import without_addresses
from letters.mail.composing import masked
from letters.mail.concern import by_hand_group, concerns, situations, untimely
from letters.mail.office import Office
from letters.mail.overview import NOT_SENT, Line, Preview
from letters.mail.plan import BY_HAND, Step
from letters.mail.returns import RETURNS_TROUBLE
from letters.mail.sending import TROUBLE
from outbox.clock import real_now
from outbox.mails import LEASE, Mail, MailState

PAGE = 100
"""Mails on a page."""
FILTERS: Mapping[str, tuple[MailState, ...]] = {
    "": tuple(MailState),
    "waiting": (MailState.WAITING, MailState.SENDING),
    "sent": (MailState.SENT,),
    "kept": (MailState.KEPT,),
    "failed": NOT_SENT,
    **{state.value: (state,) for state in NOT_SENT},
    "not_needed": (MailState.NOT_NEEDED,),
}
"""What of the list is shown → the states of its mails."""
AT_ONCE = 2
_turn = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Sending:
    """What hinders sending.

    server: a mail server is named. wrong: what of its settings is wrong, "". trouble: the sender's words, ""
    unread: why the mailbox of mails that come back cannot be read, ""
    stands: nobody sends. since: since when (real clock), None where nobody ever did
    """

    server: bool
    rehearsal: bool
    wrong: str
    trouble: str
    unread: str
    stands: bool
    since: datetime | None

    @property
    def makes(self) -> bool:
        """True if «Отправить» makes mails."""
        return self.server or self.rehearsal


@dataclass(frozen=True, slots=True)
class MailPage:
    """A page of the list. chips: how many mails each filter would show; found: how many all pages show."""

    mails: Sequence[Mail]
    chips: Mapping[str, int]
    found: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class DryRun:
    """Whom a step would go to now.

    going:   who would get a mail
    without: reason in words → who would get one and has no address
    others:  reason → who would get none
    groups:  state → how many of those whom the step concerns are in it
    """

    going: Sequence[Line]
    without: Mapping[str, Sequence[Line]]
    others: Mapping[str, Sequence[Line]]
    groups: Mapping[str, int]


def sending(office: Office, wrong: str) -> Sending:
    """Return what hinders sending now. wrong: what of the settings is. Raises OutboxError."""
    until = office.outbox.leases.until(LEASE)
    trouble, unread = (office.outbox.meta.recall(note) if office.sends else None for note in (TROUBLE, RETURNS_TROUBLE))
    return Sending(
        server=office.settings is not None,
        rehearsal=office.clock.rehearsal,
        wrong=wrong,
        trouble=without_addresses(str(trouble)) if trouble else "",
        unread=without_addresses(str(unread)) if unread else "",
        stands=office.makes and (until is None or until <= real_now()),
        since=until,
    )


def mail_page(office: Office, campaign: Campaign, chip: str, step: Step | None, number: int) -> MailPage:
    """Return a page of the campaign's mails, newest first; the last one where there are fewer. Raises OutboxError."""
    mails = office.outbox.mails
    by_step = mails.counts(campaign.id)
    chosen = [by_step.get(step, {})] if step else list(by_step.values())
    chips = {
        name: sum(counts.get(state, 0) for counts in chosen for state in states) for name, states in FILTERS.items()
    }
    pages = max(1, -(-chips[chip] // PAGE))
    page = min(max(number, 1), pages)
    found = mails.of_campaign(campaign.id, step=step, states=FILTERS[chip], first=(page - 1) * PAGE, limit=PAGE)
    return MailPage([hidden(one) for one in found], chips, chips[chip], page, pages)


def mails_of(office: Office, campaign: Campaign, oktmo: str) -> list[Mail]:
    """Return the mails of one municipality, newest first. Raises OutboxError."""
    return [hidden(one) for one in office.outbox.mails.of_campaign(campaign.id, oktmo=oktmo)]


def steps_for(office: Office, campaign: Campaign, oktmo: str, made: Collection[Mail]) -> list[Step]:
    """Return the steps that staff may send this municipality now, those that it had left out."""
    found = situations(campaign, office.outbox, [oktmo])[oktmo]
    now, had = office.now(campaign), {one.step for one in made if one.step != Step.REMINDER}
    return [
        step
        for step in BY_HAND
        if step not in had
        and concerns(by_hand_group(campaign, step), found.state)
        and untimely(campaign, found.deadline, step, now) is None
    ]


def chosen_of(office: Office, campaign: Campaign, to: str, oktmo: str) -> list[str] | None:
    """Return the codes of the municipalities that are chosen now; None for all.

    to: those in this state, "" for all. oktmo: only this municipality, "" for all
    """
    if oktmo:
        return [oktmo]
    if not to:
        return None
    return [one for one, found in situations(campaign, office.outbox).items() if found.state == to]


def dry_run(office: Office, campaign: Campaign, step: Step, oktmos: Sequence[str] | None) -> DryRun:
    """Return whom the step would go to. oktmos: of these municipalities; None for all. Raises LettersError."""
    group, states, now = by_hand_group(campaign, step), Counter[str](), office.now(campaign)
    for one in situations(campaign, office.outbox).values():
        if concerns(group, one.state) and untimely(campaign, one.deadline, step, now) is None:
            states[one.state] += 1
    return _sorted(overview.dry_run(office, campaign, step, oktmos), {name: states[name] for name in mail_texts.GROUPS})


def _sorted(lines: Sequence[Line], groups: Mapping[str, int]) -> DryRun:
    others: dict[str, list[Line]] = {}
    without: dict[str, list[Line]] = {}
    for one in lines:
        if not one.goes:
            kept = without if one.nowhere else others
            kept.setdefault(without_addresses(one.words), []).append(one)
    return DryRun([one for one in lines if one.goes], without, others, groups)


def preview(office: Office, campaign: Campaign, step: Step, oktmo: str) -> Preview:
    """Return the mail as it would be, with the personal address hidden. Raises LettersError, TemplateMistakeError."""
    made = overview.preview(office, campaign, step, oktmo)
    text = masked(made.mail.text, {"ссылка": office.url(campaign, oktmo)})
    return Preview(made.recipient, replace(made.mail, text=text, html=""))


def hidden(mail: Mail) -> Mail:
    """Return the mail without the address to which it went."""
    return mail._replace(recipient="", reply=without_addresses(mail.reply))


def title(step: str) -> str:
    """Return the title of a step; its name for one of another version."""
    return words.STEPS.get(step, step)


@contextmanager
def turn() -> Iterator[None]:
    """Let few prepare mails at once: that takes a process each. Raises BusyError."""
    if not _turn.acquire(blocking=False):
        raise BusyError(mail_texts.BUSY)
    try:
        yield
    finally:
        _turn.release()
