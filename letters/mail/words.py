"""What is said of a mistaken template, in Russian. Apart from `texts`: the child process starts without the outbox."""

from __future__ import annotations

AT = "{file}, строка {line}: {problem}"
NO_SUBJECT = "{file}, строка 1: первая строка — тема письма: «Тема: …»"
TOO_LONG = "{file}: письмо длиннее {limit} знаков. Проверьте циклы («{{% for … %}}»)."
UNKNOWN_NAME = "имени «{name}» нет. Какие имена есть, сказано в руководстве специалиста"
NO_FILE = "шаблона «{name}» нет"
WRONG_COMMAND = "не понята команда ({reason})"
FORBIDDEN = "это шаблонам закрыто ({reason})"
FAILED = "не заполнить ({reason})"
