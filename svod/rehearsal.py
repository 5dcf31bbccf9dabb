"""`svod rehearse`: `make run` for any campaign file, in a data folder of its own, without the service's settings."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from campaign import load_campaign
from outbox.settings_file import FOLDER
from outbox.variables import outside_installation
from svod import texts

PORT, SHEETS_PORT = 8000, 8010


def start(
    environ: Mapping[str, str], file: Path, folder: Path | None, port: int | None, sheets_port: int | None
) -> None:
    """Become the process of `make run`. Raises CampaignFileError. Ports that are not given are free ones."""
    campaign = load_campaign(file)
    folder = folder or FOLDER / "var" / "rehearsals" / campaign.id
    click.echo(texts.REHEARSE_FOLDER.format(campaign=campaign.about.title, folder=folder))
    settings = {
        "SVOD_CONFIG": str(file.absolute()),
        "DATA_DIR": str(folder),
        "PORT": str(port or free_port(PORT)),
        "SHEETS_PORT": str(sheets_port or free_port(SHEETS_PORT)),
    }
    sys.stdout.flush()
    command = [sys.executable, "-u", "-m", "scripts.run"]
    os.execve(sys.executable, command, outside_installation(environ) | settings)  # noqa: S606 - a program of ours


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
