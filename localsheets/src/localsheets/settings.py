"""Settings from the environment, which is read only when asked for."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from localsheets import texts


class SettingsError(Exception):
    """A setting is refused; the message is for the person who started the server."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one server.

    port:          0 takes a free one
    open_api:      API requests need no token
    token_seconds: lifetime of a token
    socket:        path of a Unix socket to listen on as well, for a proxy
    ticket_key:    path of the key of one-time tickets; without such a file no ticket is taken
    faults:        `/_faults` and `/_operations` are there, with accounts too
    """

    host: str
    port: int
    data_dir: Path
    open_api: bool
    token_seconds: int
    threads: int
    socket: Path | None
    ticket_key: Path
    faults: bool

    @property
    def faults_file(self) -> Path:
        """The file by which a rehearsal asks for `/_faults`; it counts only while there is no account."""
        return self.data_dir / "run" / "faults"

    @property
    def database(self) -> Path:
        return self.data_dir / "sheets.db"

    @property
    def base_url(self) -> str:
        """The address of the server on this machine, without a slash at the end."""
        # A wildcard address cannot be connected to.
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.port}"


def is_loopback(host: str) -> bool:
    """Return True if an address or host name stays on this machine."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return address.is_loopback or (mapped is not None and mapped.is_loopback)


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read HOST, SHEETS_PORT, DATA_DIR and LOCALSHEETS_OPEN, _TOKEN_SECONDS, _THREADS, _SOCKET, _FAULTS and
    _TICKET_KEY.

    Raises SettingsError with a sentence about what to change.
    """

    def whole(name: str, default: int, low: int, high: int) -> int:
        text = environ.get(name, "") or str(default)
        if not text.isdecimal() or not low <= int(text) <= high:
            raise SettingsError(texts.BAD_NUMBER.format(name=name, low=low, high=high, text=text))
        return int(text)

    data_dir = Path(environ.get("DATA_DIR") or "var").absolute()
    return Settings(
        host=environ.get("HOST") or "127.0.0.1",
        port=whole("SHEETS_PORT", 8010, 0, 65535),
        data_dir=data_dir,
        open_api=environ.get("LOCALSHEETS_OPEN", "") == "1",
        token_seconds=whole("LOCALSHEETS_TOKEN_SECONDS", 3600, 1, 86400),
        threads=whole("LOCALSHEETS_THREADS", 48, 1, 512),
        socket=Path(environ["LOCALSHEETS_SOCKET"]).absolute() if environ.get("LOCALSHEETS_SOCKET") else None,
        ticket_key=Path(environ.get("LOCALSHEETS_TICKET_KEY") or data_dir / "ticket_key").absolute(),
        faults=environ.get("LOCALSHEETS_FAULTS", "") == "1",
    )
