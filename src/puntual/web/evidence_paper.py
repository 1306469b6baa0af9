"""The evidence about a customer in words: a paper for an authority, and its parts for other papers."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from puntual.agreements.types import HoldReason
from puntual.contacts.types import AgreedHours
from puntual.flows import endings
from puntual.lib import formats
from puntual.web import states
from puntual.web.hours import hours_words
from puntual.web.papers import Entry, Paper, Section

_RECIPE = 'json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))'


def paper_of(*, evidence: Mapping[str, Any], to: tuple[str, ...]) -> Paper:
    """Write evidence out: who, debts, contacts, verdicts with their place in the chain, agreements, rules, hash."""
    content = evidence["content"]
    who, creditor = content["customer"], content["creditor"]
    return Paper(
        title=_("Expediente de evidencia"),
        subtitle=_("Contactos de cobranza, su base legal y sus pruebas"),
        language=(get_language() or "es")[:2],
        page_word=_("Página"),
        of_word=_("de"),
        foot=f"SHA-256 {evidence['seal']['hash']}",
        to=to,
        facts=facts(
            (_("Cliente"), who["name"]),
            (_("Número"), who["number"]),
            (_("Clave fiscal"), who["tax_id"]),
            (_("Lugar"), ", ".join(one for one in (who["city"], who["state"]) if one)),
            (
                _("Unido con"),
                "; ".join(f"{one['name']} ({one['number']})" for one in who["united_with"]),
            ),
            (_("Acreedor"), creditor["legal_name"] or creditor["name"]),
            (_("Domicilio del acreedor"), creditor["address"]),
            (_("Unidad de quejas"), creditor["complaints"]),
            (_("Hecho el"), moment(content["made_at"])),
        ),
        sections=(
            points(content),
            debts(content),
            ledger(content),
            messages(content),
            _contacts(content),
            _answers(content),
            _verdicts(content),
            consents(content),
            circumstances(content),
            promises(content),
            disputes(content),
            pauses(content),
            petitions(content, "complaints"),
            petitions(content, "requests"),
            _rules(content),
            _seal(evidence),
        ),
    )


def facts(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Keep the facts that are known."""
    return tuple(one for one in pairs if one[1])


def word(kind: str, code: str | None) -> str:
    """Say a stored code."""
    return str(states.state(name=code, kind=kind).label) if code else ""


def moment(text: str | None) -> str:
    """Say a moment of the document in the company's time."""
    if not text:
        return ""
    at = timezone.localtime(datetime.fromisoformat(text))
    return formats.moment(value=at, locale=_locale())


def day(text: str | None) -> str:
    """Say a day of the document."""
    return formats.day(value=date.fromisoformat(text), locale=_locale()) if text else ""


def money(text: str | None, currency: str | None) -> str:
    """Say an amount of the document with its currency."""
    if text is None or currency is None:
        return ""
    return formats.money(amount=Decimal(text), currency=currency, locale=_locale(), with_code=True)


def _locale() -> str:
    return formats.locale_of(language=get_language() or "es-mx")


def joined(*parts: str) -> str:
    """Write what there is in a line."""
    return " · ".join(one for one in parts if one)


def debts(content: Mapping[str, Any]) -> Section:
    """List what is or was owed."""
    return Section(
        title=_("Adeudos"),
        columns=(_("Documento"), _("Tipo"), _("Emisión"), _("Vencimiento"), _("Importe"), _("Saldo")),
        numbers=(4, 5),
        rows=[
            (
                one["document_number"],
                word("receivable_kind", one["kind"]),
                day(one["issue_date"]),
                day(one["due_date"]),
                money(one["original_amount"], one["currency"]),
                money(one["open_amount"], one["currency"]),
            )
            for one in content["debts"]
        ],
        empty=_("Ningún adeudo registrado."),
    )


def ledger(content: Mapping[str, Any]) -> Section:
    """List the movements."""
    return Section(
        title=_("Movimientos"),
        note=_(
            "El más reciente primero. La fecha valor es el día en que es cierto; el registro, cuándo se supo."
        ),
        columns=(_("Fecha valor"), _("Documento"), _("Movimiento"), _("Registrado"), _("Importe")),
        numbers=(4,),
        rows=[
            (
                day(one["effective_date"]),
                one["document_number"],
                word("entry", one["kind"]),
                moment(one["recorded_at"]),
                money(one["amount"], one["currency"]),
            )
            for one in content["ledger"]
        ],
        empty=_("Ningún movimiento."),
    )


def messages(content: Mapping[str, Any]) -> Section:
    """Tell each message with its words."""
    country = content["creditor"]["country"]
    return Section(
        title=_("Mensajes"),
        note=_(
            "Cada mensaje con su texto, a quién fue y qué se supo de su entrega. De las ligas personales del portal "
            "se calla lo que las abre."
        ),
        entries=[
            Entry(
                head=joined(
                    moment(one["sent_at"] or one["created_at"]), word("channel", one["channel"]), one["step"]
                ),
                facts=joined(
                    one["recipient"],
                    word("message", one["state"]),
                    endings.in_words(reason=one["reason"], country=country) if one["reason"] else "",
                    *(f"{word('delivery', event['kind'])} {moment(event['at'])}" for event in one["events"]),
                ),
                words="\n".join(part for part in (one["subject"], one["text"]) if part),
            )
            for one in content["messages"]
        ],
        empty=_("Ningún mensaje."),
    )


def _contacts(content: Mapping[str, Any]) -> Section:
    return Section(
        title=_("Contactos hechos o intentados"),
        columns=(_("Cuándo"), _("Medio"), _("Sentido"), _("Resultado"), _("A quién"), _("Nota")),
        rows=[
            (
                moment(one["at"]),
                word("channel", one["channel"]),
                word("direction", one["direction"]),
                word("attempt", one["outcome"]),
                joined(one["point_value"] or "", word("owner", one["owner_role"])),
                endings.of_server(text=one["note"] or ""),
            )
            for one in content["contacts"]
        ],
        empty=_("Ningún contacto."),
    )


def _answers(content: Mapping[str, Any]) -> Section:
    return Section(
        title=_("Respuestas de la persona"),
        columns=(_("Cuándo"), _("Medio"), _("Qué hizo"), _("Nota")),
        rows=[
            (
                moment(one["at"]),
                word("channel", one["channel"]),
                word("response", one["kind"]),
                one.get("note", ""),
            )
            for one in content["responses"]
        ],
        empty=_("Ninguna respuesta."),
    )


def _verdicts(content: Mapping[str, Any]) -> Section:
    return Section(
        title=_("Dictámenes de la ley"),
        note=_(
            "Lo que se dictaminó antes de cada contacto, se hiciera o no. El eslabón dice su lugar en la cadena: "
            "quien cambie una palabra del pasado rompe todos los que siguen."
        ),
        entries=[
            Entry(
                head=joined(
                    moment(one["at"]),
                    word("channel", one["channel"]),
                    word("verdict", one["outcome"]),
                    ", ".join(one["rule_ids"]),
                ),
                facts=joined(
                    one["step"],
                    _("dictamen %s") % one["id"],
                    _("paquete %s") % one["pack_version"],
                    _("bloque %(block)s, eslabón %(link)s")
                    % {"block": one["block_id"], "link": one["link_id"]}
                    if one["link_id"]
                    else _("bloque %s, por encadenar") % one["block_id"]
                    if one["block_id"]
                    else _("anterior a la cadena"),
                ),
                words=_("Huella del dictamen: %s") % one["verdict_hash"]
                + ("\n" + _("Huella del eslabón: %s") % one["link_hash"] if one["link_hash"] else ""),
            )
            for one in content["verdicts"]
        ],
        empty=_("Ningún dictamen."),
    )


def points(content: Mapping[str, Any]) -> Section:
    """List the contact points and where each came from."""
    return Section(
        title=_("Medios de contacto y su origen"),
        columns=(_("Tipo"), _("Dato"), _("De dónde vino")),
        rows=[
            (word("point_kind", one["kind"]), one["value"], one["source"] or _("no consta"))
            for one in content["contact_points"]
        ],
        empty=_("Ninguno."),
    )


def consents(content: Mapping[str, Any]) -> Section:
    """List what the person said about channels."""
    return Section(
        title=_("Consentimientos y bajas"),
        columns=(_("Cuándo"), _("Medio"), _("Qué dijo"), _("De dónde consta"), _("Vigente")),
        rows=[
            (
                moment(one["at"]),
                word("channel", one["channel"]),
                word("consent", one["decision"]),
                joined(one["source"], one.get("note", "")),
                _("sí") if one["is_current"] else _("no"),
            )
            for one in content["consents"]
        ],
        empty=_("La persona no ha dicho nada de los medios de contacto."),
    )


def circumstances(content: Mapping[str, Any]) -> Section:
    """List what was known of the person, and how they asked to be contacted."""
    known = [
        (
            moment(one["at"]),
            moment(one["ended_at"])
            if one["ended_at"]
            else day(one["until_date"])
            if one["until_date"]
            else "",
            joined(word("circumstance", one["kind"]), one.get("reason", ""), one.get("source", "")),
        )
        for one in content["circumstances"]
    ]
    asked = [
        (
            moment(one["at"]),
            "",
            joined(
                _("prefiere %s") % word("channel", one["channel"]) if one["channel"] else "",
                hours_words(
                    AgreedHours(
                        tuple(one["weekdays"]),
                        time.fromisoformat(one["from"]),
                        time.fromisoformat(one["until"]),
                    )
                )
                if one["weekdays"]
                else _("a cualquier hora lícita"),
            ),
        )
        for one in content["wishes"]
    ]
    return Section(
        title=_("Circunstancias de la persona y cómo pidió que le contacten"),
        columns=(_("Desde"), _("Hasta"), _("Qué")),
        rows=[*known, *asked],
        empty=_("Nada consta."),
    )


def promises(content: Mapping[str, Any]) -> Section:
    """List promises."""
    return Section(
        title=_("Promesas y convenios"),
        columns=(_("Hecha"), _("Para el"), _("Estado"), _("Pagado"), _("Importe")),
        numbers=(3, 4),
        rows=[
            (
                day(one["made_on"]),
                day(one["due_date"]),
                word("promise", one["state"]),
                money(one["paid_amount"], one["currency"]),
                money(one["amount"], one["currency"]),
            )
            for one in content["promises"]
        ],
        empty=_("Ninguna promesa."),
    )


def disputes(content: Mapping[str, Any]) -> Section:
    """Tell each objection and its answer."""
    return Section(
        title=_("Aclaraciones"),
        entries=[
            Entry(
                head=joined(
                    moment(one["opened_at"]),
                    one["document_number"] or _("toda la deuda"),
                    word("dispute_reason", one["reason"]),
                ),
                facts=joined(
                    word("dispute", one["state"]),
                    _("contestar a más tardar el %s") % day(one["answer_due_date"]),
                    _("contestada el %s") % moment(one["closed_at"]) if one["closed_at"] else "",
                ),
                words="\n".join(part for part in (one.get("note", ""), one["resolution"]) if part),
            )
            for one in content["disputes"]
        ],
        empty=_("Ninguna aclaración."),
    )


def petitions(content: Mapping[str, Any], name: str) -> Section:
    """Tell each complaint, or each request about data: what the person said, and what they were answered."""
    is_complaints = name == "complaints"
    return Section(
        title=_("Quejas") if is_complaints else _("Solicitudes sobre datos"),
        entries=[
            Entry(
                head=joined(
                    one["folio"],
                    day(one["received_date"]),
                    one["cause_text"] or word("petition_kind", one["kind"]),
                ),
                facts=joined(
                    word("petition", one["state"]),
                    word("petition_outcome", one["outcome"]),
                    word("petition_way", one["way"]),
                    _("contestar a más tardar el %s") % day(one["answer_due_date"]),
                    _("contestada el %s") % moment(one["answered_at"]) if one["answered_at"] else "",
                    _("cumplida el %s") % moment(one["carried_out_at"]) if one["carried_out_at"] else "",
                ),
                words="\n".join(
                    part
                    for part in (one["words"], *(_told(each) for each in reversed(one["answers"])))
                    if part
                ),
            )
            for one in content[name]
        ],
        empty=_("Ninguna queja.") if is_complaints else _("Ninguna solicitud."),
    )


def _told(answer: Mapping[str, Any]) -> str:
    text = _("Respuesta del %(day)s: %(text)s") % {"day": moment(answer["at"]), "text": answer["text"]}
    if not answer["reopened_at"]:
        return text
    again = {"day": moment(answer["reopened_at"]), "text": answer["reopened_words"]}
    return f"{text}\n" + _("Se abrió de nuevo el %(day)s: %(text)s") % again


def pauses(content: Mapping[str, Any]) -> Section:
    """List pauses."""
    return Section(
        title=_("Pausas"),
        columns=(_("Desde"), _("Hasta"), _("Documento"), _("Motivo"), _("Levantada")),
        rows=[
            (
                day(one["from_date"]),
                # Its last day is only the one by which it would end if nobody ever answered.
                _("hasta que se conteste")
                if one["reason"] == HoldReason.PETITION
                else day(one["until_date"]),
                one["document_number"] or _("toda la deuda"),
                word("hold", one["reason"]),
                moment(one["lifted_at"]),
            )
            for one in content["pauses"]
        ],
        empty=_("Ninguna pausa."),
    )


def _rules(content: Mapping[str, Any]) -> Section:
    return Section(
        title=_("Reglas citadas"),
        note=_("Cada una como decía el paquete que dictaminó."),
        entries=[
            Entry(
                head=joined(one["id"], one["pack_version"], word("law_status", one["status"])),
                facts=one["source"],
                words=one["text"],
            )
            for one in content["rules"]
        ],
        empty=_("Ningún dictamen citó una regla."),
    )


def _seal(evidence: Mapping[str, Any]) -> Section:
    count = len(evidence["content"]["verdicts"])
    return Section(
        title=_("Cómo comprobarlo"),
        facts=(
            (_("Huella del contenido"), evidence["seal"]["hash"]),
            (_("Cómo se calcula"), _("SHA-256 de «content» del archivo JSON, así: %s") % _RECIPE),
            (
                _("La cadena"),
                ngettext(
                    "%(n)s dictamen. En la instalación, «puntual compliance verify» revisa la cadena entera y nombra "
                    "la primera fila que no cuadra.",
                    "%(n)s dictámenes. En la instalación, «puntual compliance verify» revisa la cadena entera y "
                    "nombra la primera fila que no cuadra.",
                    count,
                )
                % {"n": count},
            ),
        ),
    )
