"""The service-account flow: key file, assertion, bearer token, and refusals."""

import json
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import crypt, jwt

from tests.localsheets.harness import Server, running

Json = dict[str, Any]
SCOPE = "https://www.googleapis.com/auth/spreadsheets"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("signed"), opened=False) as server:
        yield server


def key_of(server: Server) -> Json:
    loaded: Json = json.loads((server.data_dir / "credentials.json").read_text())
    return loaded


def assertion(key: Json, **claims: object) -> str:
    now = int(time.time())
    payload = {
        "iss": key["client_email"],
        "aud": key["token_uri"],
        "iat": now,
        "exp": now + 3600,
        "scope": SCOPE,
        **claims,
    }
    signer = crypt.RSASigner.from_string(key["private_key"], key["private_key_id"])  # type: ignore[no-untyped-call]
    kept = {name: claim for name, claim in payload.items() if claim is not None}
    encoded: bytes = jwt.encode(signer, kept)  # type: ignore[no-untyped-call]
    return encoded.decode()


def token(server: Server, signed_assertion: str, grant: str = GRANT) -> requests.Response:
    body = {"grant_type": grant, "assertion": signed_assertion}
    return requests.post(f"{server.base}/token", data=body, timeout=10)


def read(server: Server, bearer: str | None) -> requests.Response:
    headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
    return requests.get(f"{server.base}/v4/spreadsheets/{server.spreadsheet_id}", headers=headers, timeout=10)


def test_a_good_assertion_gives_an_expiring_token(signed: Server) -> None:
    for audience in (key_of(signed)["token_uri"], "https://oauth2.googleapis.com/token"):
        answer = token(signed, assertion(key_of(signed), aud=audience))
        assert answer.status_code == 200
        assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("Bearer", 3600)
        assert read(signed, answer.json()["access_token"]).status_code == 200


def test_a_clock_that_is_a_little_off_is_forgiven(signed: Server) -> None:
    now = int(time.time())
    for shift in (-45, 45):
        claims = {"iat": now + shift, "exp": now + shift + 3600}
        assert token(signed, assertion(key_of(signed), **claims)).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 100, "iat": 50},
        {"iat": int(time.time()) + 7200, "exp": int(time.time()) + 9000},
        {"exp": int(time.time()) + 90_000},
        {"aud": "https://example.org/token"},
        {"iss": "other@example.org"},
        {"exp": None},
        {"iat": None},
    ],
)
def test_a_bad_assertion_is_refused(signed: Server, claims: Json) -> None:
    answer = token(signed, assertion(key_of(signed), **claims))
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"


def test_foreign_keys_and_nonsense_are_refused(signed: Server) -> None:
    key = key_of(signed)
    foreign = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    good = assertion(key)
    head, body, _signature = good.split(".")
    none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    for bad in (
        assertion({**key, "private_key": foreign.decode()}),
        assertion({**key, "private_key_id": "0" * 40}),
        good[:-6] + "AAAAAA",
        f"{head}.{body}.",
        f"{none}.{body}.",
        "",
        "a.b.c",
        "\x00",
        "x" * 10_000,
    ):
        answer = token(signed, bad)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert token(signed, good, "password").json()["error"] == "unsupported_grant_type"


@pytest.mark.parametrize("bearer", [None, "", "nonsense", "ya29.local.eyJ.x.y", "ya29.local."])
def test_the_api_without_a_good_token_answers_401_as_google(signed: Server, bearer: str | None) -> None:
    answer = read(signed, bearer)
    assert answer.status_code == 401
    error = answer.json()["error"]
    assert error["status"] == "UNAUTHENTICATED"
    assert error["message"].startswith("Request had invalid authentication credentials.")


def test_scopes_are_checked(signed: Server) -> None:
    readonly = token(signed, assertion(key_of(signed), scope=SCOPE + ".readonly")).json()["access_token"]
    assert read(signed, readonly).status_code == 200
    headers = {"Authorization": f"Bearer {readonly}"}
    path = f"{signed.base}/v4/spreadsheets/{signed.spreadsheet_id}"
    for answer in (
        requests.post(f"{path}:batchUpdate", json={"requests": []}, headers=headers, timeout=10),
        requests.get(f"{signed.base}/drive/v3/files", headers=headers, timeout=10),
    ):
        assert answer.status_code == 403
        assert answer.json()["error"]["message"] == "Request had insufficient authentication scopes."


def test_tokens_expire(data_dir: Path) -> None:
    with running(data_dir, opened=False, LOCALSHEETS_TOKEN_SECONDS="4") as server:
        bearer = token(server, assertion(key_of(server))).json()["access_token"]
        assert read(server, bearer).status_code == 200
        until = time.monotonic() + 30
        while (status := read(server, bearer).status_code) == 200 and time.monotonic() < until:
            time.sleep(0.2)
        assert status == 401


def test_tokens_can_be_expired_on_demand_and_outlive_a_restart(data_dir: Path) -> None:
    with running(data_dir, opened=False) as server:
        bearer = token(server, assertion(key_of(server))).json()["access_token"]
        first = server.base
    with running(data_dir, opened=False) as server:
        assert server.base != first
        assert read(server, bearer).status_code == 200
        assert key_of(server)["token_uri"] == f"{server.base}/token", "the key file follows the port"
        server.faults(expire_tokens=True)
        assert read(server, bearer).status_code == 401
        fresh = token(server, assertion(key_of(server))).json()["access_token"]
        assert read(server, fresh).status_code == 200


def test_the_key_file_is_private_and_kept(data_dir: Path) -> None:
    with running(data_dir) as server:
        path = server.data_dir / "credentials.json"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        key, spreadsheet = key_of(server)["private_key"], server.spreadsheet_id
        pid = int((server.data_dir / "run" / "sheets.pid").read_text())
        assert pid == server.process.pid
    with running(data_dir) as server:
        assert (key_of(server)["private_key"], server.spreadsheet_id) == (key, spreadsheet)
        props = server.call("GET", f"/v4/spreadsheets/{spreadsheet}")
        assert (props["properties"]["locale"], props["properties"]["timeZone"]) == ("ru_RU", "Europe/Moscow")
        assert props["sheets"][0]["properties"]["title"] == "Лист1"
        assert server.stop() == 0, "SIGTERM ends the server cleanly"
