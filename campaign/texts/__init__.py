"""The Russian words of the campaign package."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

from babel.core import Locale
from babel.numbers import format_decimal

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
_RUSSIAN = Locale("ru")
_THOUSAND = f"1{NBSP}234"
# In examples only: nobody copies them, and no line ends inside.
_PHONE = f"8{NBSP}(4922){NBSP}00-00-00".replace("-", "\N{NON-BREAKING HYPHEN}")

# «Пояснения»: what was asked, where the file's rule is one for several questions
REASON_OF = "{short} («{header}»)"

BLANK = "Ответ не заполнен."
NOT_ASKED = "Ответ не учтён: при остальных ответах этой строки такой вопрос не задаётся."
NOT_ASKED_ADVICE = "Очистите ячейку. Если ответ нужен, исправьте ответ, от которого зависит вопрос."
FILL_NUMBER = "Впишите число. Если никого или ничего нет, поставьте 0."
FILL = "Заполните это поле."
CHOOSE_ONE = "Выберите один из вариантов."
CHOOSE_SOME = "Отметьте хотя бы один вариант."
ATTACH = "Приложите хотя бы один файл."
NOT_FILES = "Это не число файлов."
NOT_FILES_ADVICE = "Впишите, сколько файлов прислали, например: 2 файла."

NOT_A_NUMBER = "Это не число."
NO_FIGURE_ADVICE = "Впишите только цифры, без слов и знаков, например: 12. Если никого или ничего нет, поставьте 0."
ONLY_DIGITS = "Впишите только цифры, без слов и знаков, например: 12."
WORDS_BESIDE_NUMBER = "Рядом с числом есть слова или знаки."
NOT_WHOLE = "Нужно целое число."
WHOLE_ADVICE = "Впишите число без дробной части, например: 12."
FORMULA_ERROR = "В ячейке ошибка формулы."
FORMULA_ERROR_ADVICE = "Впишите вместо формулы само число."
NUMBER_GROUPS = "Непонятно, какое это число."
NUMBER_GROUPS_ADVICE = f"Впишите число слитно или разделите пробелами по три цифры, например: {_THOUSAND}."
NUMBER_ENDED = "После числа лишний знак."
TWO_NUMBERS = "Здесь два числа: между ними перенос строки или знак табуляции."
TWO_NUMBERS_ADVICE = "Оставьте одно число, второе впишите в его собственное поле."
NUMBER_RANGE = "Здесь два числа, а нужно одно."
NUMBER_RANGE_ADVICE = "Впишите одно число: сколько было на самом деле."
CALCULATION = "Здесь действие с числами, а нужно одно число."
CALCULATION_ADVICE = "Посчитайте и впишите, сколько получилось."
NOT_EXACT = "Нужно точное число."
NOT_EXACT_ADVICE = "Впишите само число, без «около», «более», «~» и других таких знаков и слов."
DATE_TYPED = "Это дата или время, а нужно число."
DATE_CELL = "В ячейке дата или время («{shown}»), а нужно число."
DATE_CELL_ADVICE = "Впишите число заново; в Google сначала выберите для ячейки формат «Число»."
TOO_MANY_DIGITS = "В числе слишком много цифр."
EXTRA_DIGITS = "Проверьте, нет ли лишних цифр."
NEGATIVE = "Число не может быть отрицательным."
NEGATIVE_ADVICE = "Впишите 0 или больше."
TOO_MANY_PLACES = "Слишком много знаков после запятой."

BAD_CHARACTERS = "В тексте есть недопустимые знаки."
BAD_CHARACTERS_ADVICE = "Удалите их или наберите текст заново."
ONE_LINE = "Здесь нужна одна строка."
ONE_LINE_ADVICE = "Уберите переносы строк."

UNKNOWN_OPTION = "Такого варианта нет."
UNKNOWN_OPTION_ADVICE = "Выберите вариант из списка."

LATIN_SIGN = "латинская «{sign}»"
RUSSIAN_SIGN = "русская «{sign}»"

ZONE = "по {city} времени"
ZONE_UTC = "по времени UTC{sign}{hours}{rest}"

NOT_A_DATE = "Это не дата."
DATE_ADVICE = "Впишите дату так: 30.05.2023."

LINK_NONE = "Здесь нет адреса страницы."
LINK_IS_EMAIL = "Это адрес электронной почты, а нужен адрес страницы."
LINK_IS_HANDLE = "Это имя в социальной сети, а нужен адрес страницы."
LINK_BROKEN = "Адрес неполный или с ошибкой."
LINK_WORDS_BESIDE = "Рядом с адресом лишние слова, или в адресе пробел."
LINK_ADVICE = "Скопируйте адрес страницы целиком, он начинается с http:// или https://. Каждая ссылка — с новой строки."
LINK_TOO_LONG_ADVICE = "Впишите более короткий адрес этой страницы или уберите ссылку."

NOT_A_PHONE = "Это не похоже на номер телефона."
PHONE_ADVICE = f"Впишите номер с кодом города, например: {_PHONE}."
ONE_PHONE = "Здесь нужен один номер, без слов."
ONE_PHONE_ADVICE = f"Оставьте один номер с кодом города, например: {_PHONE}."
NOT_AN_EMAIL = "Это не похоже на адрес электронной почты."
ONE_EMAIL = "Здесь нужен один адрес."
ONE_EMAIL_ADVICE = "Оставьте один адрес, без имени и скобок, например: otdel@example.org."
EMAIL_ADVICE = "Впишите адрес целиком, например: otdel@example.org."

PERSONAL_DATA = "В тексте, похоже, есть {found}. Этот текст попадёт в общую таблицу."
PERSONAL_DATA_ADVICE = "Уберите это из текста. Если это не личные данные, подтвердите."
PERSONAL_EMAILS = ("адрес электронной почты", "адреса электронной почты")
PERSONAL_PHONES = ("номер телефона", "номера телефонов")

YES = "да"
NO = "нет"
TRUE, FALSE = "ИСТИНА", "ЛОЖЬ"  # as the spreadsheet shows a tick box

LONGEST_FIGURE = 200
"""Digits that a sentence can show: a product of answers may have more than Decimal's own 28."""


def number(value: int | Decimal) -> str:
    """Return a number in Russian notation: `1 234,5` with no-break spaces, `−60` with a minus."""
    if isinstance(value, int):  # nearly all are; Babel gives the same, slowly
        return f"{value:,}".replace(",", NBSP).replace("-", MINUS)
    with localcontext(prec=LONGEST_FIGURE):
        return format_decimal(value, locale="ru", decimal_quantization=False).replace("-", MINUS)


def operand(value: int | Decimal | Fraction | date) -> str:
    """Return what an expression in a message stands for; a fraction to two places, half up."""
    if isinstance(value, date):
        return day(value)
    if not isinstance(value, Fraction):
        return number(int(value) if isinstance(value, bool) else value)
    hundredths = (abs(value) * 200 + 1) // 2
    with localcontext(prec=LONGEST_FIGURE):
        return number(Decimal(hundredths if value >= 0 else -hundredths).scaleb(-2).normalize())


def day(value: date) -> str:
    """«30.05.2023»"""
    return value.strftime("%d.%m.%Y")


def personal_found(emails: Sequence[str], phones: Sequence[str]) -> str:
    """Return «номер телефона «8 900 000-00-00»» and the like for all of both kinds."""
    return " и ".join(
        f"{one if len(words) == 1 else many} {', '.join(f'«{word}»' for word in words)}"
        for (one, many), words in ((PERSONAL_EMAILS, emails), (PERSONAL_PHONES, phones))
        if words
    )


def only_digits(figure: str) -> str:
    return f"Оставьте только число: {figure}."


def instead(typed: str, right: str) -> str:
    """Return the advice to write a number in another way."""
    return f"Вместо «{typed}» впишите «{right}»."


def thousands_or_fraction(sign: str, thousands: str, fraction: str | None, places: int) -> tuple[str, str]:
    """Return message and advice for «1,234», with both ways to write it.

    sign:      the point or the comma
    thousands: the number if the sign separates thousands
    fraction:  the number if it separates a fraction; None where the question takes no such fraction
    places:    digits after the comma that the question takes
    """
    name, one = ("точкой", "точка") if sign == "." else ("запятой", "запятая")
    if fraction is not None:
        other = f"Если это дробная часть — впишите {fraction}."
    elif places:
        other = f"Если это дробная часть — {places_advice(places)[0].lower()}{places_advice(places)[1:]}"
    else:
        other = "Если это дробная часть — уберите её: нужно целое число."
    message = f"Непонятно, что отделяет {one}: тысячи или дробную часть."
    return message, f"Если {name} отделены тысячи — впишите {thousands}. {other}"


def above_maximum(limit: int | Decimal) -> tuple[str, str]:
    return f"Число больше предельного — {number(limit)}.", EXTRA_DIGITS


def below_minimum(limit: int | Decimal) -> tuple[str, str]:
    return f"Число меньше допустимого — {number(limit)}.", "Проверьте число."


def option_sign(title: str, sign: str) -> str:
    """Return the advice about a word that only looks like an option. sign: as `words.odd_sign` gives it."""
    return f"Похоже на «{title}», но в слове {sign}. Выберите вариант из списка."


def too_long(length: int, limit: int) -> tuple[str, str]:
    return (
        f"Слишком длинно: знаков {number(length)}, можно не больше {number(limit)}.",
        "Сократите текст.",
    )


def link_too_long(length: int, limit: int) -> tuple[str, str]:
    return (
        f"Ссылка слишком длинная: знаков {number(length)}, можно не больше {number(limit)}.",
        LINK_TOO_LONG_ADVICE,
    )


def not_links(shown: Sequence[tuple[str, str]], more: int) -> tuple[str, str]:
    """Return message and advice for lines that are not links.

    shown: line and reason of each that is shown; more: how many are not
    """
    words = "Это не ссылка" if len(shown) + more == 1 else "Это не ссылки"
    rest = f" и ещё {number(more)}" if more else ""
    reasons = list(dict.fromkeys(why for _, why in shown))
    if len(reasons) > 1:
        reasons = [f"«{line}»: {why[0].lower()}{why[1:]}" for line, why in shown]
    return f"{words}: {', '.join(f'«{line}»' for line, _ in shown)}{rest}.", " ".join((*reasons, LINK_ADVICE))


def too_many_items(count: int, limit: int) -> tuple[str, str]:
    return f"Строк {number(count)}, можно не больше {number(limit)}.", "Оставьте самые важные."


def too_many_files(count: int, limit: int) -> tuple[str, str]:
    return f"Файлов {number(count)}, можно не больше {number(limit)}.", "Оставьте самые важные."


def files_count(count: int) -> str:
    """Return «1 файл», «2 файла», «5 файлов»."""
    form = {"one": "файл", "few": "файла"}.get(_RUSSIAN.plural_form(count), "файлов")
    return f"{number(count)} {form}"


def file_shown(name: str, size: int) -> str:
    """Return a file's name with its size: «приказ.pdf (1,2 МБ)»."""
    kilobytes = max(1, round(size / 1000))
    megabytes = f"{Decimal(size) / 1_000_000:.1f}".replace(".", ",")
    return f"{name} ({megabytes}{NBSP}МБ)" if kilobytes >= 1000 else f"{name} ({kilobytes}{NBSP}КБ)"


def places_advice(places: int) -> str:
    return f"Оставьте после запятой не больше {places}."


# The campaign file --------------------------------------------------------------------------------------------

FILE_MISSING = "не найден: положите файл кампании сюда или укажите путь в SVOD_CONFIG"
FILE_UNREADABLE = "не читается: {why}"
FILE_IS_FOLDER = "это папка, а нужен файл"
FOLDER_EMPTY = "в папке нет ни одного файла кампании (.yaml): положите его сюда или укажите другую папку в SVOD_CONFIG"
FOLDER_FULL = "файлов кампаний больше {most}: уберите из папки закрытые кампании"
CHOOSE_CAMPAIGN = "Кампаний несколько: укажите, какую, ключом --campaign. Есть такие:"
UNKNOWN_CAMPAIGN = "Кампании «{id}» здесь нет. Есть такие:"
CAMPAIGN_LINE = "  --campaign {id}   {title}"
CAMPAIGN_ID_TAKEN = "такой id уже в файле {file}: дайте новой кампании или сводке свой"
PREFIX_TAKEN = "такая приставка квитанций (или похожая на вид) уже у кампании в файле {file}: выберите другую"
FOLLOWS_LATER = (
    "кампания продолжает ту, что в файле {file}, и должна заканчиваться позже неё: исправьте срок или follows"
)
MONTH_STEMS = (
    "январ",
    "феврал",
    "март",
    "апрел",
    "ма[йяею]",
    "июн",
    "июл",
    "август",
    "сентябр",
    "октябр",
    "ноябр",
    "декабр",
)
NEXT_UNREADABLE = "в файле {path} не получилось заменить {key}: перенесите кампанию на следующий период вручную"
NEXT_NEEDS_MONTHS = (
    "по id «{id}» не видно, как часто собирают эти сведения: в конце id бывает год и месяц (…-2026-11) или год "
    "(…-2026). Укажите, на сколько месяцев перенести: --months 1, 3 или 12"
)
NEXT_PREFIX_LONG = "приставка квитанций «{prefix}» длиннее восьми знаков: сократите приставку в исходном файле"
SPREADSHEET_TAKEN = "эту таблицу уже заполняет файл {file}: у каждой кампании и сводки своя таблица"
FILE_FORBIDDEN = "нет права на чтение"
FILE_OTHER_FAULT = "сбой чтения (код {code}), проверьте диск и путь"
FILE_NOT_UTF8 = "должен быть в кодировке UTF-8: сохраните его заново в ней"
FILE_LARGE = "больше {most} МБ: это не файл кампании, проверьте путь"
FILE_EMPTY = "пуст: нужны разделы campaign, sections, municipalities"
FILE_IS_LIST = "начинается со списка, а нужны разделы: campaign:, sections:, municipalities: — без «-» перед ними"
FILE_IS_TEXT = "в нём нет разделов: нужны campaign:, sections:, municipalities:"
YAML_BROKEN = "разметка YAML нарушена: {why}"
YAML_DUPLICATE = "ключ «{key}» повторяется: оставьте один"
YAML_TAB = "здесь знак табуляции: замените его пробелами"
YAML_SPACE = (
    "здесь вместо обычного пробела другой знак ({sign}): замените его обычными пробелами, в других строках тоже"
)
YAML_SPACES = {"\N{NO-BREAK SPACE}": "неразрывный пробел"}
YAML_SPACE_OTHER = "пробел особой ширины"
YAML_COLON = "здесь нужен ключ с двоеточием и пробелом после него: «ключ: значение»"
YAML_QUOTE = "кавычка открыта и в этой строке не закрыта"
YAML_ESCAPE = "после «\\» в двойных кавычках стоит недопустимый знак: возьмите текст в одинарные кавычки"
YAML_BRACKET = "скобка открыта и не закрыта, или внутри неё пропущена запятая или кавычка"
YAML_MAPPING = (
    "двоеточие не на месте: начните строку с того же столбца, что и соседние ключи; текст, в котором есть двоеточие, "
    "возьмите в кавычки; после «-» ставьте пробел"
)
YAML_DASH = "«-» не на месте: каждую строку списка начинайте с новой строки"
YAML_INDENT = "неверный отступ: начните строку с того же столбца, что и соседние"
YAML_AFTER_QUOTE = "после закрывающей кавычки есть ещё текст: возьмите весь текст в кавычки другого вида"
YAML_SIGN = "текст не может начинаться с «{sign}»: возьмите его в кавычки"
YAML_DOCUMENTS = "в файле может быть только одна кампания: уберите строку «---»"
YAML_CHARACTER = "здесь недопустимый знак: удалите его"
YAML_DEPTH = "слишком много вложенных скобок"
YAML_OTHER = "проверьте в этой строке и перед ней отступы, двоеточия, кавычки и скобки"
WHOLE_FILE = "файл"

KEY_MISSING = "нужен этот ключ"
KEY_UNKNOWN = "такого ключа нет{hint}"
KEY_HINT = "; может быть, «{name}»?"
EXPECTED_TEXT = "нужен текст"
EXPECTED_FILLED = "нужен непустой текст"
EXPECTED_INTEGER = "нужно целое число"
EXPECTED_NUMBER = "нужно число"
NUMBER_AMBIGUOUS = "непонятно, {thousands} это или {fraction}: напишите {thousands} или {fraction}"
NUMBER_BARE = "{expected} без кавычек, например 100"
NUMBER_TOO_LONG = "слишком большое число: цифр больше {digits}"
EXPECTED_BOOL = "нужно true или false"
EXPECTED_LIST = "нужен список"
EXPECTED_NONEMPTY_LIST = "нужен непустой список"
EXPECTED_MAPPING = "нужны пары «ключ: значение»"
EXPECTED_ONE_OF = "нужно одно из: {options}"
EXPECTED_MIN = "нужно не меньше {limit}"
EXPECTED_MAX = "нужно не больше {limit}"
EXPECTED_ID = "нужны латинские буквы, цифры и «_», первой — буква"
EXPECTED_CAMPAIGN_ID = "нужны строчные латинские буквы, цифры и «-»"
EXPECTED_OKTMO = 'нужен код ОКТМО из 8 цифр в кавычках, например "17701000"'
EXPECTED_DATETIME = "нужны дата и время, например 2023-05-30 23:59"
EXPECTED_YEAR = "проверьте год: нужен от {first} до {last}"
EXPECTED_TIMEZONE = "нужен часовой пояс, например Europe/Moscow"
EXPECTED_ONE_TIME = (
    "в этот час в этом часовом поясе переводят часы, такое время бывает дважды или не бывает: назовите время раньше "
    "или позже этого часа"
)
EXPECTED_DEADLINE_AFTER = "срок должен быть позже открытия"
EXPECTED_EMAIL = "нужен адрес электронной почты"
EXPECTED_SPREADSHEET = "нужен номер таблицы Google или весь её адрес: https://docs.google.com/spreadsheets/d/…"
EXPECTED_PREFIX = "нужно от 1 до 8 букв, цифр и «-»"
EXPECTED_UNIQUE = "«{name}»: значения не должны повторяться"
TITLE_REPEATED = "«{name}»: значения не должны повторяться; то же стоит в строке {line}"
TITLE_ALIKE = "«{name}»: на вид то же, что в строке {line}, но здесь {sign}: наберите слово заново или добавьте отличие"
NAME_REPEATED = "«{name}»: так уже называется муниципалитет в строке {line}; добавьте к названию отличие"
EXPECTED_TYPE = "такого вида ответа нет; нужно одно из: {options}"
EXPECTED_OPTIONS = "нужны варианты (options), хотя бы два"
OPTION_NOT_OF_TYPE = "вид «{type}» не знает этого ключа"
ROLE_NOT_OF_TYPE = "роль «{role}» бывает только у вопросов вида: {types}"
EXPECTED_AGGREGATE = (
    "как из чисел муниципалитетов складывается число области: sum (сумма), mean (среднее), min, max, last (из "
    "последнего отчёта), none (никак), "
    "{weighted_by: вопрос} (среднее, взвешенное по вопросу) или {ratio_of: [вопрос, вопрос]} (отношение сумм)"
)
AGGREGATE_NEEDED = (
    "ключ aggregate: название или единица говорят о доле, среднем или цене, а такие числа обычно не складывают; "
    "укажите " + EXPECTED_AGGREGATE
)
AGGREGATE_NUMERIC = "ключ aggregate бывает только у вопросов вида integer и decimal"
AGGREGATE_QUESTION = "нужен другой числовой вопрос, не из таблицы и не kept_at_home; вопроса «{name}» среди них нет"
AGGREGATE_FIGURE = "нужен другой показатель этой же таблицы; показателя «{name}» среди них нет"
PLAN_OF_NOTHING = "план — план главного показателя, а его в файле нет: укажите main_figure или уберите план"
ROWS_TITLE = "Группа"
MAIN_SUMS = "главный показатель складывается: вопрос без aggregate или с aggregate: sum"
EXPECTED_FILES = "файлов у вопроса бывает не больше {most}"
FILES_AT_HOME = "не нужно: файлы и так остаются в министерстве, в таблице стоит только их число"
ROLE_AT_HOME = "роль ни к чему: этот ответ в таблицу не попадает; уберите её"
OPTION_SEMICOLON = "в названии варианта не должно быть «;»: им варианты разделяются в таблице"
RESERVED_ID = "имя «{name}» занято: выберите другое"
RESERVED_HEADER = "заголовок «{name}» занят служебным столбцом"
EXPECTED_GROUP = "такой целевой группы нет; есть: {options}"
EXPECTED_KIND = "такого вида муниципалитетов нет; есть: {options}"
EXPECTED_FIGURE = "нужна таблица или показатель из sections; есть: {options}"
EXPECTED_ROWS = "нужно: target_groups"
EXPECTED_QUESTION = "такого вопроса нет{hint}"
EXPECTED_RANGE = "минимум больше максимума"
RULE_NEEDS_THIS = "правило с «for» ставится на вопрос «this»"
RULE_ASK_WARNING = "предупреждение должно спрашивать: нужно ask: reason или ask: confirm"
RULE_ASK_ERROR = "ошибка ничего не спрашивает: уберите ask"
RELEVANT_LATER = "условие может смотреть только на вопросы, которые стоят в файле выше: «{name}» стоит ниже"
RULE_HOME = "правило не может смотреть на «{name}»: этот ответ в таблицу не попадает"
LEAF_ID_TOO_LONG = "имена показателя и строки вместе длиннее 64 знаков: «{name}»; сократите их"
RULE_BRACE = "в сообщении скобка без пары: показатель пишется так: {registered}"
EXPECTED_TAB = "название вкладки: от 1 до 100 знаков"
OTHER_VALUE = "значение не подходит"

CHECK_GOOD = "{path}: ошибок нет. Вопросов: {questions}, правил: {rules}, муниципалитетов: {municipalities}."
CHECK_USAGE = (
    "Проверить файл кампании, ничего не запуская: python -m campaign [config.yaml]; какие имена можно писать в "
    "правилах: python -m campaign [config.yaml] --ids"
)
