"""Words of the worker's process: start, delivery, reading, commands, the journal. Imports nothing."""

from __future__ import annotations

# Headers of «Ответы» that are not questions
RECEIPT = "Приём"
ACCEPTED = "Принято"
OKTMO = "ОКТМО"
MUNICIPALITY = "Муниципалитет"
VERSION = "Версия"
REASONS = "Пояснения"
ID = "ID"
NOTE_ID = "Служебный номер строки. По нему программа узнаёт строку, где бы она ни стояла. Не меняйте его."
NOTE_RECEIPT = "Номер квитанции. Берётся из журнала приёма; правка этой ячейки на свод не влияет."

# What stands in the cells of a row that had to be written again under the right headers
MOVED_ROW = "строка перенесена ниже"

# The start
NO_CREDENTIALS = (
    "Не задан ключ доступа к таблице. Для Google задайте GOOGLE_APPLICATION_CREDENTIALS (путь) или "
    "GOOGLE_CREDENTIALS_JSON (текст) и SPREADSHEET_ID. Для встроенной таблицы сначала запустите её: "
    "она создаст файл {path}."
)
NO_SPREADSHEET_ID = (
    "Ключ Google задан, а SPREADSHEET_ID нет. Это часть адреса таблицы между /d/ и /edit. Задайте SPREADSHEET_ID."
)
NO_GOOGLE_KEY = (
    "SPREADSHEET_ID задан, а ключа Google нет. Задайте GOOGLE_APPLICATION_CREDENTIALS (путь к файлу) или "
    "GOOGLE_CREDENTIALS_JSON (текст ключа)."
)
NO_LOCAL_SPREADSHEET = (
    "Нет файла {path} с номером встроенной таблицы. Запустите встроенную таблицу: она создаст этот файл."
)
FILE_UNREADABLE = "Файл {path} не читается: {reason}."
BAD_PORT = "{variable}: нужен номер порта от 1 до 65535, а задано «{value}»."
BAD_URL = "SHEETS_API_URL: нужен адрес вида https://узел или http://узел:порт, а задано «{value}»."
KEY_READABLE = "Файл ключа {path} могут читать другие пользователи компьютера. Выполните: chmod 600 {path}"
ALREADY_RUNNING = "Обработчик этой таблицы уже работает ({holder}). Остановите его или подождите."
METRICS_PORT_TAKEN = "Порт {port} (METRICS_PORT) занят. Задайте другой или уберите METRICS_PORT."

# What stops the worker
FOREIGN_TAB = (
    "В таблице уже есть вкладка «{title}», которую создала не эта программа (или хранилище ответов было утрачено). "
    "Переименуйте эту вкладку, укажите пустую таблицу или верните резервную копию хранилища."
)
ANSWERS_DELETED = (
    "Вкладка «{title}» удалена из таблицы. Отправка и пересчёт остановлены. Верните её: «Файл» → «История версий» "
    "(или «Правка» → «Отменить»). Если это невозможно, выполните: python -m sync rebuild --into НОМЕР_НОВОЙ_ТАБЛИЦЫ."
)
FOREIGN_MARKER = (
    "В таблице стоит чужая отметка об отправке № {sequence}: в неё писала другая программа или хранилище ответов "
    "восстановлено из старой копии. Отправка и пересчёт остановлены, чтобы ничего не удвоить. Оставьте одного "
    "обработчика на таблицу; если хранилище восстановлено из копии, выполните: "
    "python -m sync rebuild --into НОМЕР_НОВОЙ_ТАБЛИЦЫ."
)
HEADERS_BROKEN = "Пересчёт остановлен: в первой строке вкладки «{title}» {what}. Последний верный свод сохранён."
HEADERS_MISSING = "не найдены заголовки: {names}. Верните их — пересчёт продолжится сам"
HEADERS_DOUBLED = "повторяются заголовки: {names}. Переименуйте лишний столбец — пересчёт продолжится сам"
ALL_REFUSED = (
    "Таблица отказывается принимать строки одну за другой: {detail} Отправка будет повторена через минуту. "
    "Проверьте, не защищена ли вкладка «{title}» от изменений и не заполнена ли таблица до предела."
)
NOT_EMPTY = "Таблица {spreadsheet} не пуста: в ней есть «{title}». Нужна новая пустая таблица."
SAME_SPREADSHEET = "Таблица {spreadsheet} — та, с которой уже работает программа. Нужна новая пустая таблица."

UNEXPECTED = (
    "Внутренняя ошибка обработчика ({error}). Работа продолжается; сообщите администратору, подробности в его журнале."
)

# Delivery
CELL_TOO_LONG = (
    "Ответ на вопрос «{title}» длиннее {limit} знаков: столько не помещается в ячейку таблицы. "
    "Попросите муниципалитет сократить ответ и отправить отчёт ещё раз."
)
ROW_REFUSED = "Таблица не приняла строку: {detail}"
COLUMNS_MOVED = "столбцы переставили во время отправки; строки будут записаны заново"

# The journal tab
DELIVERED = "доставлено"
DELIVERED_LATE = "доставлено (проверено по отметке)"
REFUSED = "отказ"
SET_ASIDE = "отложено"
MOVED = "столбцы сдвинулись, строки записываются заново"
REFRESHED = "свод обновлён"
COLUMN_ADDED = "добавлен столбец"
HEADER_RENAMED = "заголовок переименован"
FAILED = "ошибка"
RESTORED = "строка возвращается"

# Remarks about rows that the worker itself made
MOVED_ROW_MESSAGE = "Эту строку программа записала заново ниже, потому что во время отправки переставили столбцы."
MOVED_ROW_ADVICE = "Строку можно удалить: в итоги она не входит."

# Commands
ABOUT = "Обработчик: отправляет принятые отчёты в таблицу, проверяет их и пересчитывает свод."
HELP_ONCE = "отправить, пересчитать и выйти: 0 — всё доставлено, иначе одна строка о том, что мешает"
HELP_STATUS = "что ждёт отправки, что отложено, когда свод пересчитан"
HELP_RESTORE = "вернуть строку, которую удалили из «Ответов»"
HELP_REBUILD = "заполнить пустую таблицу заново из хранилища ответов"
HELP_INTO = "номер (ID) новой пустой таблицы; new — создать её (только встроенная таблица)"
ONCE_DONE = "Готово: отправлено строк — {rows}, свод на {as_of}."
ONCE_ASIDE = "Отложено: {count}, почему — покажет python -m sync status."
ONCE_LATER = "Принятые отчёты сохранены. Повторите команду позже."
ONCE_LEFT = "Не отправлено: {count}. {reason}"
RECEIPT_UNKNOWN = "Квитанции {receipt} в этой кампании нет."
RECEIPT_WAITS = "Отчёт {receipt} ещё не отправлен в таблицу: возвращать нечего."
RECEIPT_PRESENT = "Строка отчёта {receipt} на месте: возвращать нечего."
RECEIPT_PUT_BACK = "Отчёт {receipt} снова в очереди. Обработчик отправит его в ближайшие секунды."
REBUILT = "Готово: строк — {rows}, правок министерства — {edits}. Теперь задайте SPREADSHEET_ID={spreadsheet}."
NEW_SPREADSHEET = "{title} (восстановлено)"
CREATE_REFUSED = (
    "Создать таблицу в Google программа не может. Создайте пустую таблицу сами, дайте права редактора адресу {email} "
    "и повторите: python -m sync rebuild --into ЕЁ_НОМЕР."
)

STATUS_LINES = """\
Таблица:              {spreadsheet}
Обработчик:           {holder}
Ждут отправки:        {waiting}
Самый старый ждёт:    {oldest}
Доставлено:           {delivered}
Отложено:             {set_aside}
Последняя отправка:   {delivery}
Свод пересчитан:      {refreshed}
Сейчас мешает:        {trouble}"""
NOBODY = "не запущен"
NOTHING = "ничего"
NONE = "—"
NEVER = "ещё не было"
SECONDS = "{seconds} с"
SET_ASIDE_LINE = "  {receipt} {municipality}: {reason}"
