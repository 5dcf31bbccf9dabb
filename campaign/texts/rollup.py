"""The Russian words about the file of a roll-up."""

EXPECTED_REGION_CODE = 'нужны первые цифры кода ОКТМО региона, от 2 до 8, в кавычках, например "17"'
EXPECTED_ONE_SOURCE = "у региона один источник: campaign или spreadsheet; уберите лишний ключ"
ROLLUP_REPEATED = "«{name}»: значения не должны повторяться; то же стоит в строке {line}"
ROLLUP_RANK_UNKNOWN = "показателя «{name}» нет среди figures: впишите id одного из них"
ROLLUP_OF_ITSELF = "это таблица самой сводки (раздел spreadsheet, ключ id): укажите таблицу региона"
ROLLUP_NO_CAMPAIGN = "кампании «{id}» в этой папке нет: проверьте id или укажите таблицу региона ключом spreadsheet"
ROLLUP_NO_FIGURE = (
    "в кампании «{id}» нет числового показателя «{name}»: впишите в question его id (какие есть, покажет "
    "python -m campaign ФАЙЛ --ids)"
)
ROLLUP_NOT_HERE = "это сводка по регионам, а здесь нужен файл кампании"
ROLLUP_GOOD = (
    "{path}: ошибок нет. Это сводка: регионов: {regions}, из них с источником: {sourced}; показателей: {figures}."
)
FOLDER_NO_CAMPAIGN = "здесь только сводки по регионам, а форме нужна хотя бы одна кампания: положите сюда её файл"
