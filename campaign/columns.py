"""The columns of «Ответы» that are not questions."""

from __future__ import annotations

from collections.abc import Mapping

HEADERS: Mapping[str, str] = {
    "receipt": "Приём",
    "accepted": "Принято",
    "oktmo": "ОКТМО",
    "municipality": "Муниципалитет",
    "version": "Версия",
    "account": "Учёт",
    "reasons": "Пояснения",
    "id": "ID",
}
"""Id of each column → its header, in their order. No question may have one of these ids or headers."""
