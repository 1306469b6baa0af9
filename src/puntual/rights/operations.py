"""
Petitions: what does a person demand of the company, and was it answered in time?

Reads: rights.Petition, contacts.Attempt, identity.User, the law packs, the terms and causes of the product
Writes: rights.Petition, rights.PetitionContact, rights.Answer, rights.Reopening, rights.Event, audit.Event
Guarantees: a petition has a folio and a last day from the moment it is kept; one answer for each opening, with one
outcome, and one reason for each opening after the first; nobody decides a complaint about themself; data are touched
only for somebody who was made sure of; the history only grows and holds nobody's words; the same key twice keeps one
petition, and opens one again once.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor, ActorKind
from puntual.db import named, rows
from puntual.lib.errors import DomainError
from puntual.rights import queries, rules
from puntual.rights.types import EventKind, IdentityCheck, NewPetition, Outcome, Petition, State

_SQL = named.load(Path(__file__).parent / "sql" / "petitions.sql")
_REFUSALS = {
    "petition-in-the-future": _("La fecha en que se recibió no puede ser posterior a hoy."),
    "petition-unknown-cause": _("Elija la causa de la queja en el catálogo."),
    "petition-cause-of-request": _("Solo las quejas llevan causa."),
    "petition-key-taken": _("Este formulario ya registró otra queja o solicitud; ábralo de nuevo."),
    "petition-about-yourself": _("La queja es sobre usted: la atiende otra persona."),
    "petition-not-open": _("Ya se contestó o se retiró; ábrala de nuevo si hace falta."),
    "petition-not-answered": _("Solo se abre de nuevo lo que ya se contestó."),
    "petition-open-again": _("Ya se abrió de nuevo y se está revisando."),
    "petition-forgotten": _("Los datos ya se borraron: no queda a quién contestar."),
    "petition-too-late": _("El plazo para decirlo por aquí ya pasó. Llámenos, o acuda a la autoridad."),
    "petition-no-reason": _("Escriba por qué se abre de nuevo."),
    "petition-other-outcome": _("Elija un resultado de la lista."),
    "petition-no-answer": _("Escriba la respuesta para la persona."),
    "petition-no-identity": _("Anote primero cómo se comprobó quién pide."),
    "petition-nothing-to-do": _("No hay nada por cumplir en esta solicitud."),
    "petition-not-complaint": _("Solo se corrige la causa de una queja."),
    "petition-no-person": _("No existe esa persona."),
}


class UnableToHandle(DomainError):
    """A petition cannot be opened or changed as asked; nothing was written."""

    code = "unable-to-handle"


def open_petition(
    *, new: NewPetition, hold_id: int | None, country: str, actor: Actor, today: date, at: datetime
) -> int:
    """
    Keep what a person demands, with its folio and last day, and return its id; a known key returns the first one's.

    Raises: UnableToHandle.
    """
    known = rows.fetch_all(_SQL["petition_by_key"], {"key": new.key})
    if known:
        if known[0][1:] != (new.customer_id, new.kind):
            raise _refused("petition-key-taken")
        return int(known[0][0])
    refusal = rules.opening_refusal(
        kind=new.kind,
        cause=new.cause,
        known_causes=[one.code for one in queries.causes(country=country)],
        received=new.received_date,
        today=today,
    )
    if refusal:
        raise _refused(refusal)
    term = queries.answer_term(kind=new.kind, country=country, on=new.received_date)
    due = rules.due_date(term=term, from_date=new.received_date, country=country)
    petition_id, folio = rows.fetch_all(
        _SQL["insert_petition"],
        {
            "key": new.key,
            "kind": new.kind,
            "customer_id": new.customer_id,
            "way": new.way,
            "cause": new.cause,
            "words": new.words.strip(),
            "happened_date": new.happened_date,
            "agency": new.agency.strip(),
            "collector_id": new.collector_id,
            "authority_folio": new.authority_folio.strip(),
            "received_date": new.received_date,
            "received_by": actor.label[:120] if actor.kind is ActorKind.STAFF else "",
            "answer_due_date": due,
            "term_source": f"{term.rule_id} {term.source}".strip()[:300],
            "identity_check": new.identity_check or "",
            "identity_note": new.identity_note.strip(),
            "hold_id": hold_id,
            "at": at,
        },
    )[0]
    if new.attempt_ids:
        params = {"petition_id": petition_id, "attempt_ids": list(new.attempt_ids), "at": at}
        rows.execute(_SQL["insert_contacts"], params)
    said = {
        "kind": new.kind.value,
        "folio": folio,
        "way": new.way.value,
        **_about(cause=new.cause, agency=new.agency, collector_id=new.collector_id),
        "authority_folio": new.authority_folio.strip(),
        "received_date": new.received_date.isoformat(),
        "answer_due_date": due.isoformat(),
    }
    _happened(petition_id, new.customer_id, EventKind.OPENED, said, actor=actor, at=at)
    return int(petition_id)


def lock_petition(*, petition_id: int) -> Petition:
    """
    Hold a petition until the transaction ends, and return it.

    Raises: NotFound.
    """
    rows.fetch_all(_SQL["lock_petition"], {"petition_id": petition_id})
    return queries.petition(petition_id=petition_id)


def decide_petition(*, petition_id: int, actor: Actor) -> Petition:
    """
    Hold a petition that this person may decide about, and return it.

    Raises: NotFound; UnableToHandle where the complaint is about them.
    """
    return _mine(petition_id, actor=actor)


def change_petition(
    *,
    petition_id: int,
    cause: str,
    agency: str,
    collector_id: int | None,
    country: str,
    actor: Actor,
    at: datetime,
) -> bool:
    """
    Say better what a complaint is about; the same again changes nothing. What was known before stays in its history.

    Raises: NotFound; UnableToHandle.
    """
    found = _mine(petition_id, actor=actor)
    if not found.is_complaint:
        raise _refused("petition-not-complaint")
    if cause not in {one.code for one in queries.causes(country=country)}:
        raise _refused("petition-unknown-cause")
    if (found.cause, found.agency, found.collector_id) == (cause, agency.strip(), collector_id):
        return False
    said = _about(cause=cause, agency=agency, collector_id=collector_id)
    rows.execute(_SQL["change"], {"petition_id": petition_id, **said})
    _happened(petition_id, found.customer_id, EventKind.CHANGED, said, actor=actor, at=at)
    return True


def take_petition(*, petition_id: int, owner_id: int, actor: Actor, at: datetime) -> None:
    """
    Give a petition to the member of staff who owes the answer; the same again changes nothing.

    Raises: NotFound; UnableToHandle, also where the complaint is about them.
    """
    found = _mine(petition_id, actor=actor)
    refusal = rules.hand_refusal(petition=found, user_id=owner_id)
    if refusal:
        raise _refused(refusal)
    if found.owner_id == owner_id:
        return
    if not rows.execute(_SQL["take"], {"petition_id": petition_id, "owner_id": owner_id}):
        raise _refused("petition-no-person")
    said = {"owner_id": owner_id}
    _happened(petition_id, found.customer_id, EventKind.TAKEN, said, actor=actor, at=at)


def answer_petition(
    *,
    petition_id: int,
    outcome: Outcome,
    text: str,
    identity_check: IdentityCheck | None,
    identity_note: str,
    message_id: int | None,
    data_hash: str,
    country: str,
    actor: Actor,
    today: date,
    at: datetime,
) -> Petition:
    """
    Answer an open petition, and return it as it was; what was granted then has a day by which it is carried out.

    `data_hash`: that of the data handed over with the answer, empty where none were.

    Raises: NotFound; UnableToHandle.
    """
    found = _mine(petition_id, actor=actor)
    check = identity_check or (IdentityCheck(found.identity_check) if found.identity_check else None)
    refusal = rules.answer_refusal(petition=found, outcome=outcome, text=text, identity_check=check)
    if refusal:
        raise _refused(refusal)
    if identity_check is not None and identity_check.value != found.identity_check:
        note = {"identity_check": identity_check, "identity_note": identity_note.strip()}
        rows.execute(_SQL["identify"], {"petition_id": petition_id, **note})
        said = {"identity_check": identity_check.value}
        _happened(petition_id, found.customer_id, EventKind.IDENTIFIED, said, actor=actor, at=at)
    carried_out_by = None
    if rules.is_carried_out(kind=found.kind, outcome=outcome):
        term = queries.carry_out_term(country=country)
        carried_out_by = rules.due_date(term=term, from_date=today, country=country)
    params = {"petition_id": petition_id, "outcome": outcome, "at": at}
    rows.execute(_SQL["answer"], {**params, "carry_out_due_date": carried_out_by})
    words = {"text": text.strip(), "actor_label": actor.label[:120], "message_id": message_id}
    rows.execute(_SQL["insert_answer"], {**params, **words})
    told = {
        "outcome": outcome.value,
        "is_sent": message_id is not None,
        "data_hash": data_hash,
        "is_late": today > found.answer_due_date,
        "carry_out_due_date": carried_out_by.isoformat() if carried_out_by else None,
    }
    _happened(petition_id, found.customer_id, EventKind.ANSWERED, told, actor=actor, at=at)
    return found


def reopen_petition(
    *,
    petition_id: int,
    key: str,
    words: str,
    hold_id: int | None,
    until: date | None,
    country: str,
    actor: Actor,
    today: date,
    at: datetime,
) -> Petition:
    """
    Open an answered petition again with a new deadline, counted from today, and return it as it was.

    `words` say why; `until` is the last day on which who asks may, None for whom no term runs.

    Raises: NotFound; UnableToHandle.
    """
    found = _mine(petition_id, actor=actor)
    if queries.reopened_under(key=key) is not None:
        raise _refused("petition-key-taken")
    refusal = rules.reopening_refusal(petition=found, words=words, today=today, until=until)
    if refusal:
        raise _refused(refusal)
    term = queries.answer_term(kind=found.kind, country=country, on=today)
    due = rules.due_date(term=term, from_date=today, country=country)
    is_by_person = actor.kind is ActorKind.DEBTOR
    rows.execute(
        _SQL["reopen"],
        {
            "petition_id": petition_id,
            "answer_due_date": due,
            "term_source": f"{term.rule_id} {term.source}".strip()[:300],
            "hold_id": hold_id,
        },
    )
    why = {"key": key, "words": words.strip(), "is_by_person": is_by_person, "actor_label": actor.label[:120]}
    rows.execute(_SQL["insert_reopening"], {"petition_id": petition_id, **why, "at": at})
    said = {
        "answer_due_date": due.isoformat(),
        "outcome_before": found.outcome,
        "is_by_person": is_by_person,
    }
    _happened(petition_id, found.customer_id, EventKind.REOPENED, said, actor=actor, at=at)
    return found


def withdraw_petition(*, petition_id: int, actor: Actor, at: datetime) -> Petition:
    """
    End a petition that the person took back, and return it as it was.

    Raises: NotFound; UnableToHandle.
    """
    found = _mine(petition_id, actor=actor)
    if not rows.execute(_SQL["withdraw"], {"petition_id": petition_id}):
        raise _refused("petition-not-open")
    _happened(petition_id, found.customer_id, EventKind.WITHDRAWN, {}, actor=actor, at=at)
    return found


def block_petition(*, petition_id: int, actor: Actor, at: datetime) -> bool:
    """
    Note that a granted deletion waits until nothing is owed; False when that was noted before.

    Raises: NotFound; UnableToHandle.
    """
    found = _to_carry_out(petition_id, actor=actor)
    if found.blocked_at is not None:
        return False
    rows.execute(_SQL["block"], {"petition_id": petition_id, "at": at})
    _happened(petition_id, found.customer_id, EventKind.BLOCKED, {}, actor=actor, at=at)
    return True


def carry_out_petition(*, petition_id: int, actor: Actor, today: date, at: datetime) -> Petition:
    """
    Note that what was granted was done, and return the petition as it was.

    Raises: NotFound; UnableToHandle.
    """
    found = _to_carry_out(petition_id, actor=actor)
    rows.execute(_SQL["carry_out"], {"petition_id": petition_id, "at": at})
    is_late = found.carry_out_due_date is not None and today > found.carry_out_due_date
    _happened(petition_id, found.customer_id, EventKind.CARRIED_OUT, {"is_late": is_late}, actor=actor, at=at)
    return found


def note_mailed_data(*, petition_id: int, data_hash: str, actor: Actor, at: datetime) -> None:
    """
    Note that a person's data, known by their hash, were attached to the e-mail of an answer.

    Raises: NotFound.
    """
    found = queries.petition(petition_id=petition_id)
    said = {"data_hash": data_hash}
    _happened(petition_id, found.customer_id, EventKind.DATA_MAILED, said, actor=actor, at=at)


def erase_customer(*, customer_id: int) -> None:
    """Take away all words of a customer's petitions and answers; that they were and how they ended stays."""
    rows.execute(_SQL["erase_petitions"], {"customer_id": customer_id})
    rows.execute(_SQL["erase_answers"], {"customer_id": customer_id})
    rows.execute(_SQL["erase_reopenings"], {"customer_id": customer_id})


def move_customer(*, source_id: int, target_id: int) -> dict[str, list[Any]]:
    """Give the petitions of one customer to another, and return which rows moved, by table."""
    moved = rows.fetch_all(_SQL["move_customer"], {"source_id": source_id, "target_id": target_id})
    return {"rights_petition": sorted(row[0] for row in moved)}


def return_customer(*, source_id: int, target_id: int, moved: Mapping[str, Sequence[Any]]) -> None:
    """Give back the petitions that moved."""
    petitions = list(moved.get("rights_petition", ()))
    rows.execute(
        _SQL["return_customer"], {"source_id": source_id, "target_id": target_id, "petitions": petitions}
    )


def _refused(code: str) -> UnableToHandle:
    return UnableToHandle(str(_REFUSALS[code]), code=code)


def _mine(petition_id: int, *, actor: Actor) -> Petition:
    """Hold a petition that this person may decide about."""
    found = lock_petition(petition_id=petition_id)
    user_id = actor.id if actor.kind is ActorKind.STAFF else None
    refusal = rules.hand_refusal(petition=found, user_id=user_id)
    if refusal:
        raise _refused(refusal)
    return found


def _to_carry_out(petition_id: int, *, actor: Actor) -> Petition:
    found = _mine(petition_id, actor=actor)
    if found.state is not State.ANSWERED or found.carry_out_due_date is None:
        raise _refused("petition-nothing-to-do")
    return found


def _about(*, cause: str, agency: str, collector_id: int | None) -> dict[str, Any]:
    return {"cause": cause, "agency": agency.strip(), "collector_id": collector_id}


def _happened(
    petition_id: int,
    customer_id: int,
    kind: EventKind,
    data: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Add to the history, and tell the trail."""
    rows.execute(
        _SQL["insert_event"],
        {
            "petition_id": petition_id,
            "kind": kind,
            "at": at,
            "actor_label": actor.label[:120],
            "data": json.dumps(data, ensure_ascii=False),
        },
    )
    audit.record(
        actor=actor,
        action=f"petition-{kind.value.lower().replace('_', '-')}",
        subject_type="petition",
        subject_id=petition_id,
        customer_id=customer_id,
        after=dict(data),
        at=at,
    )
