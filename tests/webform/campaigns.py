"""Short campaign files: several of them make one installation."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

ALEXANDROV, GUS, KOVROV, VLADIMIR = "17605000", "17720000", "17725000", "17701000"
NAMES = {
    ALEXANDROV: ("Александровский район", "Александровского района"),
    GUS: ("город Гусь-Хрустальный", "города Гусь-Хрустального"),
    KOVROV: ("город Ковров", "города Коврова"),
    VLADIMIR: ("город Владимир", "города Владимира"),
}


def write_campaign(
    folder: Path,
    name: str,
    *,
    opens: str = "2023-03-27 00:00",
    deadline: str = "2023-05-30 23:59",
    late: str = "accept",
    closed: bool = False,
    addressees: str = "default",
    prefix: str | None = None,
    title: str | None = None,
    ministry: str = "Министерство образования",
    asked: Iterable[str] = (ALEXANDROV, KOVROV),
) -> Path:
    """Write a campaign of one number into the folder, and return its file. name: id, and the file's name."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = "\n".join(
        f'  - {{oktmo: "{oktmo}", name: {NAMES[oktmo][0]}, genitive: {NAMES[oktmo][1]}}}' for oktmo in asked
    )
    file = folder / f"{name}.yaml"
    file.write_text(
        f"""
campaign:
  id: {name}
  title: "{title or f"Кампания {name}"}"
  subject: Сведения о кружках
  ministry: {ministry}
  region: Область
  letter: Письмо о кружках.
  purpose: Посчитать кружки.
  opens: {opens}
  deadline: {deadline}
  late: {late}
  closed: {"true" if closed else "false"}
  addressees: {addressees}
  receipt_prefix: {prefix or name[:8].upper()}
  contact: {{who: координатор, email: coordinator@example.org}}
target_groups: []
sections:
  - id: all
    title: Всё
    questions:
      - {{id: clubs, type: integer, title: Сколько кружков, required: true}}
      - {{id: comment, type: long_text, title: Комментарий}}
municipalities:
{lines}
""",
        encoding="utf-8",
    )
    return file
