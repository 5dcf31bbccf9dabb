"""RestoreRequests: what the desk asks the worker to put back into «Ответы», and what became of it.

The desk asks, the worker reads the spreadsheet and says what it would do, a person confirms, the worker does it. One
request a campaign at a time; every step names the state that it leaves, so that of two presses one counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal, cast

from sqlalchemy import Connection

from outbox.database import Database
from outbox.meta import campaign_scope, recalled, remember_text
from outbox.payload import canonical

NAME = "restore_request"

State = Literal["asked", "shown", "confirmed", "ordered", "done", "failed", "dropped"]
OPEN: tuple[State, ...] = ("asked", "shown", "confirmed", "ordered")


@dataclass(frozen=True, slots=True)
class RestoreRequest:
    """One request.

    number:  grows with each request of the campaign
    receipt: of the one report to be put back; "" for everything that is gone
    who:     asked for it
    words:   what would be done (from "shown" on), or why nothing was ("failed")
    changed: True if the spreadsheet changed between the plan that was confirmed and this one
    ids:     submissions that are written again ("ordered")
    """

    number: int
    state: State
    receipt: str
    who: str
    words: tuple[str, ...] = ()
    changed: bool = False
    ids: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class RestoreRequests:
    """The last request of each campaign."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, campaign: str) -> RestoreRequest | None:
        """Return the last request; None before the first."""
        return self._database.read(lambda connection: _read(connection, campaign))

    def ask(self, campaign: str, receipt: str, who: str) -> RestoreRequest | None:
        """Begin a request; return None where another one is open."""

        def begin(connection: Connection) -> RestoreRequest | None:
            self._database.serialise(connection, f"restore {campaign}")
            last = _read(connection, campaign)
            if last is not None and last.is_open:
                return None
            request = RestoreRequest((last.number if last else 0) + 1, "asked", receipt, who)
            _keep(connection, campaign, request)
            return request

        return self._database.write(begin)

    def move(
        self,
        campaign: str,
        number: int,
        left: Sequence[State],
        state: State,
        words: Sequence[str] | None = None,
        *,
        changed: bool = False,
        ids: Sequence[str] = (),
    ) -> bool:
        """Bring the request from one of the states `left` to another. Return False where it is in none of them.

        words: None keeps the present ones
        """

        def bring(connection: Connection) -> bool:
            self._database.serialise(connection, f"restore {campaign}")
            last = _read(connection, campaign)
            if last is None or last.number != number or last.state not in left:
                return False
            kept = last.words if words is None else tuple(words)
            _keep(connection, campaign, replace(last, state=state, words=kept, changed=changed, ids=tuple(ids)))
            return True

        return self._database.write(bring)


def _read(connection: Connection, campaign: str) -> RestoreRequest | None:
    kept = recalled(connection, campaign_scope(campaign), NAME)
    if not isinstance(kept, dict):
        return None
    lists = {name: tuple(str(one) for one in cast("list[object]", kept[name])) for name in ("words", "ids")}
    return RestoreRequest(
        number=cast("int", kept["number"]),
        state=cast("State", kept["state"]),
        receipt=str(kept["receipt"]),
        who=str(kept["who"]),
        words=lists["words"],
        changed=bool(kept["changed"]),
        ids=lists["ids"],
    )


def _keep(connection: Connection, campaign: str, request: RestoreRequest) -> None:
    kept = asdict(request) | {"words": list(request.words), "ids": list(request.ids)}
    remember_text(connection, campaign_scope(campaign), NAME, canonical(kept, NAME))
