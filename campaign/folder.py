"""The campaigns and roll-ups of an installation: one file, or every `*.yaml` of a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from campaign import texts
from campaign.errors import CampaignFileError, CampaignNotChosenError, FileMistake
from campaign.load import load_file, mistake_at
from campaign.mistakes import FileKey
from campaign.model import ROLLUP_KEY, Campaign, Rollup
from campaign.rollup_checks import between
from campaign.texts import rollup as rollup_texts
from campaign.words import twin

MOST_CAMPAIGNS = 200

_UNIQUE: Sequence[tuple[tuple[FileKey, ...], Callable[[Campaign | Rollup], str | None], str]] = (
    (("campaign", "id"), lambda one: one.id, texts.CAMPAIGN_ID_TAKEN),
    (("campaign", "receipt_prefix"), lambda one: _prefix(one), texts.PREFIX_TAKEN),
    (("spreadsheet", "id"), lambda one: one.spreadsheet.id, texts.SPREADSHEET_TAKEN),
)
"""What no two files of an installation may share: key of the file (a roll-up's id stands under `rollup`), its value,
Russian words with {file}."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of an installation, each read. In the order of the file names; at least one file.

    by_path: file → its campaign or roll-up
    """

    by_path: Mapping[Path, Campaign | Rollup]

    @property
    def campaigns(self) -> tuple[Campaign, ...]:
        return tuple(one for one in self.by_path.values() if isinstance(one, Campaign))

    @property
    def owners(self) -> tuple[Campaign | Rollup, ...]:
        """All of them, campaigns first: each has a spreadsheet of its own."""
        return (*self.campaigns, *self.rollups)

    @property
    def rollups(self) -> tuple[Rollup, ...]:
        return tuple(one for one in self.by_path.values() if isinstance(one, Rollup))


def load_campaigns(path: Path) -> tuple[Campaign, ...]:
    """Return the campaigns of the file or folder, in the order of the file names; at least one.

    Raises CampaignFileError as `load_files`, and where there are roll-ups alone.
    """
    campaigns = load_files(path).campaigns
    if not campaigns:
        raise CampaignFileError(path, (FileMistake(1, 1, texts.WHOLE_FILE, rollup_texts.FOLDER_NO_CAMPAIGN),))
    return campaigns


def load_files(path: Path) -> Files:
    """Return the campaigns and the roll-ups of the file or folder.

    Raises CampaignFileError with the mistakes of all files, those between two of them included.
    """
    files = campaign_files(path) if path.is_dir() else [path]
    loaded: dict[Path, Campaign | Rollup] = {}
    refused: list[CampaignFileError] = []
    for file in files:
        try:
            loaded[file] = load_file(file)
        except CampaignFileError as error:
            refused.append(error)
    if not refused or path.is_dir():
        refused += [*_shared(loaded), *_out_of_order(loaded)]
    if not refused:  # a campaign that can't be read would be called missing
        refused += _sources(loaded)
    if refused:
        raise CampaignFileError.of(refused)
    return Files(loaded)


def choose_campaign(campaigns: Sequence[Campaign], campaign_id: str | None, receipt: str | None = None) -> Campaign:
    """Return the campaign of this id, or of this receipt; the only one without either.

    Raises CampaignNotChosenError, which lists them.
    """
    named = [one for one in campaigns if receipt and _is_receipt_of(one, receipt)]
    if campaign_id is not None:
        named = [one for one in campaigns if one.id == campaign_id]
    elif len(campaigns) == 1:
        named = list(campaigns)
    if len(named) == 1:
        return named[0]
    listed = "\n".join(texts.CAMPAIGN_LINE.format(id=one.id, title=one.about.title) for one in campaigns)
    words = texts.CHOOSE_CAMPAIGN if campaign_id is None else texts.UNKNOWN_CAMPAIGN.format(id=campaign_id)
    raise CampaignNotChosenError(f"{words}\n{listed}")


def _is_receipt_of(campaign: Campaign, receipt: str) -> bool:
    prefix, _, number = receipt.strip().rpartition("-")
    return number.isdigit() and twin(prefix) == twin(campaign.about.receipt_prefix)


def campaign_files(folder: Path) -> list[Path]:
    """Return the folder's files of campaigns and roll-ups, by name. Raises CampaignFileError for none, or too many."""
    files = sorted(one for one in folder.iterdir() if one.suffix in (".yaml", ".yml") and not one.name.startswith("."))
    if not files or len(files) > MOST_CAMPAIGNS:
        words = texts.FOLDER_FULL.format(most=MOST_CAMPAIGNS) if files else texts.FOLDER_EMPTY
        raise CampaignFileError(folder, (FileMistake(1, 1, texts.WHOLE_FILE, words),))
    return files


def _prefix(one: Campaign | Rollup) -> str | None:
    return twin(one.about.receipt_prefix) if isinstance(one, Campaign) else None


def _out_of_order(loaded: Mapping[Path, Campaign | Rollup]) -> Iterator[CampaignFileError]:
    """Yield a mistake for every campaign that does not end after the one that it follows."""
    campaigns = {file: one for file, one in loaded.items() if isinstance(one, Campaign)}
    files = {campaign.id: file for file, campaign in campaigns.items()}
    for file, campaign in campaigns.items():
        before = files.get(campaign.about.follows or "")
        if before is not None and campaign.about.deadline <= campaigns[before].about.deadline:
            words = texts.FOLLOWS_LATER.format(file=before.name)
            yield CampaignFileError(file, (mistake_at(file, ("campaign", "follows"), words),))


def _sources(loaded: Mapping[Path, Campaign | Rollup]) -> Iterator[CampaignFileError]:
    """Yield the mistakes of each roll-up about the campaigns that it names."""
    campaigns = {one.id: one for one in loaded.values() if isinstance(one, Campaign)}
    for file, rollup in loaded.items():
        found = list(between(rollup, campaigns)) if isinstance(rollup, Rollup) else []
        if found:
            yield CampaignFileError(file, tuple(mistake_at(file, one.location, one.expected) for one in found))


def _shared(loaded: Mapping[Path, Campaign | Rollup]) -> Iterator[CampaignFileError]:
    """Yield a mistake for every key that an earlier file of the folder has with the same value."""
    for key, value_of, words in _UNIQUE:
        first: dict[str, Path] = {}
        for file, one in loaded.items():
            value = value_of(one)
            if value is None:
                continue
            other = first.setdefault(value, file)
            if other != file:
                place = (ROLLUP_KEY, *key[1:]) if isinstance(one, Rollup) and key[0] == "campaign" else key
                yield CampaignFileError(file, (mistake_at(file, place, words.format(file=other.name)),))
