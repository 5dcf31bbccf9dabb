"""Real clients through the service-account flow: gspread and google-api-python-client."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gspread
import pytest
from google.oauth2.service_account import Credentials
from googleapiclient.discovery import build  # type: ignore[import-untyped]
from googleapiclient.errors import HttpError  # type: ignore[import-untyped]
from gspread.exceptions import APIError, SpreadsheetNotFound
from gspread.http_client import HTTPClient

from tests.localsheets.harness import Server, running

SCOPES = ["https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive"]


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("clients"), opened=False) as server:
        yield server


def credentials(data_dir: Path) -> Credentials:
    # With a subject, google-auth does not ask Google for the account's regional boundaries.
    made: Credentials = Credentials.from_service_account_file(  # type: ignore[no-untyped-call]
        str(data_dir / "credentials.json"), scopes=SCOPES, subject="clerk@example.org"
    )
    return made


@pytest.fixture
def client(signed: Server) -> gspread.Client:
    class Local(HTTPClient):
        """gspread against another address."""

        def request(self, method: str, endpoint: str, *args: Any, **options: Any) -> Any:
            for google in ("https://sheets.googleapis.com", "https://www.googleapis.com"):
                endpoint = endpoint.replace(google, signed.base)
            return super().request(method, endpoint, *args, **options)

    return gspread.Client(credentials(signed.data_dir), http_client=Local)


def test_gspread(client: gspread.Client, tmp_path: Path) -> None:
    book = client.create("Сбор")
    tab = book.add_worksheet("Ответы", 20, 5)
    tab.update([["ОКТМО", "Всего", "Когда"], ["17701000", 12, "2023-05-30"]], "A1", raw=False)
    tab.append_row(["17725000", "=B2*2", ""], value_input_option="USER_ENTERED")  # type: ignore[arg-type]
    assert tab.get_all_records() == [
        {"ОКТМО": 17701000, "Всего": 12, "Когда": "2023-05-30"},
        {"ОКТМО": 17725000, "Всего": 24, "Когда": ""},
    ]
    assert tab.find("24").address == "B3"  # type: ignore[union-attr]
    tab.format("A1:C1", {"textFormat": {"bold": True}})
    tab.freeze(rows=1)
    tab.merge_cells("A5:B6")
    tab.update_note("A1", "код")
    assert tab.get_note("A1") == "код"
    tab.insert_rows([["x", "y"]], 2)
    tab.sort((1, "asc"), range="A2:C4")
    assert [row[0] for row in tab.get_all_values()][1:4] == ["17701000", "17725000", "x"]
    tab.delete_rows(4)
    tab.batch_clear(["C2"])
    tab.add_validation("C2", gspread.utils.ValidationConditionType.one_of_list, ["да", "нет"])
    tab.set_basic_filter("A1:C3")
    copy = tab.duplicate(new_sheet_name="Копия")
    assert copy.get_all_values() == tab.get_all_values()
    assert [sheet.title for sheet in book.worksheets()] == ["Копия", "Sheet1", "Ответы"]
    book.reorder_worksheets([book.worksheet("Ответы"), book.worksheet("Sheet1"), copy])
    assert book.get_worksheet(0).title == "Ответы"
    book.del_worksheet(copy)
    book.share("reader@example.org", perm_type="user", role="reader")
    assert {entry["emailAddress"] for entry in book.list_permissions()} >= {"reader@example.org"}
    assert book.export(gspread.utils.ExportFormat.CSV).decode().splitlines()[0] == "ОКТМО,Всего,Когда"
    assert [file["id"] for file in client.list_spreadsheet_files("Сбор")] == [book.id]
    twin = client.copy(book.id, "Двойник")
    assert twin.worksheet("Ответы").get_all_values() == tab.get_all_values()
    client.del_spreadsheet(book.id)
    with pytest.raises(SpreadsheetNotFound):
        client.open_by_key(book.id)
    with pytest.raises(APIError) as refused:
        twin.worksheet("Ответы").update([["x"]], "ZZ1")
    assert refused.value.code == 400


def test_google_api_python_client(signed: Server) -> None:
    sheets = build(
        "sheets",
        "v4",
        credentials=credentials(signed.data_dir),
        client_options={"api_endpoint": signed.base},
        static_discovery=True,
    )
    drive = build(
        "drive",
        "v3",
        credentials=credentials(signed.data_dir),
        client_options={"api_endpoint": f"{signed.base}/drive/v3/"},
        static_discovery=True,
    )
    books, values = sheets.spreadsheets(), sheets.spreadsheets().values()
    made = books.create(body={"properties": {"title": "Сбор", "locale": "ru_RU"}}).execute()
    number = made["spreadsheetId"]
    values.update(
        spreadsheetId=number, range="A1", valueInputOption="USER_ENTERED", body={"values": [["1,5", "30.05.2023"]]}
    ).execute()
    got = values.get(spreadsheetId=number, range="Sheet1", valueRenderOption="UNFORMATTED_VALUE").execute()
    assert got["values"] == [[1.5, 45076]]
    row = {"values": [{"userEnteredValue": {"stringValue": "x"}}]}
    location = {"spreadsheet": True}
    entry = {"metadataId": 1, "metadataKey": "k", "metadataValue": "v", "visibility": "DOCUMENT", "location": location}
    body = {
        "requests": [
            {"appendCells": {"sheetId": 0, "rows": [row], "fields": "userEnteredValue"}},
            {"createDeveloperMetadata": {"developerMetadata": entry}},
        ]
    }
    books.batchUpdate(spreadsheetId=number, body=body).execute()
    with pytest.raises(HttpError) as refused:
        books.batchUpdate(spreadsheetId=number, body=body).execute()
    assert refused.value.status_code == 400
    assert books.developerMetadata().get(spreadsheetId=number, metadataId=1).execute()["metadataValue"] == "v"
    filters = {"dataFilters": [{"gridRange": {"sheetId": 0}}]}
    ranges = values.batchGetByDataFilter(spreadsheetId=number, body=filters).execute()["valueRanges"]
    assert ranges[0]["valueRange"]["values"] == [["1,5", "30.05.2023"], ["x"]]
    listed = drive.files().list(q="name = 'Сбор' and trashed = false", fields="files(id,version)").execute()
    assert listed["files"][0]["id"] == number
    drive.files().update(fileId=number, body={"name": "Иначе"}).execute()
    assert books.get(spreadsheetId=number, fields="properties.title").execute() == {"properties": {"title": "Иначе"}}
    assert drive.files().export(fileId=number, mimeType="text/csv").execute().decode() == '"1,5",30.05.2023\r\nx,'
    drive.files().delete(fileId=number).execute()
    with pytest.raises(HttpError) as missing:
        books.get(spreadsheetId=number).execute()
    assert missing.value.status_code == 404
