"""What the command `svod` says."""

from __future__ import annotations

ABOUT = "Свод: форма для муниципалитетов и сводная таблица министерства. Команды для администратора."
HELP_VERSION = "Показать версию и выйти."
VERSION = "Свод %(version)s"
