"""The Russian words about lists of entries."""

from __future__ import annotations

from babel.core import Locale

_RUSSIAN = Locale("ru")

EXPECTED_RANGE = "должно быть не меньше min_entries"
TOO_MANY_FIELDS = (
    "при таком числе вопросов и вариантов, во всех списках вместе, записей здесь может быть не больше {most}"
)
TYPE_INSIDE = "в записи не бывает файлов, таблиц и других списков"
KEY_INSIDE = "у вопроса записи этого ключа не бывает"
AGGREGATE_INSIDE = (
    "у числа записи бывает sum или none; среднее посчитает отдельный вопрос с ключом calculated: "
    "sum(список.число) / count(список)"
)
RESERVED_INSIDE = "«{name}»: это имя занято, назовите вопрос иначе"
TAB_REPEATED = "«{name}»: такое название у вкладки уже есть; назовите вкладку списка ключом tab"
COUNT_HEADER = "{header}: число записей"
SUM_HEADER = "{header}: {figure}"
COUNT = "Всего записей"
NOT_ENTRIES = "Это не список записей."
NOT_ENTRIES_ADVICE = "Заполните список в форме."
FEW = "Нужно записей: не меньше {least}, а заполнено {count}."
FEW_ADVICE = "Добавьте недостающие."
MANY = "Записей {count}, а можно не больше {most}."
MANY_ADVICE = "Уберите лишние или объедините похожие."
NO_ENTRIES = "Нет ни одной записи."
BLANK_ADVICE = "Добавьте хотя бы одну запись и заполните её."
TOO_LARGE = "Сумма по записям слишком большая."
TOO_LARGE_ADVICE = "Проверьте числа в записях."
ANSWER = "{title}: {value}"
ENTRY = "{entry} {number}"


def entries_count(count: int) -> str:
    """Return «1 запись», «2 записи», «5 записей»."""
    form = {"one": "запись", "few": "записи"}.get(_RUSSIAN.plural_form(count), "записей")
    return f"{count} {form}"
