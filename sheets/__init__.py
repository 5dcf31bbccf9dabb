"""The one door to the spreadsheet: gspread behind a port, error classes, retry decisions, a budget of calls.

The port is `sheets.port`, its adapter `sheets.google`.
"""

from sheets.budget import CallBudget
from sheets.credentials import ServiceAccount, read_service_account
from sheets.errors import (
    AccessDenied,
    AnswerTooLarge,
    ApiDisabled,
    BadCredentials,
    BudgetSpent,
    OutcomeUnknown,
    PermanentError,
    RequestRefused,
    SheetsError,
    SpreadsheetMissing,
    TabMissing,
    TransientError,
    Unreachable,
)
from sheets.google import (
    GOOGLE_URL,
    DriveFile,
    GoogleSpreadsheet,
    ListedSpreadsheet,
    create_spreadsheet,
    describe_file,
    list_spreadsheets,
    open_client,
)
from sheets.port import (
    KIND_KEY,
    Area,
    Block,
    Cell,
    Description,
    Reply,
    SheetTab,
    Spreadsheet,
    marker_removal,
    marker_request,
)
from sheets.retry import RetryPolicy, next_wait

__all__ = [
    "GOOGLE_URL",
    "KIND_KEY",
    "AccessDenied",
    "AnswerTooLarge",
    "ApiDisabled",
    "Area",
    "BadCredentials",
    "Block",
    "BudgetSpent",
    "CallBudget",
    "Cell",
    "Description",
    "DriveFile",
    "GoogleSpreadsheet",
    "ListedSpreadsheet",
    "OutcomeUnknown",
    "PermanentError",
    "Reply",
    "RequestRefused",
    "RetryPolicy",
    "ServiceAccount",
    "SheetTab",
    "SheetsError",
    "Spreadsheet",
    "SpreadsheetMissing",
    "TabMissing",
    "TransientError",
    "Unreachable",
    "create_spreadsheet",
    "describe_file",
    "list_spreadsheets",
    "marker_removal",
    "marker_request",
    "next_wait",
    "open_client",
    "read_service_account",
]
