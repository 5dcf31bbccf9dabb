"""`svod preview`: a throw-away rehearsal of a campaign file or a workbook. Its folder is deleted at the end."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from urllib.request import urlopen

import click

from campaign import Campaign, CampaignError
from letters.errors import LettersError
from outbox.errors import OutboxError
from outbox.settings_file import FOLDER
from outbox.variables import outside_installation
from svod import texts
from svod.campaign_files import load
from svod.one_campaign import open_campaign
from svod.rehearsal import PORT, SHEETS_PORT, free_port
from webform.errors import WebformError

START_SECONDS = 120
STOP_SECONDS = 40
_POLL_SECONDS = 0.3
_PROCESSES = ("sheets.pid", "web.pid", "worker.pid")


def show(environ: Mapping[str, str], file: Path, port: int | None, sheets_port: int | None, *, demo: bool) -> int:
    """Run until it is interrupted; return the exit code. Raises CampaignError.

    demo: let municipalities answer with invented figures first
    """
    from campaign.workbook import yaml_text

    campaign = load(file)
    click.echo(texts.PREVIEW_START.format(campaign=campaign.about.title))
    # An end that is asked for from outside cleans up as Ctrl+C does.
    signal.signal(signal.SIGTERM, _interrupt)
    with TemporaryDirectory(prefix="svod-preview-") as folder:
        copy = Path(folder) / "campaign.yaml"
        copy.write_text(yaml_text(campaign, file.name), encoding="utf-8")
        settings = {
            "SVOD_CONFIG": str(copy),
            "DATA_DIR": str(Path(folder) / "data"),
            "PORT": str(port or free_port(PORT)),
            "SHEETS_PORT": str(sheets_port or free_port(SHEETS_PORT)),
        }
        code = _run(outside_installation(environ) | settings, campaign, Path(folder), demo=demo)
    click.echo(texts.PREVIEW_END if not code else texts.PREVIEW_NOT_STARTED, err=bool(code))
    return code


def _run(environ: Mapping[str, str], campaign: Campaign, folder: Path, *, demo: bool) -> int:
    sys.stdout.flush()
    rehearsal = subprocess.Popen([sys.executable, "-u", "-m", "scripts.run"], cwd=FOLDER, env=environ)
    try:
        if not _ready(rehearsal, environ):
            return 2
        if demo:
            click.echo(texts.PREVIEW_DEMO)
            subprocess.run([sys.executable, "-u", "-m", "scripts.demo"], cwd=FOLDER, env=environ, check=False)
        _show_letters(environ, campaign, folder, demo=demo)
        click.echo(texts.PREVIEW_READY)
        sys.stdout.flush()
        rehearsal.wait()
    except KeyboardInterrupt:
        pass
    finally:
        _stop(rehearsal)
    return 0


def _show_letters(environ: Mapping[str, str], campaign: Campaign, folder: Path, *, demo: bool) -> None:
    """Print the mail that opens the campaign, and make the region's note of a demo's figures. Neither ends the show."""
    from letters.mail import overview
    from letters.mail.office import open_office
    from letters.mail.plan import Step
    from svod.letters import put, write_region

    first = campaign.municipalities[0]
    try:
        with open_campaign(environ, None) as found:
            office = open_office(environ, found.outbox, found.outbox.kind.look(environ))
            mail = overview.preview(office, found.campaign, Step.OPENING, first.oktmo).mail
        page = folder / "letter.html"
        put(page, mail.html.encode(), yes=True, private=True)
        words = {"name": first.genitive, "path": page.as_uri(), "subject": mail.subject, "body": mail.text}
        click.echo(texts.PREVIEW_LETTER.format(**words))
        if demo:
            click.echo(texts.PREVIEW_NOTE)
            write_region(environ, folder / "region.pdf", None, yes=True)
    except (CampaignError, LettersError, OutboxError, WebformError) as error:
        click.echo(str(error), err=True)


def _ready(rehearsal: subprocess.Popen[bytes], environ: Mapping[str, str]) -> bool:
    """Wait until form and spreadsheet answer; return False when the rehearsal ended before."""
    end = time.monotonic() + START_SECONDS
    run = Path(environ["DATA_DIR"]) / "run"
    while time.monotonic() < end and rehearsal.poll() is None:
        # The ports may be somebody else's until the rehearsal has started its own processes.
        if all((run / name).exists() for name in _PROCESSES) and all(
            _answers(f"http://127.0.0.1:{environ[port]}/healthz") for port in ("PORT", "SHEETS_PORT")
        ):
            return True
        time.sleep(_POLL_SECONDS)
    return False


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=2) as response:  # noqa: S310 - our own http address
            return bool(response.status == 200)
    except (OSError, HTTPException):
        return False


def _stop(rehearsal: subprocess.Popen[bytes]) -> None:
    if rehearsal.poll() is None:
        rehearsal.terminate()
        try:
            rehearsal.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            rehearsal.kill()
            rehearsal.wait()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
