"""Why a text is not a number, and what to do about it: the advice fits what was typed."""

from __future__ import annotations

import re

from campaign import texts
from campaign.codes import AnswerCode
from campaign.errors import AnswerError
from campaign.words import DASHES

LONGEST = 80
"""Characters of a text that is looked into; nobody types a longer one for a figure."""
_N = r"[0-9][0-9 ]*(?:[.,][0-9]+)?"
# As a spreadsheet shows them: #DIV/0!, #N/A, #REF!, #ДЕЛ/0!, #Н/Д.
_FORMULA_ERROR = re.compile("#[A-ZА-Я0-9/]{2,10}[!?]?")
_DAY = r"(?:[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2})|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})"
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
_DATE = re.compile(rf"{_DAY}(?:,? {_CLOCK})?|{_CLOCK}")
_CALCULATION = re.compile(rf"=? ?{_N}(?: ?[+*/×·÷=] ?{_N})+ ?=?|=.+")
_RANGE = re.compile(rf"(?:от|с)? ?{_N} ?(?:[{DASHES}]|…|\.\.+|до|или|по) ?{_N}", re.IGNORECASE)
_ABOUT = re.compile(
    rf"(?:[~≈<>≤≥]+|около|ок\.?|порядка|примерно|приблизительно|почти|(?:не )?(?:более|менее|больше|меньше)|"
    rf"свыше|до) ?{_N}.*|{_N} ?\+",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"(?P<whole>[0-9]{1,3}(?P<by>[.,'’])[0-9]{3}(?:(?P=by)[0-9]{3})*)(?:[.,](?P<rest>[0-9]{1,2}))?")
_ENDED = re.compile(r"(?P<number>[0-9][0-9 ]*) ?[.,;]")
_ONLY_NUMBER_SIGNS = re.compile(rf"[{DASHES}+0-9.,\s]")
_FIGURE = re.compile(r"[0-9]+(?: [0-9]{3})*(?:,[0-9]+)?")


def not_a_number(text: str) -> AnswerError:
    """Return the error for a text that is not a number. text: without outer blanks and marks, inner blanks as one."""
    if len(text) <= LONGEST:
        for found in (_as_shown(text), _several(text), _inexact(text), _separated(text)):
            if found is not None:
                return found
    if not re.search("[0-9]", text):
        return AnswerError(AnswerCode.NOT_A_NUMBER, texts.NOT_A_NUMBER, texts.NO_FIGURE_ADVICE)
    if not _ONLY_NUMBER_SIGNS.sub("", text):
        return AnswerError(AnswerCode.NUMBER_GROUPS, texts.NUMBER_GROUPS, texts.NUMBER_GROUPS_ADVICE)
    figures = _FIGURE.findall(text) if len(text) <= LONGEST else []
    advice = texts.only_digits(figures[0]) if len(figures) == 1 else texts.ONLY_DIGITS
    return AnswerError(AnswerCode.WORDS_BESIDE_NUMBER, texts.WORDS_BESIDE_NUMBER, advice)


def two_numbers() -> AnswerError:
    """Return the error for two cells or lines that were pasted together."""
    return AnswerError(AnswerCode.TWO_NUMBERS, texts.TWO_NUMBERS, texts.TWO_NUMBERS_ADVICE)


def date_shown(shown: str) -> AnswerError:
    """Return the error for a number cell that the spreadsheet shows as a date or a time."""
    return AnswerError(AnswerCode.DATE_IN_NUMBER, texts.DATE_CELL.format(shown=shown), texts.DATE_CELL_ADVICE)


def _as_shown(text: str) -> AnswerError | None:
    if _FORMULA_ERROR.fullmatch(text):
        return AnswerError(AnswerCode.FORMULA_ERROR, texts.FORMULA_ERROR, texts.FORMULA_ERROR_ADVICE)
    if _DATE.fullmatch(text):
        return AnswerError(AnswerCode.DATE_IN_NUMBER, texts.DATE_TYPED, texts.ONLY_DIGITS)
    return None


def _several(text: str) -> AnswerError | None:
    if _RANGE.fullmatch(text):
        return AnswerError(AnswerCode.TWO_NUMBERS, texts.NUMBER_RANGE, texts.NUMBER_RANGE_ADVICE)
    if _CALCULATION.fullmatch(text) and re.search("[0-9]", text):
        return AnswerError(AnswerCode.CALCULATION, texts.CALCULATION, texts.CALCULATION_ADVICE)
    return None


def _inexact(text: str) -> AnswerError | None:
    if _ABOUT.fullmatch(text):
        return AnswerError(AnswerCode.NOT_EXACT, texts.NOT_EXACT, texts.NOT_EXACT_ADVICE)
    return None


def _separated(text: str) -> AnswerError | None:
    """Return the error for thousands as other languages group them, and for a point at the end."""
    grouped = _GROUPED.fullmatch(text)
    if grouped:
        whole = grouped["whole"].replace(grouped["by"], texts.NBSP)
        right = f"{whole},{grouped['rest']}" if grouped["rest"] else whole
        return AnswerError(AnswerCode.NUMBER_GROUPS, texts.NUMBER_GROUPS, texts.instead(text, right))
    ended = _ENDED.fullmatch(text)
    if ended:
        return AnswerError(AnswerCode.NUMBER_GROUPS, texts.NUMBER_ENDED, texts.instead(text, ended["number"].strip()))
    return None
