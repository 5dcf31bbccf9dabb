"""The Russian words of this package for people. The words of the pages are in `templates/`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from babel.core import Locale
from babel.dates import format_datetime

from campaign import Campaign
from campaign.texts import NBSP, number
from letters.mail.texts import STEPS
from outbox.records import Act

_LOCALE = Locale("ru")

# Accounts -----------------------------------------------------------------------------------------------------

ROLES: Mapping[str, str] = {"read": "просмотр", "work": "работа", "administer": "управление"}
BAD_NAME = "Имя — от 2 до 60 букв, цифр, пробелов и знаков . _ @ -, первая — буква или цифра."
NAME_TAKEN = "Учётная запись «{name}» уже есть."
NO_ACCOUNT = "Учётной записи «{name}» нет. Список: svod staff list"
SHORT_PASSWORD = "В пароле должно быть не меньше {least} знаков."  # noqa: S105
LONG_PASSWORD = "Пароль слишком длинный: больше 1000 знаков."  # noqa: S105
COMMON_PASSWORD = (
    "Такой пароль легко подобрать: это частый пароль, ряд клавиш, дата или одно слово с цифрами. "  # noqa: S105
    "Придумайте другой, например четыре слова, не связанные между собой."
)
REHEARSAL_NAME = "Репетиция"
LINK_NEEDS_NAME = "Чья ссылка? Назовите учётную запись: svod staff link ИМЯ. Список: svod staff list"

# Signing in ---------------------------------------------------------------------------------------------------

WRONG_PASSWORD = (
    "Имя или пароль не подходят. Проверьте раскладку и Caps Lock; если не помогает, обратитесь к администратору."  # noqa: S105
)
TOO_OFTEN = "Слишком много попыток. Подождите минуту и попробуйте снова."
BUSY = "Сейчас входит слишком много людей. Подождите несколько секунд и попробуйте ещё раз."
WRONG_CODE = (
    "Код не подходит: он действует полминуты и один раз. Дождитесь следующего и введите его; если не помогает, "
    "проверьте, верно ли идут часы телефона."
)
TOO_MANY_CODES = "Введено слишком много кодов. Подождите; если код нужен сегодня, обратитесь к администратору."
LINK_BAD = "Ссылка уже использована или устарела"
LINK_BAD_ADVICE = (
    "Одноразовая ссылка действует сутки и открывается один раз. Новую даст администратор (команда svod staff link)."
)
WRONG_OLD = "Нынешний пароль не подходит. Проверьте раскладку и Caps Lock."
NOT_SAME = "Новые пароли не совпадают. Введите новый пароль дважды одинаково."

# Pages --------------------------------------------------------------------------------------------------------

STATES: Mapping[str, str] = {
    "on_time": "сдан в срок",
    "late": "сдан с опозданием",
    "waiting": "принят, ждёт учёта",
    "draft": "только черновик",
    "silent": "не сдан",
    "excluded": "исключён (ошибка)",
    "deleted": "удалён",
}

CHIPS: Mapping[str, str] = {
    "": "все",
    **STATES,
    "remarks": "с замечаниями",
    "unreachable": "адрес не принимает почту",
    "extended": "срок продлён",
}

PROBLEMS: Mapping[int, tuple[str, str]] = {
    400: (
        "Страница устарела",
        "Ничего не сделано. Вернитесь на предыдущую страницу, обновите её и повторите; если попросят, войдите снова.",
    ),
    401: ("Вход закончился", "Ничего не сделано. Войдите снова и повторите."),
    403: (
        "Эта страница вам не открыта",
        "Для неё нужны другие права. Их даёт администратор: ваше имя и права написаны вверху страницы.",
    ),
    404: ("Такой страницы нет", "Проверьте адрес или начните со списка кампаний."),
    405: ("Так эта страница не открывается", "Начните со списка кампаний."),
    409: ("Не получилось", "Повторите позже."),
    413: ("Слишком много текста", "Ничего не сделано. Сократите введённое и повторите."),
    429: ("Слишком часто", "Подождите минуту и повторите."),
    500: (
        "Ошибка программы",
        "Мы записали её в журнал сервера. Повторите позже; если не помогает, сообщите администратору.",
    ),
    503: ("Хранилище сейчас недоступно", "Ничего не потеряно. Повторите через минуту."),
}


LEVELS: Mapping[str, str] = {"error": "Ошибка", "warning": "Предупреждение"}
REASON_TO = "Пояснение: {short}"
EMAIL = "Электронная почта"
SOURCES: Mapping[str, str] = {
    "report": "Из последней версии отчёта.",
    "before": "Из отчёта за прошлый период: за этот ещё не отчитались.",
    "file": "Из файла кампании: отчёта ещё не было.",
}
REPORTED_BY_DAY = "Отчитались"
OF_ALL, OF_PLAN = " из {plan}", ", план — {plan}"
UNTIL_BLANK = "Впишите, до какого времени принимать отчёт."
REMARK_GONE = "Этого замечания уже нет: посмотрите, что осталось."
REMARK_NOT_ACCEPTED = "Это замечание на столе не принято: отменять нечего."
PERSONAL_IN_COMMENT = (
    "В комментарии {found}. Комментарий попадёт в таблицу, поэтому телефонов и адресов почты в нём быть не должно: "
    "уберите их и отправьте снова."
)
RECEIPT_BLANK = "Впишите номер квитанции или выберите «всё, что пропало»."
RECEIPT_UNKNOWN = "Отчёта с квитанцией «{receipt}» в этой кампании нет. Проверьте номер."
RESTORE_LATE = "Эта кнопка уже не действовала: просьба к этому времени изменилась. Посмотрите, что с ней сейчас."
LETTERS_BUSY = "Сейчас делаются другие документы. Подождите несколько секунд и повторите."
ANSWER_NAME = "Ответ {oktmo}"
NOTE_NAME, EXPORT_NAME = "Сводная справка", "Отчёты"
EXPORT_LARGE = "Отчётов слишком много, чтобы сделать файл здесь. Попросите администратора: svod export ФАЙЛ."

DONE: Mapping[str, str] = {
    "reissued": "Новая ссылка выдана, прежняя больше не действует. Отправьте новую муниципалитету.",
    "revoked": "Ссылка отозвана.",
    "extended": "Срок продлён. Муниципалитет увидит его в форме; напишите ему об этом.",
    "extension_over": "Продление отменено, действует общий срок.",
    "remark_accepted": "Замечание принято. В таблице отметка появится при ближайшем обновлении.",
    "remark_taken_back": "Принятие отменено. В таблице отметка исчезнет при ближайшем обновлении.",
}

ACTS: Mapping[str, str] = {
    "signed_in": "вход",
    "sheet_opened": "открыта таблица",
    "account_added": "создана учётная запись «{name}» ({role})",
    "account_removed": "удалена учётная запись «{name}»",
    "password_changed": "изменён пароль «{name}»",
    "codes_on": "включён код для «{name}»",
    "codes_off": "выключен код для «{name}»",
    "link_made": "сделана одноразовая ссылка для «{name}»",
    "contacts_seen": "просмотр контактов",
    "link_seen": "просмотр личной ссылки",
    "reissued": "выдана новая личная ссылка",
    "revoked": "отозвана личная ссылка",
    "extended": "срок продлён до {until}",
    "extension_over": "продление отменено",
    "answer_made": "сделан официальный ответ",
    "file_taken": "взят приложенный файл, вопрос «{question}»",
    "remark_accepted": "принято замечание {remark}{comment}",
    "remark_taken_back": "отменено принятие замечания {remark}",
    "restore_asked": "спрошено, что можно вернуть в таблицу{receipt}",
    "restore_confirmed": "подтверждено: вернуть пропавшее в таблицу",
    "restore_dropped": "отменено: вернуть пропавшее в таблицу",
    "mails_sent": "письмо «{step}»: отправлено, новых — {made}",
    "mails_exported": "письмо «{step}»: взято файлами, писем — {count}",
    "mails_again": "письмо «{step}»: отправлено ещё раз, писем — {count}",
    "mail_bounced": "письмо «{step}» отмечено как вернувшееся",
    "mail_forgiven": "снята отметка о вернувшихся письмах",
}
WAYS: Mapping[str, str] = {
    "password": "по паролю",
    "link": "по одноразовой ссылке",
    "code": "с кодом",
    "recovery": "с запасным кодом",
}


def act_words(act: Act, campaigns: Mapping[str, Campaign]) -> str:
    """Return what was done, in words: «срок продлён до 02.06.2023 18:00».

    campaigns: of now; a question that is not in its file any more is named by its id
    """
    detail = {name: str(value) for name, value in act.detail.items()}
    if act.act == "signed_in":
        return f"{ACTS[act.act]} {WAYS.get(detail.get('by', ''), '')}".strip()
    if act.act == "contacts_seen" and "oktmos" in act.detail:
        oktmos = act.detail["oktmos"]
        count = len(oktmos) if isinstance(oktmos, list) else 0
        return f"{ACTS[act.act]}, {plural(count, 'муниципалитет', 'муниципалитета', 'муниципалитетов')}"
    if detail.get("comment"):
        detail["comment"] = f": {detail['comment']}"
    if detail.get("receipt"):
        detail["receipt"] = f", отчёт {detail['receipt']}"
    if "until" in detail:
        detail["until"] = f"{datetime.fromisoformat(detail['until']):%d.%m.%Y %H:%M}"
    if "question" in detail:
        campaign = campaigns.get(act.campaign)
        question = campaign.by_id.get(detail["question"]) if campaign else None
        detail["question"] = question.title if question else detail["question"]
    if "step" in detail:
        detail["step"] = STEPS.get(detail["step"], detail["step"])
    if "role" in detail:
        detail["role"] = ROLES.get(detail["role"], detail["role"])
    try:
        return ACTS.get(act.act, act.act).format(**detail)
    except KeyError:  # kept by another version
        return act.act


def example(time: datetime) -> str:
    """Return a moment as it is typed: «30.05.2023 18:00»."""
    return f"{time:%d.%m.%Y} 18:00"


def moment(time: datetime) -> str:
    """Return «30 мая 2023 г. в 23:59», in the zone of the time."""
    return format_datetime(time, f"d{NBSP}MMMM y{NBSP}'г.' 'в'{NBSP}HH:mm", locale=_LOCALE)


def short_moment(time: datetime, now: datetime) -> str:
    """Return «30.05.2023 23:59», of this year «30.05 23:59», in the zone of the times."""
    day = f"{time:%d.%m}" if time.year == now.year else f"{time:%d.%m.%Y}"
    return f"{day}{NBSP}{time:%H:%M}"


def left(until: timedelta) -> str:
    """Return «3 дня», «5 часов» or «меньше часа», rounded down; for a past time «просрочен на 3 дня»."""
    words = _span(abs(until))
    if until >= timedelta():
        return words
    return f"просрочен {f'на{NBSP}' if abs(until) >= timedelta(hours=1) else ''}{words}"


def _span(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    days, hours = seconds // 86400, seconds // 3600
    if days:
        return plural(days, "день", "дня", "дней")
    return plural(hours, "час", "часа", "часов") if hours else f"меньше{NBSP}часа"


def ago(since: timedelta) -> str:
    """Return «3 дня назад», «5 часов назад», or «только что» within the first hour."""
    if since < timedelta(hours=1):
        return "только что"
    return f"{_span(since)} назад"


def columns(campaign: Campaign) -> dict[str, str]:
    """Return the columns of the roll-call by which it can be sorted: key of `listing.SORTS` → title."""
    total = {"total": total_title(campaign)} if campaign.main_questions else {}
    return {
        "number": "№",
        "name": "Муниципалитет, ОКТМО",
        "state": "Состояние",
        "accepted": "Принят",
        "left": "До срока",
        **total,
        "remarks": "Отметки",
        "draft": "Черновик",
        "opened": "Ссылку открывали",
    }


def total_title(campaign: Campaign) -> str:
    """Return the title of the main figure."""
    first = campaign.main_questions[0]
    figure = next((one for table in campaign.tables for one in table.figures if one.id == campaign.main_figure), None)
    return figure.title if figure else first.header


def plural(count: int, one: str, few: str, many: str) -> str:
    """Return «1 день», «2 дня», «5 дней», by Babel's rule for Russian."""
    form = {"one": one, "few": few}.get(_LOCALE.plural_form(count), many)
    return f"{number(count)}{NBSP}{form}"
