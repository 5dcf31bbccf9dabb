"""Cells at the top of every tab: title, «данные на», rehearsal."""

from __future__ import annotations

from campaign import Campaign
from campaign.zones import zone_words
from sync.review.summary import Summary
from sync.tabs.page import PageCell
from sync.texts import tabs as texts


def title(campaign: Campaign, words: str) -> PageCell:
    return PageCell(f"{words}. {campaign.about.title}", "title")


def stamp(summary: Summary) -> PageCell:
    return PageCell(stamp_words(summary), "stamp", live=True)


def stamp_words(summary: Summary) -> str:
    """«Данные на …»: the time of the last successful read."""
    words = texts.AS_OF.format(moment=texts.moment(summary.as_of), zone=zone_words(summary.as_of))
    return (texts.REHEARSAL_SHORT if summary.rehearsal else "") + words


def or_dash(value: object, cell: PageCell) -> PageCell:
    """Return `cell`, or «—» where `value` is None: no report is not zero."""
    return PageCell(texts.DASH, "centre") if value is None else cell
