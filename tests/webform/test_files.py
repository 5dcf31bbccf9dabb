"""Attached files: from the form to the receipt and back, without JavaScript; hostile files; other people's files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from campaign import load_campaign
from campaign.answer_types.files import attached_files
from tests.campaign.blanks import filled
from tests.webform.clerk import Clerk, Page
from tests.webform.harness import Site, make_site
from tests.webform.uploads import JPG, OLD_OFFICE, PDF, PNG, bomb, encrypted, lying_bomb, many_parts, office
from webform.pages.files import MAX_UPLOAD
from webform.uploads import kept_name

FILE = Path(__file__).with_name("attaching.yaml")
ANSWERS: dict[str, str | list[str] | None] = {"who": "Ответственный", "done": "no"}
ATTACH = "Приложить файлы"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = make_site(tmp_path_factory.mktemp("papers"), FILE, RATELIMIT_SUBMISSIONS="10000 per minute")
    made.start()
    made.read_links()
    yield made
    made.stop()


def opened(site: Site, oktmo: str) -> tuple[Clerk, Page]:
    """A clerk on the page of the question's files, by the button of a form that was begun."""
    clerk = Clerk(site.address)
    return clerk, clerk.send(clerk.enter(site.links[oktmo]), ANSWERS, ATTACH)


def files_of(page: Page) -> list[str]:
    return re.findall(r"/attached/([0-9a-f]{32})", page.text)


def back(clerk: Clerk, site: Site, oktmo: str) -> Page:
    return clerk.get(f"/reports/papers/{oktmo}/form")


def test_files_go_with_the_report_and_come_back(papers: Site) -> None:
    oktmo = "10000001"
    clerk = Clerk(papers.address)
    form = clerk.enter(papers.links[oktmo])
    blank = clerk.send(form, ANSWERS)
    assert "Приложите хотя бы один файл" in blank.error("papers")
    page = clerk.send(blank, button=ATTACH)
    assert (page.path.endswith("/files/papers"), "Приложено: 0 из 3" in page.ids["attached"]) == (True, True)
    for name, content in (("Акт № 1.pdf", PDF), ("план.docx", office()), ("фото.JPG", JPG)):
        page = clerk.upload(page, name, content)
        assert page.status == 200
        assert not page.errors
    assert "Приложено: 3 из 3" in page.ids["attached"]
    assert len(page.forms) == 3, "there is no room for one more"
    form = back(clerk, papers, oktmo)
    assert clerk.field(form, "who") == "Ответственный", "the draft was kept"
    assert "заполнено 3 из 3" in Clerk(papers.address).get(papers.links[oktmo]).text
    assert "Акт № 1.pdf (1" in form.text
    check = clerk.send(form)
    assert "Осталось отправить" in check.text
    assert len(files_of(check)) == 3
    receipt = clerk.send(check)
    assert "/receipts/1" in receipt.path
    first = files_of(receipt)[0]
    served = clerk.get(f"/reports/papers/{oktmo}/attached/{first}")
    assert served.text.encode("latin-1") == PDF
    wanted = {
        "Content-Type": "application/pdf",
        "Content-Disposition": f"attachment; filename=\"file.pdf\"; filename*=UTF-8''{quote('Акт № 1.pdf')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    assert {name: served.headers[name] for name in wanted} == wanted
    with papers.outbox() as outbox:
        submission = outbox.submissions.latest("papers", oktmo)
        assert submission is not None
        stored = submission.answers["papers"]
        assert [one.name for one in attached_files(tuple(map(str, stored if isinstance(stored, list) else ())))] == [
            "Акт № 1.pdf",
            "план.docx",
            "фото.JPG",
        ]
    # A correction begins with the same files; the version that was sent keeps the one that is taken out.
    page = clerk.send(back(clerk, papers, oktmo), button="Добавить или убрать файлы")
    gone = page.forms[0]
    page = clerk.ask(gone.action, gone.fields)
    assert "Приложено: 2 из 3" in page.ids["attached"]
    check = clerk.send(back(clerk, papers, oktmo))
    assert "Что изменится по сравнению с версией 1" in check.text
    second = clerk.send(check)
    assert (second.path[-1], len(files_of(second))) == ("2", 2)
    assert len(files_of(clerk.get(f"/reports/papers/{oktmo}/receipts/1"))) == 3
    assert clerk.get(f"/reports/papers/{oktmo}/attached/{first}").status == 200


def test_a_deleted_draft_takes_its_files_along(papers: Site) -> None:
    oktmo = "10000002"
    clerk, page = opened(papers, oktmo)
    page = clerk.upload(page, "акт.pdf", PDF)
    check = clerk.send(back(clerk, papers, oktmo))
    clerk.send(check)
    page = clerk.get(f"/reports/papers/{oktmo}/files/papers")
    page = clerk.upload(page, "ещё.png", PNG)
    assert "Исправления ещё не отправлены" in back(clerk, papers, oktmo).text, "whoever attaches a file has begun"
    (late,) = files_of(page)[1:]
    ask = clerk.get(f"/reports/papers/{oktmo}/draft/delete")
    clerk.send(ask)
    page = clerk.get(f"/reports/papers/{oktmo}/files/papers")
    assert "Приложено: 1 из 3" in page.ids["attached"]
    assert "акт.pdf" in page.text
    assert clerk.get(f"/reports/papers/{oktmo}/attached/{late}").status == 404


def test_a_stale_window_loses_no_file_and_sends_none_unseen(papers: Site) -> None:
    oktmo = "10000003"
    clerk = Clerk(papers.address)
    stale = clerk.enter(papers.links[oktmo])
    page = clerk.send(stale, ANSWERS, ATTACH)
    clerk.upload(page, "акт.pdf", PDF)
    check = clerk.send(stale, ANSWERS)
    assert "Осталось отправить" in check.text
    assert len(files_of(check)) == 1, "the window was opened before the file came"
    other = clerk.upload(clerk.get(f"/reports/papers/{oktmo}/files/papers"), "второй.png", PNG)
    assert "Приложено: 2" in other.ids["attached"]
    changed = clerk.send(check)
    assert (changed.status, "изменили список файлов" in changed.text, len(files_of(changed))) == (409, True, 2)
    receipt = clerk.send(changed)
    assert len(files_of(receipt)) == 2
    again = clerk.send(changed)
    assert again.path == receipt.path, "the same form again is the same report"


def test_a_question_that_is_not_asked_sends_no_file(papers: Site) -> None:
    oktmo = "10000004"
    clerk, page = opened(papers, oktmo)
    clerk.upload(page, "акт.pdf", PDF)
    order = clerk.get(f"/reports/papers/{oktmo}/files/order")
    assert "Приложено: 1 из 1" in clerk.upload(order, "приказ.pdf", PDF).ids["attached"]
    check = clerk.send(back(clerk, papers, oktmo))
    assert "приказ.pdf" not in check.text
    asked = clerk.send(back(clerk, papers, oktmo), {"done": "yes"})
    assert "По вашим ответам есть ещё вопросы" in asked.text
    assert "приказ.pdf" in asked.text
    assert "Актов меньше двух" in asked.text, "a rule counts the files"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("пусто.pdf", b"", "пустой"),
        ("страница.pdf", b"<html><script>alert(1)</script></html>", "По содержимому это не pdf"),
        ("текст.pdf", b"just words", "По содержимому это не pdf"),
        ("программа.pdf", b"MZ" + bytes(200), "По содержимому это не pdf"),
        ("архив.docx", office("other"), "По содержимому это не pdf"),
        ("слайды.xlsx", office("ppt"), "По содержимому это не pdf"),
        ("старый.docx", OLD_OFFICE, "старого вида"),
        ("макросы.docx", office(word__vbaProject=b"x"), "макросы"),
        ("обрезан.xlsx", office("xlsx")[:-30], "повреждён"),
        ("бомба.docx", bomb, "слишком велик в распакованном виде"),
        ("части.docx", many_parts, "слишком велик в распакованном виде"),
        ("ложь.docx", lying_bomb, "повреждён"),
        ("пароль.docx", encrypted, "с паролем"),
        ("велик.pdf", PDF + bytes(10_000_001 - len(PDF)), "больше 10 МБ"),
        ("очень велик.pdf", PDF + bytes(11_000_000), "больше 10 МБ"),
        ("", b"", "Сначала выберите файл"),
    ],
)
def test_what_is_no_such_file_is_refused_with_words(
    papers: Site, name: str, content: bytes | Callable[[], bytes], words: str
) -> None:
    content = content() if callable(content) else content
    clerk, page = opened(papers, "10000005")
    refused = clerk.upload(page, name, content)
    assert refused.status == (413 if len(content) > MAX_UPLOAD else 400)
    assert words in refused.error("file")
    assert "Приложено: 0 из 3" in refused.ids["attached"]


def test_names_are_kept_without_what_could_deceive(papers: Site) -> None:
    clerk, page = opened(papers, "10000006")
    for name, content, kept in (
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("акт\x07\u202e 5.pdf", PDF + b"2", "акт 5.pdf"),
        ("<b>я" * 100 + ".png", PNG, "&lt;b&gt;я&lt;b"),
    ):
        page = clerk.upload(page, name, content)
        assert page.status == 200
        shown = re.findall(r'attached/[0-9a-f]+">([^<]*)</a>', page.text)[0]
        assert shown.startswith(kept), shown
        one = next(form for form in page.forms if form.action.endswith("/remove"))
        page = clerk.ask(one.action, one.fields)
    assert "Приложено: 0 из 3" in page.ids["attached"]


@pytest.mark.parametrize(
    ("given", "kind", "kept"),
    [
        ("акт.pdf", "pdf", "акт.pdf"),
        ("фото.JPEG", "jpg", "фото.JPEG"),
        ("фото.pdf", "jpg", "фото.pdf.jpg"),
        ("a/b\\c.docx", "docx", "c.docx"),
        ("..", "pdf", "файл.pdf"),
        (".pdf", "pdf", "файл.pdf"),
        ("\u202efdp.exe", "pdf", "fdp.exe.pdf"),
        ("два\nслова\x00.xlsx", "xlsx", "два слова.xlsx"),
        ("я" * 300 + ".pdf", "pdf", "я" * 120 + ".pdf"),
    ],
)
def test_the_kept_name(given: str, kind: str, kept: str) -> None:
    assert kept_name(given, kind) == kept


def test_the_same_file_twice_is_one(papers: Site) -> None:
    clerk, page = opened(papers, "10000007")
    clerk.upload(page, "акт.pdf", PDF)
    twice = clerk.upload(page, "тот же.pdf", PDF)
    assert (twice.status, "уже приложен" in twice.error("file")) == (200, True)
    assert "Приложено: 1 из 3" in twice.ids["attached"]
    for n in range(2):
        clerk.upload(page, f"{n}.pdf", PDF + bytes([n]))
    full = clerk.upload(page, "четвёртый.pdf", PDF + b"4")
    assert (full.status, "Больше 3 файлов" in full.text) == (400, True)


def test_a_broken_upload_keeps_nothing(papers: Site) -> None:
    clerk, page = opened(papers, "10000008")
    form = next(one for one in page.forms if one.action.endswith("/add"))
    for kind, body in (
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=file"),
        ("multipart/form-data", b"--x"),
        ("application/x-www-form-urlencoded", b"file=1"),
        ("application/json", b"{}"),
    ):
        assert clerk.ask(form.action, body, Content_Type=kind).status == 400
    form.fields[:] = [(name, value if name != "csrf_token" else "forged") for name, value in form.fields]
    assert clerk.upload(page, "акт.pdf", PDF).status == 400
    assert "Приложено: 0" in clerk.get(page.path).ids["attached"]


def test_an_id_that_no_store_keeps_is_a_mistake_of_the_request(papers: Site) -> None:
    clerk, page = opened(papers, "10000008")
    page = clerk.upload(page, "акт.pdf", PDF)
    form = next(one for one in page.forms if one.action.endswith("/remove"))
    for odd in ("\0", "x\0"):
        fields = [(name, odd if name == "file" else value) for name, value in form.fields]
        answer = clerk.ask(form.action, fields)
        assert (answer.status, "Запрос не понят" in answer.text) == (400, True)
    assert "Приложено: 1" in clerk.get(page.path).ids["attached"]
    assert "Приложено: 0" in clerk.ask(form.action, form.fields).ids["attached"]


def test_nobody_else_reads_or_attaches_a_file(papers: Site) -> None:
    clerk, page = opened(papers, "10000008")
    page = clerk.upload(page, "акт.pdf", PDF)
    (one,) = set(files_of(page))
    address = f"/reports/papers/10000008/attached/{one}"
    assert clerk.get(address).status == 200
    stranger, theirs = opened(papers, "10000009")
    assert stranger.get(address).status == 403
    assert stranger.get(address.replace("10000008", "10000009")).status == 404
    assert Clerk(papers.address).get(address).status == 403
    form = next(form for form in theirs.forms if form.action.endswith("/add"))
    form.action = form.action.replace("10000009", "10000008")
    assert stranger.upload(theirs, "чужой.pdf", PDF + b"2").status == 403
    form.action = form.action.replace("10000008", "10000009")
    take_out = next(form for form in page.forms if form.action.endswith("/remove"))
    fields = [(name, value) for name, value in form.fields if name == "csrf_token"]
    fields += [(name, value) for name, value in take_out.fields if name == "file"]
    stranger.ask(take_out.action.replace("10000008", "10000009"), fields)
    assert clerk.get(address).status == 200
    for unknown in ("who", "nothing", "..%2F"):
        assert clerk.get(f"/reports/papers/10000008/files/{unknown}").status == 404
    papers.command("revoke", "10000008")
    assert clerk.get(address).status == 403
    assert clerk.upload(page, "после.pdf", PDF + b"3").status == 403


def test_after_the_deadline_nothing_is_attached(make: Callable[..., Site]) -> None:
    site = make(config=str(FILE))
    site.start()
    site.read_links()
    clerk, page = opened(site, "10000001")
    page = clerk.upload(page, "акт.pdf", PDF)
    (one,) = set(files_of(page))
    site.move("2023-05-31T12:00:00+03:00")
    late = clerk.upload(page, "поздно.pdf", PDF + b"2")
    assert "Приём отчётов закончен" in late.text
    take_out = next(form for form in page.forms if form.action.endswith("/remove"))
    assert "Приём отчётов закончен" in clerk.ask(take_out.action, take_out.fields).text
    with site.outbox() as outbox:
        assert [file.id for file in outbox.attachments.current("papers", "10000001")] == [one]
    assert clerk.get(f"/reports/papers/10000001/attached/{one}").status == 200, "the draft can still be read"
    assert "акт.pdf" in clerk.get("/reports/papers/10000001/draft").text
    text = site.log.read_text()
    assert "акт" not in text
    assert one not in text


def test_a_blank_leaves_the_attached_files_as_they_are(papers: Site) -> None:
    oktmo, campaign = "10000009", load_campaign(FILE)
    clerk, page = opened(papers, oktmo)
    for name, file in (("акт.pdf", PDF), ("фото.jpg", JPG)):
        page = clerk.upload(page, name, file)
    content, _ = clerk.fetch(f"/reports/papers/{oktmo}/blank.xlsx")
    page = clerk.get(f"/reports/papers/{oktmo}/blank")
    check = clerk.give(page, "blank", filled(content, campaign, {"who": "Ответственный", "done": "нет"}))
    assert check.path.endswith("/check")
    assert len(files_of(check)) == 2
    assert "/receipts/1" in clerk.send(check).path
