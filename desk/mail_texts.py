"""The Russian words of the pages for mails. What mails themselves say stands in `letters.mail.texts`."""

from __future__ import annotations

from collections.abc import Mapping

from desk.texts import plural
from letters.mail.overview import Pressed
from outbox.mails import MailState

CHIPS: Mapping[str, str] = {
    "": "все",
    "waiting": "ждут отправки",
    "sent": "отправлены",
    "kept": "написаны, репетиция",
    "failed": "не дошли",
    "refused": "сервер отказал",
    "gave_up": "не удалось отправить",
    "unknown": "неизвестно, отправлены ли",
    "no_address": "нет адреса",
    "bounced": "вернулись",
    "not_needed": "не понадобились",
}
GROUPS: Mapping[str, str] = {
    "silent": "кто не начал",
    "draft": "только черновик",
    "excluded": "отчёт не учтён по их ошибке",
}
TO: Mapping[str, str] = {
    "receipt": "кто прислал отчёт, после каждой версии",
    "corrected": "чей отчёт исправило министерство",
    "excluded_report": "чей отчёт не учтён по их ошибке",
}
OFF = "никому: выключено в файле кампании"
MADE_BY: Mapping[str, str] = {
    "schedule": "по расписанию",
    "staff": "по нажатию «Отправить»",
    "report": "после отчёта",
    "ministry": "после пересчёта",
}
LAST: Mapping[str, str] = {
    "opening": "о начале приёма",
    "halfway": "напоминание",
    "three_days_before": "напоминание",
    "one_day_before": "напоминание",
    "day_after": "срок прошёл",
    "reminder": "напоминание",
    "receipt": "квитанция",
    "corrected": "исправления",
    "excluded_report": "отчёт не учтён",
}
NOT_SAID = (MailState.SENT, MailState.KEPT)
"""States that the roll-call passes over: what it says nothing of went its way."""
STATES: Mapping[MailState, str] = {
    MailState.WAITING: "ждёт отправки",
    MailState.SENDING: "отправляется",
    MailState.SENT: "отправлено",
    MailState.KEPT: "написано, репетиция",
    MailState.REFUSED: "сервер отказал",
    MailState.GAVE_UP: "не удалось отправить",
    MailState.UNKNOWN: "неизвестно, отправлено ли",
    MailState.NOT_NEEDED: "не понадобилось",
    MailState.NO_ADDRESS: "нет адреса",
    MailState.BOUNCED: "вернулось",
}
BUSY = "Сейчас готовятся другие письма. Подождите несколько секунд и повторите."
FILES_NAME = "Письма {campaign} {step}.zip"
NOBODY = "Сейчас это письмо никому не уйдёт, поэтому и файлов нет."

SENT = "Новых писем: {made}. Отправит обработчик; что вышло, видно здесь."
SENT_REHEARSAL = "Новых писем: {made}. Это репетиция: они напишутся, но никуда не уйдут. Прочесть их можно здесь."
WITHOUT = " Из них без адреса: {without}."
THERE = " Такое письмо уже было: {there}."
NOTHING_MADE = "Новых писем нет: у всех, кого это касается, такое письмо уже есть."
NOBODY_CONCERNED = "Новых писем нет: сейчас это письмо никого не касается."
BOUNCED = "Отмечено: письмо не дошло. На этот адрес больше ничего не уйдёт. Исправьте почту в файле кампании."
FORGIVEN = "Отметка снята: на этот адрес снова можно писать."
AGAIN_REHEARSAL = "Письмо напишется ещё раз. Это репетиция: никуда не уйдёт."
CHANGED = "Ничего не сделано: состояние письма тем временем изменилось. Вот каким оно стало."


def pressed(done: Pressed, *, rehearsal: bool) -> str:
    """Return what a press of «Отправить» made."""
    if not done.made:
        return NOTHING_MADE if done.there else NOBODY_CONCERNED
    said = (SENT_REHEARSAL if rehearsal else SENT).format(made=done.made)
    if done.without:
        said += WITHOUT.format(without=done.without)
    return said + THERE.format(there=done.there) if done.there else said


def again(count: int, *, rehearsal: bool) -> str:
    """Return what a press of «Отправить ещё раз» did."""
    if not count:
        return CHANGED
    if rehearsal:
        return AGAIN_REHEARSAL
    verb = "Уйдёт" if count == 1 else "Уйдут"
    return f"{verb} ещё раз: {plural(count, 'письмо', 'письма', 'писем')}."
