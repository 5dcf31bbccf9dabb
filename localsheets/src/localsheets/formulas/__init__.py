"""Formulas that people type: computed by ironcalc, spelled in Russian or English. Imports `model`, `cells`, `a1`.

`recalculate(state)` runs on a fork before it is committed and puts each formula's value into its cell. `english` gives
a typed formula the spelling of ironcalc and Excel. `not_computed` says which of its functions are not computed here.
"""

from localsheets.formulas.engine import recalculate
from localsheets.formulas.spelling import english, rename_tabs
from localsheets.formulas.support import not_computed

__all__ = ["english", "not_computed", "recalculate", "rename_tabs"]
