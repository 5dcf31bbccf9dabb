"""Hostile formulas by API and grid, while somebody else reads; each formula is new, and some are known to be bombs."""

from __future__ import annotations

import random
import threading

from localsheets.formulas.support import KNOWN
from scripts.soak.stage import Stage
from scripts.soak.tally import Caller, Tally

BOMBS = [
    "=СЧЁТЗ(B:Z)", "=МЕДИАНА(B:Z)", "=СЧЁТЕСЛИ(B1:XFD1048575;1)", "=ФАКТР(1e300)", "=COUNTBLANK(B:Z)",
    "=VDB(1;0;1e9;0;1e9)", "=COMBIN(1e15;5e14)", "=FACTDOUBLE(1e15)", "=BESSELJ(1;1e9)", "=ДАТА(1900;1e9;1)",
    '=ПОДСТАВИТЬ(ПОВТОР("a";32767);"a";ПОВТОР("b";32767))', "=SUM(INDIRECT(\"B1:XFD1048575\"))", "=ДАТАМЕС(1;1e300)",
    "=OFFSET(B1;0;0;1048575;16000)", "=B1:Z1048576", "=SEQUENCE(1e6;1e6)", "=RANDARRAY(30000;30000)", "=ROMAN(1e308)",
    "=" + "(" * 64 + "1" + ")" * 64, "=" + "1+" * 4000 + "1", "='" + "'" * 9000, "=REPT(\"x\";1e9)",
    '=REGEXREPLACE(REPT("a";30000);"(a|aa)+$";"b")', "=A1", "=LET(x;LAMBDA(f;f(f));x(x))", "=MAKEARRAY(9999;9999;1)",
]  # fmt: skip
ARGUMENTS = [
    "1", "-1", "0", "1e300", "-1e300", "1e15", "A:Z", "A1:XFD1048575", '"x"', 'REPT("a";32767)', "A1", "1/0", "TRUE",
    "B2:B5000", "", "NOW()", "{1;2;3}", "{1,2;3,4}", "1:1", "RAND()",
]  # fmt: skip
COLUMN = 40
"""Cells that are filled before the column is emptied: computing is the bound work here, not its amount."""


def fuzz(stage: Stage, seed: int, seconds: float) -> Tally:
    """Send until the time is over."""
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    bearer = stage.bearer()
    spreadsheet = stage.new_spreadsheet(bearer)
    writer, staff, reader = (Caller(stage.sheets, seconds) for _ in range(3))
    writer.session.headers["Authorization"] = bearer
    staff.session.headers["X-CSRF-Token"] = stage.sign_in(staff.session)
    reading = threading.Thread(target=_read, args=(reader, spreadsheet, bearer))
    reading.start()
    count = 0
    while writer.going:
        if count % COLUMN == 0:
            bearer = stage.bearer()
            writer.session.headers["Authorization"] = bearer
            path = f"/v4/spreadsheets/{spreadsheet}/values/Sheet1!A1:A{COLUMN}:clear"
            writer.ask("formulas: POST clear", "POST", path, json={})
        row, text = count % COLUMN, _formula(dice)
        if dice.random() < 0.7:
            path = f"/v4/spreadsheets/{spreadsheet}/values/Sheet1!A{row + 1}?valueInputOption=USER_ENTERED"
            writer.ask("formulas: PUT values", "PUT", path, json={"values": [[text]]})
        else:
            edit = {"r": row, "k": None, "c": 0, "was": "", "now": text}
            staff.ask("formulas: POST cells", "POST", f"/grid/{spreadsheet}/0/cells", json={"edits": [edit]})
        count += 1
    reading.join()
    stage.delete_spreadsheet(bearer, spreadsheet)
    for other in (staff, reader):
        writer.tally.add(other.tally)
    return writer.tally


def _formula(dice: random.Random) -> str:
    if dice.random() < 0.25:
        return dice.choice(BOMBS)
    return "=" + _call(dice, 0)


def _call(dice: random.Random, depth: int) -> str:
    count = dice.randrange(5)
    inner = [
        _call(dice, depth + 1) if depth < 3 and dice.random() < 0.2 else dice.choice(ARGUMENTS) for _ in range(count)
    ]
    return f"{dice.choice(sorted(KNOWN))}({';'.join(inner)})"


def _read(caller: Caller, spreadsheet: str, bearer: str) -> None:
    """What must be answered whatever is being computed."""
    headers = {"Authorization": bearer}
    while caller.going:
        caller.ask("meanwhile: GET /healthz", "GET", "/healthz")
        caller.ask("meanwhile: POST /token", "POST", "/token", data={"grant_type": "x"})
        cell = f"/v4/spreadsheets/{spreadsheet}/values/Sheet1!A1:C9"
        caller.ask("meanwhile: GET values", "GET", cell, headers=headers)
        caller.ask("meanwhile: GET table", "GET", f"/spreadsheets/d/{spreadsheet}/table?gid=0")
