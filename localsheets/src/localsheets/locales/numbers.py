"""Numbers by pattern (`#,##0.00`, `0%`, `0.00E+00`, sections, literals).

Tokens: developers.google.com/workspace/sheets/api/guides/formats#number_format_patterns.
"""

import re
from decimal import ROUND_HALF_UP, Decimal, localcontext

from localsheets.locales.tables import Locale

_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*,*)?|\.[#0?]+,*")
_PRECISION = 1000  # digits: a double has up to 309 before the point, a pattern its own after it
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|(\[[^\]]*\])|_.|\*.', re.DOTALL)


def plain(number: int | float, locale: Locale) -> str:
    """Format a number without a format: whole ones in full, others with ten significant digits, as Google does."""
    if isinstance(number, float) and number.is_integer() and abs(number) < 1e15:
        number = int(number)
    if isinstance(number, int) and abs(number) < 10**15:
        return str(number)
    text = f"{number:.10g}" if abs(number) < 1e15 else f"{number:.5g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}E{exponent}"
    return text.replace(".", locale.decimal)


def sections_of(pattern: str) -> list[str]:
    """Split `a;b;"c;d"` into its sections; a semicolon in quotes does not separate."""
    return re.findall(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[])+', pattern) or [pattern]


def format_number(number: int | float, pattern: str, locale: Locale) -> str:
    """Format a number by a pattern of up to four sections: positive, negative, zero, text."""
    sections = sections_of(pattern)
    sign = ""
    section = sections[0]
    if number < 0:
        if len(sections) > 1:
            section = sections[1]
        else:
            sign = "-"
        number = -number
    elif number == 0 and len(sections) > 2:
        section = sections[2]
    text = _section(number, section, locale)
    if sign and not re.search(r"[1-9]", text):
        sign = ""
    return sign + text


def _section(number: int | float, section: str, locale: Locale) -> str:
    pieces: list[str] = []
    spots: list[int] = []
    rest = section
    while rest:
        literal = _LITERAL.match(rest)
        digits = _DIGITS.match(rest)
        if literal:
            quoted, escaped, currency, _other = literal.groups()
            pieces.append(quoted if quoted is not None else escaped or currency or "")
            rest = rest[literal.end() :]
        elif digits:
            spots.append(len(pieces))
            pieces.append(digits.group())
            rest = rest[digits.end() :]
        elif rest[:2].upper() in {"E+", "E-"}:
            pieces.append(rest[:2])
            rest = rest[2:]
        else:
            pieces.append(rest[0])
            rest = rest[1:]
    if "%" in pieces:
        number = float(Decimal(repr(number)).scaleb(2)) if isinstance(number, float) else number * 100
        if number == float("inf"):
            return plain(number, locale)
    if "@" in pieces:
        return "".join(plain(number, locale) if piece == "@" else piece for piece in pieces)
    exponent = next((at for at, piece in enumerate(pieces) if piece.upper() in {"E+", "E-"}), None)
    if not spots:
        return "".join(pieces)
    if exponent is not None and len(spots) > 1:
        decimals = len(pieces[spots[0]].partition(".")[2])
        mantissa, power = f"{number:.{decimals}E}".split("E")
        digits_wanted = len(pieces[spots[1]])
        power_text = ("-" if power[0] == "-" else "+") + power[1:].lstrip("0").rjust(digits_wanted, "0")
        pieces[spots[0]] = mantissa.replace(".", locale.decimal)
        pieces[exponent] = "E" + power_text
        pieces[spots[1]] = ""
        return "".join(pieces)
    first = spots[0]
    pieces[first] = _digits(number, pieces[first], locale)
    for spot in spots[1:]:
        pieces[spot] = ""
    return "".join(pieces)


def _digits(number: int | float, pattern: str, locale: Locale) -> str:
    bare = pattern.rstrip(",")
    scale = len(pattern) - len(bare)
    whole, _point, decimals = bare.partition(".")
    if "." in bare and whole.endswith(","):
        scale += len(whole) - len(whole.rstrip(","))
        whole = whole.rstrip(",")
    with localcontext() as exactly:
        exactly.prec = _PRECISION
        exact = Decimal(repr(number)).scaleb(-3 * scale)
        exact = exact.quantize(Decimal(1).scaleb(-len(decimals)), rounding=ROUND_HALF_UP)
    left, _point, right = f"{exact:f}".partition(".")
    least = sum(1 for sign in whole if sign == "0")
    left = left.lstrip("0").rjust(least, "0")
    if "," in whole:
        left = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", locale.group, left)
    kept = len(right)
    while kept and right[kept - 1] == "0" and decimals[kept - 1] in "#?":
        kept -= 1
    right = right[:kept]
    return left + (locale.decimal + right if right else "")
