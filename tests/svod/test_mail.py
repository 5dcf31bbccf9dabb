"""`svod mail`: what it shows, sends and writes."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from csv import reader
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from subprocess import CompletedProcess
from urllib.parse import quote

import pytest

from outbox import open_outbox
from outbox.clock import start_rehearsal
from outbox.mails import Ending, MailState
from svod import __main__ as svod
from tests.commands import run_command
from tests.letters.dovecot import PASSWORD, USER, dovecot
from tests.letters.factories import ALEXANDROV, GOROKHOVETS, ROOT, VYAZNIKI
from tests.letters.mail_server import Running, mail_server

pytestmark = pytest.mark.slow

Mail = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with mail_server() as running:
        yield running


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a real reception, a campaign that ends in two days, and two known addresses."""
    data = tmp_path / "data"
    data.mkdir()
    now = datetime.now(UTC)
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    text = text.replace("2023-05-30 23:59", f"{now + timedelta(days=2):%Y-%m-%d} 23:59")
    for oktmo in (ALEXANDROV, VYAZNIKI):
        text = text.replace(f'{{oktmo: "{oktmo}",', f'{{oktmo: "{oktmo}", email: m{oktmo}@example.org,')
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    return {
        "SVOD_ENV": "",
        "DATA_DIR": str(data),
        "SECRET_KEY": "k" * 40,
        "SVOD_CONFIG": str(tmp_path / "config.yaml"),
        "PUBLIC_URL": "https://svod.example.org",
    }


@pytest.fixture
def with_server(environ: dict[str, str], server: Running) -> dict[str, str]:
    server.mailbox.received.clear()
    return environ | {"SMTP_URL": f"smtp://127.0.0.1:{server.port}", "MAIL_FROM": "Министерство <svod@example.org>"}


def mail(environ: dict[str, str], *words: str | Path) -> CompletedProcess[str]:
    return run_command(svod.run, "mail", *map(str, words), environ=environ)


def test_a_dry_run_says_who_would_get_it_and_makes_nothing(with_server: dict[str, str]) -> None:
    done = mail(with_server, "send", "--step", "reminder", "--dry-run")
    assert done.returncode == 0
    assert f"да   {ALEXANDROV}  Александровский муниципальный район → m{ALEXANDROV}@example.org" in done.stdout
    assert f"нет  {GOROKHOVETS}  Гороховецкий муниципальный район: нет адреса" in done.stdout
    assert "Ушло бы писем: 2 из 21. Ничего не отправлено." in done.stdout
    assert mail(with_server, "list", "--step", "reminder").stdout == "Таких писем нет.\n"


def test_sending_makes_mails_once_and_the_list_shows_them(with_server: dict[str, str]) -> None:
    assert (
        "Новых писем: 21 (без адреса: 19), уже было: 0"
        in mail(with_server, "send", "--step", "reminder", "--yes").stdout
    )
    assert (
        "Новых писем: 0 (без адреса: 0), уже было: 21"
        in mail(with_server, "send", "--step", "reminder", "--yes").stdout
    )
    listed = mail(with_server, "list", VYAZNIKI).stdout
    assert "Напоминание вручную" in listed
    assert "ждёт отправки" in listed
    shown = mail(with_server, "show", listed[:8])
    assert "Текста ещё нет" in shown.stdout
    steps = mail(with_server, "list").stdout
    assert len(steps.splitlines()) == 10
    assert mail(with_server, "send", "--step", "one_day_before").returncode == 1  # no answer is no
    assert mail(with_server, "list", "--step", "one_day_before").stdout == "Таких писем нет.\n"
    assert (
        mail(with_server, "send", "--step", "halfway").stdout == "Никому не уйдёт: уже пора следующему напоминанию.\n"
    )


def test_without_a_server_mails_are_files(environ: dict[str, str], tmp_path: Path) -> None:
    refused = mail(environ, "send", "--step", "opening", "--yes")
    assert (refused.returncode, "svod mail export" in refused.stderr) == (2, True)
    assert "Почтовый сервер не задан" in mail(environ, "list").stdout
    folder = tmp_path / "mails"
    done = mail(environ, "export", folder, "--step", "opening")
    assert (done.returncode, "писем — 2" in done.stdout) == (0, True)
    assert sorted(path.name for path in folder.iterdir()) == [f"{ALEXANDROV}.eml", f"{VYAZNIKI}.eml", "письма.csv"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    draft = message_from_bytes((folder / f"{VYAZNIKI}.eml").read_bytes(), policy=default)
    assert (draft["To"], draft["From"], draft["X-Unsent"]) == (f"m{VYAZNIKI}@example.org", None, "1")
    rows = list(
        reader((folder / "письма.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True), delimiter=";")
    )
    assert rows[0] == ["ОКТМО", "Муниципалитет", "Эл. почта", "Тема", "Ссылка", "Текст"]
    assert len({row[4] for row in rows[1:]}) == 2
    assert all(row[4] in row[5] for row in rows[1:])
    body = draft.get_body(("plain",))
    assert body is not None
    assert rows[2][4] in body.get_content()
    again = mail(environ, "export", folder, "--step", "opening")
    assert (again.returncode, "уже есть" in again.stderr) == (2, True)


def test_a_preview_shows_the_mail_and_writes_it_for_a_browser(environ: dict[str, str], tmp_path: Path) -> None:
    done = mail(environ, "preview", "opening", ALEXANDROV)
    assert f"Кому: m{ALEXANDROV}@example.org\nТема: Сведения" in done.stdout
    assert "https://svod.example.org/m/" in done.stdout
    assert "Кому: нет адреса" in mail(environ, "preview", "opening", GOROKHOVETS).stdout
    assert mail(environ, "preview", "reminder", ALEXANDROV, "--html", tmp_path / "mail.html").returncode == 0
    assert "</html>" in (tmp_path / "mail.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("send", "--step", "нет", "--yes"), "Письма «нет» нет. Есть: opening, halfway"),
        (("send", "--step", "receipt", "--yes"), "вручную его не отправить"),
        (("send", "--step", "opening", "123", "--yes"), "кодом ОКТМО 123 в кампании нет"),
        (("preview", "opening", "123"), "кодом ОКТМО 123 в кампании нет"),
        (("show", "12345678"), "Письма с номером 12345678 в этой кампании нет"),
        (("bounced", ALEXANDROV), "ничего не отправлено"),
        (("again",), "Назовите номера писем или --step"),
        (("test", "not-an-address"), "«not-an-address» — не адрес электронной почты"),
    ],
)
def test_what_is_refused_is_told(with_server: dict[str, str], words: tuple[str, ...], told: str) -> None:
    done = mail(with_server, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_a_mistaken_template_is_told_before_anything_is_made(with_server: dict[str, str]) -> None:
    folder = Path(with_server["DATA_DIR"]) / "templates" / "mail"
    folder.mkdir(parents=True)
    (folder / "opening.txt").write_text("Тема: раз\n\n{{ нет }}", encoding="utf-8")
    done = mail(with_server, "send", "--step", "opening", "--yes")
    assert (done.returncode, f"{folder / 'opening.txt'}, строка 3: имени «нет» нет" in done.stderr) == (2, True)
    assert mail(with_server, "list", "--step", "opening").stdout == "Таких писем нет.\n"


def test_a_test_mail_tells_the_servers_answer(with_server: dict[str, str], server: Running) -> None:
    done = mail(with_server, "test", "admin@example.org")
    assert (done.returncode, "250 2.0.0 Ok: queued as 4711" in done.stdout) == (0, True)
    assert [to for _, to, _ in server.mailbox.received] == ["admin@example.org"]
    server.mailbox.answers["RCPT"] = ["550 5.1.1 No such user"]
    refused = mail(with_server, "test", "admin@example.org")
    assert (refused.returncode, "550 5.1.1 No such user" in refused.stderr) == (2, True)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"SMTP_URL": "http://x"}, "SMTP_URL не подходит"),
        ({"SMTP_URL": "smtp://mail.example.org:99999"}, "SMTP_URL не подходит"),
        ({"SMTP_URL": "smtp://u@mail.example.org"}, "нужны оба"),
        ({"SMTP_URL": "smtp://a", "SMTP_HOST": "b"}, "Оставьте одно"),
        ({"SMTP_HOST": "b", "SMTP_TLS": "maybe"}, "SMTP_TLS не подходит"),
        ({"SMTP_HOST": "b", "SMTP_PORT": "x"}, "SMTP_PORT не подходит"),
        ({"SMTP_HOST": "b", "MAIL_FROM": ""}, "Не задан MAIL_FROM"),
        ({"SMTP_HOST": "b", "MAIL_FROM": "Свод <нет>"}, "MAIL_FROM не подходит: «нет»"),
        ({"SMTP_HOST": "b", "MAILS_PER_MINUTE": "0"}, "MAILS_PER_MINUTE не подходит"),
        ({"SMTP_HOST": "a b"}, "SMTP_URL не подходит"),
    ],
)
def test_a_wrong_setting_is_named(environ: dict[str, str], settings: dict[str, str], told: str) -> None:
    done = mail(environ | {"MAIL_FROM": "svod@example.org"} | settings, "test", "admin@example.org")
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_bounces_and_a_second_try(with_server: dict[str, str]) -> None:
    mail(with_server, "send", "--step", "opening", ALEXANDROV, "--yes")
    with open_outbox(f"sqlite:///{Path(with_server['DATA_DIR']) / 'outbox.db'}") as outbox:
        (one,) = outbox.mails.of_campaign("flagmany-2023")
        outbox.mails.finish(one, Ending(MailState.SENT, "250 ok", "m@example.org", "Тема письма", "Текст письма"))
    shown = mail(with_server, "show", one.id[:8]).stdout
    assert "отправлено → m@example.org" in shown
    assert "Тема: Тема письма\n\nТекст письма" in shown
    assert "m@example.org больше не получает писем" in mail(with_server, "bounced", ALEXANDROV).stdout
    assert "вернулось" in mail(with_server, "list", ALEXANDROV).stdout
    whole = mail(with_server, "list").stdout
    assert f"{one.id[:8]}  {ALEXANDROV}  Александровский муниципальный район: Начало приёма" in whole
    assert "Позвоните туда. Исправьте email в файле кампании" in whole
    assert "Уйдёт ещё раз: 0" in mail(with_server, "again", "--step", "opening").stdout
    assert "Отметки сняты: 1" in mail(with_server, "bounced", ALEXANDROV, "--undo").stdout
    mail(with_server, "bounced", ALEXANDROV)
    assert "Уйдёт ещё раз: 1" in mail(with_server, "again", one.id[:10]).stdout
    assert "ждёт отправки" in mail(with_server, "list", ALEXANDROV).stdout


def test_a_rehearsal_says_that_nothing_goes_out(environ: dict[str, str]) -> None:
    start_rehearsal(Path(environ["DATA_DIR"]), datetime.now(UTC))
    done = mail(environ, "send", "--step", "opening", "--yes")
    assert (done.returncode, "Это репетиция: никуда не уйдут" in done.stdout) == (0, True)
    assert "Это репетиция" in mail(environ, "list").stdout


def test_doctor_looks_at_the_mail_server(with_server: dict[str, str], server: Running) -> None:
    local = with_server | {"PUBLIC_URL": "http://127.0.0.1:1"}

    def said(environ: dict[str, str]) -> str:
        lines = run_command(svod.run, "doctor", environ=environ).stdout.splitlines()
        return next(line for line in lines if "почтовый сервер" in line)

    assert "[ да  ]" in said(local)
    assert "отправитель svod@example.org" in said(local)
    assert "не принимает отправителя" not in said(local)
    assert "[ НЕТ ]" in said(local | {"SMTP_TLS": "starttls"})
    assert "[ НЕТ ] почтовый сервер: Не задан MAIL_FROM" in said(local | {"MAIL_FROM": ""})
    assert "[  ?  ]" in said({name: value for name, value in local.items() if name != "SMTP_URL"})
    assert server.mailbox.received == []


@pytest.mark.dovecot
def test_doctor_looks_at_the_mailbox_of_mails_that_come_back(with_server: dict[str, str]) -> None:
    local = with_server | {"PUBLIC_URL": "http://127.0.0.1:1"}

    def said(environ: dict[str, str]) -> str:
        lines = run_command(svod.run, "doctor", environ=environ).stdout.splitlines()
        return next((line for line in lines if "вернувшиеся письма" in line), "")

    assert "[  ?  ] вернувшиеся письма: ящик не задан" in said(local)
    assert said(local | {"SMTP_URL": ""}) == ""
    with dovecot() as box:
        given = {"IMAP_HOST": "127.0.0.1", "IMAP_PORT": str(box.plain), "IMAP_USER": USER, "IMAP_PASSWORD": PASSWORD}
        url = f"imap://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{box.plain}"
        assert f"[ да  ] вернувшиеся письма: ящик читается: 127.0.0.1:{box.plain}, INBOX" in said(local | given)
        assert "[ да  ]" in said(local | {"IMAP_URL": url})
        assert "[ НЕТ ] вернувшиеся письма: папки «Нет» в ящике нет" in said(local | given | {"IMAP_FOLDER": "Нет"})
        assert "а почтовый сервер — нет" in said(local | given | {"SMTP_URL": ""})
        start_rehearsal(Path(local["DATA_DIR"]), datetime.now(UTC))
        assert "репетиция ящика не читает" in said(local | given)
    assert "IMAP_URL не подходит" in said(local | {"IMAP_URL": "pop3://mail.example.org"})
    assert "IMAP_URL не подходит" in said(local | {"IMAP_URL": "imaps://u:p@mail.example.org/INBOX"})
    assert "нужны имя и пароль" in said(local | {"IMAP_URL": "imaps://mail.example.org"})
    assert "только латинские буквы" in said(local | given | {"IMAP_PASSWORD": "пароль"})
    assert "одна папка" in said(local | given | {"IMAP_MOVE_TO": "INBOX"})
