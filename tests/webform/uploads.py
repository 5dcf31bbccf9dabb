"""Files to attach, good and hostile."""

from __future__ import annotations

import io
import zipfile

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + bytes(60)
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01" + bytes(60) + b"\xff\xd9"
OLD_OFFICE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600)
MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}


def office(kind: str = "docx", **parts: bytes) -> bytes:
    """A document or workbook of the fewest parts, with others beside them."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(MAIN.get(kind, f"{kind}/main.xml"), "<document/>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def bomb() -> bytes:
    """A document of 150 MB in 150 KB."""
    return office(word__huge=bytes(150_000_000))


def many_parts() -> bytes:
    names: dict[str, bytes] = {f"word__{n}": b"" for n in range(2_100)}
    return office("docx", **names)


def lying_bomb() -> bytes:
    """A document with a part that is longer than its directory says."""
    content = bytearray(office(word__huge=bytes(3_000_000)))
    place = content.rindex(b"PK\x01\x02", 0, content.rindex(b"word/huge"))
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    return bytes(content)


def encrypted() -> bytes:
    content = bytearray(office())
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    return bytes(content)
