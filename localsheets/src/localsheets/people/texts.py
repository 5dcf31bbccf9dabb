"""Texts of the commands about accounts and staff links, in Russian."""


class People:
    """Accounts, and the commands about them."""

    BAD_NAME = "Имя — от 2 до 60 букв, цифр, пробелов и знаков . _ @ -, первая — буква или цифра."
    EXISTS = "Учётная запись «{name}» уже есть."
    NO_ACCOUNT = "Учётной записи «{name}» нет. Список: python -m localsheets account list"
    SHORT_PASSWORD = "В пароле должно быть не меньше {least} знаков."  # noqa: S105
    LONG_PASSWORD = "Пароль слишком длинный: больше 1000 знаков."  # noqa: S105
    ASK_PASSWORD = "Пароль"  # noqa: S105
    ASK_AGAIN = "Пароль ещё раз"
    ADDED = "Учётная запись «{name}» создана: {role}."
    CHANGED = "Пароль «{name}» изменён. Прежние входы закончились."
    REMOVED = "Учётная запись «{name}» удалена."
    NONE = "Учётных записей нет."
    ROLES = {"edit": "правка", "read": "просмотр"}  # noqa: RUF012 - read only
    LINK = "Одноразовая ссылка для сотрудника (действует час): {url}"
    REVOKED = "Ссылки и входы по ссылкам отменены: {count}."
    NO_DATA = "Файла {path} нет: сервер таблиц ещё не запускался с этим DATA_DIR."
