"""The campaigns of an installation: one file, or every `*.yaml` of a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from campaign import texts
from campaign.errors import CampaignFileError, CampaignNotChosenError, FileMistake
from campaign.load import load_campaign, mistake_at
from campaign.mistakes import FileKey
from campaign.model import Campaign
from campaign.words import twin

MOST_CAMPAIGNS = 200

_UNIQUE: Sequence[tuple[tuple[FileKey, ...], Callable[[Campaign], str | None], str]] = (
    (("campaign", "id"), lambda one: one.id, texts.CAMPAIGN_ID_TAKEN),
    (("campaign", "receipt_prefix"), lambda one: twin(one.about.receipt_prefix), texts.PREFIX_TAKEN),
    (("spreadsheet", "id"), lambda one: one.spreadsheet.id, texts.SPREADSHEET_TAKEN),
)
"""What no two campaigns of an installation may share: key of the file, its value, Russian words with {file}."""


def load_campaigns(path: Path) -> tuple[Campaign, ...]:
    """Return the campaigns of the file or folder, in the order of the file names; at least one.

    Raises CampaignFileError with the mistakes of all files, those between two of them included.
    """
    if not path.is_dir():
        return (load_campaign(path),)
    files = campaign_files(path)
    loaded: dict[Path, Campaign] = {}
    refused: list[CampaignFileError] = []
    for file in files:
        try:
            loaded[file] = load_campaign(file)
        except CampaignFileError as error:
            refused.append(error)
    refused += [*_shared(loaded), *_out_of_order(loaded)]
    if refused:
        raise CampaignFileError.of(refused)
    return tuple(loaded.values())


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
    """Return the campaign files of a folder, by name. Raises CampaignFileError for none, or too many."""
    files = sorted(one for one in folder.iterdir() if one.suffix in (".yaml", ".yml") and not one.name.startswith("."))
    if not files or len(files) > MOST_CAMPAIGNS:
        words = texts.FOLDER_FULL.format(most=MOST_CAMPAIGNS) if files else texts.FOLDER_EMPTY
        raise CampaignFileError(folder, (FileMistake(1, 1, texts.WHOLE_FILE, words),))
    return files


def _out_of_order(loaded: dict[Path, Campaign]) -> Iterator[CampaignFileError]:
    """Yield a mistake for every campaign that does not end after the one that it follows."""
    files = {campaign.id: file for file, campaign in loaded.items()}
    for file, campaign in loaded.items():
        before = files.get(campaign.about.follows or "")
        if before is not None and campaign.about.deadline <= loaded[before].about.deadline:
            words = texts.FOLLOWS_LATER.format(file=before.name)
            yield CampaignFileError(file, (mistake_at(file, ("campaign", "follows"), words),))


def _shared(loaded: dict[Path, Campaign]) -> Iterator[CampaignFileError]:
    """Yield a mistake for every key that an earlier file of the folder has with the same value."""
    for key, value_of, words in _UNIQUE:
        first: dict[str, Path] = {}
        for file, campaign in loaded.items():
            value = value_of(campaign)
            if value is None:
                continue
            other = first.setdefault(value, file)
            if other != file:
                yield CampaignFileError(file, (mistake_at(file, key, words.format(file=other.name)),))
