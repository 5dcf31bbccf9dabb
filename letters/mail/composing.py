"""A mail to one municipality, of what holds now: to whom, about what, with which attachment; or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from campaign import Campaign
from campaign.model import MailTo
from letters.documents import Document, make
from letters.facts import Facts
from letters.mail import texts
from letters.mail.addresses import checked_address
from letters.mail.concern import Situation, by_hand_group, concerns, group_of, situations, untimely
from letters.mail.errors import AddressError
from letters.mail.events import about_of
from letters.mail.facts import mail_facts
from letters.mail.message import Attachment
from letters.mail.office import Office
from letters.mail.plan import EVENTS, Step
from letters.receipt import receipt_facts
from outbox.mails import Mail, MailState
from outbox.records import Json, Submission

MASKED = "…"
NOBODY = "nobody@example.invalid"
"""In a preview for a municipality without an address."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a mail shall be. by_hand: staff sent it, so a step that the file leaves out has its usual group."""

    oktmo: str
    step: Step
    about: str = ""
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """A mail that may be composed. submission: of which the receipt is attached, None for no attachment."""

    recipient: str
    facts: Facts
    submission: Submission | None = None


@dataclass(frozen=True, slots=True)
class NotReady:
    """Why there is no mail now. words: Russian."""

    state: MailState
    words: str


@dataclass
class Composer:
    """Composes the mails of one campaign. bounced: addresses, in small letters, from which mails came back."""

    office: Office
    campaign: Campaign
    bounced: frozenset[str] = field(default_factory=frozenset)

    def look(self, wanted: Wanted, situation: Situation | None = None, *, anyway: bool = False) -> Ready | NotReady:
        """Return what the mail says now, or why there is none.

        situation: read before, for many at once. anyway: to be looked at, whether or not it would be sent
        """
        if situation is None:
            situation = situations(self.campaign, self.office.outbox, [wanted.oktmo]).get(wanted.oktmo)
        if situation is None:
            return NotReady(MailState.NOT_NEEDED, texts.LEFT_CAMPAIGN)
        submission = self._submission(wanted, situation)
        reason = self._not_concerned(wanted, situation, submission)
        if reason and not (anyway and wanted.step not in EVENTS):
            return NotReady(MailState.NOT_NEEDED, reason)
        of_file = situation.municipality.email
        of_clerk = (
            clerks_address(self.campaign, submission.contacts)
            if submission
            else self._email_of_latest(wanted.oktmo, of_file)
        )
        # Mails about a report go to whoever sent it, all others to the municipality's mailbox.
        given = (of_clerk or of_file) if wanted.step in EVENTS else (of_file or of_clerk)
        if not given and anyway:
            given = of_file = NOBODY
        if not given:
            return NotReady(MailState.NO_ADDRESS, texts.ADDRESS_MISSING)
        try:
            recipient = checked_address(given)
        except AddressError as error:
            if not anyway:
                return NotReady(MailState.NO_ADDRESS, str(error))
            recipient = NOBODY
        if recipient.casefold() in self.bounced and not anyway:
            words = texts.ADDRESS_BOUNCED.format(address=recipient, oktmo=wanted.oktmo)
            return NotReady(MailState.NO_ADDRESS, words)
        # An address that somebody typed into the form gets no personal address: it may be a stranger's.
        url = self.office.url(self.campaign, wanted.oktmo) if given == of_file and wanted.step not in EVENTS else None
        if wanted.step is Step.OPENING and given == of_file and url is None:
            return NotReady(MailState.NOT_NEEDED, texts.REVOKED)
        facts = mail_facts(
            self.campaign,
            situation,
            self.office.now(self.campaign),
            url=url,
            form=self.office.public_url,
            rehearsal=self.office.clock.rehearsal,
            submission=submission,
        )
        return Ready(recipient, facts, submission if wanted.step is Step.RECEIPT else None)

    def attachments(self, ready: Ready) -> tuple[Attachment, ...]:
        """Return the receipt as PDF, for a mail that has one. Raises LettersError."""
        if ready.submission is None:
            return ()
        submission, clock = ready.submission, self.office.clock
        code = self.office.receipt_code(submission)
        facts = receipt_facts(self.campaign, submission, code, rehearsal=clock.rehearsal)
        content = make(Document("receipt", facts), ".pdf", self.office.templates)
        return (Attachment(texts.RECEIPT_FILE.format(receipt=submission.receipt), content),)

    def _submission(self, wanted: Wanted, situation: Situation) -> Submission | None:
        outbox = self.office.outbox
        if wanted.step is Step.RECEIPT:
            return outbox.submissions.by_receipt(self.campaign.id, wanted.about)
        if wanted.step in EVENTS and situation.status is not None and situation.status.receipt:
            return outbox.submissions.by_receipt(self.campaign.id, situation.status.receipt)
        return None

    def _not_concerned(self, wanted: Wanted, situation: Situation, submission: Submission | None) -> str | None:
        """Return why the mail does not concern the municipality now; None if it does."""
        if wanted.step is Step.RECEIPT:
            return None if submission is not None else texts.NO_REPORT
        if self.campaign.about.closed:
            return texts.CLOSED
        if wanted.step in EVENTS:
            same = submission is not None and about_of(wanted.step, situation) == wanted.about
            return None if same else texts.CHANGED
        wrong_time = untimely(self.campaign, situation.deadline, wanted.step, self.office.now(self.campaign))
        if wrong_time is not None:
            return wrong_time
        to: MailTo = (
            by_hand_group(self.campaign, wanted.step) if wanted.by_hand else group_of(self.campaign, wanted.step)
        )
        return None if concerns(to, situation.state) else texts.NOT_CONCERNED[situation.state]

    def _email_of_latest(self, oktmo: str, of_file: str | None) -> str | None:
        if of_file:
            return None
        latest = self.office.outbox.submissions.latest(self.campaign.id, oktmo)
        return clerks_address(self.campaign, latest.contacts) if latest else None


def clerks_address(campaign: Campaign, contacts: Mapping[str, Json]) -> str | None:
    """Return the address that the clerk gave; the first question of the form that asks for one."""
    for question in campaign.home_questions:
        given = contacts.get(question.id)
        if question.type == "email" and isinstance(given, str) and given:
            return given
    return None


def masked(text: str, facts: Mapping[str, object]) -> str:
    """Return the text without the personal address: what is kept must open nobody's report."""
    url = facts.get("ссылка")
    return text.replace(url, url.rpartition("/")[0] + "/" + MASKED) if isinstance(url, str) and url else text


def wanted_of(mail: Mail) -> Wanted:
    return Wanted(mail.oktmo, Step(mail.step), mail.about, mail.made_by == "staff")
