"""The files of the data folder that name spreadsheets of the embedded server; a module that needs nothing else."""

SPREADSHEET_FILE = "spreadsheet_id"
"""Names the embedded server's first spreadsheet, in the data folder."""
SPREADSHEETS_FOLDER = "spreadsheets"
"""Of the data folder: a file a campaign, with the id of its spreadsheet of the embedded server."""
