"""References of formulas follow rows, columns and tabs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localsheets.model.references import rewrite, shifting
from localsheets.model.shifting import deleting, inserting, moving
from tests.localsheets.harness import Book, area, span


@pytest.mark.parametrize(
    ("formula", "axis", "shift", "after"),
    [
        ("=A1+B$5", "ROWS", inserting(1, 2), "=A1+B$7"),
        ("=СУММ(B2:B5)", "ROWS", inserting(4, 1), "=СУММ(B2:B6)"),
        ("=SUM(B2:B5)", "ROWS", inserting(5, 1), "=SUM(B2:B5)"),
        ("=SUM(B2:B5)", "ROWS", deleting((1, 3)), "=SUM(B2:B3)"),
        ("=SUM(B2:B5)", "ROWS", deleting((0, 9)), "=SUM(#REF!)"),
        ("=A3", "ROWS", deleting((2, 3)), "=#REF!"),
        ("=SUM(A:A)+SUM(2:3)", "ROWS", inserting(0, 1), "=SUM(A:A)+SUM(3:4)"),
        ("=SUM(A:B)", "COLUMNS", inserting(1, 1), "=SUM(A:C)"),
        ("=$C$3", "COLUMNS", deleting((0, 1)), "=$B$3"),
        ("=A1+A2", "ROWS", moving(0, 1, 3), "=A3+A1"),
        ('="A1"&A1', "ROWS", inserting(0, 1), '="A1"&A2'),
        ("=LOG10(5)+A1", "ROWS", inserting(0, 1), "=LOG10(5)+A2"),
        ("=Other!A1+'It''s'!A1", "ROWS", inserting(0, 1), "=Other!A1+'It''s'!A1"),
        ("=Own!A1:B2", "ROWS", inserting(0, 1), "=Own!A2:B3"),
        ("=ROUND(A1,2)", "ROWS", inserting(0, 1), "=ROUND(A2,2)"),
        ("=1,5+A1", "ROWS", inserting(0, 1), "=1,5+A2"),
        ("=_A1+name.A1+A1B", "ROWS", inserting(0, 1), "=_A1+name.A1+A1B"),
    ],
)
def test_shifts(formula: str, axis: str, shift: object, after: str) -> None:
    assert callable(shift)
    assert rewrite(formula, lambda title: title in {None, "Own"}, shifting(axis, shift)) == after


@given(formula=st.text(alphabet="=AB12$:!'\"()+,;# Я.", max_size=25))
def test_no_text_breaks_the_rewriting(formula: str) -> None:
    assert rewrite(formula, lambda _title: False, shifting("ROWS", inserting(0, 1))) == formula
    rewrite(formula, lambda _title: True, shifting("COLUMNS", deleting((0, 2))))


def test_formulas_follow_their_cells(book: Book) -> None:
    book.batch({"addSheet": {"properties": {"title": "Итоги", "sheetId": 5}}})
    book.write("A1", [[1], [2], [3], ["=SUM(A1:A3)"]], typed=True)
    book.write("'Итоги'!A1", [["=Sheet1!A4*10"]], typed=True)
    book.batch({"insertDimension": {"range": span("ROWS", 1, 3)}})
    book.batch({"moveDimension": {"source": span("ROWS", 0, 1), "destinationIndex": 3}})
    shown = book.values("Sheet1", valueRenderOption="FORMULA")
    assert [row for row in shown if row] == [[1], [2], [3], ["=SUM(A1:A5)"]]
    assert book.raw("'Итоги'!A1") == [[60]]
    book.batch({"updateSheetProperties": {"properties": {"sheetId": 0, "title": "Ответы"}, "fields": "title"}})
    assert book.values("'Итоги'!A1", valueRenderOption="FORMULA") == [["='Ответы'!A6*10"]]
    book.batch({"deleteDimension": {"range": span("ROWS", 2, 3)}})
    assert book.raw("'Итоги'!A1") == [[50]]


def test_copied_formulas_point_to_their_new_neighbours(book: Book) -> None:
    book.write("A1", [[1, 10, "=A1*B$1+$A1"], [2, 20]], typed=True)
    book.batch(
        {"copyPaste": {"source": area(0, 1, 2, 3), "destination": area(1, 2, 2, 4), "pasteType": "PASTE_FORMULA"}}
    )
    assert book.values("C2:D2", valueRenderOption="FORMULA") == [["=A2*B$1+$A2", "=B2*C$1+$A2"]]
