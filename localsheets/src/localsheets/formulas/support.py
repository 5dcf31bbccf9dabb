"""Which functions are computed here. Imports `formulas.names`; asks ironcalc itself."""

import functools

import ironcalc

from localsheets.formulas.names import SPILLING, english_name
from localsheets.formulas.spelling import called


@functools.lru_cache(maxsize=1024)
def computes(name: str) -> bool:
    """Whether a function, named in Russian or English, gives its one value here.

    ironcalc writes the names that it knows in capitals and all others in small letters.
    """
    theirs = english_name(name)
    if theirs in SPILLING:
        return False
    probe = ironcalc.create("probe", "en", "UTC", "en")
    probe.set_user_input(0, 1, 1, f"={theirs}(1)")
    return str(probe.get_cell_content(0, 1, 1)).startswith(f"={theirs}(")


def not_computed(formula: str) -> list[str]:
    """The functions of a formula that are not computed here, as typed."""
    return [name for name in called(formula) if not computes(name)]
