"""The staff's templates: what they may say, how mistakes are named, and that no content becomes a command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from campaign import Campaign
from letters import documents
from letters.errors import TemplateMistakeError
from letters.facts import printable
from letters.mail import overview
from letters.mail.addresses import checked_address
from letters.mail.concern import Situation
from letters.mail.errors import AddressError
from letters.mail.facts import mail_facts
from letters.mail.message import build, one_line
from letters.mail.plan import Step
from letters.mail.rendering import render_all
from letters.mail.sending import TROUBLE
from letters.mail.templates import OURS, load_templates
from outbox.mails import MailState
from outbox.records import Correction, PublishedRemark
from tests.letters.factories import ALEXANDROV, VYAZNIKI, answers, publish, send, status
from tests.letters.mail_server import SENDER, mail_server
from tests.letters.post import OPENING, Post, campaign_of, post, text_of

pytestmark = pytest.mark.slow

OUR_FILES = {path.name: path.read_text(encoding="utf-8") for path in OURS.iterdir()}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Post]:
    with post(tmp_path / "data", None, rehearsal=True) as opened:
        yield opened


def own(office: Post, name: str, text: str) -> Path:
    path = office.office.templates / "mail" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def preview(office: Post, step: Step = Step.OPENING, oktmo: str = ALEXANDROV) -> overview.Preview:
    return overview.preview(office.office, office.campaign, step, oktmo)


def test_a_template_of_the_staff_replaces_ours(office: Post) -> None:
    own(office, "opening.txt", "\ufeffТема: {{ кампания }}\r\n\r\nЖдём {{ муниципалитета }}.\r\n\r\n- раз\r\n- два\r\n")
    made = preview(office).mail
    assert made.subject == office.campaign.about.title
    assert made.text == "Ждём Александровского муниципального района.\n\n- раз\n- два\n"
    assert "<li" in made.html
    assert preview(office, Step.REMINDER).mail.subject.startswith("Осталось")


def test_one_of_a_step_and_one_of_a_campaign_go_before_the_common_ones(office: Post) -> None:
    own(office, "reminder.txt", "Тема: общее\n\nтекст")
    own(office, "one_day_before.txt", "Тема: за день\n\nтекст")
    own(office, f"{office.campaign.id}/reminder.txt", "Тема: этой кампании\n\nтекст")
    subjects = {step: preview(office, step).mail.subject for step in (Step.ONE_DAY_BEFORE, Step.HALFWAY)}
    assert subjects == {Step.ONE_DAY_BEFORE: "за день", Step.HALFWAY: "этой кампании"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Тема: раз\n\n\nСрок {{ срок_нет }}", "opening.txt, строка 4: имени «срок_нет» нет"),
        ("Тема: раз\n\n{% if срок %}", "opening.txt, строка 3: не понята команда"),
        ("Тема: раз\n\n{{ кампания", "opening.txt, строка 3: не понята команда"),
        ("Здравствуйте!", "opening.txt, строка 1: первая строка — тема письма"),
        ("Тема:\n\nтекст", "opening.txt, строка 1: первая строка — тема письма"),
        ("Тема: раз\n\n{{ ''.__class__.__mro__ }}", "opening.txt, строка 3: это шаблонам закрыто"),
        ("Тема: раз\n\n{{ ошибки.append(1) }}", "opening.txt, строка 3: это шаблонам закрыто"),
        ("Тема: раз\n\n{{ 1 / 0 }}", "opening.txt, строка 3: не заполнить"),
        ('Тема: раз\n\n{% include "нет.txt" %}', "opening.txt, строка 3: шаблона «нет.txt» нет"),
        ('Тема: раз\n\n{% include "../../etc/passwd" %}', "строка 3: шаблона «../../etc/passwd» нет"),
        ("Тема: раз\n\n{{ 'я' * 200000 }}", "письмо длиннее 100000 знаков"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(office: Post, text: str, told: str) -> None:
    path = own(office, "opening.txt", text)
    with pytest.raises(TemplateMistakeError, match="не отправлены") as caught:
        preview(office)
    assert told in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_template_that_runs_for_ever_is_stopped(office: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    loops = "{% for a in range(99999) %}{% for b in range(99999) %}текст{% endfor %}{% endfor %}"
    path = own(office, "opening.txt", f"Тема: раз\n\n{loops}")
    monkeypatch.setattr(documents, "TEMPLATE_SECONDS", 3)
    with pytest.raises(TemplateMistakeError, match=r"заполнялся дольше \d+ с и остановлен\. Проверьте циклы") as caught:
        preview(office)
    assert str(path) in str(caught.value)


def test_a_mistake_in_an_included_file_or_the_layout_names_that_file(office: Post) -> None:
    path = own(office, "signature.txt", "раз\nдва\n{{ подпись }}")
    with pytest.raises(TemplateMistakeError) as caught:
        preview(office)
    assert f"{path}, строка 3: имени «подпись» нет" in str(caught.value)
    path.unlink()
    layout = own(office, "layout.html", "<p>\n{{ нет }}</p>")
    with pytest.raises(TemplateMistakeError) as caught:
        preview(office)
    assert f"{layout}, строка 2: имени «нет» нет" in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * 200_001])
def test_a_file_that_is_no_template(office: Post, content: bytes) -> None:
    own(office, "opening.txt", "").write_bytes(content)
    with pytest.raises(TemplateMistakeError, match=r"opening\.txt"):
        preview(office)


def test_nothing_is_sent_with_a_mistaken_template_and_all_once_it_is_mended(tmp_path: Path) -> None:
    with mail_server() as server, post(tmp_path / "data", server.settings()) as office:
        path = own(office, "opening.txt", "Тема: раз\n\n{{ нет }}")
        office.make()
        sender = office.sender
        office.send(sender)
        assert server.mailbox.received == []
        assert set(office.states().values()) == {MailState.WAITING}
        assert f"{path}, строка 3" in str(office.outbox.meta.recall(TROUBLE))
        overview.send_step(office.office, office.campaign, Step.REMINDER, [VYAZNIKI])
        office.send(sender)
        assert len(server.mailbox.received) == 1  # another step goes on
        path.write_text("Тема: раз\n\nдва", encoding="utf-8")
        office.go(minutes=6)
        office.send(sender)
        assert len(server.mailbox.received) == 4
        assert {one.attempts for one in office.mails()} == {1}
        assert office.outbox.meta.recall(TROUBLE) is None


HOSTILE = "Яро<script>alert(1)</script>\r\nBcc: all@example.org\n\nТема: другое {{ 7 * 7 }}{% raw %} \u202e\u2028 https://evil.example.org/"


def hostile_campaign() -> Campaign:
    campaign = campaign_of(2)
    about = campaign.about
    contact = about.contact.model_copy(update={"who": HOSTILE, "phone": HOSTILE, "email": "a@b.ru\nBcc: x@y.ru"})
    fields = dict.fromkeys(("title", "subject", "ministry", "region", "letter", "purpose"), HOSTILE)
    municipalities = tuple(
        one.model_copy(update={"name": HOSTILE, "genitive": HOSTILE}) for one in campaign.municipalities
    )
    return campaign.model_copy(
        update={"about": about.model_copy(update={**fields, "contact": contact}), "municipalities": municipalities}
    )


@pytest.mark.parametrize("step", [Step.OPENING, Step.REMINDER, Step.RECEIPT, Step.CORRECTED, Step.EXCLUDED])
def test_no_field_gets_out_of_its_place(tmp_path: Path, step: Step) -> None:
    """Header and HTML injection through every text of the campaign, the report and the worker's remarks."""
    campaign = hostile_campaign()
    with mail_server() as server, post(tmp_path / "data", server.settings(), campaign) as office:
        office.make()
        sent = send(
            office.outbox, ALEXANDROV, answers(3, comment=HOSTILE), contacts={"contact_email": "clerk@example.org"}
        )
        if step in (Step.CORRECTED, Step.EXCLUDED):
            remark = PublishedRemark("x", "error", "comment", HOSTILE, HOSTILE, HOSTILE, HOSTILE)
            state = "on_time" if step is Step.CORRECTED else "excluded"
            corrections = (Correction("comment", HOSTILE, HOSTILE + "!"),)
            publish(
                office.outbox, status(sent, state=state, corrections=corrections, remarks=(remark,)), campaign=campaign
            )
        if step is Step.REMINDER:
            overview.send_step(office.office, campaign, step, [VYAZNIKI])
        office.make()
        office.go(minutes=20)
        office.send()
        of_step = {one.recipient: one for one in office.mails(step=step, state=MailState.SENT)}
        assert of_step
        for _, to, content in server.mailbox.received:
            message = message_from_bytes(content, policy=default)
            assert to in ("m1@example.org", "m2@example.org", "clerk@example.org")
            assert message["To"] == to
            assert message["Bcc"] is None
            assert message["Reply-To"] is None  # the contact's address is none
            assert message.keys().count("Subject") == 1
            html, text = text_of(message, "html"), text_of(message)
            assert "<script" not in html
            assert "{{ 7 * 7 }}" in html
            assert 'href="https://evil' not in html
            assert "49" not in text.replace(campaign.id, "")
            assert "\u202e" not in text + html


@given(text=st.text(max_size=400))
@hypothesis_settings(max_examples=60)
def test_any_subject_is_one_header(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    message = build(
        sender=SENDER, recipient="a@example.org", subject=text, text="x", html="x", mail_id="1", sent_at=OPENING
    )
    found = message_from_bytes(message.as_bytes(), policy=default)
    assert found.keys() == [*message.keys()]
    assert found["Subject"].strip() == one_line(text).strip() or not text.isprintable()


@pytest.mark.parametrize(
    "line_break", ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
)
def test_a_fact_is_one_line(line_break: str) -> None:
    campaign = campaign_of(1)
    municipality = campaign.municipalities[0].model_copy(update={"name": f"Город{line_break}Тема: чужая"})
    situation = Situation(municipality, None, 0, 0, False, campaign.last_deadline, False)
    facts = mail_facts(campaign, situation, OPENING, url=None, form="", rehearsal=False)
    assert str(facts["муниципалитет"]).splitlines() in (["Город Тема: чужая"], ["ГородТема: чужая"])


@given(name=st.text(max_size=60))
@hypothesis_settings(max_examples=60)
def test_any_value_is_shown_as_text(name: str) -> None:
    name = printable(name).replace("\n", " ")  # as facts are: `test_a_fact_is_one_line`
    files = {"layout.html": OUR_FILES["layout.html"], "a.txt": "Тема: {{ имя }}.\n\nТекст: {{ имя }}."}
    (made,) = render_all(files, "a.txt", [{"имя": name, "ссылка": "", "репетиция": False}])
    tags = re.compile(r"</?(?:html|head|meta|title|body|div|p)\b[^<>]*>|<!DOCTYPE html>")
    assert made["html"].count("<") == made["html"].count(">") == len(tags.findall(made["html"]))


NO_ADDRESSES = (
    *(
        "",
        "@",
        "a@",
        "@b.ru",
        "a@b",
        "a b@c.ru",
        "a@b.ru,c@d.ru",
        "<a@b.ru>",
        "a@b..ru",
        ".a@b.ru",
        "a.@b.ru",
        "я@b.ru",
    ),
    *("a@-b.ru", "a@b.ru\r\nRCPT TO:<x@y.ru>", "a@b.ru x", '"a b"@c.ru', "a@[127.0.0.1]", "a\0@b.ru", "a@b.ru>"),
    *("a" * 65 + "@b.ru", "a@" + "b" * 64 + ".ru", "a@" + "b." * 130 + "ru", "a;b@c.ru", "a(b)@c.ru", "a@b@c.ru"),
)


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressError, match="«"):
        checked_address(text)


def test_addresses() -> None:
    assert checked_address(" o.tdel+1@Example.org ") == "o.tdel+1@Example.org"
    local, _, domain = checked_address("otdel@образование.рф").partition("@")
    assert (local, domain.isascii(), domain.encode().decode("idna")) == ("otdel", True, "образование.рф")


def test_every_template_of_ours_can_be_filled_in(office: Post) -> None:
    templates = load_templates(office.office.templates, office.campaign.id)
    assert {templates.name_of(step) for step in Step} | {"layout.html", "signature.txt"} == set(OUR_FILES)
