"""What the demo tells of its past: nothing that is still to come."""

from datetime import UTC, datetime
from typing import Any

import pytest

from puntual.agreements.models import Promise
from puntual.companies.models import Company
from puntual.contacts.models import Attempt
from puntual.demo.replay import Teller
from tests.conftest import TODAY
from tests.factories import make_customer, make_receivable

CALL: dict[str, Any] = {
    "kind": "contact", "date": TODAY.isoformat(), "customer": "D-1", "channel": "CALL", "direction": "OUTBOUND",
    "result": "EFFECTIVE", "note": "Se habló",
}  # fmt: skip
PROMISE: dict[str, Any] = {
    "kind": "promise", "date": TODAY.isoformat(), "customer": "D-1", "channel": "CALL", "amount": "100.00",
    "currency": "MXN", "due_date": TODAY.isoformat(), "note": "",
}  # fmt: skip


@pytest.mark.parametrize(("hour", "told"), [(14, 0), (23, 1)])
def test_what_is_later_than_now_has_not_happened(company: Company, hour: int, told: int) -> None:
    """The office opens at 9:05 in Mexico City, six hours behind."""
    make_receivable(customer=make_customer(external_id="D-1"), due=TODAY, amount="500.00")
    now = datetime.combine(TODAY, datetime.min.time(), tzinfo=UTC).replace(hour=hour)
    teller = Teller(time_zone="America/Mexico_City", country="MX", now=now)

    teller.tell(events=[CALL, PROMISE], is_played=True)

    assert (Attempt.objects.count(), Promise.objects.count()) == (told, told)
    assert not Promise.objects.filter(created_at__gt=now).exists()
