"""`svod staff`: who may sign in to the ministry's desk."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import cast

import click

from desk import texts as words
from desk.access import ROLES
from desk.people import codes
from desk.people.errors import StaffError
from desk.people.passwords import Passwords
from outbox import Outbox, open_outbox
from outbox.clock import REHEARSAL
from outbox.environment import data_dir
from outbox.records import Role, StaffAccount
from outbox.ticket_key import ticket_key_path
from svod import texts
from webform.environment import Settings, read_settings

_NAME = re.compile(r"[^\W_][\w .@-]{1,59}")
_name = click.argument("name", metavar=texts.STAFF_NAME)
_stdin = click.option("--password-stdin", is_flag=True, help=texts.STAFF_STDIN_HELP)


@click.group()
def commands() -> None:
    """The group in which `svod` finds the command."""


@commands.group(help=texts.STAFF_HELP, subcommand_metavar="КОМАНДА [ДАННЫЕ]…", options_metavar="")
def staff() -> None:
    pass


@staff.command(help=texts.STAFF_ADD_HELP, options_metavar="[--role read|work|administer] [--link | --password-stdin]")
@_name
@click.option("--role", type=click.Choice(ROLES), default="work", help=texts.STAFF_ROLE_HELP)
@click.option("--link", is_flag=True, help=texts.STAFF_ADD_LINK_HELP)
@_stdin
def add(name: str, role: str, *, link: bool, password_stdin: bool) -> None:
    name = " ".join(name.split())
    if not _NAME.fullmatch(name):
        raise StaffError(words.BAD_NAME)
    with _open(os.environ) as (settings, outbox):
        if outbox.staff.find(name) is not None:
            raise StaffError(words.NAME_TAKEN.format(name=name))
        hashed = None if link else Passwords().hash(_password(from_stdin=password_stdin), name)
        account = outbox.staff.add(name, cast("Role", role), hashed)
        if account is None:
            raise StaffError(words.NAME_TAKEN.format(name=name))
        outbox.acts.record(None, "account_added", detail={"name": name, "role": role})
        click.echo(texts.STAFF_ADDED.format(name=name, role=words.ROLES[role], url=f"{settings.public_url}/desk"))
        if link:
            click.echo(texts.STAFF_LINK.format(url=_link(settings, outbox, account)))


@staff.command(help=texts.STAFF_REMOVE_HELP, options_metavar="")
@_name
def remove(name: str) -> None:
    with _open(os.environ) as (_, outbox):
        account = _found(outbox, name)
        outbox.staff.remove(account.id)
        outbox.acts.record(None, "account_removed", detail={"name": account.name})
        click.echo(texts.STAFF_REMOVED.format(name=account.name))
    _end_in_spreadsheet(os.environ, account.name)


@staff.command(help=texts.STAFF_PASSWORD_HELP, options_metavar="[--password-stdin]")
@_name
@_stdin
def password(name: str, *, password_stdin: bool) -> None:
    with _open(os.environ) as (_, outbox):
        account = _found(outbox, name)
        hashed = Passwords().hash(_password(from_stdin=password_stdin), account.name)
        outbox.staff.set_password(account.id, hashed)
        outbox.acts.record(None, "password_changed", detail={"name": account.name})
        click.echo(texts.STAFF_PASSWORD_CHANGED.format(name=account.name))


@staff.command(help=texts.STAFF_TOTP_HELP, options_metavar="[--off]")
@_name
@click.option("--off", is_flag=True, help=texts.STAFF_TOTP_OFF_HELP)
def totp(name: str, *, off: bool) -> None:
    with _open(os.environ) as (_, outbox):
        account = _found(outbox, name)
        if off:
            codes.turn_off(outbox.staff, account)
            outbox.acts.record(None, "codes_off", detail={"name": account.name})
            click.echo(texts.STAFF_TOTP_OFF.format(name=account.name))
            return
        given = codes.turn_on(outbox.staff, account)
        outbox.acts.record(None, "codes_on", detail={"name": account.name})
        click.echo(texts.STAFF_TOTP_ON.format(name=account.name, secret=given.secret, uri=given.uri))
        click.echo("\n".join(given.recovery))


@staff.command(help=texts.STAFF_LINK_HELP, options_metavar="[--bare]")
@click.argument("name", metavar=f"[{texts.STAFF_NAME}]", required=False)
@click.option("--bare", is_flag=True, help=texts.STAFF_BARE_HELP)
def link(name: str | None, *, bare: bool) -> None:
    url = make_link(os.environ, name)
    click.echo(url if bare else texts.STAFF_LINK.format(url=url))


def make_link(environ: Mapping[str, str], name: str | None = None) -> str:
    """Make a link that signs this person in, or whoever rehearses. Raises OutboxError, StaffError, WebformError."""
    with _open(environ) as (settings, outbox):
        account = _found(outbox, name) if name else _of_rehearsal(outbox)
        url = _link(settings, outbox, account)
        outbox.acts.record(None, "link_made", detail={"name": account.name})
        return url


@staff.command("list", help=texts.STAFF_LIST_HELP, options_metavar="")
def listing() -> None:
    with _open(os.environ) as (_, outbox):
        accounts = outbox.staff.all()
    if not accounts:
        click.echo(texts.STAFF_NONE)
    for one in accounts:
        way = texts.STAFF_BY_LINK if one.hash is None else texts.STAFF_BY_PASSWORD
        code = texts.STAFF_AND_CODE if one.second else ""
        click.echo(f"{one.id}\t{one.name}\t{words.ROLES[one.role]}\t{way}{code}")


def _end_in_spreadsheet(environ: Mapping[str, str], name: str) -> None:
    """End what this name opened in the embedded spreadsheet; say how, where it is on another computer."""
    if not ticket_key_path(environ).exists():
        return
    folder = data_dir(environ).absolute()
    words = ("staff-link", "--revoke", "--name", name)
    done = None
    if (folder / "sheets.db").exists():
        command = [sys.executable, "-m", "localsheets", *words]
        done = subprocess.run(command, env={**environ, "DATA_DIR": str(folder)}, capture_output=True, check=False)
    if done is None or done.returncode:
        click.echo(texts.STAFF_STILL_IN_SPREADSHEET.format(name=name))


@contextmanager
def _open(environ: Mapping[str, str]) -> Iterator[tuple[Settings, Outbox]]:
    settings = read_settings(environ)
    with open_outbox(settings.database_url) as outbox:
        outbox.kind.look(environ)
        yield settings, outbox


def _found(outbox: Outbox, name: str) -> StaffAccount:
    account = outbox.staff.find(name)
    if account is None:
        raise StaffError(words.NO_ACCOUNT.format(name=name))
    return account


def _of_rehearsal(outbox: Outbox) -> StaffAccount:
    """Return the account for whoever tries a rehearsal out; a real reception has no such account."""
    if outbox.kind.get() != REHEARSAL:
        raise StaffError(words.LINK_NEEDS_NAME)
    name = words.REHEARSAL_NAME
    return outbox.staff.find(name) or outbox.staff.add(name, "administer", None) or _found(outbox, name)


def _link(settings: Settings, outbox: Outbox, account: StaffAccount) -> str:
    return f"{settings.public_url}/desk/link/{outbox.staff.make_link(account.id)}"


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = click.prompt(texts.STAFF_ASK_PASSWORD, hide_input=True, confirmation_prompt=texts.STAFF_ASK_AGAIN)
    return asked
