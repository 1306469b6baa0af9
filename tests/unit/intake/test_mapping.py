"""What the columns mean: names in two languages, believed only where the values agree."""

import pytest

from puntual.intake.rules.mapping import currency_in, find_header, map_columns, name_scores
from puntual.intake.types import Field
from tests.unit.intake.files import DEMO_HEADERS, PAYMENT_HEADERS, demo_row

MEANINGS = [
    ("No. Cliente", Field.CUSTOMER_ID),
    ("Clave del cliente", Field.CUSTOMER_ID),
    ("customerID", Field.CUSTOMER_ID),
    ("cust_number", Field.CUSTOMER_ID),
    ("Nombre o razón social", Field.NAME),
    ("name_customer", Field.NAME),
    ("RAZON SOCIAL", Field.NAME),
    ("Nombre corto", Field.SHORT_NAME),
    ("Tipo de persona", Field.CUSTOMER_KIND),
    ("R.F.C.", Field.TAX_ID),
    ("RFC", Field.TAX_ID),
    ("RFC Receptor", Field.TAX_ID),
    ("Idioma", Field.LANGUAGE),
    ("E-mail", Field.EMAIL),
    ("Correo electrónico", Field.EMAIL),
    ("Tel.", Field.PHONE),
    ("Celular", Field.PHONE),
    ("Edo.", Field.STATE),
    ("Municipio", Field.CITY),
    ("C.P.", Field.POSTAL_CODE),
    ("Zona horaria", Field.TIME_ZONE),
    ("Giro", Field.SECTOR),
    ("Etiquetas", Field.TAGS),
    ("No. de contrato", Field.ACCOUNT),
    ("Producto", Field.PRODUCT),
    ("Tipo de documento", Field.DOCUMENT_KIND),
    ("Folio", Field.DOCUMENT_NUMBER),
    ("Nº factura", Field.DOCUMENT_NUMBER),
    ("invoiceNumber", Field.DOCUMENT_NUMBER),
    ("doc_id", Field.DOCUMENT_NUMBER),
    ("UUID", Field.DOCUMENT_NUMBER),
    ("Moneda", Field.CURRENCY),
    ("Fec. Emis.", Field.ISSUE_DATE),
    ("InvoiceDate", Field.ISSUE_DATE),
    ("posting_date", Field.ISSUE_DATE),
    ("Fec. Vto.", Field.DUE_DATE),
    ("F. Vencimiento", Field.DUE_DATE),
    ("due_in_date", Field.DUE_DATE),
    ("DueDate", Field.DUE_DATE),
    ("Fecha límite de pago", Field.DUE_DATE),
    ("Importe", Field.AMOUNT),
    ("InvoiceAmount", Field.AMOUNT),
    ("Importe total MXN", Field.AMOUNT),
    ("Imp. Pend.", Field.OPEN_AMOUNT),
    ("Saldo (USD)", Field.OPEN_AMOUNT),
    ("Outstanding balance", Field.OPEN_AMOUNT),
    ("SettledDate", Field.PAID_DATE),
    ("Fecha de pago", Field.PAID_DATE),
    ("Monto pagado", Field.PAID_AMOUNT),
    ("Forma de pago", Field.PAYMENT_METHOD),
    ("Referencia", Field.PAYMENT_REFERENCE),
    ("Aval nombre", Field.GUARANTOR_NAME),
    ("Aval teléfono", Field.GUARANTOR_PHONE),
    ("Disputed", Field.DISPUTED),
    ("Fecha de vencimeinto", Field.DUE_DATE),
    ("F. Venc", Field.DUE_DATE),
    ("F. Vto", Field.DUE_DATE),
    ("Data de Vencimento", Field.DUE_DATE),
    ("Dt. Vencto", Field.DUE_DATE),
    ("Data Emissão", Field.ISSUE_DATE),
    ("Valor em aberto", Field.OPEN_AMOUNT),
    ("Saldo Devedor", Field.OPEN_AMOUNT),
    ("Balance Due", Field.OPEN_AMOUNT),
    ("Valor do Título", Field.AMOUNT),
    ("Vlr. Factura", Field.AMOUNT),
    ("Amount in doc. curr.", Field.AMOUNT),
    ("Nº Título", Field.DOCUMENT_NUMBER),
    ("Nota Fiscal", Field.DOCUMENT_NUMBER),
    ("Billing Document", Field.DOCUMENT_NUMBER),
    ("Razão Social", Field.NAME),
    ("Nome do Cliente", Field.NAME),
    ("Código do cliente", Field.CUSTOMER_ID),
    ("Código SN", Field.CUSTOMER_ID),
    ("NIT", Field.TAX_ID),
    ("RUT", Field.TAX_ID),
    ("RUC/DNI", Field.TAX_ID),
    ("CNPJ/CPF", Field.TAX_ID),
    ("Cédula/NIT", Field.TAX_ID),
    ("Telefone", Field.PHONE),
    ("WhatsApp", Field.PHONE),
    ("Moeda", Field.CURRENCY),
    ("CEP", Field.POSTAL_CODE),
    ("Data Pagamento", Field.PAID_DATE),
    ("Valor Pago", Field.PAID_AMOUNT),
    ("Forma de Pagamento", Field.PAYMENT_METHOD),
    ("Saldo vencido", None),
    ("Tipo de cambio", None),
    ("Importe IVA", None),
    ("Días vencidos", None),
    ("baseline_create_date", None),
    ("DaysToSettle", None),
    ("PaperlessDate", None),
    ("Comentarios", Field.MOTIVE),
]


@pytest.mark.parametrize(("header", "field"), MEANINGS)
def test_headers_are_understood_as_people_write_them(header: str, field: Field | None) -> None:
    scores = name_scores(header)

    assert max(scores, key=lambda one: scores[one], default=None) == field


def test_every_header_of_the_demo_has_its_own_meaning() -> None:
    samples = [[value] for value in demo_row(1)]

    guesses = map_columns(DEMO_HEADERS, samples)

    assert all(guess.field is not None and guess.confidence == 1 for guess in guesses)
    assert len({guess.field for guess in guesses}) == len(DEMO_HEADERS)


def test_a_date_column_must_hold_dates() -> None:
    guesses = map_columns(["Vencimiento", "Folio"], [["pronto", "luego"], ["A-1", "A-2"]])

    assert [guess.field for guess in guesses] == [None, Field.DOCUMENT_NUMBER]
    assert guesses[0].note == "values-differ"


def test_values_decide_whether_cliente_is_a_number_or_a_name() -> None:
    by_number = map_columns(["Cliente", "Nombre"], [["00012", "00013"], ["Ana", "Luis"]])
    by_name = map_columns(["Cliente", "No. Cliente"], [["Ana Ruiz", "Luis Paz"], ["12", "13"]])

    assert [guess.field for guess in by_number] == [Field.CUSTOMER_ID, Field.NAME]
    assert [guess.field for guess in by_name] == [Field.NAME, Field.CUSTOMER_ID]


def test_a_status_is_no_state_of_the_country() -> None:
    assert map_columns(["Estado"], [["Pagado", "Pendiente"]])[0].field is None
    assert map_columns(["Estado"], [["Jalisco", "Puebla"]])[0].field is Field.STATE


def test_two_columns_never_share_a_meaning_but_telephones_may() -> None:
    guesses = map_columns(
        ["Saldo", "Saldo pendiente", "Teléfono", "Celular"],
        [["1.0"], ["2.0"], ["5551234567"], ["5551234568"]],
    )

    assert [guess.field for guess in guesses] == [Field.OPEN_AMOUNT, None, Field.PHONE, Field.PHONE]
    assert guesses[1].note == "taken"


def test_the_header_is_found_below_titles() -> None:
    rows = [
        ["Muebles del Valle"],
        [],
        ["Cartera", "al", "31/01/2026"],
        ["", *PAYMENT_HEADERS],
        ["", "1", "A-1"],
    ]

    assert find_header(rows) == (3, 1)


def test_data_is_never_taken_for_a_header() -> None:
    assert (
        find_header([["00012", "Ana", "13/01/2026", "1000.00"], ["00013", "Luis", "14/01/2026", "20"]])
        is None
    )


@pytest.mark.parametrize(
    ("header", "currency"),
    [
        ("converted_usd", "USD"),
        ("Importe MXN", "MXN"),
        ("Saldo (EUR)", "EUR"),
        ("Importe", None),
        ("$", None),
    ],
)
def test_a_header_may_name_the_currency(header: str, currency: str | None) -> None:
    assert currency_in(header) == currency
