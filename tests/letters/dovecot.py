"""A real Dovecot with one mailbox, in a folder of its own: started as root or by anybody."""

from __future__ import annotations

import getpass
import grp
import imaplib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from letters.mail.settings import MailboxSettings, Security
from tests.letters.mail_server import certificate
from tests.webform.harness import free_port

USER, PASSWORD = "svod", 'secret "word\\'
_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
auth_mechanisms = plain
auth_failure_delay = 0
mail_location = maildir:{folder}/mail
first_valid_uid = 1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = {ssl}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass
class Dovecot:
    """A running server. authority: the file of its certificate."""

    folder: Path
    plain: int
    tls: int
    authority: Path

    def settings(self, security: Security = "none", **changes: Any) -> MailboxSettings:
        port = self.tls if security == "tls" else self.plain
        given: dict[str, Any] = {"user": USER, "password": PASSWORD, "folder": "INBOX", "move_to": ""}
        return MailboxSettings("127.0.0.1", port, security=security, **given | changes)

    @contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        """A person's mail program, signed in, with INBOX open."""
        with imaplib.IMAP4("127.0.0.1", self.plain, timeout=30) as client:
            client.login(USER, PASSWORD)
            client.select()
            yield client

    def put(self, message: bytes) -> int:
        """Put a message into INBOX; return its UID."""
        with self.client() as client:
            kind, said = client.append("INBOX", "", "", message)
            assert kind == "OK", said
            return int(said[0].split(b"]")[0].split()[-1])

    def flags(self, folder: str = "INBOX") -> dict[int, bytes]:
        """Return UID → flags of all messages of the folder."""
        with self.client() as client:
            client.select(folder, readonly=True)
            _, found = client.uid("FETCH", "1:*", "(FLAGS)")
            lines = [line for line in found if isinstance(line, bytes)]
            return {int(line.split(b"UID ")[1].split()[0].rstrip(b")")): line for line in lines}

    def unread(self) -> list[int]:
        return [uid for uid, flags in self.flags().items() if rb"\Seen" not in flags]

    def make(self, folder: str) -> None:
        with self.client() as client:
            client.create(folder)

    def empty(self) -> None:
        """Make INBOX anew: other UIDs, nothing in it."""
        with self.client() as client:
            client.uid("STORE", "1:*", "+FLAGS.SILENT", r"(\Deleted)")
            client.expunge()

    def forget_uids(self) -> None:
        """Give the folder another UIDVALIDITY, as a server does that was restored: no UID means what it meant."""
        listed = self.folder / "mail" / "dovecot-uidlist"
        listed.write_bytes(re.sub(rb" V\d+ ", b" V1234567890 ", listed.read_bytes(), count=1))
        for one in self.folder.glob("mail/dovecot.index*"):
            one.unlink()


@contextmanager
def dovecot(*, encryption: bool = True) -> Iterator[Dovecot]:
    """A server until the block ends. encryption: offered."""
    folder = Path(tempfile.mkdtemp(prefix="svod-imap-"))  # short, because a socket's path may have 107 bytes
    root = os.getuid() == 0
    user = "dovecot" if root else getpass.getuser()
    group = "dovecot" if root else grp.getgrgid(os.getgid()).gr_name
    authority, _ = certificate(folder)
    ports = (free_port(), free_port())
    for name in ("mail", "run", "state"):
        (folder / name).mkdir()
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
    (folder / "conf").write_text(
        _CONFIG.format(
            folder=folder,
            ssl="yes" if encryption else "no",
            user=user,
            group=group,
            login="dovenull" if root else user,
            plain=ports[0],
            tls=ports[1],
        ),
        encoding="utf-8",
    )
    if root:
        folder.chmod(0o755)
        shutil.chown(folder / "mail", user, group)
        shutil.chown(folder / "users", user, group)
    program = shutil.which("dovecot") or "/usr/sbin/dovecot"
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen([program, "-F", "-c", str(folder / "conf")], stdout=said, stderr=said)
    try:
        until = time.monotonic() + 30
        while True:
            try:
                imaplib.IMAP4("127.0.0.1", ports[0], timeout=5).shutdown()
                break
            except (OSError, imaplib.IMAP4.error):
                logs = [folder / "said", folder / "log"]
                words = "".join(one.read_text(errors="replace") for one in logs if one.exists())
                assert process.poll() is None, words
                assert time.monotonic() < until, words
                time.sleep(0.05)
        yield Dovecot(folder, *ports, authority)
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)
