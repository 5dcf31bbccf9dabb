"""`svod rehearse`: `make run` for any campaign file, workbook or folder, in a data folder of its own.

The service's settings are not read. A workbook is written into that folder as a campaign file.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from campaign import Campaign, load_campaigns
from outbox.settings_file import FOLDER
from outbox.texts import reason
from outbox.variables import outside_installation
from outbox.whole_files import PRIVATE, write_whole
from svod import texts
from svod.campaign_files import BOOKS, CampaignFileRefusedError, load

PORT, SHEETS_PORT = 8000, 8010


def start(
    environ: Mapping[str, str], file: Path, folder: Path | None, port: int | None, sheets_port: int | None
) -> None:
    """Become the process of `make run`. Raises CampaignError. Ports that are not given are free ones."""
    workbook = load(file) if file.suffix.casefold() in BOOKS and not file.is_dir() else None
    campaigns = (workbook,) if workbook else load_campaigns(file)
    name = file.absolute().name if file.is_dir() else campaigns[0].id
    folder = folder or FOLDER / "var" / "rehearsals" / name
    if workbook:
        file = _as_yaml(workbook, file, folder)
    click.echo(texts.REHEARSE_FOLDER.format(campaign="», «".join(c.about.title for c in campaigns), folder=folder))
    settings = {
        "SVOD_CONFIG": str(file.absolute()),
        "DATA_DIR": str(folder),
        "PORT": str(port or free_port(PORT)),
        "SHEETS_PORT": str(sheets_port or free_port(SHEETS_PORT)),
    }
    sys.stdout.flush()
    command = [sys.executable, "-u", "-m", "scripts.run"]
    os.execve(sys.executable, command, outside_installation(environ) | settings)  # noqa: S606 - a program of ours


def _as_yaml(campaign: Campaign, book: Path, folder: Path) -> Path:
    """Write the workbook's campaign into the data folder and return the file."""
    from campaign.workbook import yaml_text

    target = folder / "campaign.yaml"
    heading = texts.YAML_HEADING.format(source=book.name, name=target.name)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(target, yaml_text(campaign, heading).encode(), mode=PRIVATE, over=True)
    except OSError as error:
        raise CampaignFileRefusedError(texts.FILE_UNWRITABLE.format(path=target, reason=reason(error))) from error
    click.echo(texts.REHEARSE_BOOK.format(book=book.name, path=target))
    return target


def free_port(wanted: int) -> int:
    """Return the wanted port if nobody listens there, else one that the system gives."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return wanted
