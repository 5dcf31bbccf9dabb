"""`make bench` for the form: the POST that commits, beside *bare*, for 1, 8 and 32 clients in one run.

A client keeps its connection and sends one report after another for a municipality of its own: valid session and CSRF
token, parse, rules, committed write; the redirect to the receipt is the answer. Imports webform and outbox.
"""

from __future__ import annotations

import os
import secrets
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path

from campaign import Campaign, load_campaign
from outbox import open_outbox
from outbox.clock import start_rehearsal
from scripts.variables import outside_installation


def chosen_processor() -> int | None:
    """Where both servers run: each keeps to one processor anyway, and two are seldom equally fast.

    BENCH_PROCESSOR names another than the last.
    """
    if not hasattr(os, "sched_getaffinity"):
        return None
    return int(os.environ.get("BENCH_PROCESSOR") or max(os.sched_getaffinity(0)))


ROOT = Path(__file__).resolve().parents[1]
CLIENTS = (1, 8, 32)
SECONDS = 5.0
WARM_UP = 1.0
ROUNDS = 2
PROCESSOR = chosen_processor()
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

Next = Callable[[], bytes]


@dataclass
class Figures:
    """What one measurement gave. Times in milliseconds."""

    answered: int = 0
    refused: int = 0
    seconds: float = 0.0
    processor: float = 0.0
    times: list[float] = field(default_factory=list)

    @property
    def cost(self) -> float:
        """Milliseconds of processor time of the server for one answer."""
        return self.processor * 1000 / max(1, self.answered + self.refused)

    @property
    def rate(self) -> float:
        return self.answered / self.seconds

    def quantile(self, share: float) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    def add(self, other: Figures) -> None:
        self.answered += other.answered
        self.refused += other.refused
        self.seconds += other.seconds
        self.processor += other.processor
        self.times += other.times


class Connection:
    """One client: a kept connection, one request at a time, the next as soon as the answer is whole."""

    def __init__(self, port: int, following: Next) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._following = following
        self._got = b""
        self.began = 0.0

    def send(self) -> None:
        self._got = b""
        self.began = time.perf_counter()
        self.socket.sendall(self._following())

    def receive(self) -> int | None:
        """The status once the answer is whole, None before."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError
        self._got += piece
        head, found, body = self._got.partition(b"\r\n\r\n")
        if not found:
            return None
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        return int(head[9:12]) if len(body) >= length else None


def measure(port: int, clients: list[Next], seconds: float) -> Figures:
    """All clients at once, as fast as the server answers."""
    figures = Figures()
    selector = selectors.DefaultSelector()
    connections = [Connection(port, following) for following in clients]
    for connection in connections:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send()
    began = time.perf_counter()
    waiting = len(connections)
    while waiting:
        for key, _ in selector.select(30):
            connection = key.data
            status = connection.receive()
            if status is None:
                continue
            now = time.perf_counter()
            figures.times.append((now - connection.began) * 1000)
            figures.answered += status == 303
            figures.refused += status != 303
            if now - began < seconds:
                connection.send()
            else:
                waiting -= 1
                selector.unregister(connection.socket)
                connection.socket.close()
    figures.seconds = time.perf_counter() - began
    return figures


def processor_seconds(pid: int) -> float:
    """Processor time that a gunicorn and its worker have used (Linux; 0 elsewhere)."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        stats = [Path(f"/proc/{one}/stat").read_text(encoding="ascii").rsplit(")", 1)[1] for one in (pid, *children)]
    except OSError:
        return 0.0
    return sum(sum(map(int, stat.split()[11:13])) for stat in stats) / os.sysconf("SC_CLK_TCK")


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
        self.oktmo, self.cookie, hidden = enter(address, link)
        self._version = int(hidden.pop("base_version"))
        hidden.pop("key")
        self._body = urllib.parse.urlencode(hidden | ANSWERS).encode()

    def __call__(self) -> bytes:
        body = self._body + f"&key={secrets.token_hex(16)}&base_version={self._version}".encode()
        self._version += 1
        return request(f"/reports/{self.oktmo}/submissions", body, self.cookie)


def enter(address: str, link: str) -> tuple[str, str, dict[str, str]]:
    """OKTMO, cookie and hidden fields of a form that was just opened by its link."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: object) -> None:
            return None

    opener = urllib.request.build_opener(Stay())
    token = link.rsplit("/", 1)[1]
    sent = urllib.parse.urlencode({"token": token}).encode()
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
    return path.split("/")[2], cookie, hidden


def _cookie(header: str) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in SimpleCookie(header).items())


def scaled_config(path: Path) -> Campaign:
    """The committed campaign with municipalities enough for a client each."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    head = text[: text.index("\nmunicipalities:")]
    kinds = text[text.index("\nmunicipality_kinds:") :]
    lines = [
        f'  - {{oktmo: "{n:08d}", kind: city, name: город № {n}, genitive: города № {n}}}'
        for n in range(1, sum(CLIENTS) + 1)
    ]
    path.write_text(head + "\nmunicipalities:\n" + "\n".join(lines) + "\n" + kinds, encoding="utf-8")
    return load_campaign(path)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(application: str, port: int, environ: dict[str, str]) -> Iterator[int]:
    """gunicorn with the form's own settings over this application, on the processor of the run."""
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", application]
    with running(command, environ | {"PORT": str(port)}, f"http://127.0.0.1:{port}/healthz", PROCESSOR) as pid:
        yield pid


@contextmanager
def kept_to(processor: int | None) -> Iterator[None]:
    """What is started meanwhile stays on this processor (Linux)."""
    if processor is None:
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {processor})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


@contextmanager
def running(
    command: list[str], environ: dict[str, str], health: str | None, processor: int | None = None
) -> Iterator[int]:
    log = (Path(environ["DATA_DIR"]) / "processes.log").open("ab")
    with kept_to(processor):
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
    """Print the table; 1 when a target is missed or a report is lost."""
    with tempfile.TemporaryDirectory(prefix="svod-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        campaign = scaled_config(folder / "config.yaml")
        secret = folder / "secret_key"
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_hex(32))
        start_rehearsal(folder, campaign.about.deadline - timedelta(days=3))
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
        where = "" if PROCESSOR is None else f" (оба сервера на № {PROCESSOR})"
        print(f"{datetime.now().astimezone():%d.%m.%Y}, процессоров: {os.cpu_count()}{where}, {worker}")
        print(
            f"{'клиентов':>8} {'':>6} {'в секунду':>10} {'p50, мс':>9} {'p99, мс':>9} {'ЦП, мс':>8} {'доля bare':>10}"
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
                f" {form.cost:>8.2f} {share:>10.2f}"
            )
            good = good and share >= 0.5 and not form.refused
            if clients == max(CLIENTS):
                good = good and form.quantile(0.99) < bare.quantile(0.99)
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
