"""The source of each call and kind: recorded of Google, taken from its documentation, or assumed.

RECORDED:    kinds of `batchUpdate` in the recorded answers
ASSUMED:     behaviour that no recording shows and callers may rely on
DIFFERENCES: where an answer differs from the recorded one, with the reason; the tests allow no other
"""

RECORDED = frozenset(
    {
        "addDimensionGroup",
        "addNamedRange",
        "addProtectedRange",
        "addSheet",
        "autoResizeDimensions",
        "clearBasicFilter",
        "copyPaste",
        "cutPaste",
        "deleteDimensionGroup",
        "deleteNamedRange",
        "deleteProtectedRange",
        "deleteSheet",
        "insertDimension",
        "mergeCells",
        "repeatCell",
        "setBasicFilter",
        "setDataValidation",
        "unmergeCells",
        "updateCells",
        "updateSheetProperties",
        "updateSpreadsheetProperties",
    }
)

# Method → recorded (with how many answers), documented, or ours.
METHODS: tuple[tuple[str, str, str], ...] = (
    ("POST /v4/spreadsheets", "spreadsheets.create", "documented"),
    ("GET /v4/spreadsheets/{id}", "spreadsheets.get", "recorded, 333 answers"),
    ("POST /v4/spreadsheets/{id}:batchUpdate", "spreadsheets.batchUpdate", "recorded, 143 answers"),
    ("POST /v4/spreadsheets/{id}:getByDataFilter", "spreadsheets.getByDataFilter", "assumed"),
    ("GET …/values/{range}", "values.get", "recorded, 142 answers"),
    ("GET …/values:batchGet", "values.batchGet", "recorded, 2 answers"),
    ("PUT …/values/{range}", "values.update", "recorded, 76 answers"),
    ("POST …/values/{range}:append", "values.append", "recorded, 12 answers"),
    ("POST …/values/{range}:clear", "values.clear", "recorded, 91 answers"),
    ("POST …/values:batchUpdate", "values.batchUpdate", "documented"),
    ("POST …/values:batchClear", "values.batchClear", "documented"),
    ("POST …/values:batchGetByDataFilter", "values.batchGetByDataFilter", "assumed"),
    ("POST …/values:batchUpdateByDataFilter", "values.batchUpdateByDataFilter", "assumed"),
    ("POST …/values:batchClearByDataFilter", "values.batchClearByDataFilter", "assumed"),
    ("GET …/developerMetadata/{metadataId}", "developerMetadata.get", "assumed"),
    ("POST …/developerMetadata:search", "developerMetadata.search", "assumed"),
    ("POST …/sheets/{sheetId}:copyTo", "sheets.copyTo", "documented"),
    ("POST /drive/v3/files", "files.create", "recorded, 127 answers"),
    ("GET /drive/v3/files", "files.list", "recorded, 4 answers"),
    ("GET /drive/v3/files/{id}", "files.get", "recorded, 52 answers"),
    ("DELETE /drive/v3/files/{id}", "files.delete", "recorded, 125 answers"),
    ("PATCH /drive/v3/files/{id}", "files.update (name)", "documented"),
    ("POST /drive/v3/files/{id}/copy", "files.copy", "documented"),
    ("GET /drive/v3/files/{id}/export", "files.export", "recorded, 2 answers (CSV)"),
    ("GET, POST /drive/v3/files/{id}/permissions", "permissions.list, create", "documented"),
    (
        "GET, PATCH, DELETE /drive/v3/files/{id}/permissions/{permissionId}",
        "permissions.get, update, delete",
        "documented",
    ),
    ("GET /drive/v3/about", "about.get (user)", "documented"),
    ("GET /drive/v3/files/{id}/comments", "comments.list (always empty)", "documented"),
    ("PUT /upload/drive/v2/files/{id}", "files.update with a CSV", "recorded, 2 answers"),
    ("POST /token", "token (the service-account flow of google-auth)", "documented"),
)

ASSUMED: tuple[tuple[str, str, str], ...] = (
    (
        "createDeveloperMetadata with a metadataId that is taken",
        "refused with 400 INVALID_ARGUMENT, the whole batch is undone. The words are ours.",
        "test_assumed.py::test_a_repeated_metadata_id_is_refused",
    ),
    (
        "appendCells",
        "rows go after the last row that holds a value, from column A; formats alone do not count; the grid grows; "
        "typed cells are not parsed.",
        "test_assumed.py::test_append_cells",
    ),
    (
        "setDataValidation over rows without an end, and rows added later",
        "the rule is kept with each cell; a row that appendCells adds at the end of the grid has the rules of the row "
        "above it.",
        "test_assumed.py::test_a_row_beyond_the_grid_has_the_rules_of_the_row_above",
    ),
    (
        "appendCells with the mask userEnteredFormat.textFormat.link",
        "sets or takes away the link alone; the format that a repeatCell of the same batch gave the row stays.",
        "test_assumed.py::test_appended_cells_keep_the_format_of_their_place",
    ),
    (
        "includeSpreadsheetInResponse with responseRanges",
        "the answer shows the state after the batch; only sheets of the ranges, with their data when "
        "responseIncludeGridData is set; a range that cannot be answered refuses the batch.",
        "test_assumed.py::test_the_response_shows_the_state_after_the_batch",
    ),
    (
        "values:batchGetByDataFilter with grid ranges",
        "an unbounded side is filled from the grid; the filter is echoed; an empty range has no values.",
        "test_assumed.py::test_grid_ranges_are_read_by_sheet_id",
    ),
    (
        "moveDimension",
        "destinationIndex is counted before the move; a place within the range changes nothing; merges, named "
        "ranges, charts and metadata that lie wholly in the moved rows move along.",
        "test_assumed.py::test_rows_are_moved_as_whole_rows",
    ),
    (
        "metadata of a row",
        "goes with its row on insert, delete and move; deleted with it.",
        "test_assumed.py::test_metadata_goes_with_its_row",
    ),
    (
        "addChart, updateChartSpec, updateEmbeddedObjectPosition",
        "stored and answered as sent; size 600 × 371 when none is given; a chart on a sheet of its own is refused.",
        "test_assumed.py::test_a_chart_is_answered_as_sent",
    ),
    (
        "developerMetadata.get and search",
        "an unknown id is a 404; entries are found by key, value, id, visibility and location.",
        "test_assumed.py::test_metadata_is_found",
    ),
    (
        "autoRecalc MINUTE and HOUR",
        "NOW, TODAY and random numbers are computed anew each minute without an edit; Drive's version and modifiedTime "
        "stay.",
        "test_formulas.py::test_time_goes_on_where_the_spreadsheet_asks_for_it",
    ),
    (
        "values beyond the grid",
        "values.update does not grow the grid, it is refused (Google may grow it: a caller that passes here passes "
        "there); append and appendCells grow it.",
        "test_values.py::test_a_range_outside_the_grid_is_refused",
    ),
    (
        "typed input (USER_ENTERED) beyond what is recorded",
        "recorded: ISO dates, whole numbers with leading zeros, formulas, text. Assumed: all else, for ru_RU and "
        "en_US; other locales take their separators from CLDR.",
        "test_values.py::test_what_is_typed_is_read_by_the_locale",
    ),
    (
        "titles other than ASCII in ranges",
        "quoted in answers: 'Ответы'!A1.",
        "test_values.py::test_titles_that_are_no_plain_names_are_quoted",
    ),
    (
        "one value for a list, and a list within a list",
        "taken for a list of one and for its parts; pygsheets and gspread-formatting send such bodies.",
        "test_kinds.py::test_one_request_stands_for_a_list_of_one",
    ),
    (
        "the name of a range behind the title of a tab",
        "the tab is passed over, as gspread's `Spreadsheet.named_range` relies on.",
        "test_overlays.py::test_named_ranges",
    ),
    (
        "fields at their default that no recording holds",
        "left out: false, an empty text and an empty list, `sheetId` 0 of every range and coordinate, counts of 0. "
        "Written: other numbers, and each alternative of a union. A caller has to accept both. Recorded: `sheetId` 0 "
        "of GridRange and DimensionRange, parts of a colour and frozen counts are left out; a start of 0, `sheetId` "
        "and `index` of SheetProperties and the booleans of TextFormat are written.",
        "test_encoding.py",
    ),
    (
        "the wording of refusals that no recording holds",
        "the status is Google's, the words may differ.",
        "test_kinds.py",
    ),
    (
        "NUL and half surrogate pairs in a text",
        "refused with 400.",
        "test_bad_input.py::test_nul_and_lone_surrogates_in_values",
    ),
)

LIMITS: tuple[str, ...] = (
    "Filters, filter views, groups and slicers hide no rows on the server: what is read is the whole tab.",
    "Formulas are computed by ironcalc, not by Google. Their references follow rows and columns that are inserted, "
    "deleted or moved, a tab's new name and a copy; they do not follow cutPaste, insertRange, deleteRange and sorting.",
    "Theme colours are kept as sent and not resolved to their RGB.",
    "effectiveFormat is the default format with the cell's own over it; conditional formats and banding are not "
    "mixed in.",
    "findReplace takes at most 2,000 characters to find, 50,000 of a result, and 5 seconds of processor time.",
    "Whole columns and rows in a formula end with the used part: ROWS(A:A) gives its height, not the grid's.",
    "Column widths of autoResizeDimensions are estimated from the widths of Arial's letters.",
    "One account owns every file; permissions are kept and answered, and not enforced on the API.",
)

# (operation, paths that differ, reason)
_UPLOAD = "PUT /upload/drive/v2/files/{id}"
DIFFERENCES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        _UPLOAD,
        (
            ".appDataContents",
            ".capabilities",
            ".copyRequiresWriterPermission",
            ".embedLink",
            ".etag",
            ".explicitlyTrashed",
            ".exportLinks",
            ".fileSize",
            ".iconLink",
            ".lastModifyingUser",
            ".lastModifyingUserName",
            ".lastViewedByMeDate",
            ".markedViewedByMeDate",
            ".modifiedByMeDate",
            ".owners",
            ".parents",
            ".quotaBytesUsed",
            ".selfLink",
            ".thumbnailLink",
            ".userPermission",
            ".version",
            ".writersCanShare",
        ),
        "Drive v2 describes the file with facts of Google's account and storage; no client of this server reads them",
    ),
    (_UPLOAD, (".createdDate", ".modifiedDate"), "the time of the upload"),
    (_UPLOAD, (".alternateLink",), "the address of this server"),
    (_UPLOAD, (".ownerNames[]",), "the account of this server"),
)
