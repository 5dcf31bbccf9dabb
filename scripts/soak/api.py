"""Fuzz of the Sheets and Drive API: schemathesis on the OpenAPI of what localsheets says that it covers."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode

from scripts.soak.stage import Stage
from scripts.soak.tally import Caller, Tally

EXAMPLES = 8
"""Of one operation, in one round."""
TAKEN_AWAY = "DELETE files.delete"
"""This one gets other ids than that of the round's spreadsheet."""


def fuzz(stage: Stage, number: int, seconds: float) -> Tally:
    """Send until the time is over: rounds over all operations, each with a spreadsheet of its own."""
    document = json.loads(stage.run("localsheets", "openapi"))
    # Google's types allow numbers that lead nowhere; every other round keeps to those that a small tab has.
    operations = [_operations(document), _operations(_narrowed(document))]
    dice, turn = random.Random(number), 0  # noqa: S311 - repeatable, not secret
    caller = Caller(stage.sheets, seconds)
    while caller.going:
        bearer = stage.bearer()
        spreadsheet = stage.new_spreadsheet(bearer)
        caller.session.headers["Authorization"] = bearer
        for operation in dice.sample(operations[turn % 2], len(operations[0])):
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                if caller.going:
                    _send(caller, operation, mode, spreadsheet, number + turn)
        stage.delete_spreadsheet(bearer, spreadsheet)
        turn += 1
    return caller.tally


def _operations(document: dict[str, Any]) -> list[Any]:
    return list(map(sound, schemathesis.openapi.from_dict(document).get_all_operations()))


def sound(found: Any) -> Any:
    """Return an operation; raises what is wrong with its description."""
    return found.ok()


def _narrowed(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with fewer words: those that a small spreadsheet has an answer for."""
    made = copy.deepcopy(document)
    place = {"type": "string", "pattern": "^(Sheet1!)?[A-N][1-9](:[A-N][1-5][0-9]?)?$"}
    for path in made["paths"].values():
        for operation in path.values():
            for parameter in operation["parameters"]:
                if parameter["name"] == "fields":
                    parameter["schema"] = {"enum": ["*"]}
                elif parameter["name"] == "range":
                    parameter["schema"] = place
                elif parameter["name"] == "ranges":
                    parameter["schema"] = {"type": "array", "items": place, "maxItems": 3}
    for message in made["components"]["schemas"].values():
        for name, schema in message["properties"].items():
            if schema.get("type") == "integer":
                schema.update(minimum=0, maximum=20)
            if name == "fields":
                schema["enum"] = ["*"]
            if name in ("range", "ranges") and schema.get("type") == "string":
                schema.update(place)
        if "sheetId" in message["properties"]:
            message["properties"]["sheetId"] = {"type": "integer", "enum": [0]}
    return made


def _send(caller: Caller, operation: Any, mode: GenerationMode, spreadsheet: str, number: int) -> None:
    label = f"API: {operation.definition.raw['operationId']}"
    known = operation.path.count("{id}") and TAKEN_AWAY not in label

    def send(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url=caller.base)
        headers = {**sent.pop("headers"), "Authorization": caller.session.headers["Authorization"]}
        answer = caller.ask(label, sent.pop("method"), sent.pop("url"), headers=headers, **sent)
        if answer is not None and answer.status_code == 200 and label.endswith((".create", ".copy")):
            _delete(caller, answer.json())

    send_cases(caller, operation, mode, {"id": spreadsheet} if known else None, number, send)


def send_cases(
    caller: Caller,
    operation: Any,
    mode: GenerationMode,
    known: dict[str, str] | None,
    number: int,
    send: Callable[[Any], None],
) -> None:
    """Send some cases of an operation, good or bad by the mode. known: parameters of the path that are given."""

    @seed(number)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(mode, path_parameters=known))
    def run(case: Any) -> None:
        if caller.going:
            send(case)

    run()


def _delete(caller: Caller, made: dict[str, Any]) -> None:
    """Delete what was made, so that memory does not grow by it."""
    found = made.get("spreadsheetId") or made.get("id")
    if found:
        caller.ask("API: DELETE files.delete", "DELETE", f"/drive/v3/files/{found}")
