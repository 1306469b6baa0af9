"""
What is known of a person and stops, or changes, how they may be contacted.

Reads: portfolio.Customer, contacts.Circumstance
Writes: contacts.Circumstance, audit.Event
Guarantees: of each kind a customer has at most one that is open; none is changed or erased by another, it is ended,
with who, when and why; what was written holds as soon as its transaction ends.
"""

from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.contacts.types import CircumstanceKind, NewCircumstance
from puntual.db import named, rows
from puntual.lib.errors import DomainError, NotFound

_FOLDER = Path(__file__).parent.parent / "sql"
_SQL = named.load(_FOLDER / "circumstances.sql")
_LOCKS = named.load(_FOLDER / "consents.sql")


class UnableToRecord(DomainError):
    """The circumstance is there already, or lacks what it needs; nothing was written."""

    code = "unable-to-record-circumstance"


def record_circumstance(*, new: NewCircumstance, actor: Actor, today: date, at: datetime) -> int:
    """
    Keep a circumstance of a customer from this moment on, and return its id.

    Raises: NotFound; UnableToRecord when one of its kind is open, its last day is over, or words or a lawyer's name
    are missing.
    """
    _refuse_incomplete(new, today=today)
    params = {
        "customer_id": new.customer_id,
        "kind": new.kind,
        "reason": new.reason.strip()[:300],
        "source": new.source.strip()[:80],
        "until_date": new.until_date,
        "lawyer_name": new.lawyer_name.strip()[:200],
        "lawyer_contact": new.lawyer_contact.strip()[:300],
        "actor_label": actor.label[:120],
        "today": today,
        "at": at,
        "end_reason": _("Pasó su último día."),
    }
    with transaction.atomic():
        if not rows.fetch_all(_LOCKS["lock_customer"], {"customer_id": new.customer_id}):
            raise NotFound(_("No existe ese cliente."))
        rows.execute(_SQL["lapse_circumstance"], params)
        written = rows.fetch_all(_SQL["insert_circumstance"], params)
        if not written:
            raise UnableToRecord(
                _("Esa circunstancia ya está registrada. Termínela antes de registrar otra.")
            )
        circumstance_id = int(written[0][0])
        # The trail only grows: it says what and until when, and not the words, which can be erased.
        audit.record(
            actor=actor,
            action="circumstance-recorded",
            subject_type="circumstance",
            subject_id=circumstance_id,
            customer_id=new.customer_id,
            after={
                "kind": new.kind.value,
                "until_date": new.until_date.isoformat() if new.until_date else None,
            },
            at=at,
        )
    return circumstance_id


def _refuse_incomplete(new: NewCircumstance, *, today: date) -> None:
    if not new.reason.strip():
        raise UnableToRecord(_("Escriba qué se sabe o qué dijo la persona."))
    if not new.source.strip():
        raise UnableToRecord(_("Escriba quién lo dijo o de dónde se sabe."))
    if new.until_date is not None and new.until_date < today:
        raise UnableToRecord(_("El último día ya pasó."))
    has_lawyer = bool(new.lawyer_name.strip())
    if (new.kind is CircumstanceKind.REPRESENTED) is not has_lawyer or (
        new.lawyer_contact and not has_lawyer
    ):
        raise UnableToRecord(
            _("El nombre del abogado va con «la representa un abogado», y solo con esa circunstancia.")
        )


def end_circumstance(
    *, circumstance_id: int, customer_id: int, reason: str, actor: Actor, at: datetime
) -> CircumstanceKind | None:
    """
    End a circumstance of a customer and return its kind; None when it was over, or is nobody's.

    Raises: UnableToRecord without a reason.
    """
    if not reason.strip():
        raise UnableToRecord(_("Escriba por qué deja de valer."))
    params = {
        "circumstance_id": circumstance_id,
        "customer_id": customer_id,
        "end_reason": reason.strip()[:300],
        "actor_label": actor.label[:120],
        "at": at,
    }
    with transaction.atomic():
        ended = rows.fetch_all(_SQL["end_circumstance"], params)
        if not ended:
            return None
        kind = CircumstanceKind(ended[0][0])
        audit.record(
            actor=actor,
            action="circumstance-ended",
            subject_type="circumstance",
            subject_id=circumstance_id,
            customer_id=customer_id,
            before={"kind": kind.value},
            at=at,
        )
    return kind
