"""LibreOffice, where it is installed: a Word letter as PDF."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from letters import texts
from letters.errors import LettersError
from outbox.variables import outside_installation

SECONDS = 120
_TAGGED = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}'


def program() -> str | None:
    """Return the path of LibreOffice; None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def to_pdf(letter: bytes, template: Path) -> bytes:
    """Return the PDF of a .docx, tagged. template: the staff's own, which the errors name. Raises LettersError.

    A table of thousands of rows takes LibreOffice longer than SECONDS; people are told what to do instead.
    """
    with tempfile.TemporaryDirectory(prefix="svod-letter-") as name:
        folder = Path(name)
        (folder / "letter.docx").write_bytes(letter)
        # A profile of its own: it neither changes the user's nor waits for a LibreOffice that is open.
        command = [program() or "soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
        command += ["--convert-to", _TAGGED, "--outdir", name, str(folder / "letter.docx")]
        process = subprocess.Popen(
            command,
            env=outside_installation(os.environ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # it is a script that starts the program
            process.wait()
            raise LettersError(texts.LIBREOFFICE_SLOW.format(seconds=SECONDS, path=template)) from None
        made = folder / "letter.pdf"
        if process.returncode or not made.exists():
            raise LettersError(texts.LIBREOFFICE_FAILED)
        return made.read_bytes()
