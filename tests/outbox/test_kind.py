"""An outbox is a rehearsal's or a real one, for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, inspect, text

from outbox import Outbox, open_outbox
from outbox.errors import OtherKind
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
    with open_outbox(empty_url, now=now) as before:
        for number, after in enumerate(accepted_after):
            before.submissions.submit(report(oktmo=f"1760500{number}", accepted_at=now.time + after))
    engine = create_engine(empty_url)
    with engine.begin() as connection:  # back to the first step as it was on its first day
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        connection.execute(text("DELETE FROM notes"))
        connection.execute(text("DROP INDEX ix_placements_state"))
        connection.execute(text("CREATE INDEX ix_placements_sequence ON placements (spreadsheet_id, sequence)"))
    with open_outbox(empty_url) as after_update:
        assert after_update.kind.get() == kind
    indexes = {index["name"] for index in inspect(engine).get_indexes("placements")}
    engine.dispose()
    assert indexes == {"ix_placements_state"}
