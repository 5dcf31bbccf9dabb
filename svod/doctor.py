"""`svod doctor`: everything that an installation needs, looked at one by one. Nothing is written or sent to anybody."""

from __future__ import annotations

import socket
import ssl
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import requests

from campaign import Campaign, CampaignError, Files, config_path, load_files
from letters.errors import LettersError
from letters.mail.mailbox import check as check_mailbox
from letters.mail.settings import named, read_mail_settings, read_mailbox_settings
from letters.mail.smtp import SmtpDoor
from outbox import Outbox, database_url, open_outbox
from outbox.clock import REHEARSAL, CampaignClock, Kind, kind_of
from outbox.environment import data_dir, place
from outbox.errors import OutboxError
from outbox.migrations import HEAD
from outbox.settings_file import read_settings_file, settings_path
from outbox.texts import reason
from outbox.variables import belongs_to_installation
from sheets import CallBudget, GoogleSpreadsheet, SheetsError, describe_file, open_client
from sheets.http import SheetsHttpClient
from svod import looks, texts
from svod.encryption import connections
from sync.context import Context
from sync.errors import WorkerError
from sync.process.environment import Settings, read_settings, rollup_spreadsheets, spreadsheets
from sync.process.health import Check, tabs_check
from sync.process.wiring import limits_of
from sync.publication.spreadsheet_owner import owner_of
from webform import environment as web
from webform.errors import WebformError

KNOWN = (CampaignError, OutboxError, SheetsError, WebformError, WorkerError)
GOOGLES = 60
"""Calls of each kind a minute that Google allows one account."""
MOST_SECONDS_APART = 60
LEAST_DAYS = timedelta(days=14)


class Wrong(Exception):  # noqa: N818 - what a look found
    """What is wrong and what to do, in Russian."""


def examine(environ: Mapping[str, str]) -> list[Check]:
    """Return every check, in the order in which a person would mend what is wrong."""
    with ExitStack() as opened:
        return list(_examine(environ, opened))


def _examine(environ: Mapping[str, str], opened: ExitStack) -> Iterator[Check]:
    yield _look(texts.SETTINGS, lambda: _settings(environ))
    files = Files({})
    try:
        files = load_files(config_path(environ))
        for campaign in files.campaigns:
            words = texts.CAMPAIGN_GOOD.format(title=campaign.about.title, count=len(campaign.municipalities))
            yield Check(texts.CAMPAIGN, True, words)
        for rollup in files.rollups:
            words = texts.ROLLUP_FILE_GOOD.format(title=rollup.about.title, count=len(rollup.regions))
            yield Check(texts.ROLLUP_FILE, True, words)
    except CampaignError as error:
        yield Check(texts.CAMPAIGN, False, str(error))
    folder = _look(texts.FOLDER, lambda: _folder(environ))
    yield folder
    outbox: Outbox | None = None
    try:
        url = database_url(environ)
        if url.startswith("sqlite") and not Path(place(url)).exists():
            yield Check(texts.OUTBOX, None, texts.OUTBOX_NEW)
        else:
            outbox = opened.enter_context(open_outbox(url, migrate=False))
            outbox.kind.look(environ)
            yield Check(texts.OUTBOX, True, texts.OUTBOX_GOOD.format(kind=_kind(outbox.kind.get()), head=HEAD))
    except OutboxError as error:
        yield Check(texts.OUTBOX, False, str(error))
    yield from _form(environ)
    yield _mails(environ)
    yield from _returned(environ)
    yield from _spreadsheets(environ, files, outbox)
    if folder.good:
        yield looks.disk(data_dir(environ))


def _look(name: str, work: Callable[[], str]) -> Check:
    try:
        return Check(name, True, work())
    except (Wrong, *KNOWN) as error:
        return Check(name, False, str(error))
    except OSError as error:
        return Check(name, False, reason(error))


def _settings(environ: Mapping[str, str]) -> str:
    path = settings_path(environ)
    if path is None:
        return texts.NO_FILE
    unknown = [name for name in read_settings_file(path) if not belongs_to_installation(name)]
    if unknown:
        raise Wrong(texts.SETTINGS_UNKNOWN.format(names=", ".join(unknown)))
    return str(path)


def _folder(environ: Mapping[str, str]) -> str:
    folder = data_dir(environ)
    if folder.stat().st_mode & 0o077:
        raise Wrong(texts.FOLDER_OPEN.format(folder=folder))
    try:
        with tempfile.TemporaryFile(dir=folder):
            return str(folder.absolute())
    except OSError as error:
        raise Wrong(texts.FOLDER_UNWRITABLE.format(folder=folder, reason=reason(error))) from error


def _kind(kind: Kind | None) -> str:
    if kind is None:
        return texts.OUTBOX_NEW
    return texts.KIND_REHEARSAL if kind == REHEARSAL else texts.KIND_REAL


def _form(environ: Mapping[str, str]) -> Iterator[Check]:
    try:
        settings = web.read_settings(environ)
    except (WebformError, OutboxError) as error:
        yield Check(texts.WEB, False, str(error))
        return
    yield Check(texts.WEB)
    yield looks.form(environ, settings)
    if kind_of(environ) == REHEARSAL:  # it is for this computer
        return
    yield _look(texts.URL, lambda: _public(settings.public_url))
    if settings.tls:
        yield _look(texts.CERTIFICATE, lambda: _certificate(settings.public_url))
    yield _look(texts.PROXY, lambda: _proxy(settings))
    yield from connections(environ, settings.database_url, settings.rates)
    if settings.processes > 1 and not settings.rates:
        yield Check(texts.RATES, False, texts.RATES_SEPARATE)


def _mails(environ: Mapping[str, str]) -> Check:
    """Look whether the mail server takes us: encryption, sign-in. Nothing is sent; a rehearsal asks nobody."""
    try:
        settings = read_mail_settings(environ)
    except LettersError as error:
        return Check(texts.MAIL_SERVER, False, str(error))
    if settings is None:
        return Check(texts.MAIL_SERVER, None, texts.MAIL_SERVER_NONE)
    where = f"{settings.host}:{settings.port}"
    if kind_of(environ) == REHEARSAL:
        return Check(texts.MAIL_SERVER, None, texts.MAIL_SERVER_REHEARSAL.format(where=where))
    door = SmtpDoor(settings, connect_seconds=looks.SECONDS, command_seconds=looks.SECONDS, whole_seconds=30)
    wrong = door.check()
    words = wrong or texts.MAIL_SERVER_GOOD.format(where=where, sender=settings.sender.addr_spec)
    return Check(texts.MAIL_SERVER, wrong is None, words)


def _returned(environ: Mapping[str, str]) -> Iterator[Check]:
    """Look whether the mailbox of mails that come back can be read. Nothing in it is changed."""
    try:
        settings = read_mailbox_settings(environ)
    except LettersError as error:
        yield Check(texts.MAILBOX, False, str(error))
        return
    if settings is None:
        if named(environ):
            yield Check(texts.MAILBOX, None, texts.MAILBOX_NONE)
        return
    where = f"{settings.host}:{settings.port}, {settings.folder}"
    if not named(environ):
        yield Check(texts.MAILBOX, False, texts.MAILBOX_ALONE)
    elif kind_of(environ) == REHEARSAL:
        yield Check(texts.MAILBOX, None, texts.MAILBOX_REHEARSAL.format(where=where))
    else:
        wrong = check_mailbox(settings)
        yield Check(texts.MAILBOX, wrong is None, wrong or texts.MAILBOX_GOOD.format(where=where))


def _public(url: str) -> str:
    host = urlsplit(url).hostname or ""
    if host in ("127.0.0.1", "localhost", "::1"):
        raise Wrong(texts.URL_LOCAL.format(url=url))
    if not url.startswith("https://"):
        raise Wrong(texts.URL_PLAIN.format(url=url))
    try:
        answer = requests.get(f"{url}/healthz", timeout=looks.SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        raise Wrong(texts.URL_SILENT.format(url=url, reason=looks.why(error))) from error
    if answer.text not in ("ok\n", "unavailable\n"):
        raise Wrong(texts.URL_FOREIGN.format(url=url, code=answer.status_code))
    return texts.URL_GOOD.format(url=url)


def _certificate(url: str) -> str:
    parts = urlsplit(url)
    address = (parts.hostname or "", parts.port or 443)
    context = ssl.create_default_context()
    try:
        with (
            socket.create_connection(address, looks.SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=address[0]) as secured,
        ):
            ends = ssl.cert_time_to_seconds(str((secured.getpeercert() or {})["notAfter"]))
    except ssl.SSLError as error:
        raise Wrong(texts.CERTIFICATE_REFUSED.format(host=address[0])) from error
    except OSError as error:
        raise Wrong(texts.CERTIFICATE_UNSEEN.format(host=address[0])) from error
    until = datetime.fromtimestamp(ends, UTC)
    if until - datetime.now(UTC) < LEAST_DAYS:
        raise Wrong(texts.CERTIFICATE_ENDS.format(until=f"{until:%d.%m.%Y}"))
    return texts.CERTIFICATE_GOOD.format(until=f"{until:%d.%m.%Y}")


def _proxy(settings: web.Settings) -> str:
    if settings.tls and not settings.proxies:
        raise Wrong(texts.PROXY_UNTRUSTED)
    if settings.host not in ("127.0.0.1", "localhost", "::1") and not settings.proxies:
        raise Wrong(texts.PROXY_OUTSIDE.format(host=settings.host))
    if settings.tls and _scheme_seen(settings.public_url) == "http":
        raise Wrong(texts.PROXY_SILENT)
    return f"TRUSTED_PROXIES={settings.proxies}"


def _scheme_seen(url: str) -> str | None:
    """Return by which scheme a request to the public address reached the form, as the form says; None where unseen."""
    try:
        return requests.get(f"{url}/healthz", timeout=looks.SECONDS, allow_redirects=False).headers.get("X-Svod-Scheme")
    except requests.RequestException:
        return None


def _spreadsheets(environ: Mapping[str, str], files: Files, outbox: Outbox | None) -> Iterator[Check]:
    """Look at the key and each spreadsheet; at clock and quota, which are the account's."""
    campaigns, owners = files.campaigns, files.owners
    try:
        settings = read_settings(environ)
        places = spreadsheets(settings, campaigns, lambda one: owner_of(outbox, one) if outbox else None)
        places |= rollup_spreadsheets(settings, files.rollups)
    except KNOWN as error:
        yield Check(texts.KEY, False, str(error))
        return
    if settings.open_key:
        yield Check(texts.KEY, False, texts.KEY_OPEN.format(path=settings.open_key))
    else:
        yield Check(texts.KEY, True, settings.account.email)
    budget = CallBudget(GOOGLES, GOOGLES)
    client = open_client(settings.account, budget, base_url=settings.base_url, timeout=looks.SECONDS)
    clock: Check | None = None
    if not owners and settings.spreadsheet_id:  # the file has a mistake; the access can be looked at all the same
        yield from _spreadsheet(settings, client, settings.spreadsheet_id, None, outbox)
    for owner in owners:
        spreadsheet_id = places[owner.id].id
        if spreadsheet_id is None:
            found: Iterable[Check] = (Check(texts.TABLE, None, texts.TABLE_NOT_MADE),)
        else:
            campaign = owner if isinstance(owner, Campaign) else None
            found = _spreadsheet(settings, client, spreadsheet_id, campaign, outbox)
        for check in found:
            if check.name == texts.CLOCK:  # the computer's: once for all
                clock = check
                continue
            name = texts.OF_CAMPAIGN.format(name=check.name, title=owner.about.title)
            yield replace(check, name=name) if len(owners) > 1 else check
    if clock is not None:
        yield clock
    if owners:
        yield _quota(campaigns)


def _spreadsheet(
    settings: Settings, client: SheetsHttpClient, spreadsheet_id: str, campaign: Campaign | None, outbox: Outbox | None
) -> Iterator[Check]:
    spreadsheet = GoogleSpreadsheet(client, spreadsheet_id)
    try:
        file = describe_file(client, spreadsheet_id)
        if not file.is_spreadsheet:
            yield Check(texts.TABLE, False, texts.TABLE_UPLOADED.format(mime=file.mime))
            return
        words = "" if file.can_edit else texts.TABLE_READ_ONLY.format(email=settings.account.email)
        yield Check(texts.TABLE, file.can_edit, words)
        seen = spreadsheet.describe()
    except SheetsError as error:
        yield Check(texts.ACCESS, False, str(error))
        return
    yield Check(texts.ACCESS, True, f"«{seen.title}»")
    if file.answered_at is not None:
        apart = round(abs((datetime.now(UTC) - file.answered_at).total_seconds()))
        good = apart <= MOST_SECONDS_APART
        yield Check(texts.CLOCK, good, "" if good else texts.CLOCK_OFF.format(seconds=apart))
    if campaign is not None and outbox is not None:
        yield tabs_check(Context(campaign, outbox, spreadsheet, CampaignClock(None)), seen)


def _quota(campaigns: Sequence[Campaign]) -> Check:
    reads, writes = limits_of(campaigns)
    good = max(reads, writes) <= GOOGLES
    words = texts.QUOTA_GOOD if good else texts.QUOTA_OVER
    return Check(texts.QUOTA, good, words.format(reads=reads, writes=writes))
