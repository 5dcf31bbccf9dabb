"""`svod doctor` looks at certificate, proxy and encryption: real TLS, own certificates, a proxy, a captive portal.

The one thing that is not real is the name: `svod.example.org` is found on this machine.
"""

from __future__ import annotations

import http.client
import http.server
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from svod.doctor import examine
from svod.encryption import connections
from svod.looks import lines
from tests.webform.harness import ROOT, Site, free_port, make_site

HOST = "svod.example.org"


class Authority:
    """A certificate authority that this test trusts, and the certificates that it gives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tests")])
        made = self._built(self._name, self._key, -1000, 1000)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.file = folder / "authority.pem"
        self.file.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def _built(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, since: int, days: int) -> Any:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=since))
            .not_valid_after(now + timedelta(days=days))
        )

    def give(self, host: str, days: int) -> Path:
        """Return a file with key and certificate of a name, which ends in so many days."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._built(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]), key, -100, days)
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        made = made.sign(self._key, hashes.SHA256())
        file = self._folder / f"{host}{days}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
        return file


class Proxy(http.server.BaseHTTPRequestHandler):
    """Passes a GET on to the form, with the headers that `passed` names."""

    form = 0
    passed: dict[str, str]

    def do_GET(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.form, timeout=30)
        connection.request("GET", self.path, headers={"Host": HOST, **self.passed})
        answer = connection.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


class Portal(Proxy):
    """Answers everything with its own page, as a hotel's network does."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html>Sign in to the network</html>")

    def do_POST(self) -> None:
        self.do_GET()


Serve = Callable[..., int]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The form of a real reception, behind one proxy with TLS."""
    folder = tmp_path_factory.mktemp("site")
    made = make_site(folder, TRUSTED_PROXIES="1", PUBLIC_URL=f"https://{HOST}", SVOD_NOW="real")
    (folder / "clock.json").unlink()
    folder.chmod(0o700)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def serve(authority: Authority, site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Start a server by TLS under the public name; return its port."""
    found = socket.getaddrinfo

    def here(host: Any, *rest: Any, **more: Any) -> Any:
        return found("127.0.0.1" if host == HOST else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.file))
    servers: list[http.server.ThreadingHTTPServer] = []

    def start(certificate: Path | None, kind: type[Proxy] = Proxy, **passed: str) -> int:
        headers = {name.replace("_", "-"): value for name, value in passed.items()}
        handler = type("Here", (kind,), {"form": site.port, "passed": headers})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return int(server.server_address[1])

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def service_account(token_uri: str) -> dict[str, str]:
    """The content of a key file."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "type": "service_account",
        "project_id": "tests",
        "private_key_id": "1",
        "private_key": private.decode(),
        "client_email": "svod@tests.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": token_uri,
    }


def examined(site: Site, port: int, **variables: str) -> dict[str, tuple[bool | None, str]]:
    """What was looked at → whether it is well, and the words."""
    environ = site.environ | {"PUBLIC_URL": f"https://{HOST}:{port}"} | variables
    checks = examine(environ)
    assert lines(checks)
    return {check.name: (check.good, check.words) for check in checks}


URL, CERTIFICATE, PROXY = "адрес для муниципалитетов", "сертификат", "прокси"


def test_a_good_certificate_and_a_proxy_that_says_https(serve: Serve, site: Site, authority: Authority) -> None:
    found = examined(site, serve(authority.give(HOST, 90), X_Forwarded_Proto="https", X_Forwarded_For="192.0.2.1"))
    assert [found[name][0] for name in (URL, CERTIFICATE, PROXY)] == [True, True, True], found
    until = datetime.now(UTC) + timedelta(days=90)
    assert f"{until:%d.%m.%Y}" in found[CERTIFICATE][1]


def test_a_certificate_that_ends_soon_has_ended_or_is_anothers(
    serve: Serve, site: Site, authority: Authority, tmp_path: Path
) -> None:
    soon = examined(site, serve(authority.give(HOST, 5), X_Forwarded_Proto="https"))
    assert (soon[URL][0], soon[CERTIFICATE][0]) == (True, False)
    assert "продлите" in soon[CERTIFICATE][1]
    for bad in (authority.give(HOST, -1), authority.give("else.example.org", 90), Authority(tmp_path).give(HOST, 90)):
        found = examined(site, serve(bad, X_Forwarded_Proto="https"))
        assert (found[URL][0], found[CERTIFICATE][0]) == (False, False), bad
        assert "сертификат не принят" in found[URL][1]
        assert f"выдан другому имени (не {HOST})" in found[CERTIFICATE][1]


def test_a_proxy_that_drops_the_scheme_is_told(serve: Serve, site: Site, authority: Authority) -> None:
    port = serve(authority.give(HOST, 91))
    found = examined(site, port)
    assert (found[URL][0], found[CERTIFICATE][0], found[PROXY][0]) == (True, True, False)
    assert "X-Forwarded-Proto" in found[PROXY][1]
    unknown = examined(site, port, TRUSTED_PROXIES="0")
    assert (unknown[PROXY][0], "TRUSTED_PROXIES=1" in unknown[PROXY][1]) == (False, True)


def test_a_captive_portal_is_told_from_the_form_and_from_google(
    serve: Serve, site: Site, authority: Authority, tmp_path: Path
) -> None:
    found = examined(site, serve(authority.give(HOST, 92), Portal))
    assert (found[URL][0], "это не форма Свода" in found[URL][1]) == (False, True)
    plain = f"http://127.0.0.1:{serve(None, Portal)}"
    account = tmp_path / "key.json"
    account.touch(mode=0o600)
    account.write_text(json.dumps(service_account(f"{plain}/token")), encoding="utf-8")
    variables = {"GOOGLE_APPLICATION_CREDENTIALS": str(account), "SPREADSHEET_ID": "1abc", "SHEETS_API_URL": plain}
    found = examined(site, free_port(), **variables)
    said = [words for name, (good, words) in found.items() if name.startswith("доступ к таблице") and not good]
    assert said, found
    assert "портал" in said[0] or "прокси" in said[0] or "не Google" in said[0], said


def test_the_shipped_proxy_says_https() -> None:
    shipped = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    for name in ("X-Forwarded-Proto", "X-Forwarded-For"):
        assert f"proxy_set_header {name} " in shipped


@pytest.mark.parametrize(
    ("database", "rates", "told"),
    [
        ("sqlite:////var/lib/svod/outbox.db", "", {}),
        ("postgresql+psycopg://svod@127.0.0.1/svod", "redis://localhost:6379/0", {}),
        ("postgresql+psycopg:///svod?host=/run/postgresql", "redis+unix:///run/redis.sock", {}),
        ("postgresql+psycopg://svod@[::1]/svod", "memory://", {}),
        ("postgresql+psycopg://svod@db.example.org/svod", "", {"шифрование до базы": False}),
        ("postgresql+psycopg://svod@db.example.org/svod?sslmode=prefer", "", {"шифрование до базы": False}),
        ("postgresql+psycopg:///svod?host=db.example.org", "", {"шифрование до базы": False}),
        ("postgresql+psycopg://svod@db.example.org/svod?sslmode=require", "", {"шифрование до базы": True}),
        ("sqlite:///x", "redis://:secret@10.0.0.5:6379/0", {"шифрование до счётчиков": False}),
        ("sqlite:///x", "redis+sentinel://127.0.0.1:1,db2:26379/main", {"шифрование до счётчиков": False}),
        ("sqlite:///x", "rediss://:secret@redis.example.org:6379/0", {"шифрование до счётчиков": True}),
    ],
)
def test_what_leaves_the_machine_must_be_encrypted(database: str, rates: str, told: dict[str, bool]) -> None:
    found = list(connections({}, database, rates))
    assert {check.name: check.good for check in found} == told
    assert all("secret" not in check.words for check in found)
    assert all("sslmode=" in check.words or "rediss://" in check.words for check in found if check.good is False)


def test_a_setting_of_libpq_counts_too() -> None:
    (check,) = connections({"PGSSLMODE": "verify-full"}, "postgresql+psycopg://svod@db.example.org/svod", "")
    assert check.good
