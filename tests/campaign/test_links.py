"""Links: pasted text is read as clerks meant it; an accepted address stays unchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign import AnswerError, Question, read_cell, read_typed

PAGE, OTHER = "https://example.org/a", "https://vk.com/wall-1_2"


def question(kind: str, **keys: object) -> Question:
    return Question.model_validate({"id": "q", "type": kind, "title": "Вопрос", **keys})


@pytest.mark.parametrize(
    "typed",
    [
        "https://example.org/news/1",
        "http://example.org",
        "https://пример.рф/новость",
        "https://vk.com/wall-1_2?w=1#x",
        "https://example.org:8443/a",
    ],
)
def test_a_link_to_a_page(typed: str) -> None:
    assert read_typed(question("links"), typed) == (typed,)


@pytest.mark.parametrize(
    "typed",
    [
        "новость на сайте",
        "см.сайт",
        "отчёт.docx",
        "otdel@example.org",
        "example.org/news и https://example.org/a",
        "javascript:alert(1)",
        "https://",
        "https://localhost",
        "ftp://example.org/a",
        "https://user:secret@example.org/",
        "https://example.org/a b",
        '=IMPORTXML("https://example.org";"//a")',
        "<a href='https://example.org'>x</a>",
        "https://example.org:99999999/",
        "https://[::1",
    ],
)
def test_what_is_no_link(typed: str) -> None:
    with pytest.raises(AnswerError) as refused:
        read_typed(question("links"), typed)
    assert refused.value.code == "not_a_link"
    assert refused.value.advice


def test_links_one_a_line_each_once() -> None:
    typed = "https://example.org/1\r\n\r\n https://example.org/2 \nhttps://example.org/1\n"
    assert read_typed(question("links"), typed) == ("https://example.org/1", "https://example.org/2")
    with pytest.raises(AnswerError) as refused:
        read_typed(question("links", max_items=1), typed)
    assert refused.value.code == "too_many_items"


@pytest.mark.parametrize(
    ("typed", "links"),
    [
        ("vk.com/wall-1_2", (OTHER,)),
        ("www.school.ru/news", ("https://www.school.ru/news",)),
        ("школа33.рф", ("https://школа33.рф",)),
        (f"• {PAGE}", (PAGE,)),
        (f"1. {PAGE}\n2) vk.com/wall-1_2", (PAGE, OTHER)),
        (f"-\t{PAGE}", (PAGE,)),
        (f"{PAGE} {OTHER}", (PAGE, OTHER)),
        (f"{PAGE}, {OTHER}", (PAGE, OTHER)),
        (f"{PAGE},{OTHER}", (PAGE, OTHER)),
        (f"{PAGE};{OTHER};", (PAGE, OTHER)),
        (f"{PAGE}\x0b{OTHER}", (PAGE, OTHER)),
        (f"{PAGE}\tСайт", (PAGE,)),
        (f"Школа\t{PAGE}\tvk.com/wall-1_2", (PAGE, OTHER)),
        (f"<{PAGE}>", (PAGE,)),
        (f"Новость на сайте: {PAGE}", (PAGE,)),
        (f"{PAGE};", (PAGE,)),
        (f"{PAGE}.", (PAGE,)),
        ("https://exam\u00adple.org/\u200ba", (PAGE,)),
        ("https://example.org/1,2.html", ("https://example.org/1,2.html",)),
        ("-\n•", None),
    ],
)
def test_links_as_they_are_pasted(typed: str, links: tuple[str, ...] | None) -> None:
    assert read_typed(question("links"), typed) == links


def test_every_line_that_is_no_link_is_named_with_what_is_wrong() -> None:
    with pytest.raises(AnswerError) as refused:
        read_typed(question("links"), f"{PAGE}\nсайт школы\n{PAGE} b\notdel@example.org\nhttps://\n{'ы' * 100}")
    message, advice = refused.value.message, refused.value.advice
    shown = "ы" * 60
    assert message == (f"Это не ссылки: «сайт школы», «{PAGE} b», «otdel@example.org», «https://», «{shown}…».")
    for words in ("нет адреса страницы", "лишние слова", "адрес электронной почты", "неполный"):
        assert words in advice
    with pytest.raises(AnswerError, match="и ещё 2"):
        read_typed(question("links"), "\n".join(f"сайт {n}" for n in range(12)))


@pytest.mark.parametrize(
    "written", [f"{PAGE};", f"{PAGE}.", f"{PAGE};{OTHER}", "https://exam\u00adple.org/\u200ba", "HTTPS://EXAMPLE.ORG"]
)
def test_a_link_that_was_accepted_before_reads_back_unchanged(written: str) -> None:
    links = question("links")
    assert read_cell(links, written) == (written,)
    assert links.answer_type.read_json([written]) == (written,)


PIECES = st.sampled_from(
    (
        PAGE,
        OTHER,
        "vk.com/a",
        "www.a.ru",
        "https://a.ru/1,2",
        "http://",
        "xn--p1ai",
        "Сайт:",
        "1.",
        *"•-;, \t\n<>.@/\u200b",
    )
)


@given(st.lists(PIECES, max_size=8).map("".join) | st.text(max_size=40))
def test_reading_what_was_written_gives_the_same(typed: str) -> None:
    links = question("links")
    try:
        value = read_typed(links, typed)
    except AnswerError:
        return
    if value is None:
        return
    assert isinstance(value, tuple)
    assert all(link.lower().startswith(("https://", "http://")) for link in value)
    kind = links.answer_type
    assert read_typed(links, kind.typed(links, value)) == value
    written = kind.write_cell(links, value)
    assert isinstance(written, str)
    assert read_cell(links, written) == value
    assert kind.read_json(kind.to_json(value)) == value


@pytest.mark.parametrize(
    "line",
    ["example.org/" + "a" * 1_650, "https://example.org/" + "\U0001f600" * 900],
    ids=["grows by its scheme", "signs of two units"],
)
def test_links_that_no_cell_holds_are_refused(line: str) -> None:
    typed = "\n".join(f"{line}/{at}" for at in range(30))
    assert len(typed) < 50_000
    with pytest.raises(AnswerError) as refused:
        read_typed(question("links"), typed)
    assert refused.value.code == "too_long"
    assert "50\u00a0000" in refused.value.message
    few = read_typed(question("links"), f"{line}/1\n{line}/2")
    assert isinstance(few, tuple)
    assert len(few) == 2
