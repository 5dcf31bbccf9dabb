"""The fields of a sent form are read as Werkzeug reads them, whatever is sent."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import werkzeug.urls  # noqa: F401 - it registers what it does with bytes that are no UTF-8
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from webform.application import sent_fields

PIECES = st.sampled_from(
    [
        "&",
        "=",
        "+",
        "%",
        "%D0",
        "%9F",
        "%d1%8f",
        "%E2%82%AC",
        "%F0%9F%98",
        "%00",
        "%01",
        "\x01",
        "%3D",
        "%0D%0A",
        "\n",
        "_",
        "%4",
        "%zz",
        "%26",
        "%25",
        "a",
        "я",
        " ",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=60))
@example("a=%D0&b=%D0%9F%D0&&=c&d&e=f=g")
@example("a=%D0я%9F")
def test_any_body_is_read_as_werkzeug_reads_it(body: str) -> None:
    read = MultiDict(parse_qsl(body, keep_blank_values=True, errors="werkzeug.url_quote"))
    assert list(sent_fields(body).items()) == list(read.lists())


@given(st.lists(st.tuples(st.text(), st.text())))
def test_what_was_encoded_comes_back(pairs: list[tuple[str, str]]) -> None:
    clean = [(name.encode(errors="replace").decode(), value.encode(errors="replace").decode()) for name, value in pairs]
    assert list(sent_fields(urlencode(clean)).items()) == list(MultiDict(clean).lists())
