"""What the person who starts the server reads, in Russian. Imports nothing of ours.

The answers of the API stand beside their code: they are Google's words. What the grid says stands in `grid.texts`.
"""

BAD_NUMBER = "{name}={text}: нужно целое число от {low} до {high}."
NOT_LOOPBACK = (
    "HOST={host}: за пределами этого компьютера сервер таблиц запускается только с учётными записями. "
    "Оставьте HOST=127.0.0.1 или создайте учётную запись: python -m localsheets account add ИМЯ --role edit"
)
OPEN_NOT_LOOPBACK = "LOCALSHEETS_OPEN=1 допускается только при HOST=127.0.0.1. Уберите одну из переменных."
PORT_TAKEN = "Порт {port} занят. Задайте другой: SHEETS_PORT=…"
DATABASE_FAILED = "Файл {path} не открывается: {reason}. Проверьте права и место на диске."
DATABASE_BUSY = "Файл {path} занят другим сервером таблиц. Остановите его или задайте другой DATA_DIR."
CREDENTIALS_BROKEN = (
    "Файл {path} не читается как ключ служебной учётной записи: {reason}. "
    "Удалите его — при следующем запуске будет создан новый."
)
STARTED = "Таблица: {url}"

FIRST_TITLE = "Свод"
FIRST_TAB = "Лист1"
