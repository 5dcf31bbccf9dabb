"""Formulas: computed by ironcalc in a child process, spelled in Russian or English.

`Calculator` computes a fork before the commit, `Background` what takes longer. `english` translates a typed formula to
the spelling of ironcalc and Excel. `not_computed` names the functions that are not computed here, `beyond` says why a
formula is too long.
"""

from localsheets.formulas.background import Background
from localsheets.formulas.computing import Calculator
from localsheets.formulas.reading import beyond
from localsheets.formulas.spelling import english, rename_tabs
from localsheets.formulas.support import not_computed, volatile

__all__ = ["Background", "Calculator", "beyond", "english", "not_computed", "rename_tabs", "volatile"]
