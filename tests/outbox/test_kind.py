"""An outbox is a rehearsal's or a real one, for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, insert, inspect, text

from outbox import Outbox, migrations, open_outbox
from outbox.errors import OtherKind
from outbox.schema import submissions
from tests.outbox.factories import SetClock, report


def test_the_first_start_decides_and_the_other_kind_is_refused(opened: Callable[[], Outbox]) -> None:
    first, second = opened(), opened()
    assert first.kind.get() is None
    second.kind.check("real")
    second.kind.claim("rehearsal")
    first.kind.claim("rehearsal")
    first.submissions.submit(report())
    for refused in (first.kind.claim, first.kind.check):
        with pytest.raises(OtherKind, match=r"учебных отчётов: 1.*возьмите другую папку: DATA_DIR"):
            refused("real")
    assert second.kind.get() == "rehearsal"


def test_a_rehearsal_is_refused_where_the_reception_is_real(outbox: Outbox) -> None:
    outbox.kind.claim("real")
    with pytest.raises(OtherKind, match=r"настоящий приём \(отчётов: 0\)"):
        outbox.kind.claim("rehearsal")


@pytest.mark.parametrize(
    ("accepted_after", "kind"),
    [([timedelta(days=-900)], "rehearsal"), ([timedelta(days=-900), timedelta(seconds=1)], "real"), ([], None)],
)
def test_an_outbox_from_before_is_judged_once_by_its_reports(
    empty_url: str, now: SetClock, accepted_after: list[timedelta], kind: str | None
) -> None:
    engine = create_engine(empty_url)
    with engine.begin() as connection:  # the first step as it was on its first day
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("DROP INDEX ix_placements_state"))
        connection.execute(text("CREATE INDEX ix_placements_sequence ON placements (spreadsheet_id, sequence)"))
        for number, after in enumerate(accepted_after, 1):
            connection.execute(
                insert(submissions),
                {
                    "id": f"{number}",
                    "campaign": "c",
                    "oktmo": f"{number}",
                    "number": number,
                    "version": 1,
                    "receipt": f"{number}",
                    "key": "k",
                    "base_version": 0,
                    "late": False,
                    "digest": "",
                    "answers": "",
                    "contacts": "",
                    "reasons": "",
                    "accepted_at": now.time + after,
                    "received_real": now.time,
                },
            )
    with open_outbox(empty_url) as updated:
        assert updated.kind.get() == kind
    indexes = {index["name"] for index in inspect(engine).get_indexes("placements")}
    engine.dispose()
    assert indexes == {"ix_placements_state"}
