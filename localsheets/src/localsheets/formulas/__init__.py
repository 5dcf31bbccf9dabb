"""Formulas: computed by ironcalc, spelled in Russian or English.

`recalculate(state)` runs on a fork before the commit and puts each formula's value into its cell. `english` translates
a typed formula to the spelling of ironcalc and Excel. `not_computed` names the functions that are not computed here.
"""

from localsheets.formulas.engine import recalculate
from localsheets.formulas.spelling import english, rename_tabs
from localsheets.formulas.support import not_computed, volatile

__all__ = ["english", "not_computed", "recalculate", "rename_tabs", "volatile"]
