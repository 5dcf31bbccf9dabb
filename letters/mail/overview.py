"""What commands and pages ask of mails: the steps with their counts, a preview, a dry run, sending by hand.

All of it reads what holds now; only `send_step` writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaign import Campaign
from campaign.model import MailTo
from letters.errors import LettersError
from letters.mail import texts
from letters.mail.addresses import checked_address
from letters.mail.composing import NOBODY, Composer, NotReady, Ready, Wanted, clerks_address
from letters.mail.concern import concerns, group_of, situations, untimely
from letters.mail.errors import AddressError
from letters.mail.events import about_of
from letters.mail.office import Office
from letters.mail.plan import BY_HAND, EVENTS, Step, moments
from letters.mail.templates import Filled, fill_in, load_templates
from outbox import Outbox
from outbox.mails import MailState, NewMail

AT_ONCE = 200
"""Mails that one child process fills in."""
NOT_SENT = (MailState.REFUSED, MailState.GAVE_UP, MailState.UNKNOWN, MailState.NO_ADDRESS, MailState.BOUNCED)
"""States from which a mail is sent again when asked by its number."""
BY_STEP = (MailState.REFUSED, MailState.GAVE_UP, MailState.NO_ADDRESS)
"""States from which all mails of a step are sent again: they did not reach anybody."""


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of a campaign's mails.

    to:        whom it is for; None for an event
    begins:    when it begins for a municipality without an extension; None for what has no such moment
    concerned: how many municipalities it concerns now; None for an event
    untimely:  why it makes no sense for any of them at this moment, in Russian; "" if it does
    counts:    how many of its mails are in each state
    """

    step: Step
    title: str
    to: MailTo | None
    begins: datetime | None
    concerned: int | None
    untimely: str
    counts: Mapping[MailState, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """How many mails of a campaign are where. age: of the waiting one that may be sent for the longest.

    failed: refused, given up, or unknown; nowhere: without an address
    """

    waiting: int
    age: timedelta
    sent: int
    failed: int
    nowhere: int
    returned: int

    @property
    def any(self) -> bool:
        return bool(self.waiting or self.sent or self.failed or self.nowhere or self.returned)


@dataclass(frozen=True, slots=True)
class Line:
    """What sending a step would do for one municipality.

    goes: a mail would be made and sent now. recipient: "" where there is none. words: why it would not go; ""
    nowhere: it would be made, and has no address to go to
    """

    oktmo: str
    name: str
    goes: bool
    recipient: str
    words: str
    nowhere: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail as it would be now. recipient: None where the municipality has no address."""

    recipient: str | None
    mail: Filled


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a press of «Отправить» made.

    made: new mails, those without an address among them; without: these; there: concerned, and had theirs already
    """

    made: int
    there: int
    without: int = 0


def step_of(name: str) -> Step:
    """Return the step of this name. Raises LettersError."""
    try:
        return Step(name)
    except ValueError as error:
        raise LettersError(texts.UNKNOWN_STEP.format(step=name, steps=", ".join(Step))) from error


def steps(office: Office, campaign: Campaign) -> list[StepView]:
    """Return all steps, in the order of a campaign."""
    counts = office.outbox.mails.counts(campaign.id)
    municipalities = list(situations(campaign, office.outbox).values())
    planned, now = moments(campaign, campaign.last_deadline), office.now(campaign)
    latest = max((one.deadline for one in municipalities), default=campaign.last_deadline)
    found = []
    for step in Step:
        to = None if step in EVENTS else group_of(campaign, step)
        why = {one: untimely(campaign, one, step, now) for one in {one.deadline for one in municipalities}}
        timely = [one.state for one in municipalities if why[one.deadline] is None]
        concerned = None if to is None else sum(concerns(to, state) for state in timely)
        reason = "" if timely else untimely(campaign, latest, step, now) or ""
        begins = planned.get(step) if to != "nobody" else None
        found.append(StepView(step, texts.STEPS[step], to, begins, concerned, reason, counts.get(step, {})))
    return found


def figures(outbox: Outbox, campaign_id: str, now: datetime) -> Figures:
    """Return how many mails are where. now: real time. Raises OutboxError."""
    counts = Counter[MailState]()
    for of_step in outbox.mails.counts(campaign_id).values():
        counts.update(of_step)
    since = outbox.mails.oldest_due(campaign_id, now)
    return Figures(
        waiting=counts[MailState.WAITING] + counts[MailState.SENDING],
        age=now - since if since is not None else timedelta(),
        sent=counts[MailState.SENT],
        failed=counts[MailState.REFUSED] + counts[MailState.GAVE_UP] + counts[MailState.UNKNOWN],
        nowhere=counts[MailState.NO_ADDRESS],
        returned=counts[MailState.BOUNCED],
    )


def unreachable(campaign: Campaign, outbox: Outbox) -> frozenset[str]:
    """Return the OKTMO of the municipalities of which an address takes no mail: a mail came back from it.

    Their addresses are that of the campaign file and that in their newest report. Raises OutboxError.
    """
    returned = outbox.mails.returned()
    dead = {address for _, address in returned}
    if not returned:
        return frozenset()
    contacts = outbox.roll_call.contacts(campaign.id, sorted({oktmo for oktmo, _ in returned}))
    found = set()
    for one in campaign.municipalities:
        for given in (one.email, clerks_address(campaign, contacts.get(one.oktmo, {}))):
            with suppress(AddressError):
                if given and checked_address(given).casefold() in dead:
                    found.add(one.oktmo)
    return frozenset(found)


def preview(office: Office, campaign: Campaign, step: Step, oktmo: str) -> Preview:
    """Return the mail of a step to a municipality as it would be now, whether or not it would be sent.

    Raises TemplateMistakeError, and LettersError where there is no such report to speak of.
    """
    if oktmo not in campaign.by_oktmo:
        raise LettersError(texts.UNKNOWN_OKTMO.format(oktmo=oktmo))
    about = ""
    if step is Step.RECEIPT:
        latest = office.outbox.submissions.latest(campaign.id, oktmo)
        about = latest.receipt if latest else ""
    elif step in EVENTS:
        about = about_of(step, situations(campaign, office.outbox, [oktmo])[oktmo])
    ready = Composer(office, campaign).look(Wanted(oktmo, step, about, by_hand=True), anyway=True)
    if isinstance(ready, NotReady):
        reason = ready.words if step is Step.RECEIPT or about else texts.NOTHING_TO_SAY
        raise LettersError(texts.NO_EVENT.format(step=texts.STEPS[step], reason=reason))
    (mail,) = fill_in(load_templates(office.templates, campaign.id), step, [ready.facts])
    return Preview(None if ready.recipient == NOBODY else ready.recipient, mail)


def dry_run(office: Office, campaign: Campaign, step: Step, oktmos: Collection[str] | None = None) -> list[Line]:
    """Return what `send_step` would do, for each municipality in the order of the file. Raises LettersError."""
    _check_by_hand(step)
    made = {
        oktmo for oktmo, about in office.outbox.mails.made(campaign.id, step) if about == _about(office, campaign, step)
    }
    found = []
    for oktmo, ready in _looks(office, campaign, step, oktmos):
        name = campaign.by_oktmo[oktmo].name
        if isinstance(ready, NotReady):
            found.append(Line(oktmo, name, False, "", ready.words, ready.state is MailState.NO_ADDRESS))
        else:
            words = texts.THERE_ALREADY if oktmo in made else ""
            found.append(Line(oktmo, name, not words, ready.recipient, words))
    return found


def send_step(office: Office, campaign: Campaign, step: Step, oktmos: Collection[str] | None = None) -> Pressed:
    """Make the mails of a step for those whom it concerns now; the worker sends them. A second press makes none.

    A reminder is made at most once a day, a scheduled step once. oktmos: for these alone. Raises LettersError.
    """
    _check_by_hand(step)
    if not office.makes:
        raise LettersError(texts.NO_SERVER.format(step=step))
    lines = list(_looks(office, campaign, step, oktmos))
    nowhere = {one for one, found in lines if isinstance(found, NotReady) and found.state is MailState.NO_ADDRESS}
    concerned = [oktmo for oktmo, found in lines if isinstance(found, Ready) or oktmo in nowhere]
    now, real, about = office.now(campaign), office.clock.real(), _about(office, campaign, step)
    wanted = [
        NewMail(oktmo, step, about, urgent=False, made_by="staff", made_at=now, not_before=real) for oktmo in concerned
    ]
    made = office.outbox.mails.make(campaign.id, wanted)
    return Pressed(len(made), len(wanted) - len(made), sum(one.oktmo in nowhere for one in made))


def ready_mails(
    office: Office, campaign: Campaign, step: Step, oktmos: Collection[str] | None = None
) -> list[tuple[str, Ready, Filled]]:
    """Return OKTMO, facts and texts of all mails that the step would send now: for those who send them by themselves.

    Raises TemplateMistakeError, LettersError.
    """
    _check_by_hand(step)
    found = [(oktmo, one) for oktmo, one in _looks(office, campaign, step, oktmos) if isinstance(one, Ready)]
    templates = load_templates(office.templates, campaign.id)
    filled: list[Filled] = []
    for start in range(0, len(found), AT_ONCE):
        filled += fill_in(templates, step, [one.facts for _, one in found[start : start + AT_ONCE]])
    return [(oktmo, one, text) for (oktmo, one), text in zip(found, filled, strict=True)]


def _looks(
    office: Office, campaign: Campaign, step: Step, oktmos: Collection[str] | None
) -> Iterator[tuple[str, Ready | NotReady]]:
    composer = Composer(office, campaign, office.outbox.mails.bounced())
    for unknown in set(oktmos or ()) - campaign.by_oktmo.keys():
        raise LettersError(texts.UNKNOWN_OKTMO.format(oktmo=unknown))
    for oktmo, situation in situations(campaign, office.outbox, oktmos).items():
        yield oktmo, composer.look(Wanted(oktmo, step, by_hand=True), situation)


def _about(office: Office, campaign: Campaign, step: Step) -> str:
    return office.now(campaign).date().isoformat() if step is Step.REMINDER else ""


def _check_by_hand(step: Step) -> None:
    if step not in BY_HAND:
        raise LettersError(texts.NOT_BY_HAND.format(step=texts.STEPS[step]))
