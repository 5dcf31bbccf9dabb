"""Expressions of an XLSForm as expressions of Svod's rules, word by word. What has no counterpart is refused.

XPath as XLSForms use it: `.` is the question itself, `${name}` another one.
https://docs.getodk.org/form-operators-functions/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from campaign.workbook.xlsform import texts

LONGEST = 2_000
_SHOWN = 20
"""Signs of the form that a sentence quotes."""
_TOKEN = re.compile(
    r"\s*(?:(?P<ref>\$\{[^{}]+\})|(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    r"|(?P<sign><=|>=|!=|[-<>=+*(),])|(?P<word>[A-Za-z_]+(?:-[A-Za-z]+)*)|(?P<here>\.(?![.\w/])))"
)
_COMPARED = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_OPPOSITE = {"=": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


class NotCarriedError(Exception):
    """An expression without a counterpart in Svod; `str()` says what of it, in Russian."""


class Token(NamedTuple):
    kind: str
    text: str


@dataclass(frozen=True)
class Answers:
    """The questions that an expression may name.

    ids:     name in the form → id in the campaign
    options: id of a choice → name of the option in the form → its id; True and False for a question of yes and no
    """

    ids: Mapping[str, str]
    options: Mapping[str, Mapping[str, str | bool]] = field(default_factory=dict)


def parts(text: str) -> list[list[Token]]:
    """Return the conditions that `and` joins at the top of an expression. Raises NotCarriedError."""
    found: list[list[Token]] = [[]]
    depth = 0
    tokens = list(_tokens(text))
    joined = not any(token == ("word", "or") for token in _at_top(tokens))
    for token in tokens:
        depth += (token.text == "(") - (token.text == ")") if token.kind == "sign" else 0
        if joined and not depth and token == ("word", "and"):
            found.append([])
        else:
            found[-1].append(token)
    return found


def holds(text: str, answers: Answers) -> str:
    """Return the expression that is true where the condition holds. Raises NotCarriedError."""
    tokens = list(_tokens(text))
    if any(token.kind == "here" for token in tokens):
        raise NotCarriedError(texts.EXPRESSION_HERE)
    return _written(tokens, "", answers)


def limit(part: Sequence[Token], *, whole: bool) -> tuple[str, int | Decimal] | None:
    """Return the key and the number where a condition is a plain limit of its question: `. <= 100`; else None.

    whole: the question takes whole numbers, so that `. < 100` is at most 99
    """
    match list(part):
        case [Token("here"), Token("sign", sign), *number] if (value := _number(number)) is not None:
            pass
        case [*number, Token("sign", sign), Token("here")] if (value := _number(number)) is not None:
            sign = _MIRRORED.get(sign, "")
        case _:
            return None
    step = {"<": -1, ">": 1}.get(sign, 0)
    if sign not in ("<", "<=", ">", ">=") or (step and not (whole and value == value.to_integral_value())):
        return None
    value += step
    exact = int(value) if value == value.to_integral_value() else value
    return ("maximum" if sign.startswith("<") else "minimum"), exact


def longest(part: Sequence[Token]) -> int | None:
    """Return 200 for `string-length(.) <= 200`; None for any other condition."""
    match list(part):
        case [
            Token("word", "string-length"),
            Token("sign", "("),
            Token("here"),
            Token("sign", ")"),
            Token("sign", "<=" | "<" as sign),
            Token("number", number),
        ] if number.isdigit():
            return int(number) - (sign == "<")
    return None


class Calculated(NamedTuple):
    """A calculation as Svod writes it. places: digits after the comma where it is rounded; None where it isn't"""

    written: str
    places: int | None
    sums: bool
    operands: tuple[str, ...]


def calculation(text: str, answers: Answers) -> Calculated:
    """Return the expression of a calculated figure: `round(${a} div ${b}, 1)` is `a / b` with one digit.

    sums: it only adds and takes away; operands: ids of the questions. Raises NotCarriedError.
    """
    tokens = list(_tokens(text))
    places = None
    rounded = list(_within("round", tokens))
    match rounded:
        case [*figure, Token("sign", ","), Token("number", "0" | "1" | "2" | "3" | "4" | "5" | "6" as digits)]:
            tokens, places = figure, int(digits)
        case [*_] if rounded and Token("sign", ",") not in _at_top(rounded):
            tokens, places = rounded, 0
    if not tokens:
        raise NotCarriedError(texts.EXPRESSION_EMPTY)
    if any(token.kind == "here" for token in tokens):
        raise NotCarriedError(texts.EXPRESSION_HERE)
    plain = all(token.kind == "ref" or (token.kind == "sign" and token.text in "+-()") for token in tokens)
    operands = tuple(_id(token, "", answers) for token in tokens if token.kind == "ref")
    return Calculated(_written(tokens, "", answers), places, plain, operands)


def violated(part: Sequence[Token], this: str, answers: Answers) -> str:
    """Return the expression that is true where the condition does not hold. Raises NotCarriedError."""
    compared = [n for n, token in enumerate(_at_top(part)) if token.kind == "sign" and token.text in _COMPARED]
    words = {token.text for token in part if token.kind == "word"}
    strings = any(token.kind == "text" and not _DAY.fullmatch(token.text[1:-1]) for token in part)
    chosen = any(
        ref.kind in ("ref", "here") and name.kind == "number" and _id(ref, this, answers) in answers.options
        for ref, _, name in zip(part, part[1:], part[2:], strict=False)
    )
    if len(compared) == 1 and not strings and not chosen and not words & {"and", "or", "not", "string-length"}:
        turned = [
            Token("turned", _OPPOSITE[token.text]) if token.kind == "sign" and token.text in _COMPARED else token
            for token in part
        ]
        return _written(turned, this, answers)
    inner = _within("not", part)
    return _written(inner, this, answers) if inner else f"not ({_written(part, this, answers)})"


def _within(word: str, part: Sequence[Token]) -> Sequence[Token]:
    """Return what stands in the brackets where a part is all one `word(…)`; else nothing."""
    if len(part) < 4 or part[0] != ("word", word) or part[1] != ("sign", "("):
        return ()
    depth = 0
    for number, token in enumerate(part):
        if token.kind == "sign" and token.text in "()":
            depth += 1 if token.text == "(" else -1
            if not depth:
                return part[2:-1] if number == len(part) - 1 else ()
    return ()


def _at_top(tokens: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        if token.kind == "sign" and token.text in "()":
            depth += 1 if token.text == "(" else -1
        elif not depth:
            yield token


def _number(tokens: Sequence[Token]) -> Decimal | None:
    match list(tokens):
        case [Token("number", text)]:
            return Decimal(text)
        case [Token("sign", "-"), Token("number", text)]:
            return -Decimal(text)
    return None


def _tokens(text: str) -> Iterator[Token]:
    if len(text) > LONGEST:
        raise NotCarriedError(texts.EXPRESSION_LONG.format(most=LONGEST))
    place, end = 0, len(text.rstrip())
    while place < end:
        found = _TOKEN.match(text, place)
        if found is None:
            raise NotCarriedError(texts.EXPRESSION_SIGN.format(found=text[place:].strip()[:_SHOWN]))
        yield Token(str(found.lastgroup), found[str(found.lastgroup)])
        place = found.end()


def _written(part: Sequence[Token], this: str, answers: Answers) -> str:
    made: list[str] = []
    tokens = list(part)
    while tokens:
        text, taken = _next(tokens, this, answers)
        made.append(text)
        del tokens[:taken]
    return re.sub(r"\( | (?=\))", lambda blank: blank[0].strip(), " ".join(made)).replace(" ,", ",")


def _next(tokens: Sequence[Token], this: str, answers: Answers) -> tuple[str, int]:
    """Return the next word of Svod's expression, and how many tokens it stands for."""
    match list(tokens):
        case [
            Token("ref" | "here") as ref,
            Token("sign", "=" | "!=" as sign),
            Token("text" | "number") as name,
            *_,
        ] if _names_option(_id(ref, this, answers), name, answers):
            return _chosen(_id(ref, this, answers), _unquoted(name), answers, denied=sign == "!="), 3
        case [
            Token("word", "selected"),
            Token("sign", "("),
            Token("ref" | "here") as ref,
            Token("sign", ","),
            Token("text" | "number") as name,
            Token("sign", ")"),
            *_,
        ]:
            return _chosen(_id(ref, this, answers), _unquoted(name), answers, denied=False), 6
        case [
            Token("word", "count-selected"),
            Token("sign", "("),
            Token("ref" | "here") as ref,
            Token("sign", ")"),
            *_,
        ]:
            return f"count({_id(ref, this, answers)})", 4
        case [
            Token("word", "string-length"),
            Token("sign", "("),
            Token("ref" | "here") as ref,
            Token("sign", ")"),
            Token("sign", "=" | "!=" | ">" as sign),
            Token("number", "0"),
            *_,
        ]:
            return f"count({_id(ref, this, answers)}) {_COMPARED[sign]} 0", 6
        case [Token("word", "number"), Token("sign", "("), Token("ref" | "here") as ref, Token("sign", ")"), *_]:
            return _id(ref, this, answers), 4
        case [Token("word", "date"), Token("sign", "("), Token("text", quoted), Token("sign", ")"), *_]:
            return _day(quoted), 4
        case [Token("ref" | "here") as ref, *_]:
            return _id(ref, this, answers), 1
        case [Token("text", quoted), *_]:
            return _number_text(quoted[1:-1]) if _NUMBER.fullmatch(quoted[1:-1]) else _day(quoted), 1
        case [Token("word", "and" | "or" | "not" as word), *_]:
            return word, 1
        case [Token("word", "div"), *_]:
            return "/", 1
        case [Token("word", word), *_]:
            raise NotCarriedError(texts.EXPRESSION_WORD.format(found=word))
        case [Token("sign", sign), *_]:
            return _COMPARED.get(sign, sign), 1
        case [Token("number", number), *_]:
            return _number_text(number), 1
        case [token, *_]:
            return token.text, 1
    raise NotCarriedError(texts.EXPRESSION_SIGN.format(found=""))


def _id(ref: Token, this: str, answers: Answers) -> str:
    if ref.kind == "here":
        return this
    name = ref.text[2:-1].strip()
    if name not in answers.ids:
        raise NotCarriedError(texts.EXPRESSION_NAME.format(name=name))
    return answers.ids[name]


def _names_option(question: str, name: Token, answers: Answers) -> bool:
    """Return True if a question is compared with an option or with nothing, and not with a number or a date."""
    if name.kind == "number" or _NUMBER.fullmatch(_unquoted(name)):
        return question in answers.options
    return not _DAY.fullmatch(_unquoted(name))


def _unquoted(token: Token) -> str:
    return token.text[1:-1] if token.kind == "text" else token.text


def _chosen(question: str, name: str, answers: Answers, *, denied: bool) -> str:
    """Return the condition that an option is chosen; with no name that there is an answer at all."""
    if not name:
        return f"count({question}) {'>' if denied else '=='} 0"
    if question not in answers.options:
        raise NotCarriedError(texts.EXPRESSION_TEXT.format(found=name[:_SHOWN]))
    option = answers.options[question].get(name)
    if option is None:
        raise NotCarriedError(texts.EXPRESSION_OPTION.format(name=name))
    if isinstance(option, bool):
        return question if option != denied else f"(not {question})"
    return f"(not includes({question}, {option}))" if denied else f"includes({question}, {option})"


def _number_text(text: str) -> str:
    """Return the number as Svod writes it: `.5` is 0.5 and `007` is 7."""
    return f"{Decimal(text):f}"


def _day(quoted: str) -> str:
    if not _DAY.fullmatch(quoted[1:-1]):
        raise NotCarriedError(texts.EXPRESSION_TEXT.format(found=quoted[1:-1][:_SHOWN]))
    return f"'{quoted[1:-1]}'"
