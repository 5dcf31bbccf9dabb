"""Documents as files: our templates, the staff's, their mistakes, and the limits."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from docx import Document as Letter
from pypdf import PdfReader

from letters import documents, libreoffice
from letters.documents import Document, make
from letters.errors import LettersError, TemplateMistakeError
from letters.municipality import municipality_facts
from letters.receipt import receipt_facts
from letters.region import region_facts
from letters.summary import summary_facts
from outbox import Outbox
from outbox.summary_lines import SummaryLine
from scripts import word_templates
from tests.letters.factories import (
    ALEXANDROV,
    CAMPAIGN,
    PERSON,
    VYAZNIKI,
    answers,
    publish,
    send,
    status,
    template,
    words_of,
)

pytestmark = pytest.mark.slow
NOWHERE = Path("no-such-folder")


@pytest.fixture
def made(outbox: Outbox) -> dict[str, Document]:
    """Return a document of each kind, of two reports."""
    first = send(outbox, ALEXANDROV, answers(5, comment="#strike[нет] {{ 7*7 }} <w:p>"))
    publish(outbox, status(first), status(send(outbox, VYAZNIKI, answers(700)), state="late"))
    return {
        "receipt": Document("receipt", receipt_facts(CAMPAIGN, first, rehearsal=True)),
        "municipality": Document("municipality", municipality_facts(CAMPAIGN, outbox, ALEXANDROV)),
        "region": Document("region", region_facts(CAMPAIGN, outbox)),
    }


def read(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("receipt", ("Квитанция ФО-00001", "РЕПЕТИЦИЯ", "#strike[нет] {{ 7*7 }} <w:p>", "подпись")),
        ("municipality", ("Александровского муниципального района", PERSON, "ФО-00001", "подпись")),
        ("region", ("Сводная справка", "4 230", "Не отчитались", "город Ковров", "сдан с опозданием", "подпись")),
    ],
)
def test_a_pdf_is_accessible_and_says_what_it_has_to(
    made: dict[str, Document], kind: str, words: tuple[str, ...]
) -> None:
    pdf = make(made[kind], ".pdf", NOWHERE)
    opened = PdfReader(io.BytesIO(pdf))
    catalog: Any = opened.trailer["/Root"]
    assert (catalog["/Lang"], bool(catalog["/MarkInfo"]["/Marked"])) == ("ru-RU", True)
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()
    text = read(pdf).replace("\xa0", " ")
    for one in words:
        assert one in text


@pytest.mark.parametrize(("count", "alone"), [(40, True), (46, False)])
def test_no_sheet_has_nothing_but_lines_to_sign_on(outbox: Outbox, count: int, alone: bool) -> None:
    publish(outbox)
    rows = [SummaryLine("row", (f"Показатель {n}", "1")) for n in range(count)]
    outbox.summary_lines.keep(CAMPAIGN.id, [SummaryLine("headline", ("Отчитались 18 из 21",)), *rows])
    pdf = make(Document("summary", summary_facts(CAMPAIGN, outbox)), ".pdf", NOWHERE)
    last = PdfReader(io.BytesIO(pdf)).pages[-1].extract_text()
    assert "подпись" in last
    assert ("Показатель" not in last, "Отчитались 18 из 21" in last) == (alone, alone)


@pytest.mark.parametrize("kind", ["municipality", "region"])
def test_our_word_templates_say_the_same(made: dict[str, Document], kind: str) -> None:
    letter = make(made[kind], ".docx", NOWHERE)
    words = words_of(letter).replace("\xa0", " ")
    expected = {
        "municipality": ("Александровского муниципального района", PERSON, "#strike[нет] {{ 7*7 }} <w:p>"),
        "region": ("Сводная справка", "4 230", "город Ковров", "сдан с опозданием"),
    }
    for one in expected[kind]:
        assert one in words
    assert "{%" not in words
    if kind == "region":
        assert PERSON not in words
        pictures = Letter(io.BytesIO(letter)).element.body.xpath(".//wp:docPr/@descr")
        assert [text.startswith("Диаграмма") for text in pictures] == [True]


def test_the_committed_templates_are_what_the_script_makes() -> None:
    for name in ("municipality", "region"):
        out = io.BytesIO()
        getattr(word_templates, name)().save(out)
        committed = zipfile.ZipFile(documents.TEMPLATES / f"{name}.docx")
        assert committed.read("word/document.xml") == zipfile.ZipFile(out).read("word/document.xml"), (
            "python -m scripts.word_templates"
        )


def test_a_template_of_the_staff_replaces_ours(made: dict[str, Document], tmp_path: Path) -> None:
    (tmp_path / "region.docx").write_bytes(template("Наша справка: {{ регион }}, {{ итого | join('; ') }}"))
    words = words_of(make(made["region"], ".docx", tmp_path))
    assert words.strip().startswith("Наша справка: Владимирская область, 1\xa0410")


def test_without_libreoffice_the_staffs_letter_is_for_word_alone(
    made: dict[str, Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "region.docx").write_bytes(template("{{ регион }}"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LettersError, match="LibreOffice, а её на этом компьютере нет"):
        make(made["region"], ".pdf", tmp_path)


@pytest.mark.parametrize(("does", "said"), [("sleep 60", "слишком длинное"), ("false", "не перевела письмо в PDF")])
def test_a_libreoffice_that_does_not_come_to_an_end_is_told_from_one_that_fails(
    made: dict[str, Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str, said: str
) -> None:
    (tmp_path / "region.docx").write_bytes(template("{{ регион }}"))
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\n{does}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(libreoffice, "SECONDS", 2)
    with pytest.raises(LettersError, match=said) as told:
        make(made["region"], ".pdf", tmp_path)
    assert "сделайте файл .docx" in str(told.value).lower()
    assert make(made["region"], ".docx", tmp_path).startswith(b"PK")


@pytest.mark.libreoffice
def test_libreoffice_makes_a_pdf_of_the_staffs_letter(made: dict[str, Document], tmp_path: Path) -> None:
    shutil.copy(documents.TEMPLATES / "region.docx", tmp_path / "region.docx")
    pdf = make(made["region"], ".pdf", tmp_path)
    assert "Сводная справка" in read(pdf)
    catalog: Any = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert bool(catalog["/MarkInfo"]["/Marked"])


def with_part(name: str, content: bytes) -> bytes:
    out = io.BytesIO(template("{{ регион }}"))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


PICTURE = b"""<Relationships>
<Relationship Id="r" Type="x/image" Target="http://e.org/a.png" TargetMode="External"/>
</Relationships>"""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (partial(template, "Итог: {{ итог_всего }} ч."), "имени «итог_всего» нет, место: «Итог: {{ итог_всего }} ч.»"),
        (partial(template, "{% for один in рейтинг %}{{ один.имя }}{% endfor %}"), "имени «имя» нет, место:"),
        (partial(template, "Начало", "Вот {% если всего %} ошибка"), "не понята команда (Encountered unknown tag 'е"),
        (partial(template, "Начало", "Вот {{ всего + }} ошибка"), "место: «Вот {{ всего + }} ошибка»"),
        (partial(template, "{{ ''.__class__.__mro__ }}"), "закрыто"),
        (partial(template, "{{ всего / 0 }}"), "его не заполнить"),
        (partial(template, "{% include '/etc/passwd' %}"), "его не заполнить"),
        (partial(template, "{{ 'x' * 4000000000 }}"), "не хватило памяти"),
        (partial(with_part, "word/vbaProject.bin", b"x"), "макросы"),
        (partial(with_part, "word/_rels/extra.xml.rels", PICTURE), "из других мест (http://e.org/a.png)"),
        (partial(with_part, "word/extra.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "не документ Word"),
        (partial(with_part, "word/media/bomb.bin", b"\0" * 70_000_000), "слишком велики"),
        (b"PK\3\4 not a zip", "не документ Word"),
        (b"x" * (11 * 2**20), "слишком велик"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)  # fmt: skip
def test_a_mistaken_template_is_told_and_makes_nothing(
    made: dict[str, Document], tmp_path: Path, content: bytes | Callable[[], bytes], words: str
) -> None:
    (tmp_path / "region.docx").write_bytes(content() if callable(content) else content)
    with pytest.raises(TemplateMistakeError) as told:
        make(made["region"], ".docx", tmp_path)
    assert words in str(told.value)
    assert str(tmp_path / "region.docx") in str(told.value)


def test_a_template_that_runs_for_ever_is_stopped(
    made: dict[str, Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loops = "".join(f"{{% for a{i} in range(90000) %}}" for i in range(4)) + "{% endfor %}" * 4
    (tmp_path / "region.docx").write_bytes(template(loops))
    monkeypatch.setattr(documents, "WORD_SECONDS", 3)
    with pytest.raises(TemplateMistakeError, match="дольше 3 с и остановлен"):
        make(made["region"], ".docx", tmp_path)


def test_no_libreoffice_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert libreoffice.program() is None
