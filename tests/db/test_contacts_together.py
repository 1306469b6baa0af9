"""Two hands on the contacts of one customer at the same moment, with real commits."""

from datetime import datetime
from functools import partial

from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.contacts import operations as contacts
from puntual.contacts import queries
from puntual.contacts.types import Channel, ConsentDecision, NewPoint, OwnerRole, PointKind
from tests.committed import together
from tests.factories import make_customer


def opt_out(*, customer_id: int, source: str, at: datetime) -> bool:
    """Leave the e-mail channel."""
    return contacts.set_consent(
        customer_id=customer_id,
        channel=Channel.EMAIL,
        decision=ConsentDecision.OPTED_OUT,
        source=source,
        note="",
        actor=SYSTEM,
        at=at,
    )


def test_two_words_at_the_same_moment_leave_one_current(now: datetime, committed_company: Company) -> None:
    customer = make_customer()

    hands = together(
        company=committed_company,
        works=[
            partial(opt_out, customer_id=customer.pk, source=source, at=now)
            for source in ("portal", "correo", "asesor", "llamada")
        ],
    )

    assert [hand.finish() for hand in hands] == [True] * 4
    words = queries.consents_of(customer_id=customer.pk)
    assert sorted(one["source"] for one in words) == ["asesor", "correo", "llamada", "portal"]
    assert sum(one["is_current"] for one in words) == 1
    assert queries.opted_out(customer_ids=[customer.pk]) == {customer.pk: {Channel.EMAIL}}


def test_two_loads_of_the_same_points_keep_each_once(now: datetime, committed_company: Company) -> None:
    customer = make_customer(email=None)
    points = [
        NewPoint(customer.pk, PointKind.EMAIL, f"p{number}@x.mx", f"p{number}@x.mx", OwnerRole.DEBTOR)
        for number in range(200)
    ]

    hands = together(
        company=committed_company,
        works=[
            partial(contacts.upsert_points, points=points, at=now),
            partial(contacts.upsert_points, points=points[::-1], at=now),
        ],
    )

    counts = [hand.finish() for hand in hands]
    assert sum(one.new for one in counts) == 200
    assert len(queries.points_of(customer_id=customer.pk)) == 200
