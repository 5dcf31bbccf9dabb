"""«Свод» on paper: its figures are those that stand in the tab."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from letters.documents import Document, make
from letters.errors import LettersError
from letters.summary import summary_facts
from outbox.records import Json
from tests.sync.harness import Desk
from tests.sync.losses import look

pytestmark = pytest.mark.slow


def told_apart(text: str) -> str:
    """Return the text with one kind of blank and of minus: the tab has a hyphen, paper a minus."""
    return " ".join(text.replace("\u2212", "-").split())


def of_the_tab(desk: Desk) -> list[list[str]]:
    """Return the cells of «Свод» as a person sees them."""
    tab = f"/v4/spreadsheets/{desk.spreadsheet.id}/values/Свод"
    rows = desk.server.get(tab, valueRenderOption="FORMATTED_VALUE")["values"]
    assert isinstance(rows, list)
    return [[told_apart(str(cell)) for cell in row] for row in rows]


def test_every_line_on_paper_stands_in_the_tab(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(LettersError, match="ещё не публиковал"):
        summary_facts(desk.campaign, desk.outbox)
    worker = desk.worker()
    for n, one in enumerate(desk.campaign.municipalities[:5]):
        desk.submit(one.oktmo, {"informed": 1234 * n, "registered_teachers": 1000 + n})
    desk.deliver_all(worker)
    look(desk, worker, 2)
    tab, lines = of_the_tab(desk), desk.outbox.summary_lines.get(desk.campaign.id)
    assert {line.kind for line in lines} == {"headline", "section", "header", "row", "strong", "words"}
    for line in lines:
        shown = [told_apart(cell) for cell in line.cells]
        assert any(row[: len(shown)] == shown for row in tab), line
    assert "5 010" in [cell for line in lines for cell in map(told_apart, line.cells)], "the sum of the teachers"

    facts = summary_facts(desk.campaign, desk.outbox, rehearsal=True)
    words = told_apart(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf(facts, tmp_path))).pages))
    for needed in ("РЕПЕТИЦИЯ", "Данные на", "5 010", "Руководитель", "подпись", "отчитались", "Александровский"):
        assert needed.casefold() in words.casefold(), needed

    desk.submit(desk.campaign.municipalities[0].oktmo, {"registered_teachers": 2000})
    desk.deliver_all(worker)
    look(desk, worker, 2)
    lines = desk.outbox.summary_lines.get(desk.campaign.id)
    assert "6 010" in [told_apart(cell) for line in lines for cell in line.cells]


def pdf(facts: dict[str, Json], folder: Path) -> bytes:
    made = make(Document("summary", facts), ".pdf", folder)
    document = PdfReader(BytesIO(made))
    box = document.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842), "A4"
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"], "tagged"  # type: ignore[index]
    (folder / "summary.pdf").write_bytes(made)
    return made
