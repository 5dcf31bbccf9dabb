"""Fuzz of what takes files: the blank as a workbook, and files attached to a report; archives, bombs, torn bodies."""

from __future__ import annotations

import io
import random
import time
import zipfile
from typing import Any

from scripts.plain_client import read_page
from scripts.soak.form import ODD, REPORTS
from scripts.soak.stage import FILES, Stage
from scripts.soak.tally import Caller, Tally

PAUSE = 0.05
"""Seconds between requests: packing and unpacking is work for this side too."""
HEADS = [
    b"%PDF-1.4\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"PK\x05\x06" + bytes(18),
    bytes.fromhex("D0CF11E0A1B11AE1"), b"Rar!\x1a\x07", b"MZ", b"<svg onload=1>", b"GIF89a", b"\x1f\x8b", b"BM",
]  # fmt: skip
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "' + "&a;" * 50 + '"><!ENTITY c "' + "&b;" * 50 + '">'
    '<!ENTITY d "'
    + "&c;" * 50
    + '">]><worksheet><sheetData><row><c t="inlineStr"><is><t>&d;</t></is></c></row></sheetData></worksheet>'
)
SHEET = "xl/worksheets/sheet1.xml"
NAMES = [
    "акт.pdf",
    "x" * 3000 + ".xlsx",
    "../../etc/passwd",
    "a\u202efdp.exe",
    "",
    "NUL",
    "'\"<>.docx",
    "\x00.png",
    "..",
]


def fuzz(stage: Stage, links: dict[str, str], seed: int, seconds: float) -> Tally:
    """Send until the time is over."""
    return _Files(stage, links, seed, seconds).run()


class _Files:
    def __init__(self, stage: Stage, links: dict[str, str], seed: int, seconds: float) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._caller = Caller(stage.form, seconds)
        self._links = links
        self._blank = b""
        self._attached: list[str] = []

    def run(self) -> Tally:
        actions = [self._give_blank, self._attach, self._attach, self._take_out, self._tear]
        while self._caller.going:
            oktmo = self._dice.choice(sorted(self._links))
            self._caller.session.cookies.clear()
            self._ask("POST /enter", "POST", "/enter", data={"code": self._links[oktmo].rsplit("/", 1)[1]})
            blank = self._ask("GET /blank.xlsx", "GET", f"{REPORTS}/{oktmo}/blank.xlsx")
            self._blank = blank.content if blank is not None and blank.status_code == 200 else self._blank
            for _ in range(8):
                if self._caller.going:
                    self._dice.choice(actions)(f"{REPORTS}/{oktmo}")
                    time.sleep(PAUSE)
        return self._caller.tally

    def _ask(self, label: str, method: str, path: str, **options: Any) -> Any:
        return self._caller.ask(f"files: {label}", method, path, **options)

    def _fields(self, path: str) -> dict[str, list[str]]:
        """Return the fields of the page's form that takes a file."""
        answer = self._ask(f"GET {path.rpartition('/')[2]}", "GET", path)
        if answer is None or answer.status_code != 200:
            return {}
        page = read_page(answer)
        self._attached = [link for link in page.links if "/attached/" in link] or self._attached
        forms = [form.fields for form in page.forms if form.method == "post"]
        return self._dice.choice(forms) if forms else {}

    def _file(self) -> tuple[str, bytes, str]:
        dice = self._dice
        kind = dice.choice(["application/pdf", "image/png", "text/html", "", "x" * 500])
        return dice.choice(NAMES) or "файл", dice.choice([self._odd, self._spoilt, self._packed])(), kind

    def _odd(self) -> bytes:
        return self._dice.choice([b"", *HEADS]) + self._dice.choice([b"", b"\0" * 3_000_000, b"x" * 50])

    def _spoilt(self) -> bytes:
        """The true blank with some bytes of it changed, or its end cut off."""
        content = bytearray(self._blank)
        for _ in range(self._dice.choice([0, 1, 30])):
            if content:
                content[self._dice.randrange(len(content))] = self._dice.randrange(256)
        return bytes(content[: self._dice.choice([len(content), len(content) // 2])])

    def _packed(self) -> bytes:
        """The parts of the true blank with one of them replaced by a bomb, or with thousands of parts."""
        dice, made = self._dice, io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            if dice.random() < 0.3:
                for number in range(dice.choice([3_000, 70_000])):
                    archive.writestr(f"xl/{number}", b"")
            bomb = dice.choice([b"\0" * 150_000_000, LAUGHS.encode(), b"<a>" * 200_000, _rows(200_000), b"\xff\xfe"])
            place = dice.choice(
                [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "[Content_Types].xml", "word/document.xml"]
            )
            for name, content in _parts(self._blank):
                if name != place:
                    archive.writestr(name, content)
            archive.writestr(place, bomb)
        return made.getvalue()

    def _give_blank(self, report: str) -> None:
        fields = self._fields(f"{report}/blank")
        self._ask("POST /blank", "POST", f"{report}/blank", data=fields, files={"blank": self._file()})

    def _attach(self, report: str) -> None:
        question = self._dice.choice([FILES, FILES, FILES, "informed", "x"])
        fields = self._fields(f"{report}/files/{question}")
        path = f"{report}/files/{question}/add"
        self._ask("POST /files/…/add", "POST", path, data=fields, files={"file": self._file()})

    def _take_out(self, report: str) -> None:
        dice = self._dice
        fields = self._fields(f"{report}/files/{FILES}")
        if dice.random() < 0.5:
            fields = {**fields, "file": [dice.choice(ODD)]}
        self._ask("POST /files/…/remove", "POST", f"{report}/files/{FILES}/remove", data=fields)
        path = dice.choice([*self._attached, f"{report}/attached/x", f"{report}/attached/{'1' * 64}"])
        self._ask("GET /attached/…", "GET", path)

    def _tear(self, report: str) -> None:
        """A multipart body that no browser sends."""
        dice = self._dice
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        body = dice.choice([head, head * 500, b"--x" * 5_000, head + b"\r\n--x--", b"", dice.randbytes(2_000)])
        path = dice.choice([f"{report}/blank", f"{report}/files/{FILES}/add", f"{report}/files/{FILES}"])
        kind = dice.choice(["multipart/form-data; boundary=x", "multipart/form-data", "multipart/form-data; boundary="])
        self._ask("POST, any body", "POST", path, data=body, headers={"Content-Type": kind})


def _parts(workbook: bytes) -> list[tuple[str, bytes]]:
    if not workbook:
        return []
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def _rows(count: int) -> bytes:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, count))
    return f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()
