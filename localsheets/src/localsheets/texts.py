"""Texts for the person who starts the server, in Russian.

Answers of the API are worded beside their code, since they are Google's words.
"""

BAD_NUMBER = "{name}={text}: нужно целое число от {low} до {high}."
NOT_LOOPBACK = (
    "HOST={host}: за пределами этого компьютера сервер таблиц запускается только с учётными записями. "
    "Оставьте HOST=127.0.0.1 или создайте учётную запись: python -m localsheets account add ИМЯ --role edit"
)
OPEN_NOT_LOOPBACK = "LOCALSHEETS_OPEN=1 допускается только при HOST=127.0.0.1. Уберите одну из переменных."
PORT_TAKEN = "Порт {port} занят. Задайте другой: SHEETS_PORT=…"
SOCKET_FAILED = "LOCALSHEETS_SOCKET={path}: сокет не создан: {reason}. Проверьте папку и права на неё."
DATABASE_FAILED = "Файл {path} не открывается: {reason}. Проверьте права и место на диске."
DATABASE_BUSY = "Файл {path} занят другим сервером таблиц. Остановите его или задайте другой DATA_DIR."
CREDENTIALS_BROKEN = (
    "Файл {path} не читается как ключ служебной учётной записи: {reason}. "
    "Удалите его — при следующем запуске будет создан новый."
)
REASONS = {
    "file is not a database": "это не база данных",
    "file is encrypted or is not a database": "это не база данных",
    "database disk image is malformed": "файл повреждён",
    "database or disk is full": "на диске нет места",
    "attempt to write a readonly database": "файл закрыт для записи",
    "unable to open database file": "файл не открывается",
    "database is locked": "файл занят другой программой",
    "No such file or directory": "такой папки нет",
    "Permission denied": "нет прав",
    "Is a directory": "это папка",
    "Not a directory": "это не папка",
    "No space left on device": "на диске нет места",
    "Read-only file system": "диск закрыт для записи",
    "no such table: about": "в нём нет таблиц этой программы",
}
"""What the system and SQLite say most, in Russian."""

BAD_REQUEST = "Запрос не понят: это не HTTP, или в нём ошибка.\n"

STARTED = "Таблица: {url}"

FIRST_TITLE = "Свод"
FIRST_TAB = "Лист1"


SERVES = "Сервер таблиц. Без команды — запускает его."
HELP_ROLE = "Права: edit — правит, read — смотрит."
OPTIONS = "[КЛЮЧИ]"
ANY_COMMAND = "КОМАНДА …"


def reason(error: Exception) -> str:
    """Return why a file could not be used, in Russian if the reason is a known one."""
    message = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return REASONS.get(message, message)


class Backup:
    """The commands `backup` and `restore`."""

    DONE = "Копия записана: {path}, таблиц: {count}, {size} КБ."
    RESTORED = "Данные восстановлены из {path}, таблиц: {count}. Прежние сохранены в {kept}."
    RESTORED_FIRST = "Данные восстановлены из {path}, таблиц: {count}."
    EXISTS = "Файл {path} уже есть. Укажите другое имя."
    NOT_BACKUP = "Файл {path} — не копия данных сервера таблиц: {reason}"
    FAILED = "Не получилось: {reason}"
    NO_FILE = "Файла {path} нет."
