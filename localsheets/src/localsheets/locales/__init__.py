"""Typed and displayed values by locale: numbers, dates, times, booleans and percent.

Complete for ru_RU and en_US; other locales follow Babel's separators and, for dates, ISO and their own numeric order.
"""

from localsheets.locales.display import display, kind_of
from localsheets.locales.parsing import Parsed, parse_input
from localsheets.locales.tables import Locale, locale_of

__all__ = ["Locale", "Parsed", "display", "kind_of", "locale_of", "parse_input"]
