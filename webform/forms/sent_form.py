"""The form as a browser sent it: what was typed, and the hidden fields that came along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from webform.forms.form_input import FormInput

SHORTEST_KEY, LONGEST_KEY = 8, 64
NO_KEY = "none"
"""The key of a form that brought none of its own."""
LONGEST_OPENED = 40
LONGEST_VERSION = 8


@dataclass(frozen=True, slots=True)
class HiddenFields:
    """The hidden fields that a form carries from page to page.

    key:          idempotency key of the form's submission, and the key of its draft
    base_version: the newest version that the form has shown, 0 for none
    ticket:       signed proof that the form was served to a holder of the municipality's link
    opened:       when the form was opened, an ISO time; "" where the request brought none
    shown:        `Report.edits_digest` of the check page that sends; "" from any other page
    shown_files:  `Report.files_digest` likewise
    only_home:    True from a check page that showed no change but of answers that are kept at home
    """

    key: str
    base_version: int
    ticket: str
    opened: str
    shown: str = ""
    shown_files: str = ""
    only_home: bool = False

    @property
    def opened_at(self) -> datetime | None:
        """When the form was opened, aware; None where that cannot be read."""
        try:
            moment = datetime.fromisoformat(self.opened)
        except ValueError:
            return None
        return moment if moment.tzinfo else None


@dataclass(frozen=True, slots=True)
class SentForm:
    """One request that brought a form. received: when it came, campaign time in the campaign's zone."""

    oktmo: str
    input: FormInput
    hidden: HiddenFields
    received: datetime


def read_hidden(sent: Mapping[str, str]) -> HiddenFields:
    """Return the hidden fields of a request. A field that no page of ours could have sent counts as absent."""
    key, version = sent.get("key", ""), sent.get("base_version", "")
    if not (SHORTEST_KEY <= len(key) <= LONGEST_KEY and key.isascii() and key.isalnum()):
        key = NO_KEY
    readable = version.isascii() and version.isdigit() and len(version) <= LONGEST_VERSION
    return HiddenFields(
        key=key,
        base_version=int(version) if readable else 0,
        ticket=sent.get("ticket", ""),
        opened=sent.get("opened", "")[:LONGEST_OPENED],
        shown=sent.get("shown", ""),
        shown_files=sent.get("shown_files", ""),
        only_home="only_home" in sent,
    )
