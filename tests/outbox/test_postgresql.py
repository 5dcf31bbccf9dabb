"""What is PostgreSQL's own: a server that goes away, refuses, or keeps one waiting."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from outbox import open_outbox
from outbox.errors import OutboxBusy, OutboxUnavailable
from tests.outbox.conftest import Cluster
from tests.outbox.factories import CAMPAIGN, report

pytestmark = pytest.mark.postgresql


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    parts = make_url(url)
    host = str(parts.query["host"])
    return psycopg.connect(host=host, user=parts.username, dbname=parts.database, connect_timeout=10)


def test_connections_that_the_server_dropped_are_replaced(postgresql_url: str) -> None:
    with open_outbox(postgresql_url) as outbox:
        outbox.submissions.submit(report())
        with connect(postgresql_url) as other:
            dropped = other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert dropped.fetchall()
        assert outbox.submissions.submit(report("17737000")).submission.number == 2


def test_a_lock_that_lasts_is_reported_and_nothing_is_written(postgresql_url: str) -> None:
    with open_outbox(postgresql_url, lock_timeout=timedelta(seconds=0.2)) as outbox, connect(postgresql_url) as other:
        other.execute("LOCK TABLE submissions IN EXCLUSIVE MODE")
        with pytest.raises(OutboxBusy):
            outbox.submissions.submit(report())
        assert outbox.submissions.all(CAMPAIGN) == []
        other.rollback()
        assert outbox.submissions.submit(report()).submission.number == 1


def test_a_database_that_may_only_be_read_is_reported(postgresql_url: str, cluster: Cluster) -> None:
    cluster.execute(f"ALTER DATABASE {make_url(postgresql_url).database} SET default_transaction_read_only = on")
    with open_outbox(postgresql_url) as outbox:
        with pytest.raises(OutboxUnavailable):
            outbox.submissions.submit(report())
        assert outbox.submissions.all(CAMPAIGN) == []


def test_a_missing_server_or_database_is_reported_without_the_password(cluster: Cluster, tmp_path: Path) -> None:
    addresses = (
        f"postgresql+psycopg://svod:secret@/svod?host={tmp_path}",
        f"postgresql+psycopg://postgres:secret@/no_such_database?host={cluster.folder}",
    )
    for address in addresses:
        with pytest.raises(OutboxUnavailable, match="Не удалось открыть") as failure:
            open_outbox(address)
        assert "secret" not in str(failure.value)


def test_the_server_commits_before_it_answers(postgresql_url: str) -> None:
    """Whatever the server's own setting is."""
    with connect(postgresql_url) as other:
        other.execute(f"ALTER DATABASE {make_url(postgresql_url).database} SET synchronous_commit = off".encode())
    with open_outbox(postgresql_url) as outbox:
        database = outbox._database
        assert database.write(lambda c: c.exec_driver_sql("SHOW synchronous_commit").scalar()) == "on"
