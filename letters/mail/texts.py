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
    "с адреса {address} письмо вернулось. Исправьте email в файле кампании или снимите отметку: на столе министерства "
    "или svod mail bounced {oktmo} --undo"
)

STEPS: Mapping[str, str] = {
    "opening": "Начало приёма, с личной ссылкой",
    "halfway": "Напоминание на середине срока",
    "three_days_before": "Напоминание за три дня",
    "one_day_before": "Напоминание за день",
    "day_after": "На следующий день после срока",
    "reminder": "Напоминание вручную",
    "receipt": "Квитанция",
    "corrected": "Министерство исправило отчёт",
    "excluded_report": "Отчёт не учтён",
}
GROUPS: Mapping[str, str] = {
    "all": "всем",
    "unreported": "кто не отчитался",
    "silent": "кто не начал",
    "draft": "у кого только черновик",
    "excluded": "чей отчёт не учтён по их ошибке",
    "nobody": "никому",
}
UNKNOWN_STEP = "Письма «{step}» нет. Есть: {steps}"
NOT_BY_HAND = "Письмо «{step}» программа отправляет сама, когда это случается; вручную его не отправить."
UNKNOWN_OKTMO = "Муниципалитета с кодом ОКТМО {oktmo} в кампании нет. Коды перечисляет команда: svod links"
NO_EVENT = "Показать письмо «{step}» этому муниципалитету нельзя: {reason}."
NOTHING_TO_SAY = "исправлений и ошибок в его отчёте нет"
THERE_ALREADY = "такое письмо уже есть"

# Why there is no mail
LEFT_CAMPAIGN = "муниципалитета в кампании больше нет"
REVOKED = "личная ссылка отозвана; новую выдают на столе министерства или svod reissue"
NO_REPORT = "отчёта с этой квитанцией нет"
CLOSED = "кампания окончена"
NOT_OPEN = "приём ещё не начался"
PASSED: Mapping[str, str] = {
    "early": "срок ещё не прошёл",
    "late": "срок прошёл {deadline}",
    "short": "для него приём слишком короткий",
    "replaced": "уже пора следующему напоминанию",
}
CHANGED = "с тех пор отчёт или исправления изменились"
NOT_CONCERNED: Mapping[str, str] = {
    "reported": "отчёт уже есть",
    "silent": "отчёт не начат",
    "draft": "отчёт не начат или только черновик",
    "excluded": "отчёт не учтён",
    "ministry": "отчёт удалён или испорчен в таблице: это исправит министерство",
}
TABLE_NAME = "письма.csv"
TABLE_COLUMNS = ("ОКТМО", "Муниципалитет", "Эл. почта", "Тема", "Ссылка", "Текст")
BOUNCED_BY_HAND = "вернулось; отметил сотрудник"
TEST_SUBJECT = "Свод: проверка почты"
TEST_TEXT = (
    "Здравствуйте!\n\nЭто проверка: программа «Свод» умеет отправлять письма с этого сервера. Отвечать не нужно.\n"
)
RECEIPT_FILE = "Квитанция {receipt}.pdf"

# Settings
URL_AND_HOST = "Заданы и {prefix}_URL, и {prefix}_HOST. Оставьте одно."
URL_WRONG: Mapping[str, str] = {
    "SMTP": "SMTP_URL не подходит. Нужен адрес вида smtp://имя:пароль@mail.example.org:587 (STARTTLS) или "
    "smtps://имя:пароль@mail.example.org:465; знаки @ : / % в имени и пароле пишутся как %40 %3A %2F %25.",
    "IMAP": "IMAP_URL не подходит. Нужен адрес вида imaps://имя:пароль@mail.example.org:993 (TLS) или "
    "imap://имя:пароль@mail.example.org:143 (STARTTLS); знаки @ : / % в имени и пароле пишутся как %40 %3A %2F %25. "
    "Папка — отдельно: IMAP_FOLDER=INBOX",
}
USER_ALONE = "Имя и пароль почтового сервера нужны оба: {prefix}_USER и {prefix}_PASSWORD. Без входа уберите оба."
TLS_WRONG = "{prefix}_TLS не подходит: нужно starttls, tls или none (без шифрования — только внутри одного компьютера)."
MAILBOX_USER = "Ящику для вернувшихся писем нужны имя и пароль: IMAP_USER и IMAP_PASSWORD или внутри IMAP_URL."
MAILBOX_LATIN = "IMAP_USER и IMAP_PASSWORD не подходят: в них могут быть только латинские буквы, цифры и знаки."
FOLDER_WRONG = "{name} не подходит: нужно имя папки, например INBOX или INBOX/Возвраты."
FOLDER_SAME = "IMAP_MOVE_TO и IMAP_FOLDER — одна папка. Назовите другую или уберите IMAP_MOVE_TO."
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
NO_STARTTLS: Mapping[str, str] = {
    "SMTP": "{where} не предлагает шифрования (STARTTLS), и без него ничего не отправлено. Проверьте порт: 587 — "
    "STARTTLS, 465 — TLS (SMTP_TLS=tls).",
    "IMAP": "{where} не предлагает шифрования (STARTTLS), и без него имя и пароль не отправлены. Проверьте порт: "
    "143 — STARTTLS (imap://), 993 — TLS (imaps://).",
}
NO_LOGIN = "{where} не предлагает входа по имени и паролю. Проверьте порт или уберите SMTP_USER и SMTP_PASSWORD."
NO_TLS: Mapping[str, str] = {
    "SMTP": "{where} не отвечает по TLS. Проверьте порт: 465 — TLS, 587 — STARTTLS (SMTP_TLS=starttls).",
    "IMAP": "{where} не отвечает по TLS. Проверьте порт: 993 — TLS (imaps://), 143 — STARTTLS (imap://).",
}
CERTIFICATE = "сертификат {where} не принят ({reason}). Если центр сертификации свой, укажите его файл: SSL_CERT_FILE=…"
SILENT = "{where} не ответил вовремя"
NO_HOST = "узел {host} не найден. Проверьте имя почтового сервера."
NOT_REACHED = "{where} недоступен: {reason}"
HUNG_UP = "{where} оборвал соединение"
UNKNOWN = (
    "связь прервалась, когда письмо было уже передано ({reason}). Дошло ли оно, неизвестно; второй раз оно само не "
    "отправится. Спросите муниципалитет; отправить ещё раз можно на столе министерства или svod mail again НОМЕР"
)
ABANDONED = (
    "обработчик остановился посреди отправки. Дошло ли письмо, неизвестно; второй раз оно само не отправится. "
    "Отправить ещё раз можно на столе министерства или svod mail again НОМЕР"
)
MANY_REFUSED = (
    "сервер отверг подряд писем: {count}. Похоже, дело в настройке. Отправка остановлена на час. Последний ответ: "
    "«{words}»"
)
GAVE_UP = "попыток: {count}, больше не будет. Последний ответ: «{words}»"

# The mailbox of mails that come back
MAILBOX_NOT_SIGNED_IN = "почтовый ящик не принял имя и пароль: «{words}». Проверьте IMAP_USER и IMAP_PASSWORD."
NO_FOLDER = "папки «{folder}» в ящике нет, или её нельзя изменять. Проверьте IMAP_FOLDER и IMAP_MOVE_TO."
NO_MOVE = "сервер не умеет перемещать письма (MOVE). Уберите IMAP_MOVE_TO: прочитанные останутся на месте."
NO_UIDS = "сервер не называет номеров писем (UIDVALIDITY, UIDNEXT), без них вернувшиеся письма не прочитать."
MAILBOX_REFUSED = "почтовый ящик отказал ({command}): «{words}»"
FATES: Mapping[str, str] = {
    "failed": "не доставлено: «{words}»",
    "delayed": "сервер получателя пока не принял, попытки продолжаются: «{words}»",
}
NO_WORDS = "причина не названа"

# Templates
TEMPLATE_UNREADABLE = "Шаблон {path} не прочитать: {reason}. Проверьте права. Письма не отправлены."
TEMPLATE_TOO_LARGE = "Шаблон {path} больше {kilobytes} КБ. Письма не отправлены."
TEMPLATE_NO_TEXT = "Шаблон {path} — не текст в кодировке UTF-8. Сохраните его как текст UTF-8. Письма не отправлены."
TEMPLATE_WRONG = "Ошибка в шаблоне: {problem}. Письма не отправлены; исправьте шаблон, и они уйдут."
TEMPLATE_SLOW = (
    "Шаблон {path} заполнялся дольше {seconds} с и остановлен. Проверьте циклы («{{% for … %}}»). Письма не отправлены."
)
TEMPLATE_CRASHED = (
    "Шаблон {path} не заполнить: не хватило памяти или времени. Проверьте циклы («{{% for … %}}»). Письма не "
    "отправлены."
)
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


def counted(number: int, one: str, few: str, many: str) -> str:
    """Return the number with its noun: «1 день», «2 дня», «5 дней»."""
    tens, ones = number % 100, number % 10
    noun = many if 11 <= tens <= 14 else one if ones == 1 else few if 2 <= ones <= 4 else many
    return f"{number}{_NBSP}{noun}"


def left(deadline: datetime, now: datetime) -> str:
    """Return «осталось 3 дня», «срок сегодня» or «срок прошёл»: by calendar days."""
    days = (deadline.date() - now.astimezone(deadline.tzinfo).date()).days
    if now > deadline:
        return "срок прошёл"
    if days == 0:
        return "срок сегодня"
    return f"{'остался' if days % 10 == 1 and days % 100 != 11 else 'осталось'} {counted(days, 'день', 'дня', 'дней')}"


def moment(value: datetime) -> str:
    """Return «30 мая 2023 года в 23:59», in the zone of the time; a sentence may end with it."""
    return format_datetime(value, f"d{_NBSP}MMMM y 'года' 'в'{_NBSP}HH:mm", locale=_LOCALE)


def hour_first(value: datetime) -> str:
    """Return «23:59 30 мая 2023 года»: the order after «до»."""
    return format_datetime(value, f"HH:mm d{_NBSP}MMMM y 'года'", locale=_LOCALE)


def day(value: datetime) -> str:
    """Return «30 мая»."""
    return format_datetime(value, f"d{_NBSP}MMMM", locale=_LOCALE)


def capital(text: str) -> str:
    """Return the text with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """Return the text as it goes on after a colon; an abbreviation at its beginning stays."""
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    return text if len(first) > 1 and first.isupper() else text[:1].lower() + text[1:]
