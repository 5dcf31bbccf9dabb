"""The registry of problem codes. A code is stable: tests, logs, documentation and the keys of «Замечания» depend on it.

A rule of the campaign file has its own id for a code; every other problem has one of these. `docs/totals.md` lists
them all.
"""

from enum import StrEnum


class AnswerCode(StrEnum):
    """What can be wrong with one answer, in the form and in a cell alike."""

    ABOVE_MAXIMUM = "above_maximum"
    BAD_CHARACTERS = "bad_characters"
    BELOW_MINIMUM = "below_minimum"
    BLANK = "blank"
    CALCULATION = "calculation"
    DATE_IN_NUMBER = "date_in_number"
    FORMULA_ERROR = "formula_error"
    LINK_TOO_LONG = "link_too_long"
    NEGATIVE = "negative"
    NOT_A_DATE = "not_a_date"
    NOT_A_LINK = "not_a_link"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_PHONE = "not_a_phone"
    NOT_ENTRIES = "not_entries"
    NOT_FILES = "not_files"
    NOT_EXACT = "not_exact"
    NOT_ASKED = "not_asked"
    NOT_AN_EMAIL = "not_an_email"
    NOT_WHOLE = "not_whole"
    NUMBER_GROUPS = "number_groups"
    ONE_LINE = "one_line"
    PERSONAL_DATA = "personal_data"
    RECALCULATED = "recalculated"
    TOO_FEW_ITEMS = "too_few_items"
    TOO_LONG = "too_long"
    TOO_MANY_DIGITS = "too_many_digits"
    TOO_MANY_ITEMS = "too_many_items"
    TOO_MANY_PLACES = "too_many_places"
    TWO_NUMBERS = "two_numbers"
    UNKNOWN_OPTION = "unknown_option"
    WORDS_BESIDE_NUMBER = "words_beside_number"


class RowCode(StrEnum):
    """What the worker remarks on a row of «Ответы», or on a municipality beside others."""

    ACCEPTED_UNREADABLE = "accepted_unreadable"
    ASKED_LATER = "asked_later"
    CONTRADICTORY_ROW = "contradictory_row"
    CORRECTED = "corrected"
    CORRECTION_LOST = "correction_lost"
    DOUBLED_MUNICIPALITY = "doubled_municipality"
    DUPLICATE_ID = "duplicate_id"
    FOREIGN_RECEIPT = "foreign_receipt"
    GROUP_OUTLIER = "group_outlier"
    ID_LOST = "id_lost"
    IDENTITY_EDITED = "identity_edited"
    MANUAL_ROW = "hand_row"
    MANUAL_ROW_OLDER = "hand_row_older"
    MANUAL_ROW_WITHOUT_TIME = "hand_row_without_time"
    MISPLACED_ROW = "moved_row"
    MUNICIPALITY_CONFLICT = "municipality_conflict"
    MUNICIPALITY_GONE = "municipality_gone"
    OLD_ROW_CORRECTED = "old_row_corrected"
    OLD_ROW_DELETED = "old_row_deleted"
    OUTLIER = "outlier"
    OWN_OUTLIER = "own_outlier"
    REASONS_EDITED = "reasons_edited"
    ROW_DELETED = "row_deleted"
    ROW_REPLACED = "row_replaced"
    SET_ASIDE = "set_aside"
    UNKNOWN_MUNICIPALITY = "unknown_municipality"
