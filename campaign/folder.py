"""The campaigns of an installation: one file, or every `*.yaml` of a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from campaign import texts
from campaign.errors import CampaignFileError, FileMistake
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
    refused += _shared(loaded)
    if refused:
        raise CampaignFileError.of(refused)
    return tuple(loaded.values())


def campaign_files(folder: Path) -> list[Path]:
    """Return the campaign files of a folder, by name. Raises CampaignFileError for none, or too many."""
    files = sorted(one for one in folder.iterdir() if one.suffix in (".yaml", ".yml") and not one.name.startswith("."))
    if not files or len(files) > MOST_CAMPAIGNS:
        words = texts.FOLDER_FULL.format(most=MOST_CAMPAIGNS) if files else texts.FOLDER_EMPTY
        raise CampaignFileError(folder, (FileMistake(1, 1, texts.WHOLE_FILE, words),))
    return files


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
