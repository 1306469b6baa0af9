"""The timeline of a customer in words: what each stored event is called, looks like and leads to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from puntual.agreements.types import OPEN_DISPUTES, HoldReason
from puntual.flows import endings, sending
from puntual.lib import formats
from puntual.outreach import queries as outreach
from puntual.outreach.types import MessageState
from puntual.staff.access import Visit
from puntual.staff.places import target_name
from puntual.staff.reserved import veiled
from puntual.web import states

# What a filter of the timeline shows.
KINDS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "contacts": (lazy("Contactos"), ("ATTEMPT", "RESPONSE", "POINT")),
    "messages": (lazy("Mensajes"), ("MESSAGE",)),
    "payments": (lazy("Pagos"), ("PAYMENT", "REPORT", "REPORT_ANSWER")),
    "promises": (lazy("Promesas"), ("PROMISE",)),
    "disputes": (lazy("Aclaraciones y pausas"), ("DISPUTE", "DISPUTE_ANSWER", "HOLD", "HOLD_END")),
    "moves": (lazy("Pases"), ("MOVE",)),
}
_CHANNEL_ICONS = {
    "EMAIL": "mail",
    "SMS": "device-mobile",
    "WHATSAPP": "brand-whatsapp",
    "CALL": "phone",
    "LETTER": "file-text",
    "VISIT": "home-2",
    "PORTAL": "world",
}
_POINT_ICONS = {"EMAIL": "mail", "PHONE": "phone", "ADDRESS": "home-2"}
_DIRECTIONS = {"OUTBOUND": "out", "INBOUND": "in"}
_TONES = {
    "preventive",
    "administrative",
    "extrajudicial",
    "judicial",
    "good",
    "warn",
    "bad",
    "info",
    "accent",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a timeline, ready to be shown."""

    at: datetime | None
    day: date | None
    icon: str
    title: str
    tone: str
    direction: str
    text: str
    who: str
    meta: str
    chip: str
    chip_tone: str
    url: str


def happenings(
    *, events: Sequence[dict[str, Any]], visit: Visit, open_disputes: Collection[int] = ()
) -> list[Happening]:
    """
    Put stored events into words, in the order given.

    What was said of an open dispute stands beside it on the page already, so it is not told a second time.
    """
    names = outreach.template_names() if any(event["kind"] == "MESSAGE" for event in events) else {}
    waits = any(event["kind"] == "MESSAGE" and event["state"] == MessageState.QUEUED for event in events)
    is_stopped = waits and bool(sending.missing_now())
    return [
        _WRITERS[event["kind"]](
            {
                **event,
                "is_stopped": is_stopped,
                "text": "" if event["kind"] == "DISPUTE" and event["id"] in open_disputes else event["text"],
                "template_name": names.get((event["extra"], "es"), ""),
                "why": veiled(endings.in_words(reason=event["why"], country=visit.country), visit=visit)
                if event["why"] and event["kind"] == "MESSAGE"
                else event["why"],
            }
        )
        for event in events
    ]


def _state(kind: str, code: str) -> tuple[str, str]:
    found = states.state(name=code, kind=kind)
    return str(found.label), found.tone


def _word(kind: str, code: str) -> str:
    return str(states.state(name=code, kind=kind).label)


def _locale() -> str:
    return formats.locale_of(language=get_language() or "es-mx")


def _money(event: dict[str, Any]) -> str:
    if event["currency"] is None:
        return ""
    return formats.money(amount=event["amount"], currency=event["currency"], locale=_locale())


def _day(value: date) -> str:
    return formats.day(value=value, locale=_locale())


def _make(
    event: dict[str, Any],
    *,
    icon: str,
    title: str,
    state: tuple[str, str],
    day: date | None = None,
    **rest: str,
) -> Happening:
    tone = state[1] if state[1] in _TONES else "quiet"
    return Happening(
        at=None if day else event["at"],
        day=day,
        icon=icon,
        title=title,
        tone=tone,
        direction=rest.get("direction", ""),
        text=rest.get("text", event["text"] or ""),
        who=rest.get("who", event["who"] or ""),
        meta=rest.get("meta", ""),
        chip=state[0],
        chip_tone=state[1],
        url=rest.get("url", ""),
    )


def _attempt(event: dict[str, Any]) -> Happening:
    return _make(
        event,
        text=endings.of_server(text=event["text"] or ""),
        icon=_CHANNEL_ICONS.get(event["channel"], "phone"),
        title=_word("channel", event["channel"]),
        state=_state("attempt", event["state"]),
        direction=_DIRECTIONS.get(event["direction"], ""),
    )


def _response(event: dict[str, Any]) -> Happening:
    channels = states.VOCABULARIES["channel"][1]
    left = [str(channels[one].label) for one in (event["text"] or "").split(", ") if one in channels]
    return _make(
        event,
        icon="message-circle",
        title=_word("response", event["state"]),
        state=("", states.state(name=event["state"], kind="response").tone),
        direction="in",
        text=", ".join(left) or event["text"] or "",
        meta=_word("channel", event["channel"]),
    )


def _message(event: dict[str, Any]) -> Happening:
    return _make(
        event,
        icon=_CHANNEL_ICONS.get(event["channel"], "mail"),
        title=event["text"] or event["template_name"] or _word("channel", event["channel"]),
        state=(_("Detenido"), "bad")
        if event["is_stopped"] and event["state"] == MessageState.QUEUED
        else _state("message", event["state"]),
        text="",
        meta=event["why"],
        url=reverse("staff:message", args=[event["id"]]),
    )


def _payment(event: dict[str, Any]) -> Happening:
    return _make(
        event,
        icon="cash",
        title=_("Pago de %s") % _money(event),
        # Money is told by the day on which it came, also when it was written down much later.
        day=event["day"],
        state=_state("payment", event["state"]),
        text=event["extra"] or "",
        meta=" · ".join(
            one
            for one in (
                _word("payment_method", event["channel"]),
                event["text"],
            )
            if one
        ),
        url=reverse("staff:payment", args=[event["id"]]),
    )


def _report(event: dict[str, Any]) -> Happening:
    return _make(
        event,
        icon="receipt",
        title=_("Avisó que pagó %(amount)s el %(day)s")
        % {"amount": _money(event), "day": _day(event["day"])},
        state=_state("report", event["state"]),
        direction="in",
    )


def _report_answer(event: dict[str, Any]) -> Happening:
    return _make(
        event,
        icon="receipt",
        title=_("Respuesta a su aviso de pago de %s") % _money(event),
        state=_state("report", event["state"]),
        direction="out",
    )


def _promise(event: dict[str, Any]) -> Happening:
    return _make(
        event,
        icon="calendar-check",
        title=_("Prometió %(amount)s para el %(day)s") % {"amount": _money(event), "day": _day(event["day"])},
        state=_state("promise", event["state"]),
        direction="in",
        meta=_word("channel", event["channel"]),
    )


def _dispute(event: dict[str, Any]) -> Happening:
    return _make(
        event,
        icon="scale",
        title=_("Aclaración: %s") % _word("dispute_reason", event["extra"]),
        state=_state("dispute", event["state"]),
        direction="in",
        meta=_("responder a más tardar el %s") % _day(event["day"])
        if event["state"] in OPEN_DISPUTES
        else "",
    )


def _dispute_answer(event: dict[str, Any]) -> Happening:
    return _make(
        event,
        icon="scale",
        title=_("Respuesta a la aclaración: %s") % _word("dispute_reason", event["extra"]),
        state=_state("dispute", event["state"]),
        direction="out",
    )


def _hold(event: dict[str, Any]) -> Happening:
    is_lifted = event["state"] == "LIFTED"
    until = _day(event["day"])
    # A pause of one document names it.
    title = (
        _("Documento %(number)s en pausa hasta el %(until)s") % {"number": event["why"], "until": until}
        if event["why"]
        else _("Gestión en pausa hasta que se conteste")
        if event["extra"] == HoldReason.PETITION
        else _("Gestión en pausa hasta el %s") % until
    )
    return _make(
        event,
        icon="player-play" if is_lifted else "player-pause",
        title=title,
        state=(_("Levantada"), "quiet") if is_lifted else _state("hold", event["extra"]),
        meta=_word("hold", event["extra"]) if is_lifted else "",
    )


def _hold_end(event: dict[str, Any]) -> Happening:
    return _make(
        event,
        icon="player-play",
        title=_("Se reanudó la gestión"),
        state=("", "quiet"),
        meta=_word("hold", event["extra"]),
    )


def _point(event: dict[str, Any]) -> Happening:
    kind = _word("point_kind", event["channel"]).lower() if event["channel"] else ""
    is_new = event["state"] == "ADDED"
    title = _("Se agregó un medio de contacto: %s") if is_new else _("Se marcó un medio de contacto: %s")
    return _make(
        event,
        icon=_POINT_ICONS.get(event["channel"], "phone"),
        title=title % (event["text"] or kind),
        state=("", "quiet") if is_new else _state("point", event["state"]),
        text="",
        meta=_word("owner", event["extra"]) if event["extra"] else "",
    )


def _move(event: dict[str, Any]) -> Happening:
    place = target_name(key=event["extra"])
    title, icon = {
        "MOVED": (_("Pasó a %s"), "arrow-right"),
        "TAKEN_BACK": (_("Se retomó de %s"), "history"),
        "ENDED": (_("Terminó en %s: ya no debía nada"), "circle-check"),
    }[event["state"]]
    return _make(event, icon=icon, title=title % place, state=("", "quiet"))


_WRITERS = {
    "ATTEMPT": _attempt,
    "RESPONSE": _response,
    "MESSAGE": _message,
    "PAYMENT": _payment,
    "REPORT": _report,
    "PROMISE": _promise,
    "DISPUTE": _dispute,
    "HOLD": _hold,
    "HOLD_END": _hold_end,
    "DISPUTE_ANSWER": _dispute_answer,
    "REPORT_ANSWER": _report_answer,
    "POINT": _point,
    "MOVE": _move,
}
