"""What mails, their settings and their errors say, in Russian."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from babel import Locale
from babel.dates import format_datetime

from outbox.mails import MailState

_LOCALE = Locale("ru")
_NBSP = "\N{NO-BREAK SPACE}"

# Addresses
NO_ADDRESS = "«{address}» — не адрес электронной почты. Нужен один адрес целиком, например: otdel@example.org"
LOCAL_NOT_LATIN = "«{address}»: до знака @ должны быть латинские буквы и цифры, иначе письмо не примет ни один сервер."
ADDRESS_MISSING = (
    "нет адреса: впишите email муниципалитета в файл кампании (ключ email); исполнитель своего ещё не указал"
)
ADDRESS_BOUNCED = (
    "с адреса {address} письмо вернулось. Исправьте email в файле кампании или отмените отметку: "
    "svod mail bounced {oktmo} --undo"
)

# Settings
URL_AND_HOST = "Заданы и SMTP_URL, и SMTP_HOST. Оставьте одно."
URL_WRONG = (
    "SMTP_URL не подходит. Нужен адрес вида smtp://имя:пароль@mail.example.org:587 (STARTTLS) или "
    "smtps://имя:пароль@mail.example.org:465; знаки @ : / % в имени и пароле пишутся как %40 %3A %2F %25."
)
USER_ALONE = "Имя и пароль почтового сервера нужны оба: SMTP_USER и SMTP_PASSWORD. Без входа уберите оба."
TLS_WRONG = "SMTP_TLS не подходит: нужно starttls, tls или none (без шифрования — только внутри одного компьютера)."
FROM_MISSING = (
    "Не задан MAIL_FROM — от чьего имени письма, например: MAIL_FROM=Министерство образования <svod@example.org>"
)
FROM_WRONG = "MAIL_FROM не подходит: {reason}"
NOT_WHOLE = "{name} не подходит: нужно целое число от {least} до {most}."
NO_SERVER = (
    "Почтовый сервер не задан (SMTP_URL или SMTP_HOST, и MAIL_FROM). Задайте его в svod.env или возьмите готовые "
    "письма файлами: svod mail export ПАПКА --step {step}"
)

# The server
SENDER_REFUSED = "сервер не принимает отправителя MAIL_FROM: «{words}». Проверьте адрес и вход (SMTP_USER)."
NOT_READY = "сервер сейчас не принимает писем: «{words}»"
NOT_SIGNED_IN = "сервер не принял имя и пароль: «{words}». Проверьте SMTP_USER и SMTP_PASSWORD."
NO_STARTTLS = (
    "{where} не предлагает шифрования (STARTTLS), и без него ничего не отправлено. Проверьте порт: 587 — STARTTLS, "
    "465 — TLS (SMTP_TLS=tls)."
)
NO_LOGIN = "{where} не предлагает входа по имени и паролю. Проверьте порт или уберите SMTP_USER и SMTP_PASSWORD."
NO_TLS = "{where} не отвечает по TLS. Проверьте порт: 465 — TLS, 587 — STARTTLS (SMTP_TLS=starttls)."
CERTIFICATE = "сертификат {where} не принят ({reason}). Если центр сертификации свой, укажите его файл: SSL_CERT_FILE=…"
SILENT = "{where} не ответил вовремя"
NO_HOST = "узел {host} не найден. Проверьте имя почтового сервера."
NOT_REACHED = "{where} недоступен: {reason}"
HUNG_UP = "{where} оборвал соединение"
UNKNOWN = (
    "связь прервалась, когда письмо было уже передано ({reason}). Дошло ли оно, неизвестно; второй раз оно само не "
    "отправится. Спросите муниципалитет; чтобы отправить ещё раз: svod mail again НОМЕР"
)
ABANDONED = (
    "обработчик остановился посреди отправки. Дошло ли письмо, неизвестно; второй раз оно само не отправится. "
    "Чтобы отправить ещё раз: svod mail again НОМЕР"
)
MANY_REFUSED = (
    "сервер отверг подряд писем: {count}. Похоже, дело в настройке. Отправка остановлена на час. Последний ответ: "
    "«{words}»"
)
GAVE_UP = "попыток: {count}, больше не будет. Последний ответ: «{words}»"

STATES: Mapping[MailState, str] = {
    MailState.WAITING: "ждёт отправки",
    MailState.SENDING: "отправляется",
    MailState.SENT: "отправлено",
    MailState.KEPT: "не отправлено: репетиция",
    MailState.REFUSED: "сервер отказал",
    MailState.GAVE_UP: "не удалось отправить",
    MailState.UNKNOWN: "неизвестно, отправлено ли",
    MailState.NOT_NEEDED: "не понадобилось",
    MailState.NO_ADDRESS: "нет адреса",
    MailState.BOUNCED: "вернулось",
}


def moment(value: datetime) -> str:
    """Return «30 мая 2023 г. в 23:59», in the zone of the time."""
    return format_datetime(value, f"d{_NBSP}MMMM y{_NBSP}'г.' 'в'{_NBSP}HH:mm", locale=_LOCALE)
