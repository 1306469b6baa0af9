"""All that is kept of a debtor as a paper for themselves."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from puntual.web import evidence_paper as parts
from puntual.web.papers import Entry, Paper, Section


def paper_of(*, kept: Mapping[str, Any]) -> Paper:
    """Write the data out: who, addresses and where they came from, debts, contacts and why, words given, rules."""
    content = kept["content"]
    who, creditor = content["customer"], content["creditor"]
    return Paper(
        title=_("Mis datos"),
        subtitle=_("Todo lo que %s guarda de usted sobre su cuenta")
        % (creditor["legal_name"] or creditor["name"]),
        language=(get_language() or "es")[:2],
        page_word=_("Página"),
        of_word=_("de"),
        foot=f"SHA-256 {kept['seal']['hash']}",
        facts=parts.facts(
            (_("Nombre"), who["name"]),
            (_("Número de cliente"), who["number"]),
            (_("Clave fiscal"), who["tax_id"]),
            (_("Lugar"), ", ".join(one for one in (who["city"], who["state"]) if one)),
            (_("Guardado desde"), parts.moment(who["known_since"])),
            (_("Unidad de quejas"), creditor["complaints"]),
            (_("Hecho el"), parts.moment(content["made_at"])),
        ),
        sections=(
            parts.points(content),
            parts.consents(content),
            parts.circumstances(content),
            parts.debts(content),
            parts.ledger(content),
            _contacts(content),
            parts.messages(content | {"messages": [{**one, **_QUIET} for one in content["messages"]]}),
            parts.promises(content),
            parts.disputes(content),
            parts.pauses(content),
            parts.petitions(content, "complaints"),
            parts.petitions(content, "requests"),
            _rules(content),
        ),
    )


# What a debtor is not told of the sending of a message.
_QUIET = {"step": "", "reason": "", "events": []}


def _contacts(content: Mapping[str, Any]) -> Section:
    return Section(
        title=_("Cuándo le contactamos y por qué"),
        columns=(_("Cuándo"), _("Medio"), _("Motivo"), _("Documentos"), _("La ley se revisó")),
        rows=[
            (
                parts.moment(one["at"]),
                parts.word("channel", one["channel"]),
                one["step"] or _("una persona de nuestro equipo"),
                ", ".join(one["documents"]),
                parts.joined(parts.moment(one["law_asked_at"]), one["pack_version"]),
            )
            for one in content["contacts"]
        ],
        empty=_("Ningún contacto."),
    )


def _rules(content: Mapping[str, Any]) -> Section:
    return Section(
        title=_("Reglas que cumplimos al contactarle"),
        entries=[
            Entry(
                head=parts.joined(one["id"], parts.word("law_status", one["status"])),
                facts=one["source"],
                words=one["text"],
            )
            for one in content["rules"]
        ],
        empty=_("No hay reglas de su país: no se le contacta."),
    )
