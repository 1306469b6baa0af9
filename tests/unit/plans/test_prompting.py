"""What is let go of a document that is paid early."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from puntual.plans.rules import prompt_discount
from puntual.plans.types import PromptDiscount, PromptTerms

DAY = timedelta(days=1)
DUE = date(2026, 12, 20)
LAST = DUE - 5 * DAY
TERMS = PromptTerms(percent=Decimal(2), days_before_due=5, since=date(2026, 11, 1), until=None)


def discount(
    *terms: PromptTerms, on: date = LAST, whole: str = "1000.00", owed: str | None = None
) -> PromptDiscount | None:
    """Ask about a document issued on 15 November."""
    return prompt_discount(
        terms=terms or (TERMS,),
        issue_date=date(2026, 11, 15),
        due_date=DUE,
        whole_amount=Decimal(whole),
        open_amount=Decimal(owed or whole),
        on=on,
    )


def test_it_is_a_share_of_the_document_until_its_day() -> None:
    assert discount() == PromptDiscount(Decimal("20.00"), LAST)
    assert discount(on=LAST + DAY) is None


def test_who_has_paid_a_part_lets_go_of_nothing_that_was_told() -> None:
    assert discount(owed="500.00") == PromptDiscount(Decimal("20.00"), LAST)


@pytest.mark.parametrize(("whole", "owed"), [("1000.00", "20.00"), ("1000.00", "5.00"), ("0.20", "0.20")])
def test_something_is_always_left_to_pay_and_to_let_go(whole: str, owed: str) -> None:
    assert discount(whole=whole, owed=owed) is None


def test_a_version_counts_that_was_in_force_between_the_issue_and_the_day() -> None:
    from_later = PromptTerms(Decimal(9), 5, since=LAST + DAY, until=None)
    before_issue = PromptTerms(Decimal(9), 5, since=date(2026, 1, 1), until=date(2026, 11, 14))
    when_issued = PromptTerms(Decimal(3), 5, since=date(2026, 1, 1), until=date(2026, 11, 15))

    assert discount(from_later) is None
    assert discount(before_issue) is None
    # What was told then is kept after the plan changed.
    assert discount(when_issued, TERMS) == PromptDiscount(Decimal("30.00"), LAST)


def test_of_equal_ones_the_longer_counts() -> None:
    longer = PromptTerms(Decimal(2), 3, since=TERMS.since, until=None)

    assert discount(TERMS, longer) == PromptDiscount(Decimal("20.00"), DUE - 3 * DAY)


def test_without_terms_nothing_is_let_go() -> None:
    assert (
        prompt_discount(
            terms=(),
            issue_date=DUE,
            due_date=DUE,
            whole_amount=Decimal(9),
            open_amount=Decimal(9),
            on=DUE - 9 * DAY,
        )
        is None
    )
