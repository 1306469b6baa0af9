"""Payment references: written once, read back only when they are whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.portfolio import rules

IDS = st.integers(min_value=1, max_value=10**14)


@pytest.mark.feature("PAY-01")
@given(IDS)
def test_reference_reads_back_as_its_customer(customer_id: int) -> None:
    reference = rules.payment_reference(customer_id=customer_id)

    assert reference.isascii()
    assert reference.isdigit()
    assert reference[0] == "9"
    assert rules.customer_id_of_reference(reference=reference) == customer_id


@given(IDS, IDS)
def test_two_customers_never_share_a_reference(one: int, other: int) -> None:
    same = rules.payment_reference(customer_id=one) == rules.payment_reference(customer_id=other)

    assert same == (one == other)


@pytest.mark.feature("PAY-01")
@given(IDS, st.data())
def test_one_wrong_digit_is_always_found(customer_id: int, data: st.DataObject) -> None:
    reference = rules.payment_reference(customer_id=customer_id)
    place = data.draw(st.integers(0, len(reference) - 1))
    digit = data.draw(st.sampled_from([one for one in "0123456789" if one != reference[place]]))

    assert (
        rules.customer_id_of_reference(reference=reference[:place] + digit + reference[place + 1 :]) is None
    )


@given(IDS, st.data())
def test_two_neighbours_swapped_are_always_found(customer_id: int, data: st.DataObject) -> None:
    reference = rules.payment_reference(customer_id=customer_id)
    place = data.draw(st.integers(0, len(reference) - 2))
    swapped = reference[:place] + reference[place + 1] + reference[place] + reference[place + 2 :]

    found = rules.customer_id_of_reference(reference=swapped)

    assert found == (customer_id if swapped == reference else None)


def test_reference_of_a_known_customer_is_written_out() -> None:
    # 900000123 followed by 64: the whole modulo 97 is 1, as ISO 7064 MOD 97-10 asks.
    assert rules.payment_reference(customer_id=123) == "90000012364"
    assert 90000012364 % 97 == 1


def test_spaces_in_a_reference_do_no_harm() -> None:
    assert rules.customer_id_of_reference(reference=" 9 0000 0123 64 ") == 123


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "9",
        "914",
        "0000012314",
        "80000012314",
        "90000000000",
        "9000000000000000000000000000000000000014",
        "9٠٠٠٠٠١٢٣١٤",
        "5512345678",
        "abc",
        "-90000012364",
        "900000123.14",
        "900000123.64",
    ],
)
def test_what_is_no_reference_is_nobody_s(reference: str) -> None:
    assert rules.customer_id_of_reference(reference=reference) is None
