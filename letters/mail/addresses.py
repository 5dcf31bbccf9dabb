"""Mail addresses: which text is one. Stricter than the form: what passes here can stand in a header and in RCPT TO."""

from __future__ import annotations

import re
from email.headerregistry import Address

from letters.mail import texts
from letters.mail.errors import AddressError

LONGEST = 254
"""Signs of an address: RFC 5321, 4.5.3.1.3, without the angle brackets."""
_LOCAL = re.compile(r"(?=.{1,64}$)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_NAMED = re.compile(r"([^<>]*)<([^<>]*)>")
_ANY = re.compile(r"[^\s«»<>()\"',:;]+@[^\s«»<>()\"',;]+")
HIDDEN = "…@…"
_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")


def checked_address(text: str) -> str:
    """Return the address as it is sent to: a Russian domain in its Latin form (`xn--…`). Raises AddressError."""
    text = text.strip()
    local, sign, domain = text.rpartition("@")
    if not sign or not local or not domain or len(text) > LONGEST:
        raise AddressError(texts.NO_ADDRESS.format(address=shown(text)))
    if not local.isascii():
        raise AddressError(texts.LOCAL_NOT_LATIN.format(address=shown(text)))
    try:
        latin = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise AddressError(texts.NO_ADDRESS.format(address=shown(text))) from error
    labels = latin.split(".")
    if not _LOCAL.fullmatch(local) or len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)):
        raise AddressError(texts.NO_ADDRESS.format(address=shown(text)))
    if len(local) + 1 + len(latin) > LONGEST:
        raise AddressError(texts.NO_ADDRESS.format(address=shown(text)))
    return f"{local}@{latin}"


def named_address(text: str) -> Address:
    """Return the address of `имя <адрес>` or of an address alone. Raises AddressError."""
    if not text.isprintable():
        raise AddressError(texts.NO_ADDRESS.format(address=shown(text)))
    with_name = _NAMED.fullmatch(text.strip())
    name, found = with_name.groups() if with_name else ("", text)
    local, _, domain = checked_address(found).rpartition("@")
    return Address(display_name=name.strip().strip('"'), username=local, domain=domain)


def without_addresses(text: str) -> str:
    """Return a server's words, or ours, without mail addresses."""
    return _ANY.sub(HIDDEN, text)


def shown(text: str) -> str:
    """Return what was given, as an error names it: printable and not long."""
    line = "".join(sign if sign.isprintable() else "�" for sign in text)
    return line if len(line) <= 80 else line[:79] + "…"
