"""What `make run` was asked for, and what it prints when all is up: addresses, commands, the campaign's time."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from campaign import Campaign, CampaignError, Rollup
from desk.people.errors import StaffError
from outbox.clock import open_clock
from outbox.errors import OutboxError
from outbox.variables import VARIABLES
from scripts import texts
from scripts.data_folder import nearest
from webform.errors import WebformError

MADE_SECONDS = 20
"""How long the worker may take to make the spreadsheets of several campaigns, before the addresses are printed."""


@dataclass(frozen=True)
class Settings:
    """What `make run` was asked for. Addresses are of this computer."""

    host: str
    port: int
    sheets_port: int
    data_dir: Path
    campaigns: tuple[Campaign, ...]
    rollups: tuple[Rollup, ...] = ()

    def form_address(self) -> str:
        return f"http://{self.host}:{self.port}"

    def sheets_address(self) -> str:
        return f"http://{self.host}:{self.sheets_port}"


def environment(settings: Settings) -> dict[str, str]:
    """Of the three processes and of all commands that are printed (`run/env`)."""
    return {
        **os.environ,
        "HOST": settings.host,
        "PORT": str(settings.port),
        "SHEETS_PORT": str(settings.sheets_port),
        "DATA_DIR": str(settings.data_dir.absolute()),
        "PUBLIC_URL": os.environ.get("PUBLIC_URL") or settings.form_address(),
    }


def announce(settings: Settings) -> None:
    """The addresses to open, one municipality's link among them, and what time the campaign has."""
    about = nearest(settings.campaigns).about
    clock = open_clock({**os.environ, "DATA_DIR": str(settings.data_dir)})
    now = clock.now().astimezone(about.zone).strftime("%d.%m.%Y %H:%M")
    python = python_word(settings)
    if clock.rehearsal:
        deadline = about.deadline.strftime("%d.%m.%Y %H:%M")
        print(texts.REHEARSAL.format(now=now, deadline=deadline, python=python))
    else:
        print(texts.REAL_CLOCK.format(now=now))
    first = said(lambda: first_link(settings))
    name = settings.campaigns[0].municipalities[0].name
    sheets = "".join(spreadsheet_addresses(settings))
    staff = printed(settings, "localsheets", "staff-link", "--bare")  # lets a browser edit the spreadsheet, once
    desk, hint, demo = f"{settings.form_address()}/desk", texts.DESK_ACCOUNT, ""
    if clock.rehearsal:
        desk, hint = said(lambda: staff_link(settings)), texts.DESK_LINK  # signs a browser in, once
        demo = "make demo" if python == short_python() else f"{python} -m scripts.demo"
        demo = texts.DEMO_HINT.format(demo=demo)
    hint = hint.format(python=python)
    print(
        texts.ADDRESSES.format(
            sheets=sheets, staff=staff, desk=desk, desk_hint=hint, link=first, name=name, python=python, demo=demo
        )
    )


def spreadsheet_addresses(settings: Settings) -> list[str]:
    """The address of each campaign's and roll-up's spreadsheet; several are made by the worker in its first seconds."""
    owners: tuple[Campaign | Rollup, ...] = (*settings.campaigns, *settings.rollups)
    if len(owners) == 1:
        return [f"{settings.sheets_address()}/"]
    from sync.process.wiring import installation  # brings gspread, for several campaigns alone

    end = time.monotonic() + MADE_SECONDS
    while True:
        with installation(environment(settings)) as found:
            places = found.places()
        if all(place.id for place in places.values()) or time.monotonic() > end:
            break
        time.sleep(0.3)
    return [
        texts.SPREADSHEET.format(
            title=one.about.title,
            address=f"{settings.sheets_address()}/spreadsheets/d/{places[one.id].id}/edit"
            if places[one.id].id
            else texts.NOT_MADE,
        )
        for one in owners
    ]


def first_link(settings: Settings) -> str:
    """Return the personal address of the first municipality."""
    from webform.administration import open_installation  # not at the start, which may be refused

    with open_installation(environment(settings)) as installation:
        return installation.url(next(iter(installation.municipalities))) or ""


def staff_link(settings: Settings) -> str:
    """Make the link that signs whoever rehearses in at the desk."""
    from svod.staff import make_link

    return make_link(environment(settings))


def said(make: Callable[[], str]) -> str:
    """Return what is made, or what went wrong, in words for people."""
    try:
        return make()
    except (CampaignError, OutboxError, StaffError, WebformError) as error:
        return str(error)


def printed(settings: Settings, *words: str) -> str:
    """What `python -m WORDS…` prints in this start's environment; what went wrong when it fails."""
    made = subprocess.run(
        [sys.executable, "-m", *words],
        env=environment(settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return made.stdout.strip() if made.returncode == 0 else made.stderr.strip()


def python_word(settings: Settings) -> str:
    """How the reader starts a command of ours in another window, where the variables of this one are not set."""
    if not any(os.environ.get(name) for name in VARIABLES):
        return short_python()
    return f"{with_environment(settings)} {short_python()}"


def with_environment(settings: Settings) -> str:
    """What stands before a command that needs this start's variables, wherever it is typed."""
    return f"sh {shlex.quote(str(settings.data_dir.absolute() / 'run' / 'env'))}"


def short_python() -> str:
    """This Python: relative where it stands in the folder."""
    path = Path(sys.executable)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
