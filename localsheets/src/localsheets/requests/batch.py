"""The mapping of kinds, and the run of one batch over a fork."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from localsheets.answers.encoding import encode
from localsheets.errors import RequestFailed, invalid, violations
from localsheets.jsontypes import Json
from localsheets.model import Spreadsheet
from localsheets.requests import (
    cells,
    charts,
    copying,
    dimensions,
    filters,
    formats,
    groups,
    merging,
    metadata,
    named,
    protection,
    searching,
    sheets,
    shifting,
)

Kind: TypeAlias = Callable[[Spreadsheet, Json], Json | None]

KINDS: Mapping[str, Kind] = {
    "addBanding": formats.add_banding,
    "addChart": charts.add_chart,
    "addConditionalFormatRule": formats.add_conditional_format_rule,
    "addDimensionGroup": groups.add_dimension_group,
    "addFilterView": filters.add_filter_view,
    "addNamedRange": named.add_named_range,
    "addProtectedRange": protection.add_protected_range,
    "addSheet": sheets.add_sheet,
    "appendCells": cells.append_cells,
    "appendDimension": dimensions.append_dimension,
    "autoResizeDimensions": dimensions.auto_resize_dimensions,
    "clearBasicFilter": filters.clear_basic_filter,
    "copyPaste": copying.copy_paste,
    "createDeveloperMetadata": metadata.create_developer_metadata,
    "cutPaste": copying.cut_paste,
    "deleteBanding": formats.delete_banding,
    "deleteConditionalFormatRule": formats.delete_conditional_format_rule,
    "deleteDeveloperMetadata": metadata.delete_developer_metadata,
    "deleteDimension": dimensions.delete_dimension,
    "deleteDimensionGroup": groups.delete_dimension_group,
    "deleteDuplicates": searching.delete_duplicates,
    "deleteEmbeddedObject": charts.delete_embedded_object,
    "deleteFilterView": filters.delete_filter_view,
    "deleteNamedRange": named.delete_named_range,
    "deleteProtectedRange": protection.delete_protected_range,
    "deleteRange": shifting.delete_range,
    "deleteSheet": sheets.delete_sheet,
    "duplicateFilterView": filters.duplicate_filter_view,
    "duplicateSheet": sheets.duplicate_sheet,
    "findReplace": searching.find_replace,
    "insertDimension": dimensions.insert_dimension,
    "insertRange": shifting.insert_range,
    "mergeCells": merging.merge_cells,
    "moveDimension": dimensions.move_dimension,
    "pasteData": copying.paste_data,
    "repeatCell": cells.repeat_cell,
    "setBasicFilter": filters.set_basic_filter,
    "setDataValidation": cells.set_data_validation,
    "sortRange": searching.sort_range,
    "trimWhitespace": searching.trim_whitespace,
    "unmergeCells": merging.unmerge_cells,
    "updateBanding": formats.update_banding,
    "updateBorders": cells.update_borders,
    "updateCells": cells.update_cells,
    "updateChartSpec": charts.update_chart_spec,
    "updateConditionalFormatRule": formats.update_conditional_format_rule,
    "updateDeveloperMetadata": metadata.update_developer_metadata,
    "updateDimensionGroup": groups.update_dimension_group,
    "updateDimensionProperties": dimensions.update_dimension_properties,
    "updateEmbeddedObjectPosition": charts.update_embedded_object_position,
    "updateFilterView": filters.update_filter_view,
    "updateNamedRange": named.update_named_range,
    "updateProtectedRange": protection.update_protected_range,
    "updateSheetProperties": sheets.update_sheet_properties,
    "updateSpreadsheetProperties": sheets.update_spreadsheet_properties,
}


def run_batch(state: Spreadsheet, requests: list[Json]) -> list[Json]:
    """Apply all requests in order and return one reply each. Raises Google's 400 at the first that fails."""
    if not requests:
        raise invalid("Must specify at least one request.")
    replies: list[Json] = []
    for number, request in enumerate(requests):
        if not request:
            raise invalid(f"Invalid requests[{number}]: No request set.")
        kind, body = next(iter(request.items()))
        handler = KINDS.get(kind)
        if handler is None:
            raise violations(
                [
                    (
                        f"requests[{number}]",
                        f"Invalid JSON payload received. Unknown name \"{kind}\" at 'requests[{number}]': "
                        "Cannot find field. (This server does not support this kind of request.)",
                    )
                ]
            )
        try:
            reply = handler(state, body)
            state.check_cells()
        except RequestFailed as error:
            raise invalid(f"Invalid requests[{number}].{kind}: {error}") from error
        # Encoded at once, as a copy: a later request may change the objects in the reply.
        replies.append(encode("Response", {} if reply is None else {kind: reply}))
    return replies
