"""`make demo`: in a running rehearsal every campaign is answered through the real form; then its totals are compared.

It fills the form as a plain HTTP client, moves the rehearsal's clock, recomputes the totals from what it sent and
compares them with the tabs read through the API. Uses `campaign`, `outbox.clock` and the errors of `sheets`.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime, timedelta

import requests

from campaign import Campaign, CampaignFileError, Typed, config_path, examine, load_campaigns
from campaign.values import Value
from outbox.clock import move, open_clock
from outbox.environment import data_dir
from outbox.errors import OutboxError
from outbox.settings_file import load_settings
from outbox.whole_files import write_whole
from scripts import texts
from scripts.demo_answers import NoAnswersError, Part, answers, cast, overstated, spoil
from scripts.demo_totals import Comparison, Tabs, compare
from scripts.plain_client import NoFormError, Page, PlainClient
from scripts.run import answers as is_up
from sheets import BudgetSpent, OutcomeUnknown, SheetsError, TransientError
from sync.errors import WorkerError
from sync.process.wiring import installation

SHOWN_SECONDS = 180
RETRIES = 30
"""How many times a form that does not answer is tried again: it may be just being replaced."""
MOST_PAGES = 6
REASON = "Проверено, всё верно: сведения собраны по организациям."
HOUR = timedelta(hours=1)
DAYS = 4
"""The last days before the deadline, over which the reports come in; the late ones come on the day after."""


class DemoError(Exception):
    """Why the demo stopped, in Russian."""


class Rehearsal:
    """The running rehearsal that all campaigns are played in. Raises DemoError where there is none."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        host = environ.get("HOST") or "127.0.0.1"
        self.environ = environ
        self.form = f"http://{host}:{environ.get('PORT') or 8000}"
        self.sheets = f"http://{host}:{environ.get('SHEETS_PORT') or 8010}"
        self.data_dir = data_dir(environ)
        if not is_up(f"{self.form}/healthz") or not is_up(f"{self.sheets}/healthz"):
            raise DemoError(texts.DEMO_NOT_RUNNING)
        if not open_clock(environ).rehearsal:
            raise DemoError(texts.DEMO_NO_REHEARSAL)
        self.campaigns = load_campaigns(config_path(environ))
        listed = self.command("links", "--format", "csv")
        self.links = {row["oktmo"]: row["url"] for row in csv.DictReader(io.StringIO(listed))}

    def command(self, *words: str) -> str:
        """What a command of the form prints. Raises DemoError."""
        done = subprocess.run(
            [sys.executable, "-m", "webform", *words],
            env=dict(self.environ),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise DemoError(done.stderr.strip())
        return done.stdout

    def spreadsheet(self, campaign: Campaign) -> str:
        """The id of the campaign's spreadsheet. Raises DemoError, WorkerError."""
        with installation(self.environ) as found:
            return found.wire(campaign).context.spreadsheet.id


class Demo:
    """One campaign: what was sent, and where to look."""

    def __init__(self, rehearsal: Rehearsal, campaign: Campaign) -> None:
        self.rehearsal = rehearsal
        self.campaign = campaign
        self._receipt = re.compile(re.escape(campaign.about.receipt_prefix) + r"-\d+")
        self.memory = rehearsal.data_dir / f"demo-{campaign.id}.json"
        self.rounds: dict[str, int] = json.loads(self.memory.read_text()) if self.memory.exists() else {}
        self.sent: dict[str, dict[str, Value | None]] = {}

    def run(self) -> int:
        """0 when the totals agree, 1 when they do not."""
        about = self.campaign.about
        parts, silent = cast(self.campaign)
        on_time = [part for part in parts if part.turn != "late"]
        late = [part for part in parts if part.turn == "late"]
        print(
            texts.DEMO_START.format(
                reporting=len(parts),
                all=len(self.campaign.municipalities),
                silent=len(silent),
                round=max(self.rounds.values(), default=0) + 1,
            )
        )
        morning = min(about.deadline.replace(hour=10, minute=30, second=0, microsecond=0), about.deadline - HOUR)
        for day in range(DAYS):
            self._move_clock(max(morning - timedelta(days=DAYS - 1 - day), about.opens))
            for part in on_time[day::DAYS]:
                self._play(part)
        self._move_clock(morning + timedelta(days=1))
        for part in late:
            self._play(part)
        print(texts.DEMO_SILENT.format(names=", ".join(m.name for m in silent)))
        return self._compare()

    def _move_clock(self, moment: datetime) -> None:
        move(self.rehearsal.data_dir, moment)
        print(texts.DEMO_CLOCK.format(now=moment.strftime("%d.%m.%Y %H:%M")))

    def _play(self, part: Part) -> None:
        oktmo, name = part.municipality.oktmo, part.municipality.name
        notes: list[str] = []
        try:
            if part.turn == "mistake":
                self._mistake(oktmo)
                notes.append(texts.DEMO_MISTAKE)
            typed = self._next(oktmo)
            too_high = overstated(self.campaign, typed) if part.turn == "corrected" else typed
            if too_high != typed:
                self._send(oktmo, too_high)
                notes.append(texts.DEMO_CORRECTED)
            receipt, reasons = self._send(oktmo, typed)
        except NoAnswersError as error:
            raise DemoError(str(error)) from error
        except (NoFormError, DemoError) as error:
            raise DemoError(texts.DEMO_UNEXPECTED.format(name=name, why=error)) from error
        if reasons:
            notes.append(texts.DEMO_REASON.format(count=reasons))
        if part.turn == "late":
            notes.append(texts.DEMO_LATE)
        print(texts.DEMO_SENT.format(name=name, receipt=receipt, notes=f" ({'; '.join(notes)})" if notes else ""))

    def _next(self, oktmo: str) -> dict[str, Typed]:
        self.rounds[oktmo] = self.rounds.get(oktmo, 0) + 1
        return answers(self.campaign, oktmo, self.rounds[oktmo])

    def _open(self, client: PlainClient, oktmo: str) -> Page:
        """The form, from the personal link: at once, or from the cabinet of several campaigns. Raises DemoError."""
        link = client.open(self.rehearsal.links[oktmo])
        page = client.send(link, link.form())
        names = {name for form in page.forms for name in (*form.fields, *form.choices)}
        if self._first in names or "page" in names:
            return page
        address = page.link(self.campaign.id)
        if address is None:
            title = self.campaign.about.title
            raise DemoError(texts.DEMO_NO_CAMPAIGN.format(heading=page.heading, title=title))
        return client.open(address)

    @property
    def _first(self) -> str:
        return next((one.id for one in self.campaign.sheet_questions if one.asked), "ticket")

    def _page_of(self, name: str) -> str:
        return next(one.id for one in self.campaign.sections if any(item.id == name for item in one.questions))

    def _mistake(self, oktmo: str) -> None:
        """Words beside a number: the form must say so at its field and keep what was typed."""
        if self.campaign.about.pages:
            return  # the fields stand on several pages
        client = PlainClient(RETRIES)
        page = self._open(client, oktmo)
        spoilt = spoil(self.campaign)
        page = client.send(page, page.form(self._first), {**answers(self.campaign, oktmo, 1), **spoilt})
        for field, typed in spoilt.items():
            if field not in page.errors or page.form(field).fields.get(field) != [typed]:
                raise DemoError(texts.DEMO_NO_ERROR.format(typed=typed, field=field))

    def _send(self, oktmo: str, typed: Mapping[str, Typed]) -> tuple[str, int]:
        """From the link to the receipt. Gives the receipt's number and how many reasons were asked for."""
        client = PlainClient(RETRIES)
        page = self._open(client, oktmo)
        if not self.campaign.about.pages:
            page = client.send(page, page.form(self._first), typed)
        reasons = 0
        for _ in range(MOST_PAGES + 2 * len(self.campaign.sections)):
            receipt = self._receipt.search(page.heading)
            if receipt and page.status == 200:
                self._remember(oktmo, typed)
                return receipt.group(), reasons
            form = page.form()
            asked: dict[str, Typed] = {
                name: REASON for name, kept in form.fields.items() if name.startswith("reason:") and not any(kept)
            }
            asked |= {
                name: values
                for name, values in form.choices.items()
                if name.startswith("confirm:") and name not in form.fields
            }
            reasons += len(asked)
            if "page" in form.fields:
                asked |= {name: one for name, one in typed.items() if name in form.fields or name in form.choices}
                lists = {one.id for one in self.campaign.lists if form.fields["page"] == [self._page_of(one.id)]}
                asked |= {name: one for name, one in typed.items() if name.partition(".")[0] in lists}
            page = client.send(page, form, asked)
        errors = "; ".join(page.errors.values())
        raise DemoError(texts.DEMO_NO_RECEIPT.format(heading=page.heading, status=page.status, errors=errors))

    def _remember(self, oktmo: str, typed: Mapping[str, Typed]) -> None:
        values = examine(self.campaign, typed).values
        self.sent[oktmo] = {q.id: values.get(q.id) for q in self.campaign.sheet_questions}
        write_whole(self.memory, json.dumps(self.rounds).encode())

    def _compare(self) -> int:
        tab = self.campaign.spreadsheet.tabs.summary
        print(texts.DEMO_WAITING.format(tab=tab))
        end = time.monotonic() + SHOWN_SECONDS
        tabs: Tabs | None = None
        comparison: Comparison | None = None
        while True:
            trouble = ""
            try:
                tabs = tabs or self._tabs()
                comparison = compare(self.campaign, tabs.read(), self.sent)
            except (TransientError, OutcomeUnknown, BudgetSpent) as error:
                trouble = str(error)
            if comparison is not None and comparison.agrees:
                return self._say(comparison)
            if time.monotonic() > end:
                if comparison is None:
                    raise DemoError(trouble)
                print(texts.DEMO_NOT_SHOWN.format(seconds=SHOWN_SECONDS, tab=tab), file=sys.stderr)
                return self._say(comparison)
            time.sleep(2)

    def _tabs(self) -> Tabs:
        rehearsal = self.rehearsal
        return Tabs(self.campaign, rehearsal.sheets, rehearsal.data_dir, rehearsal.spreadsheet(self.campaign))

    def _say(self, comparison: Comparison) -> int:
        tabs = self.campaign.spreadsheet.tabs
        if comparison.others:
            names = ", ".join(self.campaign.by_oktmo[oktmo].name for oktmo in comparison.others)
            print(texts.DEMO_OTHERS.format(names=names, tab=tabs.municipalities))
        if comparison.agrees:
            print(texts.DEMO_AGREES.format(count=len(comparison.figures), tab=tabs.summary))
            sheets, several = self.rehearsal.sheets, len(self.rehearsal.campaigns) > 1
            where = f"spreadsheets/d/{self.rehearsal.spreadsheet(self.campaign)}/edit" if several else ""
            print(texts.DEMO_OPEN.format(sheets=f"{sheets}/{where}"))
            return 0
        print(texts.DEMO_DIFFERS, file=sys.stderr)
        for figure in comparison.figures:
            if figure.sent != figure.shown:
                shown = texts.DEMO_MISSING if figure.shown is None else figure.shown
                line = texts.DEMO_DIFFERENCE.format(name=figure.name, sent=figure.sent, shown=shown)
                print(line, file=sys.stderr)
        return 1


def main() -> int:
    """0: the totals agree; 1: they do not, or the form did not behave; 2: there is no rehearsal to play in."""
    try:
        load_settings(os.environ)
        rehearsal = Rehearsal(os.environ)
    except (DemoError, CampaignFileError, OutboxError) as error:
        print(error, file=sys.stderr)
        return 2
    codes = []
    for campaign in sorted(rehearsal.campaigns, key=lambda one: one.about.deadline):
        if len(rehearsal.campaigns) > 1:
            print(texts.DEMO_CAMPAIGN.format(title=campaign.about.title))
        codes.append(play(rehearsal, campaign))
    return max(codes)


def play(rehearsal: Rehearsal, campaign: Campaign) -> int:
    """Play one campaign; 0 when its totals agree, else 1."""
    try:
        return Demo(rehearsal, campaign).run()
    except (DemoError, SheetsError, OutboxError, WorkerError) as error:
        print(error, file=sys.stderr)
    except requests.RequestException:
        print(texts.DEMO_NO_ANSWER.format(form=rehearsal.form), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
