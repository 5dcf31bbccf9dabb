"""The tables: made by migrations alone, the same as `outbox.schema` says, never touched when they are newer."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

import outbox.migrations
from outbox import open_outbox
from outbox.errors import OutboxSchemaError, OutboxSettingsError
from outbox.schema import metadata
from tests.outbox.factories import CAMPAIGN, report


def test_the_migrations_make_the_tables_of_the_schema(url: str) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        indexes = {index["name"] for table in metadata.tables for index in inspect(connection).get_indexes(table)}
        assert {str(index.name) for table in metadata.sorted_tables for index in table.indexes} <= indexes
    engine.dispose()


def test_head_is_the_newest_migration_and_numbers_go_up() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(outbox.migrations.__file__).parent))
    scripts = ScriptDirectory.from_config(config)
    numbers = [script.revision for script in scripts.walk_revisions()][::-1]
    assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)]
    assert scripts.get_current_head() == outbox.migrations.HEAD


def test_a_step_stays_as_it_was_made() -> None:
    """Somebody's database went through it: a change of the tables is a new file."""
    folder = Path(outbox.migrations.__file__).parent / "versions"
    made = {path.stem: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in folder.glob("r*.py")}
    assert made == {
        "r0001_first_tables": "601ae4841775c954",
        "r0002_rehearsal_or_real": "24f12e0aff9bf3d3",
        "r0003_ended_sessions": "c0831ce4e8c2c230",
        "r0004_addresses": "f5c04112c7b8c255",
        "r0005_desk": "c9118228099bf19f",
        "r0006_api_tokens": "7e5bd1f701483fe1",
        "r0007_attachments": "0106275be468d358",
        "r0008_mails": "7278808240b654d7",
        "r0009_remark_decisions": "6d7eb3d2a27790ca",
    }


@pytest.mark.parametrize("migrate", [True, False])
def test_a_database_of_a_newer_program_is_left_alone(url: str, migrate: bool) -> None:
    with open_outbox(url) as before:
        before.submissions.submit(report())
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    with pytest.raises(OutboxSchemaError, match=r"более новой версией.*0999.*Обновите программу"):
        open_outbox(url, migrate=migrate)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0999"
        assert connection.execute(text("SELECT count(*) FROM submissions")).scalar() == 1
    engine.dispose()


def test_without_migrating_the_tables_must_be_there(empty_url: str) -> None:
    with pytest.raises(OutboxSchemaError):
        open_outbox(empty_url, migrate=False)
    open_outbox(empty_url).close()
    with open_outbox(empty_url, migrate=False) as opened:
        assert opened.submissions.all(CAMPAIGN) == []


def test_a_migration_that_fails_leaves_nothing_behind(empty_url: str) -> None:
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE submissions (x integer)"))
    with pytest.raises(OutboxSchemaError, match="Данные не изменены"):
        open_outbox(empty_url)
    assert inspect(engine).get_table_names() == ["submissions"]
    engine.dispose()


@pytest.mark.parametrize("url", ["mysql://h/d", "nonsense", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(OutboxSettingsError, match="DATABASE_URL"):
        open_outbox(url)
