"""What is read of CFDI, and what is not."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.intake.rules.cfdi import columns, reading, terms
from puntual.intake.rules.cfdi.columns import Line, read_verdict
from puntual.intake.rules.refusals import Unreadable
from puntual.intake.types import Reason, RowOutcome
from tests.vouchers import (
    BUYER,
    OWN,
    complement,
    credit_note,
    old_invoice,
    paid,
    payment,
    related,
    sat_list,
    uuid_of,
    voucher,
    zipped,
)

_SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "cfdi"


def lines_of(content: bytes) -> list[Line]:
    """Read the rows of a file, the header left out, and check that they are numbered as they stand."""
    rows = list(reading.rows_of(content))

    assert rows[0] == (1, list(columns.HEADERS))
    assert [number for number, _cells in rows] == list(range(1, len(rows) + 1))
    return [Line(*cells) for _number, cells in rows[1:]]


def reasons(content: bytes) -> list[tuple[RowOutcome, Reason]]:
    """List the verdicts of the rows that say nothing of a debt."""
    return [read_verdict(line.verdict)[:2] for line in lines_of(content) if line.verdict]


@pytest.mark.feature("INT-01")
@pytest.mark.parametrize("version", ["3.3", "4.0"])
def test_an_invoice_is_a_debt_known_by_its_uuid(version: str) -> None:
    (line,) = lines_of(voucher("FAC-0012", version=version, related=related("04", "FAC-0011")))

    assert line == Line(
        record="RECEIVABLE",
        tax_id=BUYER,
        name="COMERCIAL DEL NORTE",
        document=uuid_of("FAC-0012"),
        kind="Factura",
        currency="MXN",
        issue_date="2026-10-01",
        due_date="2026-10-31",
        amount="1160.00",
        folio="FAC-0012",
        uuid=uuid_of("FAC-0012"),
        way_of_payment="PPD",
        terms="30 días",
        related=f"04 {uuid_of('FAC-0011')}",
        issuer=OWN,
    )


def test_an_invoice_of_version_3_2_says_the_same_in_other_words() -> None:
    (line,) = lines_of(old_invoice("B-7"))

    assert (line.record, line.document, line.folio) == ("RECEIVABLE", uuid_of("B-7"), "B-7")
    assert (line.currency, line.amount, line.due_date) == ("Pesos", "1160.00", "2026-10-16")
    assert (line.tax_id, line.issuer, line.way_of_payment) == (BUYER, OWN, "PUE")


@pytest.mark.parametrize(
    ("more", "due"),
    [
        ('Moneda="MXN" MetodoPago="PUE"', "2026-10-01"),
        ('Moneda="MXN" MetodoPago="PUE" CondicionesDePago="NET 60"', "2026-11-30"),
        ('Moneda="MXN" MetodoPago="PPD" CondicionesDePago="Crédito 15 dias"', "2026-10-16"),
        ('Moneda="MXN" MetodoPago="PPD" CondicionesDePago="Crédito"', ""),
        ('Moneda="MXN" MetodoPago="PPD"', ""),
        ('Moneda="MXN"', ""),
    ],
)
def test_when_an_invoice_falls_due_is_read_and_never_guessed(more: str, due: str) -> None:
    assert lines_of(voucher(more=more))[0].due_date == due


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("30 días", 30),
        ("30 DIAS", 30),
        ("CREDITO 15 DIAS", 15),
        ("Crédito a 45 (cuarenta y cinco) días naturales", 45),
        ("Crédito 60", 60),
        ("Net 30", 30),
        ("2/10 NET 30", 30),
        ("90d", 90),
        ("Contado", 0),
        ("PAGO DE CONTADO", 0),
        ("", None),
        ("Crédito", None),
        ("30", None),
        ("15 o 30 días", None),
        ("10 días hábiles", None),
        ("3 parcialidades a 30 días", None),
        ("900 días", None),
        ("A la entrega de 2 muebles", None),
    ],
)
def test_terms_are_read_only_where_they_are_sure(text: str, days: int | None) -> None:
    assert terms.days_of(text) == days


def test_a_dollar_invoice_keeps_its_currency_and_its_rate() -> None:
    (line,) = lines_of(voucher(total="1500.5", more='Moneda="USD" TipoCambio="18.250000" MetodoPago="PUE"'))

    assert (line.currency, line.amount, line.exchange_rate) == ("USD", "1500.50", "18.25")


def test_an_invoice_without_a_stamp_is_known_by_series_and_folio() -> None:
    (line,) = lines_of(voucher("A-9", is_stamped=False))

    assert (line.document, line.uuid) == ("A-9", "")


@pytest.mark.feature("INT-01")
def test_a_credit_note_names_the_invoice_that_it_lowers() -> None:
    (line,) = lines_of(credit_note("NC-1", "A-1", total="160.00"))

    assert (line.record, line.document, line.about) == ("CREDIT_NOTE", uuid_of("NC-1"), uuid_of("A-1"))
    assert (line.amount, line.currency, line.issue_date) == ("160.00", "MXN", "2026-10-01")


@pytest.mark.parametrize(("relation", "about"), [("04", ("NC-0",)), ("01", ())])
def test_a_credit_note_on_no_invoice_names_none(relation: str, about: tuple[str, ...]) -> None:
    (line,) = lines_of(credit_note("NC-1", *about, relation=relation))

    assert (line.record, line.about) == ("CREDIT_NOTE", "")


def test_a_credit_note_on_several_invoices_names_each_once_in_one_order() -> None:
    (line,) = lines_of(credit_note("NC-1", "A-1", "A-2", "A-1"))
    (turned,) = lines_of(credit_note("NC-1", "A-2", "A-1"))

    assert line.about == turned.about == "; ".join(sorted((uuid_of("A-1"), uuid_of("A-2"))))


@pytest.mark.feature("INT-01")
@pytest.mark.parametrize("version", ["3.3", "4.0"])
def test_a_payment_complement_is_one_row_for_each_invoice_that_it_pays(version: str) -> None:
    first = payment(
        paid("A-1", "600.00"), paid("A-2", "400.5", number="2"), amount="1000.50", more='NumOperacion="77"'
    )
    second = payment(paid("A-1", "560.00"), amount="560.00", day="2026-10-21")

    rows = lines_of(complement("P-1", first, second, version=version))

    own = uuid_of("P-1")
    assert [(row.record, row.document, row.tax_id, row.method) for row in rows] == [
        ("PAYMENT", own, BUYER, "Transferencia")
    ] * 3
    assert [(row.about, row.paid_date, row.paid_amount, row.instalment, row.group) for row in rows] == [
        (uuid_of("A-1"), "2026-10-20", "600.00", "1", f"{own}:1"),
        (uuid_of("A-2"), "2026-10-20", "400.50", "2", f"{own}:1"),
        (uuid_of("A-1"), "2026-10-21", "560.00", "1", f"{own}:2"),
    ]
    assert [(row.reference, row.operation) for row in rows] == [(own, "77"), (own, "77"), (own, "")]


@pytest.mark.feature("INT-01")
def test_a_payment_is_posted_in_the_currency_of_the_invoice() -> None:
    """Pesos pay a dollar invoice: what counts is what was paid of it, in dollars."""
    given = payment(paid("U-1", "100.00", currency="USD", rate="0.054795"), amount="1825.00")

    (row,) = lines_of(complement("P-1", given))

    assert (row.currency, row.paid_amount, row.exchange_rate) == ("USD", "100.00", "0.054795")


def test_version_1_0_may_leave_out_what_is_paid_of_the_only_invoice() -> None:
    alone = payment(paid("A-1", None), amount="500")
    dollars = payment(paid("U-1", None, currency="USD", rate="0.05"), amount="1825.00")
    unclear = payment(paid("A-1", None), paid("A-2", "10"), amount="500")

    rows = lines_of(complement("P-1", alone, dollars, unclear, version="3.3"))

    assert [row.paid_amount for row in rows] == ["500.00", "91.25", "", "10.00"]


@pytest.mark.parametrize(("amount", "left"), [("1000.00", []), ("1000.90", []), ("1250.00", ["250.00"])])
def test_what_a_payment_leaves_over_is_money_of_its_own(amount: str, left: list[str]) -> None:
    """Where currencies are converted, what rounding leaves is no money."""
    given = payment(paid("A-1", "600.00"), paid("U-1", "20.00", currency="USD", rate="0.05"), amount=amount)

    rows = lines_of(complement("P-1", given))

    assert [(row.paid_amount, row.currency) for row in rows[:2]] == [("600.00", "MXN"), ("20.00", "USD")]
    assert [(row.paid_amount, row.unapplied, row.currency, row.about, row.group) for row in rows[2:]] == [
        (one, one, "MXN", "", rows[0].group) for one in left
    ]


@pytest.mark.parametrize(
    ("amount", "rate", "short"),
    [("4000.00", "0.050522", "-75173.43"), ("79173.00", "0.050522", ""), ("4000.00", "1", "")],
)
def test_what_a_payment_pays_above_what_it_brought_is_told_once(amount: str, rate: str, short: str) -> None:
    """It adds no row of money; without a rate nobody can tell."""
    document = paid("U-1", "4000.00", currency="USD", rate=rate)

    rows = lines_of(complement("P-1", payment(document, amount=amount), payment(document, amount=amount)))

    assert [(row.paid_amount, row.currency, row.unapplied) for row in rows] == [("4000.00", "USD", short)] * 2
    twice = lines_of(complement("P-1", payment(paid("A-1", "5.00"), paid("A-2", "5.00"), amount="9.99")))
    assert [row.unapplied for row in twice] == ["-0.01", ""]


def test_two_currencies_without_a_rate_leave_nothing_over() -> None:
    given = payment(paid("U-1", "50.00", currency="USD"), amount="925.00")

    assert [(row.paid_amount, row.currency) for row in lines_of(complement("P-1", given))] == [
        ("50.00", "USD")
    ]


@given(
    parts=st.lists(st.integers(1, 10**8), min_size=1, max_size=6),
    left=st.integers(-(10**6), 10**6),
)
def test_the_rows_of_a_payment_are_all_its_money_and_no_more(parts: list[int], left: int) -> None:
    amounts = [Decimal(cents) / 100 for cents in parts]
    whole = sum(amounts) + Decimal(left) / 100
    told = payment(*(paid(f"A-{n}", str(one)) for n, one in enumerate(amounts)), amount=f"{whole:.2f}")

    rows = lines_of(complement("P-1", told))

    assert sum(Decimal(row.paid_amount) for row in rows) == max(whole, sum(amounts))
    assert len(rows) == len(parts) + (left > 0)


def test_an_archive_of_other_texts_is_none_of_cfdi() -> None:
    assert not reading.is_cfdi(zipped({"leame.txt": b"hola", "cartera.csv": b"a,b"}))
    assert reading.is_cfdi(zipped({"leame.txt": b"hola", "lista.txt": sat_list(("A-1", "I", ""))}))


def test_a_payment_without_documents_is_money_all_the_same() -> None:
    (row,) = lines_of(complement("P-1", payment(amount="250.00")))

    assert (row.record, row.about, row.paid_amount, row.currency) == ("PAYMENT", "", "250.00", "MXN")


def test_a_payment_that_does_not_say_which_document_is_refused() -> None:
    nameless = payment('<p:DoctoRelacionado MonedaDR="MXN" ImpPagado="10.00"/>', amount="10.00")

    assert reasons(complement("P-1", nameless)) == [(RowOutcome.REJECTED, Reason.DOCUMENT_MISSING)]
    assert reasons(complement("P-2")) == [(RowOutcome.REJECTED, Reason.CFDI_NO_PAYMENTS)]


@pytest.mark.parametrize(
    ("content", "outcome", "reason"),
    [
        (voucher(kind="N"), RowOutcome.IGNORED, Reason.CFDI_NO_DEBT),
        (voucher(kind="T"), RowOutcome.IGNORED, Reason.CFDI_NO_DEBT),
        (voucher(kind="X"), RowOutcome.REJECTED, Reason.CFDI_TYPE),
        (voucher(version="4.1"), RowOutcome.REJECTED, Reason.CFDI_VERSION),
        (
            b'<r:Retenciones xmlns:r="http://www.sat.gob.mx/esquemas/retencionpago/2" Version="2.0"/>',
            RowOutcome.IGNORED,
            Reason.CFDI_NO_DEBT,
        ),
        (
            b'<Comprobante xmlns="http://www.sat.gob.mx/cfd/2" version="2.2"/>',
            RowOutcome.REJECTED,
            Reason.CFDI_VERSION,
        ),
        (
            voucher(receiver="XAXX010101000", receiver_name="PUBLICO EN GENERAL"),
            RowOutcome.REJECTED,
            Reason.CFDI_PUBLIC,
        ),
        (voucher(more='Moneda="XXX" MetodoPago="PUE"'), RowOutcome.REJECTED, Reason.CURRENCY_UNKNOWN),
    ],
)
def test_what_is_no_debt_is_a_row_that_says_why(content: bytes, outcome: RowOutcome, reason: Reason) -> None:
    assert reading.is_cfdi(content)
    assert reasons(content) == [(outcome, reason)]


@pytest.mark.parametrize(
    ("receiver", "more", "tax_id"),
    [
        ("XAXX010101000", "", ""),
        ("XEXX010101000", "", ""),
        ("XEXX010101000", 'NumRegIdTrib="US-123"', "US-123"),
    ],
)
def test_a_generic_tax_id_is_nobodys(receiver: str, more: str, tax_id: str) -> None:
    (line,) = lines_of(voucher(receiver=receiver, receiver_name="JUAN PEREZ", receiver_more=more))

    assert (line.tax_id, line.name, line.verdict) == (tax_id, "JUAN PEREZ", "")


@pytest.mark.feature("INT-01")
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_the_list_of_the_sat_says_what_was_cancelled(end: str) -> None:
    content = sat_list(
        ("A-1", "I", "2026-11-02 09:00:00"), ("A-2", "I", ""), ("N-1", "N", "2026-11-02"), end=end
    )
    if end == "\r\n":
        content = content.replace(b"COMERCIAL DEL", b"COMERCIAL\nDEL", 1)

    rows = lines_of(content)

    assert reading.is_cfdi(content)
    assert (rows[0].record, rows[0].about, rows[0].cancelled_date) == (
        "CANCELLATION",
        uuid_of("A-1"),
        "2026-11-02",
    )
    assert rows[0].name == "COMERCIAL DEL NORTE"
    assert [read_verdict(row.verdict)[1] for row in rows[1:]] == [Reason.CFDI_IN_FORCE, Reason.CFDI_NO_DEBT]


def test_every_member_of_an_archive_is_a_row() -> None:
    content = zipped(
        {
            "2026/10/a.xml": voucher("A-1"),
            "2026/10/copia de a.XML": voucher("A-1"),
            "2026/10/rota.xml": voucher("A-2")[:-40],
            "2026/10/otra.xml": b"<nota>hola</nota>",
            "leame.txt": b"hola",
            "factura.pdf": b"%PDF-1.4",
            "vacio.xml": b"",
            "__MACOSX/._a.xml": b"<?xml",
            "pagos/p.xml": complement(
                "P-1", payment(paid("A-1", "1.00"), paid("A-3", "2.00"), amount="3.00")
            ),
        }
    )

    rows = lines_of(content)

    assert [row.record for row in rows if row.record and not row.verdict] == [
        "RECEIVABLE",
        "PAYMENT",
        "PAYMENT",
    ]
    assert reasons(content) == [
        (RowOutcome.IGNORED, Reason.CFDI_REPEATED),
        (RowOutcome.REJECTED, Reason.CFDI_BROKEN),
        (RowOutcome.REJECTED, Reason.CFDI_OTHER_XML),
        *[(RowOutcome.IGNORED, Reason.OTHER_FILE)] * 4,
    ]


def test_what_an_archive_says_was_cancelled_pays_nothing() -> None:
    content = zipped(
        {
            "a.xml": voucher("A-1"),
            "p.xml": complement("P-1", payment(paid("A-1", "5.00"), paid("A-2", "5.00"), amount="10.00")),
            "nc.xml": credit_note("NC-1", "A-1"),
            "lista.txt": sat_list(
                ("A-1", "I", "2026-11-02"), ("P-1", "P", "2026-11-02"), ("NC-1", "E", "2026-11-02")
            ),
        }
    )

    assert reasons(content) == [(RowOutcome.IGNORED, Reason.CFDI_CANCELLED)] * 3
    assert [row.record for row in lines_of(content) if not row.verdict] == [
        "RECEIVABLE",
        *["CANCELLATION"] * 3,
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + voucher(),
        voucher().decode().encode("utf-16"),
        voucher().replace(b'encoding="UTF-8"', b'encoding="ISO-8859-1"'),
    ],
)
def test_an_invoice_is_read_in_the_encodings_that_people_save_it_in(content: bytes) -> None:
    assert reading.is_cfdi(content)
    assert lines_of(content)[0].document == uuid_of("A-1")


def test_a_broken_invoice_alone_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        lines_of(voucher()[:-30])

    assert refused.value.code == "xml-broken"


def test_every_real_file_is_read_or_refused_in_words() -> None:
    for path in sorted(_SHARED.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        if not reading.is_cfdi(content):
            continue
        for line in lines_of(content):
            assert bool(line.record) or bool(line.verdict), path
