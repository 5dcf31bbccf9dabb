"""The Russian words of this package for people, those of the scripts among them.

The words of the pages are in `templates/`; numbers are written by `campaign.texts`.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from babel.core import Locale
from babel.dates import format_datetime

from campaign.texts import NBSP
from campaign.texts import number as number

# Starting -----------------------------------------------------------------------------------------------------

SEVERAL_ON_SQLITE = (
    "На SQLite веб-форма работает одним процессом с потоками. Уберите WEB_CONCURRENCY и --workers "
    "или задайте DATABASE_URL с PostgreSQL."
)
SEVERAL_WITHOUT_RATES = (
    "Внимание: процессов несколько, а RATELIMIT_STORAGE_URI не задан: каждый процесс считает ограничения частоты сам. "
    "Укажите Redis, например RATELIMIT_STORAGE_URI=redis://127.0.0.1:6379/0."
)
NOT_WHOLE = "{name} не подходит: нужно целое число от {least} до {most}."
RATE_WRONG = "{name} не подходит. Укажите, сколько раз за какое время, например: 120 per minute."
RATES_WRONG = (
    "RATELIMIT_STORAGE_URI не подходит. Укажите адрес Redis, например: redis://127.0.0.1:6379/0, "
    "или уберите эту переменную."
)
STATIC_UNWRITABLE = (
    "Не удаётся записать файлы оформления формы в папку {path}: {reason}. Проверьте права и место на диске."
)
CANNOT_START = "Веб-форма не запущена."
NOT_RELOADED = "Изменения не приняты, веб-форма работает по-прежнему."
PORT_TAKEN = (
    "Адрес {address} не занять: {reason}. Остановите программу, которая его держит, или задайте другой: HOST, PORT."
)

# Commands -----------------------------------------------------------------------------------------------------

COMMANDS = "Личные ссылки муниципалитетов, продление срока, часы репетиции."
LINKS_HELP = "Напечатать личные ссылки всех муниципалитетов."
LINKS_FORMAT_HELP = "table — таблица для чтения, она же без ключа; csv — для рассылки и других программ."
REISSUE_HELP = "Выдать муниципалитету новую ссылку; прежние перестают действовать сразу."
REVOKE_HELP = "Отозвать ссылку муниципалитета, не выдавая новой."
EXTEND_HELP = (
    "Продлить срок одному муниципалитету: время кампании, например 02.06.2027 18:00 или 2027-06-02T18:00; "
    "none — отменить."
)
CLOCK_HELP = "Перевести часы репетиции, например: 2023-05-31T10:00."
UNKNOWN_OKTMO = "Муниципалитета с кодом ОКТМО {oktmo} в файле кампании нет."
REVOKED = "{name}: ссылка отозвана. Новую выдаст команда reissue {oktmo}."
REVOKED_LINK = "(ссылка отозвана)"
EXTENDED = "{name}: отчёт принимается до {until}"
EXTENSION_OVER = "{name}: продления нет, действует общий срок — {until}."
NO_REHEARSAL = "Это не репетиция: на настоящем приёме часы не переводят."
CLOCK_MOVED = "Часы кампании: {now}."
OKTMO_WORD = "ОКТМО"
UNTIL_WORD = "ВРЕМЯ|none"
TIME_WORD = "ВРЕМЯ"
LIST_WORD, CAMPAIGN_WORD = "СПИСОК", "КАМПАНИЯ"
ADDRESSEES_HELP = "Список адресатов (ключ addressees файла кампании); нужен, если списков несколько."
CAMPAIGN_HELP = "Какой кампании (ключ id её файла); нужна, если муниципалитет отвечает на несколько."
WHICH_LIST = "Списков адресатов несколько, или такого нет. Назовите один из них: --addressees СПИСОК. Есть: {lists}."
WHICH_CAMPAIGN = (
    "Муниципалитет отвечает на несколько кампаний, или названной среди них нет. Назовите одну из них: "
    "--campaign КАМПАНИЯ. Есть: {campaigns}."
)
LINKS_COLUMNS = ("ОКТМО", "Муниципалитет", "Ссылка")

# Checks -------------------------------------------------------------------------------------------------------

CONFIRMED = "Подтверждено"
REASON_TO = "Пояснение: {short}"
REASON_TO_ANSWER = "{title}. Пояснение: {short}"
TICK_MISSING = "Поставьте отметку, если всё верно, или исправьте ответ."
PERSONAL_TICK_MISSING = "Поставьте отметку, если это не личные данные, или уберите их из текста."
REASON_MISSING = "Напишите пояснение или исправьте ответ."
REASON_SHORT = "Поясните словами: «да» недостаточно. Или исправьте ответ."
PERSONAL_IN_REASON = "В пояснении, похоже, есть {found}. Этот текст попадёт в общую таблицу."
PERSONAL_ADVICE = "Уберите это из текста. Если это не личные данные, подтвердите."

DATE_HINT = "Например: 30.05.2023"

BLANK_FIELD = "Поле не заполнено."
BLANK_LINE = "{title} — не заполнено"
CORRECTED_NOTE = "Исправлено министерством. Вы прислали: {submitted}"

# Drafts, blanks and notices -----------------------------------------------------------------------------------

DRAFT_SAVED = "Черновик сохранён {at}"
DRAFT_TOO_LONG = "Слишком много текста: черновик не сохранён. Сократите текст."
DRAFT_LATE = "Этот отчёт уже отправлен, черновик не нужен."
DRAFT_STRANGER = "Черновик не сохранён: откройте форму ещё раз по своей личной ссылке."
DRAFT_TOO_OFTEN = "Черновик сохранится чуть позже: слишком много сохранений подряд. Форма попробует ещё раз."
DRAFT_REFUSED = "Черновик пока не сохранён. Введённое хранится в этом браузере. Форма попробует ещё раз."
DRAFT_OTHER = (
    "Черновик этого отчёта сохранили в другом окне ({at}). Ниже ваш текст, он ещё не сохранён. Сохранить его вместо "
    "того? Нажмите кнопку ещё раз."
)
DRAFT_BY = "{who}, {at}"
DRAFT_FAILED = "Черновик пока не сохранён: сервер перегружен. Форма попробует ещё раз."
DRAFT_BUSY = (
    "Сервер сейчас перегружен, черновик не сохранён. Всё, что вы ввели, на месте: нажмите кнопку ещё раз через минуту."
)
DRAFT_CLOSED = "Приём закончен {at}: отправить отчёт уже нельзя."
DRAFT_OVERDUE = "Срок прошёл: отчёт будет принят с опозданием."
DRAFT_CORRECTED_OVERDUE = "Срок прошёл: отчёт останется сданным в срок, с отметкой «исправлен после срока»."

PAGE_STALE = "Страница устарела. Всё, что вы ввели, на месте: проверьте и нажмите кнопку ещё раз."
TOO_OFTEN = "Слишком много отправок подряд. Всё, что вы ввели, на месте: подождите минуту и нажмите кнопку ещё раз."
STORE_BUSY = (
    "Сервер сейчас перегружен. Отчёт не принят. Всё, что вы ввели, на месте: нажмите кнопку ещё раз через минуту."
)
FAULT = (
    "На нашей стороне ошибка. Всё, что вы ввели, на месте: нажмите кнопку ещё раз через минуту. "
    "Если ошибка повторится, скопируйте введённое к себе и сообщите министерству: контакты внизу страницы."
)
CANNOT_KEEP = "В ответах есть знаки, которые нельзя сохранить. Удалите их и отправьте ещё раз."

BLANK_FILE = "Бланк {municipality} ({campaign}).xlsx"
BLANK_REFUSED = "Файл не принят, ничего не сохранено"
BLANK_NOT_MADE = "Бланк не сделать"
BLANK_NONE = "Файл не выбран. Выберите заполненный бланк и нажмите кнопку ещё раз."
BLANK_STALE = "Страница устарела, файл не прочитан. Выберите его и нажмите кнопку ещё раз."
BLANK_BUSY = "Сервер сейчас перегружен, черновик не сохранён. Загрузите файл ещё раз через минуту."
BLANK_TOO_LONG = "В файле слишком много текста: черновик не сохранён. Сократите ответы и загрузите файл ещё раз."
BLANK_TOO_LARGE = ("Файл слишком большой", "В бланке меньше 500 КБ. Ничего не сохранено: проверьте, тот ли это файл.")
BLANK_PLAN = "План: {plan}."
BLANK_BEFORE = "Прежнее значение: {figure}."
BLANK_REASON = "Пояснение впишите в ячейку {cell} или в форме."
BLANK_TICK = "Подтвердить это можно в форме."
BLANK_NOT_ASKED = "По остальным ответам этот вопрос не задаётся: ответ в отчёт не войдёт."

# The scripts in `static/`; `state.js: fill` puts values into the {places} ---------------------------------------

SCRIPT_WORDS = {
    "no_storage": "Этот браузер ничего не хранит: сохраняйте черновик кнопкой",
    "no_answer": "Сервер сейчас не отвечает. Введённое хранится в этом браузере. Форма попробует ещё раз",
    "offline": "Нет связи. Введённое хранится в этом браузере и сохранится, когда связь появится",
    "offline_form": (
        "Нет связи, ничего не отправлено. Введённое хранится в этом браузере. Отправьте отчёт, когда связь появится"
    ),
    "offline_check": (
        "Нет связи, ничего не отправлено. Ответы сохранены. Когда связь появится, нажмите кнопку ещё раз"
    ),
    "other_window": (
        "Черновик сохранили в другом окне ({at}). Ваш текст — только в этом браузере. Обновите страницу и выберите, "
        "чей оставить"
    ),
    "session_over": "Сеанс закончился: перед отправкой откройте свою ссылку ещё раз",
    "paste_one": "В буфере несколько ячеек, а это поле для одного числа: ничего не вставлено. Скопируйте одну ячейку",
    "paste_spread": "Скопированные ячейки вставлены по одной в каждое поле. Проверьте числа",
    "paste_left": "Не хватило полей таблицы, не вставлено: {figures}. Проверьте числа",
    "appeared": "По вашим ответам в форме появились ещё вопросы",
    "restored": "Восстановлено то, что вы ввели раньше и что не успело сохраниться.",
    "copy_found": (
        "В этом браузере есть текст, который вы ввели {at}{sample}: он не успел сохраниться. Сейчас в форме то, что "
        "сохранили или отправили без него."
    ),
    "copy_insert": "Вставить его в форму",
    "copy_swapped": ("В форму вставлен отложенный текст, а то, что в ней стояло, отложено и хранится в этом браузере."),
    "copy_swap_back": "Поменять обратно",
    "copy_drop": "Удалить его",
    "copy_drop_aside": "Удалить отложенное",
    "copy_drop_question": "Удалить отложенный текст? Вернуть его будет нельзя.",
    "copy_dropped": "Отложенный текст удалён",
    "moment": "{day} в {time}",
}

# Problems of pages: title, text -------------------------------------------------------------------------------

PROBLEMS: dict[int, tuple[str, str]] = {
    400: ("Запрос не понят", "Вернитесь на предыдущую страницу и попробуйте ещё раз."),
    403: ("Запрос пришёл с другого сайта", "Откройте форму по своей личной ссылке из письма."),
    404: ("Такой страницы нет", "Проверьте адрес или откройте форму по своей личной ссылке из письма."),
    405: ("Так эту страницу не открыть", "Откройте форму по своей личной ссылке из письма."),
    413: (
        "Слишком большой объём данных",
        "Отчёт не принят. Вернитесь назад, сократите текст и отправьте ещё раз.",
    ),
    414: ("Слишком длинный адрес", "Откройте форму по своей личной ссылке из письма."),
    429: ("Слишком много запросов подряд", "Подождите минуту и попробуйте ещё раз."),
    431: (
        "Браузер прислал слишком много данных",
        "Удалите файлы cookie этого сайта и снова откройте форму по своей личной ссылке из письма.",
    ),
    500: (
        "На нашей стороне ошибка",
        "Если вы отправляли отчёт и не увидели квитанцию, откройте форму по своей ссылке: там видно, принят ли он.",
    ),
    503: ("Сервер сейчас перегружен", "Ничего не потеряно. Попробуйте ещё раз через минуту."),
}

STATES = {
    "none": "не сдан",
    "draft": "не сдан, есть черновик",
    "sent": "сдан",
    "corrected": "сдан",
    "late": "сдан с опозданием",
    "corrected_late": "сдан в срок, исправлен после срока",
    "excluded": "не учтён: есть ошибка",
    "deleted": "строка удалена министерством",
    "replaced": "учтены сведения министерства",
}

STATE_FILLED = "не сдан, заполнено {done} из {needed}"
STATE_ACCEPTED, STATE_ACCEPTED_LATE = "принят", "принят с опозданием"
STATE_VERSION = ", версия {version}"

# The pages of no campaign, and the cabinet -----------------------------------------------------------------------

SITE_TITLE = "Отчёты муниципалитетов"
CABINET_GROUPS = {
    "overdue": "Просрочено",
    "due": "Нужно сдать",
    "accepted": "Принято",
    "before": "Приём ещё не открыт",
    "closed": "Срок прошёл или сбор окончен",
}
CABINET_OPENS = "Приём откроется {at} ({zone})."
CABINET_UNTIL = "Срок — до {at} ({zone}){extended}; {left}."
CABINET_EXTENDED = ", продлён для вас"
CABINET_EXTENDED_PAST = ", продлённый для вас,"
CABINET_OVER = "Срок{extended} истёк {at} ({zone}){ago}."
CABINET_CLOSED = "Министерство закончило собирать эти сведения."
CABINET_LATE = "Отчёт ещё принимается, но с отметкой «с опозданием»."
CALENDAR_NAME = "Сроки отчётов: {name}"
CALENDAR_TITLE = "Срок отчёта: {title}"
CALENDAR_REHEARSAL = "РЕПЕТИЦИЯ. {title}"
CALENDAR_ADVICE = "Отчёт заполняется по личной ссылке из письма министерства."
CABINET_FILL, CABINET_CONTINUE, CABINET_CORRECT = "Заполнить отчёт", "Продолжить черновик", "Исправить отчёт"

# Remarks of the worker's checks, for the clerk: code → message, advice; "" where the worker's own words fit.
REMARKS = {
    "row_deleted": (
        "Министерство удалило строку с этим отчётом из таблицы.",
        "Узнайте у министерства почему: контакты внизу страницы. Пока приём открыт, отчёт можно отправить ещё раз.",
    ),
    "set_aside": (
        "Отчёт принят, но записать его в таблицу не удалось.",
        "Сообщите министерству номер квитанции: контакты внизу страницы.",
    ),
    "duplicate_id": (
        "В таблице министерства несколько строк этого отчёта, и они различаются. Ни одна не учтена.",
        "Сообщите об этом министерству: контакты внизу страницы.",
    ),
    "contradictory_row": (
        "В строке этого отчёта в таблице министерства названы разные отчёты. Она не учтена.",
        "Сообщите об этом министерству: контакты внизу страницы.",
    ),
    "asked_later": ("", "Дополните отчёт и отправьте его ещё раз."),
    "correction_lost": ("", "Если верно значение министерства, исправьте отчёт."),
}
# Advice about an error in an answer: the form accepts none, so the error was made in the ministry's cell.
REMARK_OF_CELL = (
    "Так стоит в таблице министерства. Сообщите об этом: контакты внизу страницы. "
    "Пока приём открыт, можно отправить отчёт ещё раз с верным ответом."
)
# Advice after the end, when no answers are taken: by code; for an error in a cell; for a rule of the campaign file.
EXTENSION_NEEDED = "Попросите министерство продлить срок: контакты внизу страницы."
REMARKS_WHEN_CLOSED = {
    "row_deleted": "Узнайте у министерства почему. Чтобы отправить отчёт ещё раз, попросите продлить срок: контакты "
    "внизу страницы.",
    "asked_later": f"Чтобы дополнить отчёт, срок нужно продлить. {EXTENSION_NEEDED}",
    "correction_lost": f"Если верно значение министерства, отчёт нужно исправить. {EXTENSION_NEEDED}",
}
REMARK_OF_CELL_WHEN_CLOSED = (
    "Так стоит в таблице министерства. Сообщите об этом и попросите исправить ячейку: контакты внизу страницы."
)
REMARK_OF_RULE_WHEN_CLOSED = f"Чтобы исправить или пояснить ответ, срок нужно продлить. {EXTENSION_NEEDED}"
# Remarks that explain why a report is left out; where a report counts, they concern the ministry alone.
REMARKS_OF_LEFT_OUT = frozenset({"contradictory_row", "set_aside", "duplicate_id"})
# Remarks that concern the ministry alone, or that the page shows elsewhere, such as corrections.
REMARKS_OF_STAFF = frozenset(
    {
        "accepted_unreadable",
        "corrected",
        "doubled_municipality",
        "foreign_receipt",
        "hand_row",
        "hand_row_older",
        "hand_row_without_time",
        "id_lost",
        "identity_edited",
        "moved_row",
        "municipality_conflict",
        "municipality_gone",
        "old_row_corrected",
        "old_row_deleted",
        "personal_data",
        "reasons_edited",
        "row_replaced",
        "unknown_municipality",
    }
)

# Words and numbers --------------------------------------------------------------------------------------------

_LOCALE = Locale("ru")


def plural(count: int, one: str, few: str, many: str) -> str:
    """Return «1 день», «2 дня», «5 дней», by Babel's rule for Russian."""
    form = {"one": one, "few": few}.get(_LOCALE.plural_form(count), many)
    return f"{number(count)}{NBSP}{form}"


def moment(time: datetime) -> str:
    """Return «30 мая 2023 г. в 23:59», in the zone of the time."""
    return format_datetime(time, f"d{NBSP}MMMM y{NBSP}'г.' 'в'{NBSP}HH:mm", locale=_LOCALE)


def hour_first(time: datetime) -> str:
    """Return «23:59 30 мая 2023 г.», in the zone of the time: the order after «до» and «сейчас»."""
    return format_datetime(time, f"HH:mm d{NBSP}MMMM y{NBSP}'г.'", locale=_LOCALE)


def clock(time: datetime) -> str:
    """Return «12:03», in the zone of the time."""
    return f"{time:%H:%M}"


def when(time: datetime, now: datetime) -> str:
    """Return «12:03» for a time of today, else «28 мая 2023 г. в 12:03». Both times are in one zone."""
    return clock(time) if time.date() == now.date() else moment(time)


def span(length: timedelta) -> str:
    """Return «3 дня 4 часа», «25 минут» or «меньше минуты»: the two largest units, rounded down."""
    seconds = int(abs(length).total_seconds())
    days, hours, minutes = seconds // 86400, seconds % 86400 // 3600, seconds % 3600 // 60
    parts = []
    if days:
        parts.append(plural(days, "день", "дня", "дней"))
    if hours:
        parts.append(plural(hours, "час", "часа", "часов"))
    if minutes and not days:
        parts.append(plural(minutes, "минута", "минуты", "минут"))
    return " ".join(parts) or "меньше минуты"


def left(until: timedelta) -> str:
    """Return «осталось 3 дня» or «остался 1 день»; for a past time «2 дня назад», "" within its first minute."""
    if until < timedelta():
        # «1 минуту назад»: the other units have the same form in nominative and accusative.
        return f"{span(until).replace('минута', 'минуту')} назад" if until <= -timedelta(minutes=1) else ""
    first = span(until)
    count = first.split(NBSP)[0]
    singular = count.isdigit() and _LOCALE.plural_form(int(count)) == "one"
    if not singular:
        return f"осталось {first}"
    return f"{'осталась' if first.split(NBSP)[1].startswith('минут') else 'остался'} {first}"


def unbroken(text: str) -> str:
    """Return the text with dashes and blanks of telephone numbers replaced by unbreakable ones."""
    return re.sub(
        r"[0-9(][0-9() -]{5,}[0-9]", lambda m: m[0].replace("-", "\N{NON-BREAKING HYPHEN}").replace(" ", NBSP), text
    )


def dialled(phone: str) -> str:
    """Return the telephone number as the address of a `tel:` link."""
    return re.sub("[^0-9+]", "", phone)


def answers_count(count: int) -> str:
    return plural(count, "ответ", "ответа", "ответов")


def fields_blank(count: int) -> str:
    return f"Не заполнено {plural(count, 'поле', 'поля', 'полей')}"


def problems_found(count: int) -> str:
    return f"Исправьте {plural(count, 'ответ', 'ответа', 'ответов')}"


def reasons_too_long(length: int, limit: int) -> str:
    return (
        f"Все пояснения вместе слишком длинные: знаков {number(length)}, можно не больше {number(limit)}. Сократите "
        f"это или другие пояснения, всего на {number(length - limit)}."
    )


def reason_too_long(length: int, limit: int) -> str:
    return f"Пояснение слишком длинное: знаков {number(length)}, можно не больше {number(limit)}. Сократите его."
