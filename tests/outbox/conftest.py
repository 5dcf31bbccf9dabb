"""Both databases, real: a SQLite file of its own for each test, and a private PostgreSQL cluster for the run."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

import psycopg
import pytest

from outbox import Outbox, open_outbox
from outbox.environment import database_address
from outbox.records import Lease
from tests.outbox.factories import SetClock

STORES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
ADMINISTRATOR = "postgres"


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL that only this run knows."""

    folder: Path
    binaries: Path

    def url(self, database: str) -> str:
        return database_address(f"postgresql://{ADMINISTRATOR}@/{database}?host={self.folder}")

    def execute(self, statement: str) -> None:
        address = f"host={self.folder} user={ADMINISTRATOR} dbname=postgres connect_timeout=10"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())

    def run(self, program: str, *arguments: str) -> None:
        # PostgreSQL refuses to run as root; Debian's package makes this user.
        user = ADMINISTRATOR if os.getuid() == 0 else None
        # Files, not pipes: the server keeps them open when pg_ctl has gone.
        with (self.folder / "said").open("wb") as said:
            done = subprocess.run(
                [self.binaries / program, *arguments],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                timeout=60,
                check=False,
                user=user,
                group=user,
                extra_groups=[] if user else None,
            )
        assert done.returncode == 0, (self.folder / "said").read_text(errors="replace")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    # A short path, because a socket's may have 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="svod-pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, ADMINISTRATOR, ADMINISTRATOR)
    started = Cluster(folder, binaries)
    data = str(folder / "data")
    started.run("initdb", "-D", data, "-U", ADMINISTRATOR, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    settings = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=200"
    started.run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", settings, "start")
    try:
        yield started
    finally:
        started.run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def ready_postgresql(cluster: Cluster) -> Cluster:
    """The cluster with a database `ready` that has all tables; copying it is quicker than making them."""
    cluster.execute("CREATE DATABASE ready")
    open_outbox(cluster.url("ready")).close()
    return cluster


@pytest.fixture(scope="session")
def ready_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that has all tables."""
    path = tmp_path_factory.mktemp("ready") / "outbox.db"
    open_outbox(f"sqlite:///{path}").close()
    return path


_names = count(1)


@pytest.fixture
def postgresql_url(ready_postgresql: Cluster) -> str:
    """A fresh database with all tables."""
    name = f"test{next(_names)}"
    ready_postgresql.execute(f"CREATE DATABASE {name} TEMPLATE ready")
    return ready_postgresql.url(name)


@pytest.fixture
def sqlite_url(ready_sqlite: Path, tmp_path: Path) -> str:
    """A fresh file with all tables."""
    path = tmp_path / "outbox.db"
    shutil.copyfile(ready_sqlite, path)
    path.chmod(0o600)
    return f"sqlite:///{path}"


@pytest.fixture(params=STORES)
def url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh outbox, on each database in turn."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=STORES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    cluster: Cluster = request.getfixturevalue("cluster")
    name = f"test{next(_names)}"
    cluster.execute(f"CREATE DATABASE {name}")
    return cluster.url(name)


@pytest.fixture
def now() -> SetClock:
    """The outbox's real clock, which stands until a test moves it."""
    return SetClock()


@pytest.fixture
def opened(url: str, now: SetClock) -> Iterator[Callable[[], Outbox]]:
    """Opens the outbox; each call is another one, as another process would have."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(open_outbox(url, now=now))


@pytest.fixture
def outbox(opened: Callable[[], Outbox]) -> Outbox:
    return opened()


@pytest.fixture
def lease(outbox: Outbox) -> Lease:
    """The worker's lease, for an hour."""
    taken = outbox.leases.acquire("worker", "worker-1", timedelta(hours=1))
    assert taken is not None
    return taken
