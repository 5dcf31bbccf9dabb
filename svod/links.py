"""`svod links`: the personal links for people to read, or as a file for a mail merge."""

from __future__ import annotations

import io
from collections.abc import Mapping
from csv import writer
from pathlib import Path

from outbox.texts import reason
from outbox.whole_files import write_whole
from svod import texts
from webform.administration import open_installation
from webform.errors import WebformError

Row = tuple[str, str, str, str]


def run(
    environ: Mapping[str, str], oktmo: str | None, file: Path | None, *, csv: bool, addressees: str | None = None
) -> str:
    """Return the links of all municipalities, or of one, as a table; with `csv` write them to a file and say where.

    file: None for one in the home folder. addressees: a list of them, where campaigns name several. Raises
    WebformError, OutboxError, CampaignError.
    """
    with open_installation(environ, addressees) as installation:
        campaign = installation.campaign
        chosen = [installation.municipality(oktmo)] if oktmo else installation.municipalities.values()
        rows = [(m.oktmo, m.name, m.email or "", installation.url(m.oktmo) or "") for m in chosen]
    if not csv:
        return _table(rows)
    path = file or Path.home() / texts.LINKS_NAME.format(campaign=campaign.id)
    _write(path, rows)
    return texts.LINKS_WRITTEN.format(path=path, count=len(rows))


def _table(rows: list[Row]) -> str:
    shown = [(oktmo, name, url or texts.LINKS_REVOKED) for oktmo, name, _, url in [texts.LINKS_COLUMNS, *rows]]
    width = max(len(name) for _, name, _ in shown)
    return "\n".join(f"{oktmo:<8}  {name:<{width}}  {url}" for oktmo, name, url in shown)


def _write(path: Path, rows: list[Row]) -> None:
    """Write the file for its owner alone, as Russian Excel reads it: semicolons, and a byte order mark."""
    text = io.StringIO()
    writer(text, delimiter=";").writerows([texts.LINKS_COLUMNS, *rows])
    try:
        write_whole(path, text.getvalue().encode("utf-8-sig"))
    except OSError as error:
        raise WebformError(texts.LINKS_UNWRITABLE.format(path=path, reason=reason(error))) from error
