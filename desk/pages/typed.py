"""What a person typed into a field of the desk."""

from __future__ import annotations

from flask import request


def typed(field: str, limit: int = 200) -> str:
    """Return the field of this request's form in one line, without control characters; "" where there is none."""
    return tidy(request.form.get(field, ""), limit)


def asked(name: str, limit: int = 200) -> str:
    """Return a value of this request's query in one line, without control characters; "" where there is none."""
    return tidy(request.args.get(name, ""), limit)


def tidy(text: str, limit: int) -> str:
    """Return the beginning of a text in one line. Control characters and broken signs become blanks."""
    kept = "".join(sign if sign.isprintable() else " " for sign in text[:limit])
    return " ".join(kept.split())
