"""The campaign file gives questions another type while reports are there: every page of theirs still opens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from campaign.answer_types import ANSWER_TYPES
from outbox.address_codes import Holder
from tests.webform.clerk import Page, read_page
from tests.webform.harness import Site
from webform import create_app
from webform.services import NAME

OKTMO = "10000001"
TYPES = [*ANSWER_TYPES]
GIVEN: dict[str, str | list[str]] = {
    "integer": "1 234",
    "decimal": "12,5",
    "text": "около 500",
    "long_text": "Первая строка\r\nвторая",
    "one_of": "b",
    "several": ["a", "b"],
    "yes_no": "no",
    "date": "30.05.2023",
    "links": "https://example.org/1\r\nhttps://example.org/2",
    "phone": "8 (4922) 00-00-00",
    "email": "otdel@example.org",
}
AS_SENT: dict[str, tuple[str, ...]] = {
    "text": ("около 500",),
    "long_text": ("Первая строка", "вторая"),
    "links": ("https://example.org/1", "https://example.org/2"),
    "phone": ("8 (4922) 00-00-00",),
    "email": ("otdel@example.org",),
}
"""What any page shows of an answer, whatever type its question has now."""
TABLE = "{id: sums, type: table, title: Таблица, total: Всего, rows: target_groups, figures: [{id: sum, title: Число}]}"


def campaign(now: dict[str, str], table: bool) -> str:
    """A campaign file with a question for each type, `q_TYPE`, of the type that it has now."""
    lines = [
        f"{{id: q_{name}, type: {kind}, title: Вопрос {name}"
        + (", options: [{id: a, title: Первый}, {id: b, title: Второй}]" if kind in ("one_of", "several") else "")
        + (", entry: Запись, questions: [{id: n, type: integer, title: Сколько}]" if kind == "repeats" else "")
        + "}"
        for name, kind in now.items()
    ]
    lines.append(TABLE if table else "{id: sum_one, type: text, title: Строка таблицы}")
    questions = "\n".join(f"      - {line}" for line in lines)
    return f"""
campaign:
  id: types-changed
  title: Проверка
  subject: Пример отчёта
  ministry: Министерство примера
  region: Область
  letter: Письмо.
  purpose: Цель.
  opens: 2023-03-27 00:00
  deadline: 2023-05-30 23:59
  receipt_prefix: ПР
  contact: {{who: координатор, email: coordinator@example.org}}
target_groups:
  - id: group
    title: Группа
    lines:
      - {{id: one, title: Первая, short: первая}}
      - {{id: two, title: Вторая, short: вторая}}
main_figure: head
sections:
  - id: all
    title: Всё
    questions:
      - {{id: head, type: integer, title: Главное число, required: true, cumulative: true}}
{questions}
rules:
  - id: decreased
    for: cumulative
    if: this < previous(this)
    at: this
    short: Меньше
    message: 'Было {{previous(this)}}, стало {{this}}.'
    advice: Поясните.
    ask: reason
municipalities:
  - {{oktmo: "{OKTMO}", name: Первый район, genitive: Первого района}}
"""


def client(site: Site) -> FlaskClient:
    app = create_app(site.environ)
    opened = app.test_client()
    opened.post("/enter", data={"code": app.extensions[NAME].codes.code(Holder("default", OKTMO), 1)})
    return opened


def page(answer: object) -> Page:
    status, text = getattr(answer, "status_code"), getattr(answer, "text")  # noqa: B009 - Flask's answer has no type here
    return read_page("", status, text, {"Content-Type": "text/html"})


@pytest.fixture
def sent(make: Callable[..., Site], tmp_path: Path) -> Site:
    """A site with one municipality, which has answered every question."""
    config = tmp_path / "config.yaml"
    config.write_text(campaign({name: name for name in TYPES}, table=False), encoding="utf-8")
    site = make(config=str(config))
    clerk = client(site)
    form = page(clerk.get(f"/reports/types-changed/{OKTMO}/form"))
    typed = {f"q_{name}": text for name, text in GIVEN.items()} | {"head": "10", "sum_one": "человек 7"}
    unseen = {name: value for name, value in form.form.fields if name not in typed}
    check = page(clerk.post(f"/reports/types-changed/{OKTMO}/form", data=unseen | typed, follow_redirects=True))
    assert "Осталось отправить" in check.title, check.errors
    fields: dict[str, list[str]] = {}
    for name, value in check.form.fields:
        fields.setdefault(name, []).append(value)
    assert clerk.post(f"/reports/types-changed/{OKTMO}/submissions", data=fields).status_code == 303
    return site


@pytest.mark.parametrize("shift", range(1, len(TYPES)))
def test_every_page_of_a_report_opens_when_types_have_changed(sent: Site, tmp_path: Path, shift: int) -> None:
    now = {name: TYPES[(place + shift) % len(TYPES)] for place, name in enumerate(TYPES)}
    (tmp_path / "config.yaml").write_text(campaign(now, table=True), encoding="utf-8")
    clerk = client(sent)
    form, receipt, home = (
        page(clerk.get(f"/reports/types-changed/{OKTMO}/{name}")) for name in ("form", "receipts/1", "")
    )
    assert (form.status, receipt.status, home.status) == (200, 200, 200)
    words = receipt.ids["main"]
    assert "человек 7" in words, "in the table's cell too"
    fields = dict(form.form.fields)
    assert fields["sum_one"] == "человек 7"
    for name, kind in now.items():
        for piece in AS_SENT.get(name, ()):
            assert piece in words, f"{name} as {kind}"
            if kind not in ("one_of", "several", "yes_no", "files", "repeats"):
                assert piece in fields[f"q_{name}"], f"{name} as {kind}"
    # Sent again with everything else blank: its earlier answer is shown before, and afterwards.
    blank = {f"q_{name}": "" for name in TYPES} | {"sum_one": "", "sum_two": "", "head": "11"}
    unseen = {name: value for name, value in form.form.fields if name not in blank}
    check = page(clerk.post(f"/reports/types-changed/{OKTMO}/form", data=unseen | blank, follow_redirects=True))
    assert "Осталось отправить" in check.title, check.errors
    assert "около 500" in check.ids["main"]
    assert clerk.post(f"/reports/types-changed/{OKTMO}/submissions", data=dict(check.form.fields)).status_code == 303
    home = page(clerk.get(f"/reports/types-changed/{OKTMO}/"))
    assert home.status == 200
    assert "около 500" in home.ids["main"]


def test_a_figure_that_was_a_text_is_no_previous_figure(sent: Site, tmp_path: Path) -> None:
    now = {name: name for name in TYPES} | {"text": "integer", "integer": "decimal"}
    (tmp_path / "config.yaml").write_text(campaign(now, table=False), encoding="utf-8")
    form = page(client(sent).get(f"/reports/types-changed/{OKTMO}/form"))
    assert form.status == 200
    assert "q_text-before" not in form.ids
    assert form.ids["q_integer-before"] == "Прежнее значение: 1\N{NO-BREAK SPACE}234."
    assert dict(form.form.fields)["q_text"] == "около 500", "and the clerk sees what is to be mended"
