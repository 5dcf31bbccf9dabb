"""Which functions are computed here, as found by asking ironcalc."""

import functools

import ironcalc

from localsheets.formulas.names import SPILLING, english_name
from localsheets.formulas.spelling import called

VOLATILE = frozenset({"NOW", "RAND", "RANDBETWEEN", "TODAY"})


@functools.lru_cache(maxsize=1024)
def computes(name: str) -> bool:
    """Return True if a function, named in Russian or English, is computed to one value.

    ironcalc writes known names in capitals and unknown ones in small letters.
    """
    theirs = english_name(name)
    if theirs in SPILLING:
        return False
    probe = ironcalc.create("probe", "en", "UTC", "en")
    probe.set_user_input(0, 1, 1, f"={theirs}(1)")
    return str(probe.get_cell_content(0, 1, 1)).startswith(f"={theirs}(")


def not_computed(formula: str) -> list[str]:
    """Return the functions of a formula that are not computed here, as typed."""
    return [name for name in called(formula) if not computes(name)]


def volatile(formula: str) -> bool:
    """Return True if a formula has another value at another time."""
    return any(english_name(name) in VOLATILE for name in called(formula))
