"""Fuzz of the reading API: schemathesis on its own OpenAPI document, with good tokens and none."""

from __future__ import annotations

import random
from typing import Any

import schemathesis
from schemathesis import GenerationMode

from scripts.soak.api import send_cases, sound
from scripts.soak.stage import CAMPAIGN, Stage
from scripts.soak.tally import Caller, Tally

BASE = "/api/v1"
TOKENS = 2
"""Each is good for 120 requests a minute."""
ODD_TOKENS = ["", "x", "Bearer", "Bearer x", "Basic eDp4", "Bearer " + "y" * 4000, "Bearer \udcff"]


def fuzz(stage: Stage, seed: int, seconds: float) -> Tally:
    """Send until the time is over: good requests, odd ones, and some without a right."""
    tokens = [stage.run("svod", "token", "add", f"soak {n}").strip().rsplit("\n", 1)[-1] for n in range(TOKENS)]
    caller = Caller(stage.form, seconds)
    answer = caller.ask("programs: GET openapi.json", "GET", f"{BASE}/openapi.json")
    if answer is None or answer.status_code != 200:
        return caller.tally
    operations = [sound(found) for found in schemathesis.openapi.from_dict(answer.json()).get_all_operations()]
    dice, turn = random.Random(seed), 0  # noqa: S311 - repeatable, not secret
    while caller.going:
        for operation in dice.sample(operations, len(operations)):
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                if caller.going:
                    _send(caller, operation, mode, dice, tokens, seed + turn)
        turn += 1
    return caller.tally


def _send(
    caller: Caller, operation: Any, mode: GenerationMode, dice: random.Random, tokens: list[str], number: int
) -> None:
    label = f"programs: GET {operation.path}"
    known = {"campaign": CAMPAIGN} if "{campaign}" in operation.path and dice.random() < 0.8 else None

    def send(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url=caller.base + BASE)
        token = f"Bearer {dice.choice(tokens)}" if dice.random() < 0.9 else dice.choice(ODD_TOKENS)
        headers = {**sent.pop("headers"), "Authorization": token}
        caller.ask(label, sent.pop("method"), sent.pop("url"), headers=headers, **sent)

    send_cases(caller, operation, mode, known, number, send)
