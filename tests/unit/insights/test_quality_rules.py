"""What the rules of data quality find in one customer, and what they leave in peace."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.companies.types import PortalIdentity
from puntual.contacts.types import Channel, OwnerRole, PointKind, PointState
from puntual.insights.rules.quality import findings_of
from puntual.insights.rules.quality.documents import number_key, paper_code, usual
from puntual.insights.types import (
    DebtFacts,
    DebtorFacts,
    EarlyPayment,
    FindingCode,
    NewFinding,
    Paper,
    PointFacts,
    QualitySetting,
    ReturnedPayment,
    Subject,
)
from puntual.portfolio.types import CustomerKind, ReceivableKind

TODAY = date(2026, 11, 23)
C = FindingCode
AHEAD = TODAY + timedelta(days=1)
SETTING = QualitySetting(
    today=TODAY,
    country="MX",
    plan_channels=frozenset({Channel.EMAIL, Channel.CALL}),
    portal_identity=PortalIdentity.TAX_ID,
    papers=(),
)
EMAIL = PointFacts(1, PointKind.EMAIL, "a@b.mx", OwnerRole.DEBTOR, PointState.NEW, True)


def debt(number: int = 1, **fields: Any) -> DebtFacts:
    """Make an open invoice in order."""
    due = fields.pop("due", TODAY)
    amount = Decimal(fields.pop("amount", "1000.00"))
    values: dict[str, Any] = {
        "id": number,
        "kind": ReceivableKind.INVOICE,
        "document_number": f"F-{number}",
        "currency": "MXN",
        "issue_date": date(2026, 1, 1) + timedelta(days=number),
        "due_date": due,
        "original_due_date": due,
        "original_amount": amount,
        "open_amount": amount,
        "attributes": {},
    }
    return DebtFacts(**{**values, **fields})


def debtor(**fields: Any) -> DebtorFacts:
    """Make a customer in order who owes one invoice."""
    values: dict[str, Any] = {
        "id": 7,
        "kind": CustomerKind.PERSON,
        "tax_id": "GODE561231GR8",
        "time_zone": "",
        "state": "CDMX",
        "postal_code": "06700",
        "attributes": {},
        "has_zone": True,
        "is_state_known": True,
        "points": (EMAIL,),
        "opted_out": frozenset(),
        "debts": (debt(),),
        "early": (),
        "returned": (),
        "sharing": (),
        "shares_with_more": False,
        "seen_papers": frozenset(),
    }
    return DebtorFacts(**{**values, **fields})


def look(setting: QualitySetting = SETTING, **fields: Any) -> list[NewFinding]:
    return findings_of(debtor=debtor(**fields), setting=setting)


def codes(setting: QualitySetting = SETTING, **fields: Any) -> list[FindingCode]:
    return sorted(one.code for one in look(setting, **fields))


def test_a_customer_in_order_has_no_finding() -> None:
    assert look() == []


@pytest.mark.feature("IRR-01")
@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"tax_id": ""}, [C.TAX_ID_MISSING]),
        ({"tax_id": " "}, [C.TAX_ID_MISSING]),
        ({"tax_id": "GODE561231GR9"}, [C.TAX_ID_CHECK_DIGIT]),
        ({"tax_id": "GODE56123"}, [C.TAX_ID_INVALID]),
        ({"tax_id": "XAXX010101000"}, [C.TAX_ID_GENERIC]),
        ({"kind": CustomerKind.COMPANY}, [C.TAX_ID_OF_OTHER_KIND]),
        ({"sharing": (3,)}, [C.TAX_ID_SHARED]),
        ({"sharing": (3,), "tax_id": "XAXX010101000"}, [C.TAX_ID_GENERIC]),
        ({"has_zone": False, "is_state_known": False, "state": "?"}, [C.TIME_ZONE_UNKNOWN]),
        ({"is_state_known": False, "state": "Edomejico"}, [C.STATE_UNKNOWN]),
        ({"is_state_known": False, "state": ""}, []),
        ({"postal_code": "6700"}, [C.POSTAL_CODE_INVALID]),
        ({"postal_code": "00123"}, [C.POSTAL_CODE_INVALID]),
        ({"postal_code": ""}, []),
        ({"points": ()}, [C.UNREACHABLE]),
        ({"opted_out": frozenset({Channel.EMAIL})}, [C.UNREACHABLE]),
        ({"points": (EMAIL._replace(owner_role=OwnerRole.REFERENCE),)}, [C.UNREACHABLE]),
        ({"points": (EMAIL._replace(state=PointState.BOUNCED),)}, [C.UNREACHABLE]),
        ({"points": (EMAIL._replace(is_valid=False),)}, [C.EMAIL_INVALID, C.UNREACHABLE]),
        ({"points": (EMAIL._replace(kind=PointKind.ADDRESS),)}, [C.PLAN_CHANNEL_MISSING]),
        ({"attributes": {"Celular": "sin dato"}}, [C.PHONE_UNREADABLE]),
        ({"attributes": {"Correo 2": "x"}}, []),
        ({"attributes": {"CLABE": "002010077777777771"}}, []),
        ({"attributes": {"Clabe interbancaria": "002010077777777770"}}, [C.CLABE_INVALID]),
        ({"attributes": {"clabe": "2010077777777771"}}, [C.CLABE_INVALID]),
        ({"debts": (debt(due=date(2026, 1, 1)),)}, [C.DUE_BEFORE_ISSUE]),
        ({"debts": (debt(issue_date=TODAY),)}, []),
        ({"debts": (debt(issue_date=AHEAD, due=AHEAD + timedelta(days=30)),)}, [C.ISSUED_AHEAD]),
        # A file without days of issue: the due date was taken for them.
        ({"debts": (debt(issue_date=AHEAD, due=AHEAD),)}, []),
        ({"debts": (debt(open_amount=Decimal("0.99")),)}, [C.BALANCE_TINY]),
        ({"debts": (debt(open_amount=Decimal("1.00")),)}, []),
    ],
)
def test_one_thing_wrong_is_one_finding(fields: dict[str, Any], found: list[FindingCode]) -> None:
    assert codes(**fields) == sorted(found)


def test_nothing_is_asked_of_contact_with_somebody_who_owes_nothing() -> None:
    paid = debt(open_amount=Decimal(0))

    assert codes(debts=(paid,), points=(), has_zone=False, tax_id="") == []
    assert codes(debts=(), points=(), has_zone=False, tax_id="") == []


def test_the_country_of_the_customer_counts_before_that_of_the_company() -> None:
    assert codes(attributes={"País": "Chile"}, tax_id="76543210-3", postal_code="") == []
    assert codes(attributes={"País": "Chile"}, tax_id="76543210-4", postal_code="") == [C.TAX_ID_CHECK_DIGIT]


def test_without_an_invoice_the_tax_id_is_asked_only_for_the_portal() -> None:
    loan = debt(kind=ReceivableKind.INSTALMENT)

    assert codes(SETTING, debts=(loan,), tax_id="") == []
    only = replace(SETTING, portal_identity=PortalIdentity.TAX_ID_ONLY)
    assert codes(only, debts=(loan,), tax_id="") == [C.TAX_ID_MISSING]


def test_a_debtor_with_nothing_to_enter_the_portal_by_is_found_while_they_owe() -> None:
    paid = debt(open_amount=Decimal(0))

    assert codes(has_proof=False) == [C.PORTAL_PROOF_MISSING]
    assert codes(has_proof=False, debts=(paid,)) == []


@pytest.mark.parametrize(
    ("points", "why"),
    [
        ((), "no-points"),
        ((EMAIL._replace(owner_role=OwnerRole.GUARANTOR),), "points-of-others"),
        ((EMAIL._replace(state=PointState.WRONG),), "points-wrong"),
    ],
)
def test_why_nobody_can_be_reached_is_said(points: Sequence[PointFacts], why: str) -> None:
    assert look(points=tuple(points))[0].detail == {"why": why}


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("A-001", "a 1", True),
        ("FAC0012", "FAC-12", True),
        ("L-1/3", "L-13", False),
        ("10", "100", False),
        ("0", "00", True),
        ("Á1", "A1", True),
    ],
)
def test_numbers_are_compared_as_people_write_them(one: str, other: str, is_same: bool) -> None:
    assert (number_key(one) == number_key(other)) is is_same


@pytest.mark.feature("IRR-01")
def test_the_same_number_written_in_two_ways_is_found_on_the_later_document() -> None:
    first, second = debt(1, document_number="A-001"), debt(2, document_number="a1", amount="999.00")

    found = look(debts=(first, second))

    assert [(one.code, one.subject_id) for one in found] == [(C.DOCUMENT_REPEATED, 2)]
    assert found[0].detail == {"other": "A-001", "other_id": 1, "same_amount": 0}
    paid = second._replace(open_amount=Decimal(0))
    assert look(debts=(first, paid)) == []


def test_invoices_that_are_twins_are_found_and_instalments_are_not() -> None:
    same = {"issue_date": TODAY, "due": TODAY}

    assert codes(debts=(debt(1, **same), debt(2, **same))) == [C.DOCUMENT_ALIKE]
    loans = [debt(number, kind=ReceivableKind.INSTALMENT, **same) for number in (1, 2)]
    assert codes(debts=tuple(loans)) == []


@pytest.mark.feature("IRR-01")
def test_an_amount_far_from_the_usual_tells_what_the_usual_is() -> None:
    usual_ones = [
        debt(number, amount=str(1000 + number * 10), open_amount=Decimal(0)) for number in range(1, 12)
    ]

    found = look(debts=(*usual_ones, debt(50, amount="106000.00")))

    assert [one.code for one in found] == [C.AMOUNT_UNUSUAL]
    detail = found[0].detail
    assert detail["slip"] == 2
    assert detail["documents"] == 11
    assert Decimal(str(detail["low"])) >= Decimal(1000)
    assert Decimal(str(detail["high"])) <= Decimal(1110)
    assert look(debts=(*usual_ones, debt(50, amount="2000.00"))) == []
    assert look(debts=(*usual_ones[:5], debt(50, amount="106000.00"))) == []


def test_amounts_of_other_currencies_and_kinds_are_no_measure() -> None:
    dollars = [debt(number, currency="USD", open_amount=Decimal(0)) for number in range(1, 12)]

    assert look(debts=(*dollars, debt(50, amount="90000.00"))) == []


@given(
    st.lists(st.decimals(min_value="0.01", max_value="99999.99", places=2), min_size=9, max_size=30),
    st.randoms(),
)
def test_the_usual_does_not_depend_on_the_order_and_lies_within(amounts: list[Decimal], random: Any) -> None:
    mixed = list(amounts)
    random.shuffle(mixed)

    middle, deviation = usual(amounts=amounts)

    assert usual(amounts=mixed) == (middle, deviation)
    assert min(amounts) <= middle <= max(amounts)
    assert deviation > 0


@pytest.mark.feature("IRR-02")
def test_a_paper_counts_as_there_by_an_attribute_or_by_a_person() -> None:
    paper = Paper(ReceivableKind.INVOICE, paper_code(name="Acuse de Entrega"), "Acuse de Entrega")
    setting = replace(SETTING, papers=(paper, Paper(ReceivableKind.NOTE, "pagare", "Pagaré")))

    missing = look(setting)

    assert [(one.code, one.part) for one in missing] == [(C.PAPER_MISSING, "acuse de entrega")]
    assert look(setting, debts=(debt(attributes={"ACUSE DE ENTREGA": "archivo 3"}),)) == []
    assert codes(setting, debts=(debt(attributes={"acuse de entrega": "Falta"}),)) == [C.PAPER_MISSING]
    assert look(setting, seen_papers=frozenset({(1, "acuse de entrega")})) == []


def test_an_early_payment_is_one_finding_however_many_documents_it_pays() -> None:
    early = tuple(EarlyPayment(5, number, f"F-{number}", date(2026, 1, 1), TODAY) for number in (1, 2))

    found = look(early=early)

    assert [(one.code, one.subject, one.subject_id) for one in found] == [
        (C.PAYMENT_BEFORE_ISSUE, Subject.PAYMENT, 5)
    ]


def settled(number: int, *, days_ago: int, late: int, payments: int = 1) -> DebtFacts:
    paid_on = TODAY - timedelta(days=days_ago)
    return debt(
        number,
        due=paid_on - timedelta(days=late),
        issue_date=paid_on - timedelta(days=late + 30),
        open_amount=Decimal(0),
        payments=payments,
        last_paid_on=paid_on,
    )


@pytest.mark.feature("IRR-04")
@pytest.mark.parametrize(
    ("recent", "past", "is_found"),
    [((20, 25, 30), (0, 2, 4), True), ((9, 9, 9), (0, 0, 0), False), ((20, 25), (0, 0, 0), False),
     ((20, 25, 30), (0, 0), False), ((0, -2, -3), (-20, -20, -20), False)],
)  # fmt: skip
def test_paying_later_than_before_raises_an_alert(
    recent: Sequence[int], past: Sequence[int], is_found: bool
) -> None:
    debts = [settled(n, days_ago=10 + n, late=late) for n, late in enumerate(recent, 10)]
    debts += [settled(n, days_ago=150 + n, late=late) for n, late in enumerate(past, 30)]

    found = codes(debts=(debt(), *debts))

    assert (C.PAYS_SLOWER in found) is is_found


@pytest.mark.feature("IRR-04")
def test_beginning_to_pay_in_parts_raises_an_alert() -> None:
    past = [settled(n, days_ago=150 + n, late=0) for n in range(10, 15)]
    parts = [settled(n, days_ago=n, late=0, payments=3) for n in range(20, 23)]

    assert codes(debts=(debt(), *past, *parts)) == [C.PAYS_IN_PARTS]
    assert codes(debts=(debt(), *parts)) == []
    always = [one._replace(payments=2) for one in past]
    assert codes(debts=(debt(), *always, *parts)) == []


@pytest.mark.feature("IRR-04")
def test_a_returned_payment_of_the_last_months_raises_an_alert() -> None:
    def returned(days: int) -> ReturnedPayment:
        return ReturnedPayment(9, TODAY - timedelta(days=days), Decimal("10.00"), "MXN", "Sin fondos")

    assert codes(returned=(returned(89),)) == [C.PAYMENT_RETURNED]
    assert codes(returned=(returned(90),)) == []
