"""The files of deploy/: the units as systemd reads them, and the form behind nginx by TLS and a Unix socket."""

from __future__ import annotations

import re
import socket
import ssl
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.webform.harness import ROOT, Site, free_port, make_site

DEPLOY = ROOT / "deploy"
HOST = "svod.example.org"
UNITS = sorted(path.name for pattern in ("*.service", "*.timer") for path in DEPLOY.glob(pattern))


@pytest.mark.systemd
@pytest.mark.parametrize("unit", UNITS)
def test_systemd_takes_the_unit(tmp_path: Path, unit: str) -> None:
    here = tmp_path / unit
    text = (DEPLOY / unit).read_text(encoding="utf-8")
    here.write_text(text.replace("/opt/svod", str(ROOT)).replace("User=svod", "User=root"), encoding="utf-8")
    beside = here.with_suffix(".service")
    if beside != here:  # a timer is looked at with its service
        beside.write_text(
            (DEPLOY / beside.name).read_text(encoding="utf-8").replace("/opt/svod", str(ROOT)), encoding="utf-8"
        )
    command = ["systemd-analyze", "verify", "--man=no", str(here)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    warnings = [line for line in done.stderr.splitlines() if unit in line]
    assert (done.returncode, warnings) == (0, []), done.stderr


def test_the_containers_get_what_the_processes_read() -> None:
    """Parsed only: there is no container engine here."""
    compose = YAML(typ="safe").load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert set(compose["services"]) == {"web", "worker", "postgres", "redis"}
    documented = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    documented += (ROOT / "docs/webform.md").read_text(encoding="utf-8")
    for name in ("web", "worker"):
        unknown = [one for one in compose["services"][name]["environment"] if f"`{one}`" not in documented]
        assert not unknown, unknown
        assert compose["services"][name]["env_file"] == ["svod.env", "postgres.env"]
        assert "@postgres/" in compose["services"][name]["environment"]["DATABASE_URL"]
    assert compose["services"]["postgres"]["env_file"] == ["postgres.env"], "it needs to know nothing else"
    assert "secrets" not in compose
    assert all(port.startswith("127.0.0.1:") for port in compose["services"]["web"]["ports"])
    image = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert "--require-hashes" in image
    assert re.search(r"(?m)^USER svod$", image)


def test_the_image_gets_the_program_and_no_settings() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    taken = {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines
    assert all((ROOT / name).exists() for name in taken), taken
    with (ROOT / "pyproject.toml").open("rb") as file:
        described = tomllib.load(file)
    packages = described["tool"]["setuptools"]["packages"]["find"]["include"]
    assert described["project"]["readme"] in taken
    assert {name.rstrip("*") for name in packages} <= taken
    assert {"gunicorn.conf.py", "requirements.txt", "pyproject.toml", "localsheets"} <= taken
    assert {"**/*.env", "**/*.json", "**/*.db"} <= set(lines)
    data = [path for name in taken for path in (ROOT / name).rglob("*.json") if "tests" not in path.parts]
    assert {str(path.relative_to(ROOT)) for path in data} <= taken, "a file that the program reads is left out"


def test_the_alerts_ask_for_figures_that_the_worker_gives() -> None:
    rules = YAML(typ="safe").load((DEPLOY / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
    given = (ROOT / "sync/process/metrics.py").read_text(encoding="utf-8")
    asked = {name for rule in rules for name in re.findall(r"svod_\w+", rule["expr"])}
    assert asked
    assert not [name for name in asked if f'"{name}"' not in given]


@dataclass
class Proxied:
    """The form behind nginx. `logs`: everything that nginx wrote."""

    site: Site
    port: int
    folder: Path
    trust: ssl.SSLContext

    def logs(self) -> str:
        return "".join(path.read_text(encoding="utf-8") for path in self.folder.glob("*.log"))


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    """The configuration as shipped, with names of this folder in place of the server's."""
    folder = tmp_path_factory.mktemp("proxy")
    port, plain = free_port(), free_port()
    site = make_site(
        folder / "data",
        PUBLIC_URL=f"https://{HOST}",
        TRUSTED_PROXIES="1",
        WEB_SOCKET=str(folder / "web.sock"),
    )
    site.listen()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}",
         "-addext", f"subjectAltName=DNS:{HOST}", "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for shipped, ours in (
        ("/run/svod/web.sock", str(folder / "web.sock")),
        (f"/etc/letsencrypt/live/{HOST}/fullchain.pem", str(folder / "cert.pem")),
        (f"/etc/letsencrypt/live/{HOST}/privkey.pem", str(folder / "key.pem")),
        ("/var/log/nginx/", f"{folder}/"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ", f"listen 127.0.0.1:{port} "),
    ):
        assert shipped in text
        text = text.replace(shipped, ours)
    text = re.sub(r"(?m)^ *listen \[::\].*\n", "", text)
    (folder / "site.conf").write_text(text, encoding="utf-8")
    main = folder / "nginx.conf"
    temporary = " ".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main.write_text(
        f"user root; daemon off; pid {folder}/nginx.pid; error_log {folder}/main.log; events {{}}\n"
        f"http {{ {temporary} include {folder}/site.conf; }}\n",
        encoding="utf-8",
    )
    subprocess.run(["nginx", "-t", "-c", str(main)], check=True, capture_output=True)
    nginx = subprocess.Popen(["nginx", "-c", str(main)])
    trust = ssl.create_default_context(cafile=str(folder / "cert.pem"))
    wait_for_port(port)
    site.read_links()
    yield Proxied(site, port, folder, trust)
    nginx.terminate()
    nginx.wait(20)
    site.stop()


def wait_for_port(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("nginx does not listen")


def ask(proxied: Proxied, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str, str]:
    """Return status, text and Location of one request by TLS, under the name that clerks use."""
    connection = HTTPSConnection("127.0.0.1", proxied.port, context=proxied.trust, timeout=30)
    connection.sock = proxied.trust.wrap_socket(
        socket.create_connection(("127.0.0.1", proxied.port)), server_hostname=HOST
    )
    connection.request(method, path, body, {"Host": HOST, **headers})
    answer = connection.getresponse()
    found = answer.status, answer.read().decode(), answer.headers.get("Location", "")
    connection.close()
    return found


@pytest.mark.nginx
def test_a_link_opens_through_the_proxy_and_stands_in_no_log(proxied: Proxied) -> None:
    link = proxied.site.links["17701000"]
    assert link.startswith(f"https://{HOST}/m/")
    path = link.removeprefix(f"https://{HOST}")
    status, text, _ = ask(proxied, "GET", path)
    assert (status, "Открыть форму" in text) == (200, True)
    assert ask(proxied, "GET", path.replace("/m/", "//m/"))[0] in (200, 308, 404)
    for secret in ("/r/SECRET", "/calendar/SECRET.ics"):
        assert ask(proxied, "GET", secret)[0] == 404
    assert ask(proxied, "GET", "/healthz", Referer=link)[0] == 200
    assert ask(proxied, "POST", "/enter", b"x" * 2_000_000)[0] == 413
    proxied.site.stop()
    status, text, _ = ask(proxied, "GET", path)
    assert (status, "nginx/" in text) == (502, False), "its page names no version"
    proxied.site.listen()
    code = path.removeprefix("/m/")
    logs = proxied.logs()
    for masked in ("GET /m/***", "GET /r/***", "GET /calendar/***"):
        assert masked in logs
    assert code not in logs
    assert "SECRET" not in logs
    assert code not in proxied.site.log.read_text(encoding="utf-8")


@pytest.mark.nginx
def test_a_file_of_more_than_a_megabyte_reaches_its_own_route_alone(proxied: Proxied) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    report = "/reports/flagmany-2023/17701000"
    for path, status in ((f"{report}/files/papers/add", 403), (f"{report}/form", 413), (f"{report}/files/papers", 413)):
        assert ask(proxied, "POST", path, b"x" * 9_000_000, **kind)[0] == status, path
    assert ask(proxied, "POST", f"{report}/files/papers/add", b"x" * 17_000_000, **kind)[0] == 413


@pytest.mark.nginx
def test_only_owner_and_group_reach_the_socket(proxied: Proxied) -> None:
    mode = (proxied.folder / "web.sock").stat().st_mode
    assert mode & 0o777 == 0o770


@pytest.mark.nginx
def test_svod_asks_the_form_at_its_socket(proxied: Proxied) -> None:
    command = [sys.executable, "-m", "svod", "doctor"]
    done = subprocess.run(
        command, cwd=ROOT, env=proxied.site.environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert "[ да  ] форма отвечает" in done.stdout
