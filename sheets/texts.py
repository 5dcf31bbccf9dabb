"""Texts of this package, in Russian."""

from __future__ import annotations

ACCESS_DENIED = (
    "Нет доступа к таблице {spreadsheet}. Откройте её, нажмите «Настройки доступа» и дайте права редактора "
    "адресу {email}."
)
POLICY_FORBIDS = (
    "Доступ к таблице {spreadsheet} закрыт правилами организации в Google Cloud (VPC Service Controls), а не "
    "настройками самой таблицы. Попросите того, кто ведёт Google Cloud организации, пропустить этот компьютер и "
    "адрес {email}."
)
SPREADSHEET_MISSING = (
    "Таблица {spreadsheet} не найдена. Проверьте SPREADSHEET_ID (часть адреса таблицы между /d/ и /edit) "
    "и что таблица не удалена."
)
BAD_CREDENTIALS = (
    "Сервер не принял ключ сервисного аккаунта {email}: {reason}. Скачайте новый ключ JSON и укажите его "
    "в GOOGLE_APPLICATION_CREDENTIALS или GOOGLE_CREDENTIALS_JSON."
)
CLOCK_WRONG = (
    "Сервер не принял ключ сервисного аккаунта {email}: часы этого компьютера отстают или спешат. "
    "Включите синхронизацию времени и повторите."
)
API_DISABLED = (
    "В проекте сервисного аккаунта выключен Google Sheets API или Google Drive API. "
    "Включите оба в консоли Google Cloud («APIs & Services» → «Enable APIs») и повторите через несколько минут."
)
REFUSED = "Таблица отказалась выполнить запрос: {detail}"
TAB_MISSING = "Вкладка, с которой работает программа, удалена из таблицы."
QUOTA = "Исчерпана квота запросов к таблице."
UNAVAILABLE = "Таблица сейчас не отвечает ({reason})."
OUTCOME_UNKNOWN = "Связь с таблицей прервалась во время записи ({reason}). Программа проверит, дошла ли запись."
BUDGET_SPENT = "Исчерпан собственный предел запросов в минуту. Следующий запрос через {seconds} с."
KEYS_ANSWER = (
    "Сервер ключей (token_uri ключа) ответил не тем, что ожидалось. Чаще всего отвечает не он, а страница входа в сеть "
    "или прокси. Откройте с этого компьютера https://oauth2.googleapis.com и пропустите этот адрес в прокси."
)
NOT_A_TABLE = (
    "Файл {spreadsheet} — не таблица Google, а загруженный документ (например .xlsx). Откройте его, выберите «Файл» → "
    "«Сохранить как таблицу Google», дайте новой таблице доступ для {email} и укажите её в SPREADSHEET_ID."
)
ANSWER_TOO_LARGE = (
    "В таблице слишком много текста: больше {most} МБ. Попросите её владельца убрать лишнее с нужных вкладок."
)
NOT_JSON = "Сервер таблиц ответил не тем, что ожидалось. Проверьте SHEETS_API_URL."
REDIRECTED = "сервер прислал переадресацию"
STATUS = "код {code}"
TIMED_OUT = "истекло время ожидания"
NO_CONNECTION = "нет соединения с {host}"
SPREADSHEET_HOST = "сервером таблиц"
KEYS_HOST = "сервером ключей"
CONNECTION_LOST = "соединение разорвано"

CREDENTIALS_UNREADABLE = (
    "Файл ключа сервисного аккаунта {path} не читается. Проверьте путь (GOOGLE_APPLICATION_CREDENTIALS), права на файл "
    "и что это файл, а не папка."
)
CREDENTIALS_NOT_JSON = (
    "{source}: это не ключ сервисного аккаунта в формате JSON. Скачайте ключ в консоли Google Cloud "
    "(сервисный аккаунт → «Keys» → «Create new key» → JSON)."
)
CREDENTIALS_KEY_MISSING = "{source}: в ключе сервисного аккаунта нет поля «{key}». Скачайте ключ заново."
CREDENTIALS_KEY_DAMAGED = "{source}: закрытый ключ повреждён. Скачайте ключ заново."
CREDENTIALS_OPEN = "Файл ключа {path} могут читать другие пользователи. Выполните: chmod 600 {path}"
