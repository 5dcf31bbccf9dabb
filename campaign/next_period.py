"""The campaign of the next period: the same file with its dates moved, an id and a prefix of its own."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from campaign import texts
from campaign.errors import CampaignError
from campaign.load import load_campaign, value_place
from campaign.mistakes import FileKey
from campaign.model import Campaign

LONGEST_PREFIX = 8
YEAR = 12
"""Months; a shorter period is named by year and month."""
_PERIOD = re.compile(r"-(\d{4})(?:-(\d{2}))?$")
_CLOCK = re.compile(r"^\d{4}-\d{2}-\d{2}")


class NextPeriodError(CampaignError):
    """Why no file of the next period is made; `str()` is a Russian sentence."""


@dataclass(frozen=True, slots=True)
class NextPeriod:
    """text: of the new file. named: (line, its text) of each line that still names the period before."""

    id: str
    text: str
    named: tuple[tuple[int, str], ...]


def months_of(campaign: Campaign) -> int | None:
    """Return how many months the campaign's id says that a period has: 1, 12, or None where it says nothing."""
    found = _PERIOD.search(campaign.id)
    return None if found is None else 1 if found[2] else YEAR


def next_period(path: Path, months: int | None) -> NextPeriod:
    """Return the campaign of the next period; comments and order of the file stay as they are.

    months: by how many the dates move; None for what the id says. Raises CampaignFileError, NextPeriodError.
    """
    campaign = load_campaign(path)
    months = months or months_of(campaign)
    if months is None:
        raise NextPeriodError(texts.NEXT_NEEDS_MONTHS.format(id=campaign.id))
    deadline = _moved(campaign.about.deadline_text, months)
    made = _Lines(path)
    name = f"{_PERIOD.sub('', campaign.id)}-{deadline[: 7 if months < YEAR else 4]}"
    if campaign.about.follows is None:
        made.add_after(("campaign", "id"), f"follows: {campaign.id}")
    else:
        made.put(("campaign", "follows"), campaign.about.follows, campaign.id)
    made.put(("campaign", "id"), campaign.id, name)
    made.put(("campaign", "opens"), campaign.about.opens_text, _moved(campaign.about.opens_text, months))
    made.put(("campaign", "deadline"), campaign.about.deadline_text, deadline)
    made.put(("campaign", "receipt_prefix"), campaign.about.receipt_prefix, _prefix(campaign, deadline, months))
    for index, kind in enumerate(campaign.municipality_kinds):
        if kind.deadline_text is not None:
            place = ("municipality_kinds", index, "deadline")
            made.put(place, kind.deadline_text, _moved(kind.deadline_text, months))
    if campaign.spreadsheet.id is not None:
        made.drop(("spreadsheet", "id"))
    return NextPeriod(name, made.text(), made.naming(campaign.about.deadline))


def _moved(text: str, months: int) -> str:
    """Return the moment so many months later, in the notation of the file; of the last day of a month the last one."""
    day = datetime.strptime(text[:10], "%Y-%m-%d")  # noqa: DTZ007 - a day of the file, in no zone
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    ends = day.day == monthrange(day.year, day.month)[1]
    return _CLOCK.sub(f"{year}-{month + 1:02}-{last if ends else min(day.day, last):02}", text)


def _prefix(campaign: Campaign, deadline: str, months: int) -> str:
    """Return the prefix with the period in place of the one before: «ПИ», «ПИ2611», «ПИ2612»."""
    before = campaign.about.receipt_prefix
    period = deadline[2:4] + (deadline[5:7] if months < YEAR else "")
    stem = before[: -len(period)] if campaign.about.follows and before[-len(period) :].isdigit() else before
    if len(stem + period) > LONGEST_PREFIX:
        raise NextPeriodError(texts.NEXT_PREFIX_LONG.format(prefix=stem + period))
    return stem + period


class _Lines:
    """The lines of a campaign file, changed in place so that all else stays."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines = path.read_text(encoding="utf-8-sig").splitlines()
        self._added: dict[int, str] = {}
        self._changed: set[int] = set()
        self._dropped: set[int] = set()

    def put(self, key: tuple[FileKey, ...], old: str, new: str) -> None:
        line, column = self._place(key)
        head, rest = self._lines[line][:column], self._lines[line][column:]
        if old not in rest:
            raise self._refusal(key)
        self._lines[line] = head + rest.replace(old, new, 1)
        self._changed.add(line)

    def add_after(self, key: tuple[FileKey, ...], text: str) -> None:
        line, _ = self._place(key)
        indent = self._lines[line][: len(self._lines[line]) - len(self._lines[line].lstrip())]
        if not self._lines[line].lstrip().startswith(str(key[-1])):  # {id: …, …} in one line
            raise self._refusal(key)
        self._added[line] = indent + text

    def drop(self, key: tuple[FileKey, ...]) -> None:
        line, _ = self._place(key)
        if not self._lines[line].lstrip().startswith(f"{key[-1]}:"):
            raise self._refusal(key)
        self._dropped.add(line)

    def text(self) -> str:
        return "\n".join(line for _, line in self._kept()) + "\n"

    def _kept(self) -> Iterator[tuple[int, str]]:
        """Yield the lines of the new text, each with its number in the file; -1 for an added one."""
        for number, line in enumerate(self._lines):
            if number not in self._dropped:
                yield number, line
            if number in self._added:
                yield -1, self._added[number]

    def naming(self, before: datetime) -> tuple[tuple[int, str], ...]:
        """Return the lines that stayed and name the month or the year of the deadline before."""
        stem = texts.MONTH_STEMS[before.month - 1]
        named = re.compile(rf"\b({stem}\w*|{before.year})\b", re.IGNORECASE)
        passed = self._changed | {-1}
        return tuple(
            (number, line.strip())
            for number, (was, line) in enumerate(self._kept(), start=1)
            if was not in passed and named.search(line.partition(" #")[0])
        )

    def _place(self, key: tuple[FileKey, ...]) -> tuple[int, int]:
        place = value_place(self._path, key)
        if place is None:
            raise self._refusal(key)
        return place

    def _refusal(self, key: tuple[FileKey, ...]) -> NextPeriodError:
        dotted = ".".join(map(str, key))
        return NextPeriodError(texts.NEXT_UNREADABLE.format(path=self._path, key=dotted))
