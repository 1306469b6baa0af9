"""What may a message of collection not say?"""

import pytest

from puntual.compliance import texts
from puntual.compliance.texts.types import TextDecision, TextFacts


def found(text: str, *, country: str = "MX") -> list[str]:
    """Name the categories of a text."""
    return list(texts.check(text=text, facts=TextFacts(country=country)).categories)


@pytest.mark.parametrize(
    ("country", "text", "expected"),
    [
        (
            "MX",
            "CITATORIO. Expediente No. 345/2026, Juzgado Segundo Civil. Diligencia de embargo mañana",
            ["C-SEIZE", "C-COURT"],
        ),
        (
            "MX",
            "De no recibir su pago, el acreedor podría iniciar acciones legales conforme al contrato",
            ["C-LEGAL"],
        ),
        ("MX", "Le voy a hablar a su jefe para que sepa lo que debe", ["C-THIRD"]),
        ("MX", "Eres un ratero, paga ya", ["C-INSULT"]),
        ("CL", "Si no paga, quedará en Dicom de por vida", ["C-BUREAU"]),
        ("BR", "Vamos avisar seu chefe que você é caloteiro", ["C-PT"]),
        ("BR", "Sua dívida será encaminhada para cobrança judicial", ["C-LEGAL"]),
        ("MX", "Póngase en contacto con nuestro abogado para su acuerdo", ["C-LEGAL"]),
        ("MX", "Le habla el comandante Pérez de la fiscalía", ["C-AUTH"]),
        ("MX", "Se procederá penalmente por el delito de fraude", ["C-CRIM"]),
        ("MX", "Le van a quitar su pensión del bienestar", ["C-MIGR"]),
        ("MX", "Vamos a pegar una lona en tu casa con tu deuda", ["C-EXPOSE"]),
        ("MX", "Sabemos dónde vives", ["C-VIOLENCE"]),
        ("MX", "Vamos a hacer que te corran de la chamba", ["C-JOB"]),
        ("MX", "Haga el pago a la cuenta del despacho", ["C-PAYOWN"]),
        ("MX", "Tiene 24 horas para pagar", ["C-URGENCY"]),
        ("MX", "Aproveche la promoción de meses sin intereses", ["C-XSELL"]),
        ("US", "We will have you arrested", ["C-JAIL"]),
    ],
)
def test_a_forbidden_wording_is_named_by_its_category_and_no_other(
    country: str, text: str, expected: list[str]
) -> None:
    assert found(text, country=country) == expected


def test_asking_why_is_forbidden_in_colombia_alone() -> None:
    text = "Cuéntenos el motivo por el cual no ha cancelado"

    assert found(text, country="CO") == ["C-REASON"]
    assert found(text, country="MX") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vas a ir a la carsel", "C-JAIL"),
        ("VAS A IR A LA CARCEL", "C-JAIL"),
        ("vas a la c a r c e l por no pagar", "C-JAIL"),
        ("C*RCEL para los que no pagan", "C-JAIL"),
        ("te espera la c4rc3l", "C-JAIL"),
        ("te espera la cárceeeel", "C-JAIL"),
        ("te espera la cár\u200bcel", "C-JAIL"),
        ("te espera la c\u0430rc\u0435l", "C-JAIL"),
        ("Le vamos a envargar", "C-SEIZE"),
        ("emb4rgo de sus bienes", "C-SEIZE"),
        ("em-bargo de sus bienes", "C-SEIZE"),
        ("E M B A R G O de bienes", "C-SEIZE"),
        ("habrá una dmanda", "C-LEGAL"),
        ("p.e.n.d.e.j.o", "C-INSULT"),
        ("págame p3nd3j0", "C-INSULT"),
        ("p*ndejo paga", "C-INSULT"),
    ],
)
def test_no_disguise_hides_a_word(text: str, expected: str) -> None:
    assert found(text) == [expected]


@pytest.mark.parametrize(
    ("country", "text"),
    [
        ("MX", "Sin embargo, puede pagar mañana."),
        ("MX", "Su familia de productos incluye una tarjeta y un préstamo."),
        ("MX", "Calle Cárcel de Piedra 12, col. Centro"),
        ("MX", "Estimado Juzgado Segundo de Toluca: su factura vence el viernes."),
        ("MX", "Por la alta demanda de nuestros productos, le pedimos paciencia."),
        ("MX", "Para detener los intereses, pague antes del viernes."),
        ("MX", "El atraso se reporta a Buró de Crédito hasta por 72 meses."),
        ("MX", "Puede cancelar su adeudo en cualquier sucursal."),
        ("MX", "Esperamos que usted y su familia estén bien."),
        ("MX", "Nadie puede ir a la cárcel por una deuda civil."),
        ("MX", "No compartimos su información con su familia ni con terceros."),
        ("MX", "No haga depósitos a cuentas personales de nuestros gestores."),
        ("MX", "Si le ofenden o amenazan, puede denunciar ante CONDUSEF."),
        ("MX", "Para dejar de recibir mensajes por este canal responda BAJA."),
        ("MX", "¿Por qué me contactaron?"),
        ("CO", "¿Qué día le queda fácil pagar?"),
        ("BR", "Olá João, sua fatura venceu em 10/11. Podemos parcelar em 3 vezes."),
    ],
)
def test_an_innocent_use_of_a_word_is_not_flagged(country: str, text: str) -> None:
    assert found(text, country=country) == []


def test_a_finding_tells_where_it_stands_and_what_to_say_instead() -> None:
    text = "Hola, María. Lo vamos a meter a la  C\u200bÁRCEL, señora."

    [finding] = texts.check(text=text, facts=TextFacts(country="MX")).findings

    assert text[finding.start : finding.end] == finding.excerpt == "C\u200bÁRCEL"
    assert finding.rule
    assert finding.source
    assert finding.instead


def test_an_approved_template_may_speak_of_legal_steps_but_never_threaten() -> None:
    facts = TextFacts(country="MX", exempted=frozenset({"C-LEGAL", "C-JAIL"}))

    assert texts.check(text="Podría haber una demanda.", facts=facts).decision is TextDecision.ALLOW
    assert texts.check(text="Irá a la cárcel.", facts=facts).decision is TextDecision.BLOCK


def test_the_gravest_finding_decides() -> None:
    facts = TextFacts(country="MX")

    assert texts.check(text="Hola.", facts=facts).decision is TextDecision.ALLOW
    assert texts.check(text="Última oportunidad.", facts=facts).decision is TextDecision.REVIEW
    assert texts.check(text="Última oportunidad, ratero.", facts=facts).decision is TextDecision.BLOCK


def test_a_finding_of_several_words_reaches_from_the_first_to_the_last() -> None:
    text = "Hola. Mañana le AVISAREMOS  a su\nfamilia, señora."

    [finding] = texts.check(text=text, facts=TextFacts(country="MX")).findings

    assert finding.excerpt == text[finding.start : finding.end] == "AVISAREMOS  a su\nfamilia"
