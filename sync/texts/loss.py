"""Words about a mass loss in «Ответы», and of the command that mends it. Imports nothing."""

from __future__ import annotations

MOST_COLUMNS = 3
"""Lost columns that the message names; the others are counted."""
NOTICE_HEAD = "Внимание: таблица не пересчитывается."
"""First line above every tab of the program while it stands still; the tab is recognised by it."""
LINE = 80
"""Signs in one line of that notice, so that it fits on the first screen."""

LOSS = (
    "Пересчёт остановлен: на вкладке «{title}» пропали ответы муниципалитетов: {what}. Последний верный свод сохранён, "
    "состояния муниципалитетов не меняются. Отмените последнее действие: «Правка» → «Отменить» или «Файл» → «История "
    "версий». Если не получается, попросите администратора выполнить: python -m sync restore --all. После этого работа "
    "продолжится сама. Если удалено намеренно: python -m sync restore --accept «{accept}»."
)
LOST_ROWS = "нет строк отчётов или их «ID» — {count}"
LOST_COLUMN = "пуст столбец «{header}», строк — {count}"
LOST_MORE = "и ещё столбцов — {count}"
ROWS = "строки"
"""What people type to accept the loss of whole rows."""

# What `restore` does with the headers
HEADER_MOVED = "Строка заголовков (сейчас она {row}-я) вернётся на первое место."
HEADER_ROW_ANEW = "Строка заголовков будет записана заново."
HEADER_WRITTEN = "Заголовок «{header}» будет вписан заново."
COLUMN_INSERTED = "Столбец «{header}» будет добавлен заново."
