"""«Замечания»: every problem, what is wrong, what to do, and a link to the row as of this refresh."""

from __future__ import annotations

from campaign import Campaign
from sync.remarks import MOVED_ROW, Remark
from sync.summary import Summary
from sync.tabs.heading import stamp, title
from sync.tabs.page import ConditionalColor, Page, PageBuilder, PageCell, Rectangle
from sync.texts import problems as problem_texts
from sync.texts import tabs as texts

KEY = "problems"
WIDTHS = (85, 110, 155, 150, 80, 225, 225, 130, 75, 170)
LEVEL = 1
MOST = 1_000
"""Lines that are shown: the whole stays near the megabyte that one write may well have."""


def page(campaign: Campaign, summary: Summary, answers_sheet: int) -> Page:
    """answers_sheet: sheet id of «Ответы», for the links."""
    sheet = PageBuilder(WIDTHS)
    sheet.add(title(campaign, campaign.spreadsheet.tabs.problems))
    sheet.add(stamp(campaign, summary))
    errors = sum(1 for r in summary.problems if r.level == "error")
    intro = texts.PROBLEMS_INTRO.format(errors=errors, warnings=len(summary.problems) - errors)
    if len(summary.problems) > MOST:
        intro += " " + texts.PROBLEMS_MORE.format(shown=MOST, all=len(summary.problems))
    sheet.add(PageCell(intro if summary.problems else texts.PROBLEMS_NONE, "subtitle_line"))
    header = [
        texts.RECEIPT,
        texts.LEVEL,
        texts.MUNICIPALITY,
        texts.QUESTION,
        texts.VALUE,
        texts.WHAT,
        texts.TO_DO,
        texts.REASON,
        texts.ROW,
        texts.CODE,
    ]
    area = sheet.table(
        [PageCell(word, "header") for word in header], [_row(r, answers_sheet) for r in summary.problems[:MOST]]
    )
    levels = Rectangle(area.top + 1, max(area.bottom, area.top + 2), LEVEL, LEVEL + 1)
    sheet.colours += [ConditionalColor(levels, texts.ERROR, "bad"), ConditionalColor(levels, texts.WARNING, "fair")]
    return sheet.page(KEY, frozen=area.top + 1)


def _row(remark: Remark, answers_sheet: int) -> list[PageCell]:
    by_hand = not remark.receipt and remark.row is not None and remark.code != MOVED_ROW
    return [
        PageCell(remark.receipt or (problem_texts.BY_HAND if by_hand else texts.DASH), "wrap"),
        PageCell(texts.ERROR if remark.level == "error" else texts.WARNING, "top"),
        PageCell(remark.municipality or texts.DASH, "wrap"),
        PageCell(remark.title or texts.DASH, "wrap"),
        PageCell(remark.shown or texts.DASH, "wrap"),
        PageCell(remark.message, "wrap"),
        PageCell(remark.advice, "wrap"),
        PageCell(remark.reason or texts.DASH, "wrap"),
        row_cell(remark.row, answers_sheet),
        PageCell(remark.code, "code"),
    ]


def row_cell(row: int | None, answers_sheet: int) -> PageCell:
    """A link to a row of «Ответы», as of this refresh."""
    if row is None:
        return PageCell(texts.DASH, "top")
    return PageCell(texts.ROW_LINK.format(row=row), "link", link=f"#gid={answers_sheet}&range=A{row}")
