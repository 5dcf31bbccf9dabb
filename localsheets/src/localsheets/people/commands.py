"""`python -m localsheets account …` and `staff-link`.

They work on the file beside a running server, which sees every change at its next request.
"""

import json
import sys
from pathlib import Path

import click

from localsheets import texts
from localsheets.people.accounts import EDIT, READ, People
from localsheets.people.errors import PeopleError
from localsheets.people.texts import People as Texts
from localsheets.settings import SettingsError, read_settings


def _people(*, made: bool = False) -> People:
    """Return the people of the data folder. made: create the folder, as accounts may come before the first start."""
    try:
        settings = read_settings()
    except SettingsError as error:
        _stop(str(error))
    if made:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    elif not settings.database.exists():
        _stop(Texts.NO_DATA.format(path=settings.database))
    return People(settings.database)


def _stop(message: str) -> None:
    click.echo(message, err=True)
    sys.exit(1)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    prompted: str = click.prompt(Texts.ASK_PASSWORD, hide_input=True, confirmation_prompt=Texts.ASK_AGAIN)
    return prompted


@click.group(options_metavar="", subcommand_metavar=texts.ANY_COMMAND)
def account() -> None:
    """Учётные записи сотрудников: add, list, password, totp, remove."""


@account.command("add", options_metavar=texts.OPTIONS)
@click.argument("name", metavar="ИМЯ")
@click.option("--role", type=click.Choice([EDIT, READ]), default=READ, show_default=True, help=texts.HELP_ROLE)
@click.option("--password-stdin", is_flag=True, help="Взять пароль из первой строки ввода.")
def add(name: str, role: str, password_stdin: bool) -> None:
    """Создать учётную запись."""
    people = _people(made=True)
    try:
        people.add(name, role, _password(password_stdin))
    except PeopleError as error:
        _stop(str(error))
    click.echo(Texts.ADDED.format(name=" ".join(name.split()), role=Texts.ROLES[role]))


@account.command("list", options_metavar="")
def listing() -> None:
    """Показать учётные записи: номер (он стоит в access.log), имя, права, чем входит."""
    accounts = _people().listed()
    if not accounts:
        click.echo(Texts.NONE)
    for one in accounts:
        way = Texts.BY_CODE if one.second else Texts.BY_PASSWORD
        click.echo(f"{one.id}\t{one.name}\t{Texts.ROLES.get(one.role, one.role)}\t{way}")


@account.command("password", options_metavar=texts.OPTIONS)
@click.argument("name", metavar="ИМЯ")
@click.option("--password-stdin", is_flag=True, help="Взять пароль из первой строки ввода.")
def password(name: str, password_stdin: bool) -> None:
    """Сменить пароль."""
    people = _people()
    try:
        people.set_password(name, _password(password_stdin))
    except PeopleError as error:
        _stop(str(error))
    click.echo(Texts.CHANGED.format(name=name))


@account.command("totp", options_metavar=texts.OPTIONS)
@click.argument("name", metavar="ИМЯ")
@click.option("--off", is_flag=True, help="Больше не спрашивать код.")
def totp(name: str, off: bool) -> None:
    """Спрашивать при входе ещё и код из приложения; напечатать ключ и запасные коды."""
    people = _people()
    try:
        if off:
            people.codes.turn_off(name)
            click.echo(Texts.SECOND_OFF.format(name=name))
            return
        given = people.codes.turn_on(name)
    except PeopleError as error:
        _stop(str(error))
    click.echo(Texts.SECOND_ON.format(name=name, secret=given.secret, uri=given.uri))
    for code in given.recovery:
        click.echo(code)


@account.command("remove", options_metavar="")
@click.argument("name", metavar="ИМЯ")
def remove(name: str) -> None:
    """Удалить учётную запись."""
    try:
        _people().remove(name)
    except PeopleError as error:
        _stop(str(error))
    click.echo(Texts.REMOVED.format(name=name))


@click.command("staff-link", options_metavar=texts.OPTIONS)
@click.option("--revoke", is_flag=True, help="Отменить все ссылки, входы по ним и входы из другой программы.")
@click.option("--name", metavar="ИМЯ", help="С --revoke: закончить только входы этого имени из другой программы.")
@click.option("--bare", is_flag=True, help="Напечатать только адрес.")
def staff_link(revoke: bool, name: str | None, bare: bool) -> None:
    """Напечатать одноразовую ссылку, по которой браузер сможет править таблицу."""
    people = _people()
    if revoke:
        count = people.revoke_links() if name is None else people.end_tickets(name)
        click.echo(Texts.REVOKED.format(count=count))
        return
    settings = read_settings()
    url = f"{_address(settings.data_dir, settings.base_url)}/staff/{people.make_link()}"
    click.echo(url if bare else Texts.LINK.format(url=url))


def _address(data_dir: Path, otherwise: str) -> str:
    """Return the running server's address, which the key file holds whatever SHEETS_PORT is."""
    try:
        held = json.loads((data_dir / "credentials.json").read_text(encoding="utf-8"))
        return str(held["token_uri"]).removesuffix("/token")
    except (OSError, ValueError, KeyError, TypeError):
        return otherwise
