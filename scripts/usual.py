"""*Usual*: a form as tutorials write it, to measure ours beside it: Flask with gspread's `append_row` in the request.

Served by the same gunicorn and settings as the form. USUAL_BACKOFF=1 takes gspread's own back-off client. Imports
nothing of ours; only the address is swapped, so that it speaks to the embedded spreadsheet.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import gspread
import requests
from flask import Flask, request
from google.oauth2.service_account import Credentials

SCOPES = ["https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive"]


def _swapped(endpoint: str) -> str:
    return endpoint.replace("https://sheets.googleapis.com", os.environ["SHEETS_API_URL"])


class Plain(gspread.HTTPClient):
    def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> requests.Response:
        return super().request(method, _swapped(endpoint), *args, **kwargs)


class BackOff(gspread.BackOffHTTPClient):
    def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> requests.Response:
        # The client calls itself again after a failure: the address is swapped by then.
        return super().request(method, _swapped(endpoint), *args, **kwargs)


def create_app() -> Flask:
    """One POST: append a row to the first sheet, say whether it worked."""
    app = Flask("usual")
    folder = Path(os.environ["DATA_DIR"])
    credentials = Credentials.from_service_account_file(  # type: ignore[no-untyped-call]
        folder / "credentials.json", scopes=SCOPES
    )
    kind = BackOff if os.environ.get("USUAL_BACKOFF") else Plain
    client = gspread.Client(credentials, http_client=kind)
    sheet = client.open_by_key(os.environ["USUAL_SPREADSHEET"]).sheet1

    @app.post("/")
    def keep() -> tuple[str, int]:
        try:
            sheet.append_row(list(request.form.values()))
        except gspread.exceptions.GSpreadException:
            return "Произошла ошибка, попробуйте позже", 500
        return "Спасибо", 200

    @app.get("/healthz")
    def health() -> str:
        return "ok"

    return app
