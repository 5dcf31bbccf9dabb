"""Kinds about developer metadata.

Assumed of Google (nothing is recorded): a taken metadataId is refused with 400 INVALID_ARGUMENT and the words `Invalid
requests[n].createDeveloperMetadata: Developer metadata with ID … already exists`. Callers may rely on the status; the
words are ours.
"""

from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.model import Spreadsheet
from localsheets.model.metadata import location_of, search
from localsheets.model.spreadsheet import fresh_number
from localsheets.schema.masking import apply_mask, update_mask

# Google's documented limits: 30,000 characters of keys and values in a spreadsheet.
MAX_CHARACTERS = 30_000


def _checked(state: Spreadsheet, entry: Json) -> Json:
    if not entry.get("metadataKey"):
        raise RequestFailed("developerMetadata.metadataKey must be specified")
    if entry.get("visibility", "DEVELOPER_METADATA_VISIBILITY_UNSPECIFIED").endswith("UNSPECIFIED"):
        raise RequestFailed("developerMetadata.visibility must be specified")
    entry["location"] = location_of(state, entry.get("location"))
    return entry


def _check_size(state: Spreadsheet) -> None:
    size = sum(len(entry["metadataKey"]) + len(entry.get("metadataValue", "")) for entry in state.metadata.values())
    if size > MAX_CHARACTERS:
        raise RequestFailed(
            f"This action would increase the size of developer metadata above the limit of {MAX_CHARACTERS} characters"
        )


def create_developer_metadata(state: Spreadsheet, request: Json) -> Json:
    """Carry out createDeveloperMetadata; a taken id is refused."""
    entry = dict(request.get("developerMetadata", {}))
    number = entry.setdefault("metadataId", fresh_number(set(state.metadata)))
    if number < 0:
        raise RequestFailed(f"developerMetadata.metadataId[{number}] must not be negative")
    if number in state.metadata:
        raise RequestFailed(f"Developer metadata with ID {number} already exists")
    state.metadata[number] = _checked(state, entry)
    _check_size(state)
    return {"developerMetadata": state.metadata[number]}


def update_developer_metadata(state: Spreadsheet, request: Json) -> Json:
    """Carry out updateDeveloperMetadata for all entries that a filter matches."""
    mask = update_mask("DeveloperMetadata", request.get("fields", ""))
    given: Json = request.get("developerMetadata", {})
    if "metadataId" in mask:
        raise RequestFailed("metadataId cannot be updated")
    filters = request.get("dataFilters", [])
    if not filters:
        raise RequestFailed("dataFilters must not be empty")
    changed = []
    for entry, _hits in search(state, filters):
        fresh = apply_mask(entry, given, mask)
        fresh["metadataId"] = entry["metadataId"]
        state.metadata[entry["metadataId"]] = _checked(state, fresh)
        changed.append(state.metadata[entry["metadataId"]])
    _check_size(state)
    return {"developerMetadata": changed}


def delete_developer_metadata(state: Spreadsheet, request: Json) -> Json:
    """Carry out deleteDeveloperMetadata for all entries that the filter matches."""
    if "dataFilter" not in request:
        raise RequestFailed("dataFilter is required")
    gone = [entry for entry, _hits in search(state, [request["dataFilter"]])]
    for entry in gone:
        del state.metadata[entry["metadataId"]]
    return {"deletedDeveloperMetadata": gone}
