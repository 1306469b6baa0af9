"""Portal links: signed, of one company, revocable, and closed after five wrong answers."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection

from puntual.audit.models import Event
from puntual.audit.types import SYSTEM
from puntual.companies.models import Company
from puntual.outreach import operations
from puntual.outreach.models import PortalLink
from puntual.outreach.operations import links
from tests.factories import make_customer


def refused(token: str, at: datetime) -> str:
    with pytest.raises(operations.LinkRefused) as raised:
        operations.check_link(token=token, at=at)
    return raised.value.code


def test_a_link_opens_for_its_customer(company: Company, now: datetime) -> None:
    customer = make_customer()

    token = operations.make_portal_link(customer_id=customer.pk, at=now)

    visit = operations.check_link(token=token, at=now)
    assert (visit.customer_id, visit.locked_until, visit.attempts_left) == (customer.pk, None, 5)
    assert visit.link_id.hex not in token


def test_links_are_made_for_a_set_and_used_again(
    company: Company, now: datetime, django_assert_num_queries: object
) -> None:
    customers = [make_customer().pk for _ in range(20)]
    first = operations.make_portal_links(customer_ids=customers[:10], at=now)

    with django_assert_num_queries(2):  # type: ignore[operator]
        made = operations.make_portal_links(customer_ids=[*customers, *customers], at=now + timedelta(days=1))

    assert {key: made[key] for key in first} == first
    assert set(made) == set(customers)
    assert PortalLink.objects.count() == 20


def test_a_link_near_its_end_is_not_sent_again(company: Company, now: datetime) -> None:
    customer = make_customer()
    old = operations.make_portal_link(customer_id=customer.pk, at=now)

    new = operations.make_portal_link(customer_id=customer.pk, at=now + timedelta(days=31))

    assert new != old
    assert refused(old, now + timedelta(days=60)) == "link-expired"
    assert operations.check_link(token=new, at=now + timedelta(days=60)).customer_id == customer.pk


@pytest.mark.parametrize("_case", ["cut", "changed", "unsigned", "empty", "of another key", "not there"])
def test_a_forged_link_is_nothing(company: Company, now: datetime, _case: str) -> None:
    token = operations.make_portal_link(customer_id=make_customer().pk, at=now)
    forged = {
        "cut": token[:-1],
        "changed": ("A" if token[0] != "A" else "B") + token[1:],
        "unsigned": token.split(".")[0],
        "empty": "",
        "of another key": operations.make_portal_link(customer_id=make_customer().pk, at=now).split(".")[0]
        + "."
        + token.split(".")[1],
        "not there": links._token(uuid4()),
    }[_case]

    with pytest.raises(operations.LinkRefused) as raised:
        operations.check_link(token=forged, at=now)

    assert (raised.value.code, raised.value.is_known) == ("link-invalid", False)


def test_a_link_of_another_company_is_nothing(company: Company, outsider: Company, now: datetime) -> None:
    token = operations.make_portal_link(customer_id=make_customer().pk, at=now)

    connection.set_tenant(outsider)

    assert refused(token, now) == "link-invalid"


def test_a_revoked_link_stays_closed(company: Company, now: datetime) -> None:
    customer = make_customer()
    token = operations.make_portal_link(customer_id=customer.pk, at=now)
    link_id = operations.check_link(token=token, at=now).link_id

    assert operations.revoke_link(link_id=link_id, actor=SYSTEM, at=now) is True
    assert operations.revoke_link(link_id=link_id, actor=SYSTEM, at=now) is False

    assert refused(token, now) == "link-revoked"
    assert operations.note_visit(link_id=link_id, at=now) is False
    assert operations.make_portal_link(customer_id=customer.pk, at=now) != token
    assert Event.objects.filter(action="portal-link-revoked", customer_id=customer.pk).count() == 1


def fail(link_id: UUID, at: datetime, times: int) -> list[datetime | None]:
    return [operations.note_failed_identity(link_id=link_id, at=at) for _ in range(times)]


def test_five_wrong_answers_close_a_link_for_a_quarter_of_an_hour(company: Company, now: datetime) -> None:
    token = operations.make_portal_link(customer_id=make_customer().pk, at=now)
    link_id = operations.check_link(token=token, at=now).link_id
    until = now + timedelta(minutes=15)

    assert fail(link_id, now, 4) == [None] * 4
    assert operations.check_link(token=token, at=now).attempts_left == 1
    assert fail(link_id, now, 3) == [until] * 3

    closed = operations.check_link(token=token, at=until - timedelta(seconds=1))
    assert (closed.locked_until, closed.attempts_left) == (until, 0)
    # A right answer that was sent along with the wrong ones comes too late.
    assert operations.note_visit(link_id=link_id, at=now) is False
    opened = operations.check_link(token=token, at=until)
    assert (opened.locked_until, opened.attempts_left) == (None, 5)
    assert fail(link_id, until, 1) == [None]


def test_patience_does_not_guess_four_digits(company: Company, now: datetime) -> None:
    customer = make_customer()
    token = operations.make_portal_link(customer_id=customer.pk, at=now)
    link_id = operations.check_link(token=token, at=now).link_id
    at, waits = now, []
    for _lock in range(3):
        until = fail(link_id, at, 5)[-1]
        assert until is not None
        waits.append(until - at)
        at = until
    # A proof in between forgets the five, but not the twenty.
    assert operations.note_visit(link_id=link_id, at=at) is True
    assert fail(link_id, at, 4) == [None] * 4
    assert operations.check_link(token=token, at=at).attempts_left == 1

    with pytest.raises(operations.LinkRefused) as raised:
        operations.note_failed_identity(link_id=link_id, at=at)

    assert raised.value.code == "link-revoked"
    assert waits == [timedelta(minutes=15), timedelta(minutes=30), timedelta(minutes=60)]
    assert refused(token, at + timedelta(days=1)) == "link-revoked"
    assert PortalLink.objects.get().failed_total == 20
    assert Event.objects.filter(action="portal-link-revoked", customer_id=customer.pk).count() == 1
    assert operations.make_portal_link(customer_id=customer.pk, at=at) != token


def test_a_proven_visit_forgets_failures(company: Company, now: datetime) -> None:
    token = operations.make_portal_link(customer_id=make_customer().pk, at=now)
    link_id = operations.check_link(token=token, at=now).link_id
    fail(link_id, now, 4)

    assert operations.note_visit(link_id=link_id, at=now) is True

    assert operations.check_link(token=token, at=now).attempts_left == 5
    assert PortalLink.objects.get(pk=link_id).last_visit_at == now
