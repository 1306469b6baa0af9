"""What must a message of collection tell, and does it tell the truth?"""

from datetime import date
from decimal import Decimal

import pytest

from puntual.compliance import texts
from puntual.compliance.texts.types import Field, FieldBasis, LedgerFacts, MismatchKind, TextMoment
from puntual.contacts.types import Channel

# The safe example of the research, with placeholders.
COMPLETE = (
    "Hola, {nombre}. Soy {gestor} de {despacho}, {domicilio}, tel. {tel}, responsable {responsable}. Le escribo en "
    "nombre de {acreedor} por el contrato {ref}: adeudo de ${monto} calculado al {fecha} (capital ${capital}, interes "
    "${intereses}). Puede pagar {condiciones}. Los pagos solo se hacen a {acreedor}, CLABE {clabe}. Quejas: UNE de "
    "{acreedor}, {une}. Para no recibir mensajes por este canal responda BAJA."
)


def lacking(text: str, *, country: str = "MX", moment: TextMoment = TextMoment.FIRST) -> set[Field]:
    """Name what the law misses in a text."""
    found = texts.missing(text=text, country=country, moment=moment)
    return {one.field for one in found if one.basis is FieldBasis.LAW}


def test_the_whole_example_lacks_nothing() -> None:
    for country in sorted(texts.COUNTRIES - {"US"}):
        assert texts.missing(text=COMPLETE, country=country, moment=TextMoment.FIRST) == ()


@pytest.mark.parametrize(
    ("field", "cut"),
    [
        (Field.COMPLAINTS, " Quejas: UNE de {acreedor}, {une}."),
        (Field.AMOUNT_DATE, " calculado al {fecha}"),
        (Field.CONTRACT, " por el contrato {ref}"),
    ],
)
def test_a_first_message_without_a_field_of_the_law_is_told_so(field: Field, cut: str) -> None:
    assert cut in COMPLETE
    assert lacking(COMPLETE.replace(cut, "")) == {field}


def test_a_written_text_is_read_like_a_template() -> None:
    text = (
        "Hola María, le saluda Ana Ruiz de Despacho Ejemplo, domicilio Av. Uno 2, tel. 55 0000 0000, en nombre de "
        "Financiera X. Su crédito 4455 debe $1,250.00 calculado al 10/11/2026. Puede pagar por transferencia. El pago "
        "se hace solo a Financiera X. Quejas: UNE, une@financierax.mx."
    )

    assert lacking(text) == set()
    assert lacking("Hola María, debe pagar.") == set(Field) - {
        Field.SPLIT,
        Field.OPT_OUT,
        Field.COLLECTOR_NOTICE,
    }


def test_each_country_and_moment_asks_its_own() -> None:
    assert lacking("", moment=TextMoment.LATER) == {Field.AGENCY, Field.CREDITOR, Field.PAY_TO}
    assert Field.SPLIT in lacking("", moment=TextMoment.AGREEMENT)
    assert lacking("", country="CO") == {Field.OPT_OUT}
    assert lacking("", country="PE") == set()
    assert Field.COLLECTOR_NOTICE in lacking("", country="US")


def test_an_sms_says_the_rest_behind_its_link() -> None:
    text = "Despacho Uno en nombre de Financiera X: contrato 44, $850. Detalles: https://ejemplo.mx/p/1"
    found = texts.missing(text=text, country="MX", moment=TextMoment.FIRST, channel=Channel.SMS)

    assert {one.field for one in found if one.basis is FieldBasis.LAW} == {Field.AGENCY}


def test_what_is_known_of_the_case_tells_a_field() -> None:
    found = texts.missing(
        text="Financiera Equis le recuerda su pago",
        country="MX",
        moment=TextMoment.LATER,
        known={Field.CREDITOR: ("Financiera Equis",)},
    )

    assert Field.CREDITOR not in {one.field for one in found}


@pytest.mark.parametrize(
    ("country", "text", "wrong"),
    [
        ("MX", "Debe $1,250.00 al 10/11/2026.", []),
        ("MX", "Debe $1,520.00 al 10/11/2026.", ["$1,520.00"]),
        ("MX", "Debe 1250 pesos desde el 10 de noviembre.", []),
        ("MX", "Debe $1,250 desde el 11 de noviembre de 2026.", ["11 de noviembre de 2026"]),
        ("CO", "Debe $1.250 al 10-11-2026.", []),
        ("BR", "Fatura de R$ 1.250,00 de 10 de novembro.", []),
        ("US", "You owe $1,250.00 as of 11/10/2026.", []),
        ("MX", "Contrato 4455, tel. 55 0000 0000.", []),
    ],
)
def test_amounts_and_days_must_be_those_of_the_ledger(country: str, text: str, wrong: list[str]) -> None:
    ledger = LedgerFacts(amounts=frozenset({Decimal("1250")}), dates=frozenset({date(2026, 11, 10)}))

    found = texts.mismatches(text=text, country=country, ledger=ledger)

    assert [text[one.start : one.end] for one in found] == wrong


def test_a_mismatch_names_its_kind() -> None:
    ledger = LedgerFacts(amounts=frozenset(), dates=frozenset())

    found = texts.mismatches(text="El 3 de mayo debe $5", country="MX", ledger=ledger)

    assert [one.kind for one in found] == [MismatchKind.DATE, MismatchKind.AMOUNT]


def test_long_and_hard_texts_are_told_by_channel() -> None:
    short = texts.ease(text="Hola, Ana. Su pago vence hoy. Le esperamos.", channel=Channel.SMS)
    long = texts.ease(text="Hola. " * 100, channel=Channel.SMS)
    hard = texts.ease(
        text="Comuníquesele inmediatamente la imposibilidad administrativa de regularización extraordinaria "
        "correspondiente a responsabilidades contractuales anteriormente incumplidas",
        channel=Channel.EMAIL,
    )

    assert not short.is_too_long
    assert not short.is_hard
    assert long.is_too_long
    assert hard.is_hard
    assert hard.score < short.score
