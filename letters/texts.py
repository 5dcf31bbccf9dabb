"""What the documents and their errors say, in Russian."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from babel import Locale
from babel.dates import format_datetime

_LOCALE = Locale("ru")

# States of a municipality, as the worker publishes them.
STATES: Mapping[str, str] = {
    "on_time": "сдан в срок",
    "late": "сдан с опозданием",
    "excluded": "исключён (ошибка)",
    "deleted": "удалён",
    "draft": "только черновик",
    "silent": "не сдан",
}

BLANK = "—"
WITH_UNIT = "{title}, {unit}"
REASON = "Пояснение: {text}"
AS_OF = "{moment} ({zone})"
TABLE_OF_FIGURE = "{table}: {figure}"

NOTHING_PUBLISHED = (
    "Обработчик ещё не публиковал итогов этой кампании: какие показатели учтены, неизвестно, и письма нет. "
    "Запустите обработчик (worker в Procfile) и повторите, когда в таблице появится «Данные на»."
)
UNKNOWN_OKTMO = "Муниципалитета с кодом ОКТМО {oktmo} в кампании нет. Коды перечисляет команда: svod links"
NOT_PUBLISHED = (
    "О муниципалитете «{name}» обработчик ещё ничего не публиковал. Подождите следующего пересчёта и повторите."
)
NOT_COUNTED = "Отчёт муниципалитета «{name}» не учтён в итогах ({state}): официального ответа по нему нет."
NOT_SEEN = (
    "Муниципалитет «{name}» прислал новую версию ({receipt}), а в итогах она ещё не учтена. Дождитесь следующего "
    "пересчёта, чтобы в письме не остались прежние показатели."
)
UNKNOWN_RECEIPT = "Квитанции {receipt} в этой кампании нет. Проверьте номер, например: {example}"

TEMPLATE_UNREADABLE = "Шаблон {path} не прочитать: {reason}. Проверьте права."
TEMPLATE_WRONG = "Шаблон {path}: {problem} Письмо не сделано; исправьте шаблон и повторите."
TEMPLATE_SLOW = "он заполнялся дольше {seconds} с и остановлен. Проверьте циклы («{{% for … %}}»)."
TEMPLATE_CRASHED = "заполнить его не удалось: не хватило памяти или времени. Проверьте циклы («{% for … %}»)."
NOT_A_DOCX = "это не документ Word (.docx). Сохраните его в Word как «Документ Word (*.docx)»."
TOO_LARGE = "он слишком велик (больше {megabytes} МБ). Уменьшите картинки в нём."
TOO_MANY_PARTS = "в нём слишком много частей или они слишком велики. Сохраните его в Word заново."
MACROS = "в нём макросы. Сохраните его в Word как «Документ Word (*.docx)», без макросов."
OUTSIDE = "он берёт части из других мест ({target}). Вставьте картинку в сам документ."
UNKNOWN_NAME = "имени «{name}» нет{place}. Какие имена есть, сказано в руководстве специалиста."
WRONG_COMMAND = "не понята команда ({reason}){place}."
FORBIDDEN = "он обращается к тому, что шаблонам закрыто ({reason}){place}."
FAILED = "его не заполнить ({reason}){place}."
PLACE = ", место: «{text}»"
TOO_LONG_RESULT = "письмо по нему слишком велико (больше {megabytes} МБ). Проверьте циклы («{{% for … %}}»)."

NOT_MADE = "Документ не сделан: {problem}"
CRASHED = (
    "программа вёрстки остановилась (не хватило памяти или времени). Повторите; если не поможет, напишите авторам."
)
NO_LIBREOFFICE = (
    "Письмо по вашему шаблону {path} переводит в PDF программа LibreOffice, а её на этом компьютере нет. Сделайте "
    "файл .docx и сохраните его в PDF из Word или установите LibreOffice (Debian: apt-get install libreoffice-writer)."
)
LIBREOFFICE_FAILED = (
    "LibreOffice не перевела письмо в PDF. Установите libreoffice-writer или сделайте файл .docx и сохраните его в PDF "
    "из Word."
)
LIBREOFFICE_SLOW = (
    "Письмо слишком длинное: LibreOffice не перевела его в PDF за {seconds} с, и файл не записан. Сделайте файл .docx "
    "и сохраните его в PDF из Word. Или уберите свой шаблон {path}: без него PDF делает сама программа, любой длины."
)
EXPORT_RECEIPT = "Квитанция"
EXPORT_OKTMO = "ОКТМО"
EXPORT_MUNICIPALITY = "Муниципалитет"
EXPORT_VERSION = "Версия"
EXPORT_ACCEPTED = "Принят"
EXPORT_LATE = "С опозданием"
EXPORT_COUNTS = "Учтён"
EXPORT_SHEET = "Отчёты"
EXPORT_NUMBER = "№"
EXPORT_CUT = "… (обрезано: ячейка Excel больше не вмещает)"
EXPORT_REASONS = "Пояснения"
EXPORT_OTHER_TYPES = "Ответы прежнего вида"
YES = "да"
NO = "нет"

CHART_TEXT = "Диаграмма: муниципалитеты по убыванию показателя. Те же числа — в таблице."


def moment(value: datetime) -> str:
    """Return «28 мая 2023 г., 13:00», in the zone of the time."""
    return format_datetime(value, "d\N{NO-BREAK SPACE}MMMM y\N{NO-BREAK SPACE}'г'., HH:mm", locale=_LOCALE)
