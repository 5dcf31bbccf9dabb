"""`make bench` for the form: the POST that commits, beside *bare*, for 1, 8 and 32 clients and at 100 a second.

A client keeps its connection and sends one report after another for a municipality of its own: valid session and CSRF
token, parse, rules, committed write; the redirect to the receipt is the answer.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path

from campaign import Campaign, load_campaign
from outbox import open_outbox
from outbox.clock import start_rehearsal
from outbox.variables import outside_installation
from scripts.load import Figures, Next, measure, measure_open, processor_seconds

ROOT = Path(__file__).resolve().parents[1]
CLIENTS = (1, 8, 32)
SECONDS = 5.0
WARM_UP = 1.0
ROUNDS = 2
OPEN_RATE, OPEN_SECONDS, OPEN_CLIENTS = 100, 20.0, 32
LEAST_SHARE = 0.3
"""Of the rate of *bare*, with several clients."""
MOST_MS_ALONE, MOST_MS_OPEN = 10.0, 100.0
"""Median of one client; p99 at OPEN_RATE."""
ANSWERS = {
    "contact_name": "Ответственный исполнитель",
    "contact_post": "специалист отдела образования",
    "contact_phone": "8 (4922) 00-00-00",
    "contact_email": "otdel@example.org",
    "registered_college_students": "10",
    "registered_university_students": "5",
    "registered_school_heads": "3",
    "registered_teachers": "20",
    "registered_local_heads": "1",
    "registered_local_staff": "2",
    "informed": "1 234",
    "audiences": "teachers",
    "events": "4",
    "site_publications": "2",
    "media_publications": "0",
    "social_publications": "1",
    "links": "https://example.org/news/1\r\nhttps://example.org/news/2",
    "comment": "Провели встречи в школах и колледжах.",
}


def request(path: str, body: bytes, cookie: str = "") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    head += f"Cookie: {cookie}\r\n" if cookie else ""
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def bare_client() -> Next:
    whole = request("/", urllib.parse.urlencode(ANSWERS).encode())
    return lambda: whole


class Clerk:
    """Sends version after version of one municipality's report; each is accepted, so the next one follows it."""

    def __init__(self, address: str, link: str) -> None:
        self._report, self.cookie, hidden = enter(address, link)
        self._version = int(hidden.pop("base_version"))
        hidden.pop("key")
        self._body = urllib.parse.urlencode(hidden | ANSWERS).encode()

    def __call__(self) -> bytes:
        body = self._body + f"&key={secrets.token_hex(16)}&base_version={self._version}".encode()
        self._version += 1
        return request(f"{self._report}submissions", body, self.cookie)


def enter(address: str, link: str) -> tuple[str, str, dict[str, str]]:
    """Address of the report, cookie and hidden fields of a form that was just opened by its link."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: object) -> None:
            return None

    opener = urllib.request.build_opener(Stay())
    token = link.rsplit("/", 1)[1]
    sent = urllib.parse.urlencode({"code": token}).encode()
    try:
        opener.open(f"{address}/enter", sent, timeout=30)
        raise AssertionError(link)
    except urllib.error.HTTPError as answer:
        cookie = _cookie(answer.headers["Set-Cookie"])
        path = answer.headers["Location"]
    form = urllib.request.Request(f"{address}{path}", headers={"Cookie": cookie})  # noqa: S310 - our own server
    with opener.open(form, timeout=30) as page:
        cookie = _cookie(page.headers["Set-Cookie"]) if page.headers["Set-Cookie"] else cookie
        text = page.read().decode()
    hidden = {}
    for name in ("csrf_token", "ticket", "opened", "key", "base_version"):
        hidden[name] = text.split(f'name="{name}" value="')[1].split('"')[0].replace("&#43;", "+")
    return path.removesuffix("form"), cookie, hidden


def _cookie(header: str) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in SimpleCookie(header).items())


def rehearsal(folder: Path, municipalities: int) -> Campaign:
    """Put a rehearsal into the folder and return its campaign: the committed one with so many municipalities."""
    path = folder / "config.yaml"
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    head = text[: text.index("\nmunicipalities:")]
    kinds = text[text.index("\nmunicipality_kinds:") :]
    lines = [
        f'  - {{oktmo: "{n:08d}", kind: city, name: город № {n}, genitive: города № {n}}}'
        for n in range(1, municipalities + 1)
    ]
    path.write_text(head + "\nmunicipalities:\n" + "\n".join(lines) + "\n" + kinds, encoding="utf-8")
    campaign = load_campaign(path)
    secret = folder / "secret_key"
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_hex(32))
    start_rehearsal(folder, campaign.about.deadline - timedelta(days=3))
    return campaign


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(application: str, port: int, environ: dict[str, str]) -> Iterator[int]:
    """Run gunicorn with the form's own settings over this application, kept to one processor by `taskset`.

    BENCH_PROCESSOR names another processor than the last.
    """
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", application]
    if (taskset := shutil.which("taskset")) is not None:
        processor = os.environ.get("BENCH_PROCESSOR") or str((os.cpu_count() or 1) - 1)
        command = [taskset, "--cpu-list", processor, *command]
    with running(command, environ | {"PORT": str(port)}, f"http://127.0.0.1:{port}/healthz") as pid:
        yield pid


@contextmanager
def running(command: list[str], environ: dict[str, str], health: str | None) -> Iterator[int]:
    log = (Path(environ["DATA_DIR"]) / "processes.log").open("ab")
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
    try:
        for _ in range(300):
            try:
                if health is not None:
                    urllib.request.urlopen(health, timeout=2).close()  # noqa: S310 - our own server
                break
            except OSError:
                if process.poll() is not None:
                    raise
                time.sleep(0.1)
        yield process.pid
        if process.poll() is not None:
            written = Path(log.name).read_text(encoding="utf-8", errors="replace")
            raise RuntimeError(f"{command[-1]} ended by itself:\n{written[-2000:]}")
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


def main() -> int:
    """Print the table; 1 if a target is missed or a report is lost."""
    with tempfile.TemporaryDirectory(prefix="svod-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        campaign = rehearsal(folder, sum(CLIENTS) + OPEN_CLIENTS)
        ports = {"bare": free_port(), "form": free_port()}
        environ = outside_installation(os.environ) | {
            "DATA_DIR": name,
            "SVOD_CONFIG": str(folder / "config.yaml"),
            "SUBMISSIONS_RATE": "10000000 per minute",
            "SHEETS_PORT": str(free_port()),
        }
        bare_environ = environ | {"DATA_DIR": str(folder / "bare")}
        (folder / "bare").mkdir()
        pids = {
            "bare": stack.enter_context(
                served("scripts.bare:create_app()", ports["bare"], bare_environ | {"SECRET_KEY": "x" * 32})
            ),
            "form": stack.enter_context(served("webform:create_app()", ports["form"], environ)),
        }
        worker = start_worker(stack, environ)
        listed = subprocess.run(
            [sys.executable, "-m", "webform", "links", "--format", "csv"],
            cwd=ROOT, env=environ, capture_output=True, text=True, check=True,
        ).stdout.splitlines()[1:]  # fmt: skip
        links = [line.rsplit(",", 1)[1] for line in listed]
        address = f"http://127.0.0.1:{ports['form']}"
        where = "оба сервера на одном" if shutil.which("taskset") else "taskset не найден"
        print(f"{datetime.now().astimezone():%d.%m.%Y}, процессоров: {os.cpu_count()} ({where}), {worker}")
        print(
            f"{'клиентов':>8} {'':>6} {'в секунду':>10} {'p50, мс':>9} {'p99, мс':>9} {'ЦП, мс':>8} {'доля bare':>10}"
            f" {'по ЦП':>6}"
        )
        good, accepted = True, 0
        for clients in CLIENTS:
            clerks: list[Next] = [Clerk(address, links.pop()) for _ in range(clients)]
            bares = [bare_client() for _ in range(clients)]
            figures = {"bare": Figures(), "form": Figures()}
            for _ in range(ROUNDS):
                for who, them in (("bare", bares), ("form", clerks)):
                    warm = measure(ports[who], them, WARM_UP)
                    used = processor_seconds(pids[who])
                    measured = measure(ports[who], them, SECONDS)
                    measured.processor = processor_seconds(pids[who]) - used
                    figures[who].add(measured)
                    accepted += warm.answered if who == "form" else 0
            bare, form = figures["bare"], figures["form"]
            accepted += form.answered
            share = form.rate / bare.rate
            print(
                f"{clients:>8} {'bare':>6} {bare.rate:>10.0f} {bare.quantile(0.5):>9.1f} {bare.quantile(0.99):>9.1f}"
                f" {bare.cost:>8.2f}"
            )
            print(
                f"{'':>8} {'форма':>6} {form.rate:>10.0f} {form.quantile(0.5):>9.1f} {form.quantile(0.99):>9.1f}"
                f" {form.cost:>8.2f} {share:>10.2f} {bare.cost / form.cost:>6.2f}"
            )
            good = good and not form.refused
            good = good and (form.quantile(0.5) < MOST_MS_ALONE if clients == 1 else share >= LEAST_SHARE)
            if clients == max(CLIENTS):
                good = good and form.quantile(0.99) < bare.quantile(0.99)
        form = measure_open(
            ports["form"], [Clerk(address, links.pop()) for _ in range(OPEN_CLIENTS)], OPEN_RATE, OPEN_SECONDS
        )
        accepted += form.answered
        good = good and not form.refused and form.quantile(0.99) < MOST_MS_OPEN
        print(
            f"{OPEN_RATE} в секунду, открытый цикл: p50 {form.quantile(0.5):.1f} мс, p99 {form.quantile(0.99):.1f} мс,"
            f" дольше всего {max(form.times):.1f} мс"
        )
        with open_outbox(f"sqlite:///{folder / 'outbox.db'}", migrate=False) as store:
            kept = len(store.submissions.digests(campaign.id))
        print(f"принято по ответам: {accepted}, в хранилище: {kept}")
        good = good and kept == accepted
        print("цели достигнуты" if good else "цели НЕ достигнуты")
        return 0 if good else 1


def start_worker(stack: ExitStack, environ: dict[str, str]) -> str:
    """The embedded spreadsheet and the worker that delivers meanwhile; says whether they run."""
    if os.environ.get("BENCH_WORKER") == "0":
        return "без обработчика"
    health = f"http://127.0.0.1:{environ['SHEETS_PORT']}/healthz"
    stack.enter_context(running([sys.executable, "-m", "localsheets"], environ, health))
    stack.enter_context(running([sys.executable, "-m", "sync"], environ, None))
    return "обработчик работает"


if __name__ == "__main__":
    sys.exit(main())
