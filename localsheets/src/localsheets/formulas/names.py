"""Russian names of functions in Google Sheets and Excel.

Source: support.google.com/docs/table/25273 in Russian, and Excel's list of functions.
"""

RUSSIAN = {
    "АДРЕС": "ADDRESS", "ВПР": "VLOOKUP", "ВРЕМЯ": "TIME", "ВЫБОР": "CHOOSE", "ГИПЕРССЫЛКА": "HYPERLINK",
    "ГОД": "YEAR", "ГПР": "HLOOKUP", "ДАТА": "DATE", "ДАТАЗНАЧ": "DATEVALUE", "ДАТАМЕС": "EDATE",
    "ДВССЫЛ": "INDIRECT", "ДЕНЬ": "DAY", "ДЕНЬНЕД": "WEEKDAY", "ДИСП": "VAR", "ДИСП.В": "VAR.S", "ДИСП.Г": "VAR.P",
    "ДЛСТР": "LEN", "ДНИ": "DAYS", "ЕЛОГИЧ": "ISLOGICAL", "ЕНД": "ISNA", "ЕНЕТЕКСТ": "ISNONTEXT",
    "ЕНЕЧЁТ": "ISODD", "ЕОШ": "ISERR", "ЕОШИБКА": "ISERROR", "ЕПУСТО": "ISBLANK", "ЕСЛИ": "IF", "ЕСЛИМН": "IFS",
    "ЕСЛИНД": "IFNA", "ЕСНД": "IFNA", "ЕСЛИОШИБКА": "IFERROR", "ЕССЫЛКА": "ISREF", "ЕТЕКСТ": "ISTEXT",
    "ЕЧИСЛО": "ISNUMBER", "ЕЧЁТН": "ISEVEN", "ЗАМЕНИТЬ": "REPLACE", "ЗНАК": "SIGN", "ЗНАЧЕН": "VALUE", "И": "AND",
    "ИЛИ": "OR", "ИНДЕКС": "INDEX", "ИСКЛИЛИ": "XOR", "КВАРТИЛЬ": "QUARTILE", "КОДСИМВ": "CODE",
    "КОНМЕСЯЦА": "EOMONTH", "КОРЕНЬ": "SQRT", "КОРРЕЛ": "CORREL", "ЛЕВСИМВ": "LEFT", "МАКС": "MAX", "МАКСА": "MAXA",
    "МАКСЕСЛИ": "MAXIFS", "МЕДИАНА": "MEDIAN", "МЕСЯЦ": "MONTH", "МИН": "MIN", "МИНА": "MINA",
    "МИНЕСЛИ": "MINIFS", "МИНУТЫ": "MINUTE", "МОДА": "MODE", "НАИБОЛЬШИЙ": "LARGE", "НАИМЕНЬШИЙ": "SMALL",
    "НАЙТИ": "FIND", "НД": "NA", "НЕ": "NOT", "НЕЧЁТ": "ODD", "НОД": "GCD", "НОК": "LCM", "НОМНЕДЕЛИ": "WEEKNUM",
    "ОБЪЕДИНИТЬ": "TEXTJOIN", "ОКРВВЕРХ": "CEILING", "ОКРВНИЗ": "FLOOR", "ОКРУГЛ": "ROUND",
    "ОКРУГЛВВЕРХ": "ROUNDUP", "ОКРУГЛВНИЗ": "ROUNDDOWN", "ОКРУГЛТ": "MROUND", "ОСТАТ": "MOD", "ОТБР": "TRUNC",
    "ПЕРЕКЛЮЧ": "SWITCH", "ПЕЧСИМВ": "CLEAN", "ПИ": "PI", "ПОВТОР": "REPT", "ПОДСТАВИТЬ": "SUBSTITUTE",
    "ПОИСК": "SEARCH", "ПОИСКПОЗ": "MATCH", "ПРАВСИМВ": "RIGHT", "ПРОИЗВЕД": "PRODUCT",
    "ПРОМЕЖУТОЧНЫЕ.ИТОГИ": "SUBTOTAL", "ПРОПИСН": "UPPER", "ПРОПНАЧ": "PROPER", "ПРОСМОТР": "LOOKUP",
    "ПРОСМОТРX": "XLOOKUP", "ПРОЦЕНТИЛЬ": "PERCENTILE", "ПСТР": "MID", "РАБДЕНЬ": "WORKDAY", "РАЗНДАТ": "DATEDIF",
    "РАНГ": "RANK", "СЕГОДНЯ": "TODAY", "СЕКУНДЫ": "SECOND", "СЖПРОБЕЛЫ": "TRIM", "СИМВОЛ": "CHAR", "СЛЧИС": "RAND",
    "СЛУЧМЕЖДУ": "RANDBETWEEN", "СМЕЩ": "OFFSET", "СОВПАД": "EXACT", "СРГЕОМ": "GEOMEAN", "СРЗНАЧ": "AVERAGE",
    "СРЗНАЧА": "AVERAGEA", "СРЗНАЧЕСЛИ": "AVERAGEIF", "СРЗНАЧЕСЛИМН": "AVERAGEIFS", "СТАНДОТКЛОН": "STDEV",
    "СТАНДОТКЛОН.В": "STDEV.S", "СТАНДОТКЛОН.Г": "STDEV.P", "СТАНДОТКЛОНП": "STDEVP", "СТЕПЕНЬ": "POWER",
    "СТОЛБЕЦ": "COLUMN", "СТРОКА": "ROW", "СТРОЧН": "LOWER", "СУММ": "SUM", "СУММЕСЛИ": "SUMIF",
    "СУММЕСЛИМН": "SUMIFS", "СУММКВ": "SUMSQ", "СУММПРОИЗВ": "SUMPRODUCT", "СЦЕП": "CONCAT",
    "СЦЕПИТЬ": "CONCATENATE", "СЧЁТ": "COUNT", "СЧЁТЕСЛИ": "COUNTIF", "СЧЁТЕСЛИМН": "COUNTIFS", "СЧЁТЗ": "COUNTA",
    "СЧИТАТЬПУСТОТЫ": "COUNTBLANK", "Т": "T", "ТДАТА": "NOW", "ТЕКСТ": "TEXT", "ТРАНСП": "TRANSPOSE",
    "УСЛОВИЯ": "IFS", "ФАКТР": "FACT", "ЦЕЛОЕ": "INT", "Ч": "N", "ЧАС": "HOUR", "ЧАСТНОЕ": "QUOTIENT",
    "ЧИСЛСТОЛБ": "COLUMNS", "ЧИСТРАБДНИ": "NETWORKDAYS", "ЧСТРОК": "ROWS", "ЧЁТН": "EVEN",
}  # fmt: skip
CONSTANTS = {"ИСТИНА": "TRUE", "ЛОЖЬ": "FALSE"}

# Functions that fill the cells beside them; the engine would compute the first cell only.
SPILLING = frozenset(
    {"ARRAYFORMULA", "BYCOL", "BYROW", "FILTER", "FREQUENCY", "HSTACK", "LINEST", "MAKEARRAY", "MAP", "MMULT", "QUERY",
     "RANDARRAY", "SEQUENCE", "SORT", "SORTBY", "SPLIT", "TRANSPOSE", "UNIQUE", "VSTACK"}
)  # fmt: skip


def english_name(name: str) -> str:
    """Return a function's English name; `е` counts as `ё`. A name that is not Russian is returned in capitals."""
    upper = name.upper()
    found = RUSSIAN.get(upper)
    if found is None and "Е" in upper:
        found = _WITHOUT_YO.get(upper)
    return found or upper


_WITHOUT_YO = {name.replace("Ё", "Е"): theirs for name, theirs in RUSSIAN.items()}
