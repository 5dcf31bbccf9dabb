"""Russian words of the tabs.

Numbers, dates and plurals are written by Babel (CLDR), so that «1 день, 2 дня, 5 дней» come out right.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from babel import Locale
from babel.dates import format_date, format_datetime

from sync.records.states import State

LOCALE = Locale("ru")
NBSP = "\N{NO-BREAK SPACE}"
DASH = "—"
PROTECTED = "Эту вкладку заполняет программа: правки здесь будут заменены."
PROTECTED_HEADING = "Эти строки заполняет программа. Сортируйте и пишите ниже заголовка."

HEADERS_MISSING = "не найдены заголовки: {names} — верните их"
HEADERS_DOUBLED = "повторяются заголовки: {names} — переименуйте лишний столбец"
HEADER_MOVED = "заголовок должен стоять в строке {row}, а стоит в строке {now} — уберите лишнее или верните удалённое"
KEYED_STOPPED = "Вкладка «{title}» не обновляется: {what}."
KEYED_EXTRA = "Вкладка «{title}»: «{key}» стоит в нескольких строках ({rows}). Лишние строки можно удалить."
KEYED_CONTRADICTION = (
    "Вкладка «{title}», строка {row}: {column} {key} и название — разных муниципалитетов ({other}). Исправьте код или "
    "название: до тех пор строка не обновляется."
)
NOTICES_MORE = "и ещё: {count}"
COLUMN_FORMER = "столбец больше не обновляется"
COLUMN_RENAMED = "заголовок переименован"
COLUMN_ADDED = "добавлен столбец"
PAGE_MENDED = "вкладка восстановлена"
PAGE_CELL = "«{title}»!{cell}: стояло «{found}», должно быть «{wanted}»"
UNDONE = "столбцы переставили во время записи"
UNDONE_CELL = "«{title}»!{cell}: убрано «{written}», возвращено «{restored}»"

STATES: Mapping[State, str] = {
    State.ON_TIME: "сдан в срок",
    State.LATE: "сдан с опозданием",
    State.EXCLUDED: "исключён (ошибка)",
    State.DELETED: "удалён",
    State.DRAFT: "только черновик",
    State.SILENT: "не сдан",
}
GONE = "не в кампании"
GONE_BEFORE = "больше не в списке"
"""As versions before 2.0 wrote it."""

# Every tab ------------------------------------------------------------------------------------------------------

AS_OF = "Данные на {moment} ({zone})"
AGE_PATTERN = '"Таблица прочитана "#,##0" мин. назад"'
"""Of a cell of minutes: a format of numbers."""
CAMPAIGN_OVER = "Кампания закрыта: эта таблица больше не обновляется."
STALE = "Если строки выше красные (старше {minutes}), таблица не обновляется: сообщите администратору."
REHEARSAL = "РЕПЕТИЦИЯ. Время и сведения учебные: никуда их не отправляйте."
REHEARSAL_SHORT = "РЕПЕТИЦИЯ. "

# «Свод» ---------------------------------------------------------------------------------------------------------

HEADLINE_REPORTED = "Отчитались {reported} из {all}"
HEADLINE = "{title}: {total}"
WHO_REPORTED = "Кто отчитался"
HOW_MANY = "Сколько"
SHARE = "Доля"
REPORTED = "Отчитались"
REPORTED_NOTE = "Сданы в срок и сданы с опозданием."
STATE_NOTES: Mapping[State, str] = {
    State.ON_TIME: (
        "Первая версия отчёта принята до срока, и в строке отчёта нет ошибок. Исправленный позже тоже сдан в срок."
    ),
    State.LATE: "Первая версия отчёта принята после срока, и в его строке нет ошибок. Показатели учтены.",
    State.EXCLUDED: "В строке отчёта ошибка или неясно, какая строка верна. Показатели не учтены, см. «{problems}».",
    State.DELETED: "Строку отчёта удалили из вкладки «{answers}». Показатели не учтены.",
    State.DRAFT: "Муниципалитет начал заполнять форму, но не отправил отчёт.",
    State.SILENT: "Отчёта нет.",
}
CORRECTED_LATE_COUNT = "из сданных в срок исправлены после срока"
ALL_MUNICIPALITIES = "Всего муниципалитетов"
MARKED = "С замечаниями"
MARKED_NOTE = "Муниципалитеты, о которых что-то сказано во вкладке «{problems}». В каком бы состоянии ни был их отчёт."
WAITING = "Принято, но ещё не в таблице"
WAITING_NOTE = "Отчёты, которые форма уже приняла, а программа ещё не записала в «{answers}»."
WAITING_OLDEST = "самый давний ждёт {age}"
DEADLINE = "Срок сдачи"
DEADLINE_OF = "Срок сдачи: {kind}"

FIGURE = "Показатель"
TOTAL = "Всего"
REGION = "По области"
WITH_METHOD = " — "
REGION_METHOD = "{header}. По области: {method}."
TOTAL_NOTE = "Сумма по всем учтённым отчётам: сданным в срок и с опозданием."
PER_THOUSAND = "На тысячу человек"
PER_THOUSAND_NOTE = (
    "На тысячу человек этой группы. Только по отчитавшимся муниципалитетам, у которых численность известна."
)
BY_SUM = "Сумма по муниципалитетам"
BY_SUM_NOTE = "Тот же итог, посчитанный иначе: по строкам вкладки «{municipalities}»."
DIFFERS = "НЕ СХОДИТСЯ с итогом. Не отправляйте свод, сообщите администратору."
NO_REPORTS = "отчётов пока нет"

PLAN_SECTION = "План и факт"
PLAN = "План"
FACT = "Факт"
PLAN_SHARE = "Доля плана"
PLAN_NOTE = "По муниципалитетам, для которых план задан: {count}. План тех, кто не отчитался, тоже входит."

WITH_SOME = "Где больше нуля"
OPTION = "Вариант"
CHOICE_SECTION = "{title}: сколько муниципалитетов"
COVERAGE_NOTE = "У скольких муниципалитетов, отметивших этот вариант, здесь больше нуля."
YES = "Да"
NO = "Нет"
NO_ANSWER = "Нет ответа"
DATE = "Дата"
EARLIEST = "Самая ранняя"
LATEST = "Самая поздняя"
WITH_DATE = "Указали дату"
SAID_YES = "да: {count}"

KINDS_SECTION = "По видам муниципалитетов"
KIND = "Вид"
OTHER_KIND = "Прочие"

GROWTH_SECTION = "Рост и прогноз"
GROWTH_ONLY_SECTION = "Рост"
GROWN = "{title}: прирост за последние {days}"
FORECAST = "Прогноз к сроку"
FORECAST_NOTE = "Оценка, а не отчётные данные: прирост за последние {days} продолжен на оставшиеся до срока {left}."
NO_FORECAST = "Прогноз появится, когда отчитаются не меньше трёх муниципалитетов."

UNREPORTED = "{state} — {count}:"
UNREPORTED_MORE = "Показаны не все: см. вкладку «{silent}»."

MINISTRY_SECTION = "Что в итогах внесло министерство"
MINISTRY_NOTHING = "Ничего: все показатели — такие, как прислали муниципалитеты."
MINISTRY_REPORTS = "Отчётов"
MINISTRY_ANSWERS = "Ответов"
MINISTRY_CHANGE = "Изменение"
MINISTRY_CHANGE_NOTE = "Сколько это прибавило или убавило. В строках «Исправлено…» и «Внесено…» — показатель «{title}»."
MINISTRY_CORRECTED = "Исправлено в таблице"
MINISTRY_CORRECTED_NOTE = "Ответы учтённых отчётов, которые отличаются от присланных; каждый — во вкладке «{problems}»."
MINISTRY_ADDED = "Внесено строками вручную"
MINISTRY_ADDED_NOTE = "Учтены строки, которые добавило министерство: см. отметки во вкладке «{municipalities}»."

RANKS_SECTION = "{title}: муниципалитеты по убыванию"
RANKS_SHARE = "Доля итога"
RANKS_UNREPORTED = "{name} — {state}"
RANKS_MORE = "и ещё: {count}. Все — во вкладке «{municipalities}»."

SIGNATURE_SECTION = "Подпись"
SIGNATURE_LINES = ("Должность", "Подпись, инициалы и фамилия", "Дата", "Исполнитель, телефон")
SIGNATURE_BLANK = "_" * 48

NOTICES_SECTION = "Поправьте в таблице"
LEFT_OUT_SECTION = "Что не вошло в итоги и почему"
LEFT_OUT_NOTHING = "Все строки учтены."
LEFT_OUT_OTHERS = "И другие строки: {count}."
LEFT_OUT_MORE = "и ещё: {count}. Все — во вкладке «{problems}»."
ROW_LINK = "строка {row}"

# «Муниципалитеты» -----------------------------------------------------------------------------------------------

OKTMO = "ОКТМО"
MUNICIPALITY = "Муниципалитет"
STATE = "Состояние"
RECEIPT = "Приём"
VERSION = "Версия"
ACCEPTED = "Принято"
MARKS = "Отметки"
REGION_ROW = "Итого"
REGION_REPORTED = "отчитались {reported} из {all}"
NUMBER = "№"
SAME_HEADER = "{header} ({number})"
NOTES = "Заметки министерства"
NOTES_HINT = "Этот столбец — ваш: программа в нём ничего не пишет. Строки можно сортировать, заметка останется у своей."
BY_HAND = "внесено вручную"
NEWER_WAITS = "новая версия ещё не в таблице"
WAITS = "принят, ещё не в таблице"
CORRECTED = "исправлено министерством: {count}"
REMARKS = "замечаний: {count}"
FORMER_COLUMN = "{title} (не обновляется с {since})"
EXTENDED = "срок продлён до {deadline}"
CORRECTED_LATE = "исправлен после срока"
MUNICIPALITIES_CHART = "{title} по муниципалитетам"

# «Не сдали» -----------------------------------------------------------------------------------------------------

SILENT_INTRO = "Не отчитались {count} из {all}. Текст напоминания можно скопировать в письмо."
SILENT_CLOSED = (
    "Приём закончен. Чтобы муниципалитет мог отправить отчёт, попросите администратора продлить ему срок: "
    "svod extend ОКТМО ВРЕМЯ."
)
SILENT_NOBODY = "Отчитались все муниципалитеты."
SITUATION = "Состояние"
TERM = "Срок"
LEFT = "До срока"
REMINDER = "Текст напоминания"
DAYS_LEFT = "осталось {days}"
LAST_DAY = "срок сегодня"
OVERDUE = "просрочено на {days}"
OVERDUE_TODAY = "срок прошёл сегодня"
CAME_IN_TIME = "отчёт пришёл в срок"
CAME_LATE = "отчёт пришёл после срока"

REMIND_SILENT = (
    "{ministry} просит до {deadline} представить отчёт {genitive} «{subject}» ({title}). "
    "Отчёт заполняется по личной ссылке, направленной по электронной почте.{contact}"
)
REMIND_SILENT_OVERDUE = (
    "{ministry} напоминает: срок представления отчёта «{subject}» ({title}) истёк {deadline}, отчёт {genitive} не "
    "поступил. Просим представить его безотлагательно по личной ссылке, направленной по электронной почте.{contact}"
)
REMIND_SILENT_CLOSED = (
    "{ministry} напоминает: срок представления отчёта «{subject}» ({title}) истёк {deadline}, отчёт {genitive} не "
    "поступил. Приём отчётов закончен: чтобы представить отчёт, обратитесь в министерство за продлением срока.{contact}"
)
REMIND_DRAFT = (
    "Отчёт {genitive} «{subject}» ({title}) начат, но не отправлен. Просим {when} открыть личную ссылку, проверить "
    "ответы и отправить отчёт.{contact}"
)
REMIND_DRAFT_CLOSED = (
    "Отчёт {genitive} «{subject}» ({title}) начат, но не отправлен, а срок его представления истёк {deadline}. Приём "
    "отчётов закончен: чтобы отправить отчёт, обратитесь в министерство за продлением срока.{contact}"
)
REMIND_EXCLUDED = (
    "В отчёте {genitive} «{subject}» ({title}){receipt} есть ошибка, поэтому показатели не учтены: {errors} "
    "Просим {when} открыть личную ссылку, исправить ответы и отправить новую версию.{contact}"
)
REMIND_EXCLUDED_CLOSED = (
    "В отчёте {genitive} «{subject}» ({title}){receipt} есть ошибка, поэтому показатели не учтены: {errors} "
    "Приём отчётов закончен: чтобы исправить ответы и отправить новую версию, обратитесь в министерство за продлением "
    "срока.{contact}"
)
REMIND_DELETED = (
    "Отчёт {genitive} «{subject}» ({title}){receipt} исключён из свода. Просим {when} открыть личную ссылку, "
    "проверить ответы и отправить новую версию.{contact}"
)
REMIND_DELETED_CLOSED = (
    "Отчёт {genitive} «{subject}» ({title}){receipt} исключён из свода. Приём отчётов закончен: чтобы отправить новую "
    "версию, обратитесь в министерство за продлением срока.{contact}"
)
REMIND_SPREADSHEET = (
    "Напоминание не нужно: муниципалитет прислал отчёт без этой ошибки, она внесена в самой таблице (строка {row}). "
    "{errors}"
)
REMIND_MANUAL_ROW = "Напоминание не нужно: ошибка в строке {row}, которую министерство добавило вручную. {errors}"
REMIND_UNCLEAR = "Напоминание не нужно: ошибка в самой таблице, см. вкладку «{problems}»."
REMIND_WAITING = "Напоминание не нужно: отчёт принят и скоро появится в таблице."
AGGREGATES = {
    "mean": "среднее по муниципалитетам",
    "min": "наименьшее",
    "max": "наибольшее",
    "last": "из последнего принятого отчёта",
    "none": "по области не считается",
    "weighted_by": "среднее, взвешенное по показателю «{}»",
    "ratio_of": "отношение сумм: «{}» к «{}»",
}
"""How the region's figure of a question is made, by kind of `aggregate`; a sum needs no words."""
REMIND_WHEN = "до {deadline}"
REMIND_NOW = "безотлагательно"
REMIND_RECEIPT = ", квитанция {receipt},"
REMIND_CONTACT = " По вопросам обращайтесь: {who}{address}."

# «Замечания» ----------------------------------------------------------------------------------------------------

PROBLEMS_INTRO = "Ошибок: {errors}, предупреждений: {warnings}. Щёлкните номер строки, чтобы перейти к ней."
PROBLEMS_NONE = "Замечаний нет."
PROBLEMS_MORE = "Показаны не все: во вкладке помещается {most} строк, ещё {count} не показаны."
PUT_BACK = "возвращено, как в отчёте"
PUT_BACK_CELL = "«{title}», строка {row}, {header}: было «{was}»"
REMARK_KEY = "Ключ"
CLOSED = "снято с {moment}"
CLOSED_PREFIX = "снято с "
DECISION = "Решение министерства"
DECISION_HINT = "Этот столбец — ваш: отметьте здесь, что решено. Программа в нём ничего не пишет."
DECISIONS = ("принято", "на исправление")
DESK_DECISION = "Принято на столе"
DESK_DECISION_HINT = "Что отмечено на столе министерства; отменить это можно там же. Этот столбец заполняет программа."
ACCEPTED_ON_DESK = "принято {moment}"
PROBLEMS_BEFORE = "{title} (до {day})"
QUESTION = "Вопрос"
VALUE = "Значение"
CODE = "Код"
LEVEL = "Уровень"
WHAT = "Что не так"
TO_DO = "Что сделать"
REASON = "Пояснение муниципалитета"
ROW = "Строка"
ERROR = "ошибка"
WARNING = "предупреждение"

# «Динамика» -----------------------------------------------------------------------------------------------------

BY_WEEK = "По неделям"
BY_DAY = "По дням"
WEEK = "Неделя с"
DAY = "День"
NEW_REPORTS = "Отчётов добавилось"
REPORTS = "Отчётов всего"
NEW_TOTAL = "Показатель вырос на"
DYNAMICS_NOTE = (
    "Строки, которые сейчас стоят в таблице, разложены по дням приёма. Исправленное число меняет свой день. "
    "Прирост меньше нуля — поправка в меньшую сторону."
)
DYNAMICS_NONE = "Отчётов пока нет."
CHART_TOTAL = "{title}, по дням"
CHART_REPORTS = "Отчётов всего, по дням"

# «Журнал» -------------------------------------------------------------------------------------------------------

JOURNAL_INTRO = "Последние записи в таблицу и пересчёты, сначала новые. Обновляется вместе со сводом."
WHEN = "Когда"
KIND_OF_WORK = "Что"
ROWS = "Строк"
CALLS = "Обращений к таблице"
DURATION = "Длительность, мс"
RESULT = "Итог"
DETAIL = "Подробности"
JOURNAL_KINDS: Mapping[str, str] = {
    "delivery": "доставка",
    "refresh": "пересчёт",
    "columns": "столбцы",
    "restore": "возврат строки",
    "pages": "правка вкладки",
    "undo": "возврат ячеек",
}
JOURNAL_NONE = "Записей пока нет."


def moment(value: datetime) -> str:
    """«28 мая 2023 г., 13:00»; the value's own zone."""
    return format_datetime(value, "d MMMM y 'г'., HH:mm", locale=LOCALE)


def day(value: date) -> str:
    """«28 мая 2023 г.»"""
    return format_date(value, "d MMMM y 'г'.", locale=LOCALE)


def short_moment(value: datetime) -> str:
    """«28.05.2023 13:00»"""
    return format_datetime(value, "dd.MM.y HH:mm", locale=LOCALE)


def short_day(value: date) -> str:
    """«28.05.2023»"""
    return format_date(value, "dd.MM.y", locale=LOCALE)


def counted(number: int, one: str, few: str, many: str) -> str:
    """«1 день», «2 дня», «5 дней»: the number with its word after it, joined by a no-break space."""
    word = {"one": one, "few": few}.get(LOCALE.plural_form(number), many)
    return f"{number}{NBSP}{word}"


def days(number: int) -> str:
    return counted(number, "день", "дня", "дней")


def minutes(number: int) -> str:
    """Return the minutes in the genitive, as after «старше»."""
    return counted(number, "минуты", "минут", "минут")


def age(span: timedelta) -> str:
    """«меньше минуты», «5 минут», «3 часа», «2 дня»."""
    whole = int(span.total_seconds()) // 60
    if whole < 1:
        return "меньше минуты"
    if whole < 120:
        return counted(whole, "минуту", "минуты", "минут")
    if whole < 48 * 60:
        return counted(whole // 60, "час", "часа", "часов")
    return days(whole // (24 * 60))
