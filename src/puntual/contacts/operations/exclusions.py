"""
Lists of people not to contact, as they come from a register, a court or the company itself.

Reads: contacts.ExclusionList, contacts.Exclusion, contacts.ContactPoint, portfolio.Customer
Writes: contacts.ExclusionList, contacts.Exclusion, contacts.ExclusionMatch, audit.Event
Guarantees: a list counts wholly from the moment it is applied until it is withdrawn; of a name one is in force at most;
the same file twice writes nothing; who stands on a list is kept as a hash; what was in force stays known.
"""

from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.contacts.types import NewList, ReadEntries
from puntual.db import named, rows
from puntual.db.locks import Lock, lock_in_transaction
from puntual.lib.errors import DomainError, NotFound

_SQL = named.load(Path(__file__).parent.parent / "sql" / "exclusions.sql")
# Enough to find what is wrong with a file.
_UNREAD_KEPT = 100


class UnableToList(DomainError):
    """The list lacks what it needs, or is no longer where one thought; nothing was written."""

    code = "unable-to-list"


def take_list(*, new: NewList, read: ReadEntries, actor: Actor, at: datetime) -> tuple[int, bool]:
    """
    Take a list in, not yet in force, and return its id; with False where the same was taken in before.

    Raises: UnableToList without a name, with days in disorder, or where nobody on it was understood.
    """
    _refuse_odd(new, read=read)
    params = {
        "name": new.name.strip()[:120],
        "kind": new.kind,
        "from_date": new.from_date,
        "until_date": new.until_date,
        "file_name": new.file_name[:200],
        "file_hash": new.file_hash,
        "rows_total": read.rows_total,
        "unread_rows": list(read.unread_rows[:_UNREAD_KEPT]),
        "rows_unread": len(read.unread_rows),
        "actor_label": actor.label[:120],
        "at": at,
    }
    with transaction.atomic():
        lock_in_transaction(lock=Lock.EXCLUSION_LIST, key=new.name.strip()[:120])
        known = rows.fetch_all(_SQL["same_list"], params)
        if known:
            return int(known[0][0]), False
        list_id = int(rows.fetch_all(_SQL["insert_list"], params)[0][0])
        rows.execute(
            _SQL["insert_entries"],
            {
                "list_id": list_id,
                "kinds": [kind.value for kind, _value in read.entries],
                "entry_values": [value for _kind, value in read.entries],
            },
        )
    return list_id, True


def count_matches(*, list_id: int, at: datetime) -> int:
    """
    Count whom a list is about as the customers are now, keep them for its page, and return how many they are.

    Raises: NotFound.
    """
    params = {"list_id": list_id, "at": at}
    with transaction.atomic():
        # Two hands that count at once wait for each other.
        if not rows.fetch_all(_SQL["lock_list"], params):
            raise NotFound(_("No existe esa lista."))
        rows.execute(_SQL["forget_matches"], params)
        found = rows.execute(_SQL["keep_matches"], params)
        rows.execute(_SQL["note_matched"], params)
    return found


def erase_matches(*, customer_id: int) -> None:
    """Take a customer who is forgotten away from the pages of lists."""
    rows.execute(_SQL["erase_matches"], {"customer_id": customer_id})


def _refuse_odd(new: NewList, *, read: ReadEntries) -> None:
    if not new.name.strip():
        raise UnableToList(_("Escriba el nombre de la lista."))
    if new.until_date is not None and new.until_date < new.from_date:
        raise UnableToList(_("El último día de la lista es anterior al primero."))
    if not read.entries:
        raise UnableToList(
            _(
                "No se entendió ningún teléfono, correo ni RFC del archivo. Revise que tenga una columna de ellos."
            )
        )


def apply_list(*, list_id: int, replaces: bool, actor: Actor, today: date, at: datetime) -> bool:
    """
    Put a list in force, in place of the one of its name if it `replaces` it; False when it was in force already.

    Raises: NotFound; UnableToList when it was withdrawn, its days are over, or another of its name is in force.
    """
    with transaction.atomic():
        found = {row["id"]: row for row in rows.fetch_dicts(_SQL["lock_list"], {"list_id": list_id})}
        if list_id not in found:
            raise NotFound(_("No existe esa lista."))
        own = found[list_id]
        if own["withdrawn_at"] is not None:
            raise UnableToList(_("Esa lista ya se retiró. Vuelva a cargar el archivo."))
        if own["applied_at"] is not None:
            return False
        if own["until_date"] is not None and own["until_date"] < today:
            raise UnableToList(_("Los días de esa lista ya pasaron."))
        before = [row for row in found.values() if row["applied_at"] and not row["withdrawn_at"]]
        if before and not replaces:
            raise UnableToList(
                _("«%s» ya está en vigor con otro archivo. Sustitúyala, o dé otro nombre a esta.")
                % own["name"]
            )
        for row in before:
            _withdraw(row["id"], row["name"], reason=_("La sustituyó otro archivo."), actor=actor, at=at)
        rows.execute(_SQL["apply_list"], {"list_id": list_id, "actor_label": actor.label[:120], "at": at})
        after = {"name": own["name"], "from_date": own["from_date"].isoformat()}
        _tell("exclusion-list-applied", list_id, after=after, actor=actor, at=at)
    return True


def withdraw_list(*, list_id: int, reason: str, actor: Actor, at: datetime) -> bool:
    """
    Take a list out of force, or one that never was away; False when it was withdrawn already.

    Raises: NotFound; UnableToList without a reason.
    """
    if not reason.strip():
        raise UnableToList(_("Escriba por qué se retira."))
    with transaction.atomic():
        found = {row["id"]: row for row in rows.fetch_dicts(_SQL["lock_list"], {"list_id": list_id})}
        if list_id not in found:
            raise NotFound(_("No existe esa lista."))
        if found[list_id]["withdrawn_at"] is not None:
            return False
        _withdraw(list_id, found[list_id]["name"], reason=reason.strip(), actor=actor, at=at)
    return True


def _withdraw(list_id: int, name: str, *, reason: str, actor: Actor, at: datetime) -> None:
    rows.execute(
        _SQL["withdraw_list"],
        {"list_id": list_id, "reason": reason[:300], "actor_label": actor.label[:120], "at": at},
    )
    _tell("exclusion-list-withdrawn", list_id, after={"name": name, "note": reason[:300]}, actor=actor, at=at)


def _tell(action: str, list_id: int, *, after: dict[str, object], actor: Actor, at: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="exclusion-list",
        subject_id=list_id,
        after=after,
        at=at,
    )
