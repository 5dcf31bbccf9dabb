"""What must hold between the parts of a roll-up's file, and between it and the campaigns beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from campaign.consistency import Mistake
from campaign.mistakes import FileKey
from campaign.model import Campaign, Rollup
from campaign.texts import rollup as rollup_texts
from campaign.words import twin


def mistakes(rollup: Rollup) -> list[Mistake]:
    """Return all mistakes of the file by itself, in its order."""
    tabs = rollup.spreadsheet.tabs.model_dump().items()
    figures = list(enumerate(rollup.figures))
    regions = list(enumerate(rollup.regions))
    return [
        *_rank(rollup),
        *_repeated((("spreadsheet", "tabs", key), twin(title), title) for key, title in tabs),
        *_repeated((("figures", at, "id"), one.id, one.id) for at, one in figures),
        *_repeated((("figures", at, "title"), twin(one.title), one.title) for at, one in figures),
        *_repeated((("regions", at, "code"), one.code, one.code) for at, one in regions),
        *_repeated((("regions", at, "name"), twin(one.name), one.name) for at, one in regions),
        *_own_spreadsheet(rollup),
    ]


def rollup_good(path: Path, rollup: Rollup) -> str:
    """Return the sentence about a file without mistakes."""
    sourced = sum(one.source is not None for one in rollup.regions)
    return rollup_texts.ROLLUP_GOOD.format(
        path=path, regions=len(rollup.regions), sourced=sourced, figures=len(rollup.figures)
    )


def between(rollup: Rollup, campaigns: Mapping[str, Campaign]) -> Iterator[Mistake]:
    """Yield the mistakes of a roll-up of campaigns of the same installation. campaigns: by id"""
    for at, region in enumerate(rollup.regions):
        if region.campaign is not None and region.campaign not in campaigns:
            words = rollup_texts.ROLLUP_NO_CAMPAIGN.format(id=region.campaign)
            yield Mistake(("regions", at, "campaign"), words)
    used = {one.campaign for one in rollup.regions if one.campaign in campaigns}
    for at, figure in enumerate(rollup.figures):
        for name in sorted(one for one in used if one is not None):
            leaves = campaigns[name].leaves_of(figure.name)
            if not leaves or not all(leaf.numeric for leaf in leaves):
                key = "question" if figure.question else "id"
                words = rollup_texts.ROLLUP_NO_FIGURE.format(id=name, name=figure.name)
                yield Mistake(("figures", at, key), words)


def _rank(rollup: Rollup) -> Iterator[Mistake]:
    wanted = rollup.about.rank_by
    if wanted is not None and wanted not in [one.id for one in rollup.figures]:
        yield Mistake(("rollup", "rank_by"), rollup_texts.ROLLUP_RANK_UNKNOWN.format(name=wanted))


def _repeated(values: Iterable[tuple[tuple[FileKey, ...], str, str]]) -> Iterator[Mistake]:
    """Yield a mistake for each value that stands in the file before. values: place, value as compared, as written"""
    seen: dict[str, tuple[FileKey, ...]] = {}
    for location, value, written in values:
        first = seen.setdefault(value, location)
        if first != location:
            yield Mistake(location, rollup_texts.ROLLUP_REPEATED.replace("{name}", written), first)


def _own_spreadsheet(rollup: Rollup) -> Iterator[Mistake]:
    own = rollup.spreadsheet.id
    for at, region in enumerate(rollup.regions):
        if own is not None and region.spreadsheet == own:
            yield Mistake(("regions", at, "spreadsheet"), rollup_texts.ROLLUP_OF_ITSELF)
