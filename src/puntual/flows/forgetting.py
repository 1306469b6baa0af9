"""What a company decided long ago is forgotten, with the facts that it used."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction

from puntual.assessment import operations as assessment
from puntual.companies import queries as companies
from puntual.plans import operations as plans


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was forgotten: months (YYYYMM) of decisions, and rows of facts."""

    months: tuple[str, ...]
    facts: int


def forget_decisions(*, today: date) -> Forgotten:
    """
    Forget the decisions of this company, and their facts, that are older than it keeps them.

    The month of today and as many whole months before it as the company says stay. A day of facts is a transaction of
    its own, so that a run never waits long.
    """
    months = companies.current_company(base_url=settings.BASE_URL).decisions_kept_months
    kept = today.year * 12 + today.month - 1 - months
    before = date(kept // 12, kept % 12 + 1, 1)
    with transaction.atomic(durable=True):
        dropped = plans.drop_decisions(before=before)
    facts = 0
    while found := assessment.forget_oldest_facts(before=before):
        facts += found
    return Forgotten(months=tuple(dropped), facts=facts)
