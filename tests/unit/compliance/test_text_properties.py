"""What is true of the text check whatever is written."""

import itertools
import string
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from puntual.compliance import texts
from puntual.compliance.texts import signs
from puntual.compliance.texts.types import TextFacts

MX = TextFacts(country="MX")
FORBIDDEN = (
    "Irá a la cárcel",
    "Le vamos a embargar la casa",
    "Eres un ratero",
    "Avisaremos a su familia",
    "Habrá una demanda",
    "Atente a las consecuencias",
    "Se le acusará del delito de fraude",
    "Vamos a publicar su foto en Facebook",
)
INNOCENT = (
    "Hola, María.",
    "Gracias por su pago.",
    "Puede pagar en dos partes.",
    "Sin embargo, estamos para ayudarle.",
    "Le saluda Ana, de Cobranza Ejemplo.",
    "Esperamos que su familia esté bien.",
    "Calle Cárcel 12.",
)
# Any text, and texts made of the signs that the rules look at.
ANY = st.one_of(
    st.text(max_size=200),
    st.text(alphabet=string.ascii_letters + " .*-_01345áéñ@$\u200b\u0430\u0435\n?|~", max_size=200),
    st.lists(
        st.sampled_from([*FORBIDDEN, *INNOCENT, "c a r c e l", "p.u.t.a", "\u0000", "$"]), max_size=6
    ).map(" ".join),
)


def categories(text: str) -> set[str]:
    return set(texts.check(text=text, facts=MX).categories)


@settings(deadline=None)
@given(
    text=ANY,
    country=st.sampled_from(sorted(texts.COUNTRIES)),
    language=st.sampled_from(["es", "pt", "en", "xx", None]),
)
def test_every_text_has_an_answer_and_no_finding_lies_outside_of_it(
    text: str, country: str, language: str | None
) -> None:
    verdict = texts.check(text=text, facts=TextFacts(country=country, language=language))

    for one in verdict.findings:
        assert 0 <= one.start < one.end <= len(text)
        assert text[one.start : one.end] == one.excerpt
    assert (verdict.decision.value == "allow") == (verdict.findings == ())


@settings(deadline=None)
@given(text=ANY)
def test_words_keep_their_order_and_their_places(text: str) -> None:
    found = signs.words(text)

    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(first.start <= second.start for first, second in itertools.pairwise(found))


def spaced(text: str) -> str:
    """Write every blank as several."""
    return text.replace(" ", "  \t")


def unaccented(text: str) -> str:
    """Leave accents out."""
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


@settings(deadline=None)
@given(
    text=st.sampled_from(FORBIDDEN),
    change=st.sampled_from([str.upper, str.lower, str.title, unaccented, spaced, str.swapcase]),
)
def test_a_finding_survives_capitals_missing_accents_and_blanks(text: str, change: object) -> None:
    assert callable(change)
    assert categories(change(text)) == categories(text) != set()


@settings(deadline=None)
@given(text=st.sampled_from(FORBIDDEN), at=st.integers(min_value=0, max_value=40))
def test_a_finding_survives_signs_that_cannot_be_seen(text: str, at: int) -> None:
    assert categories(text[:at] + "\u200b\u2060" + text[at:]) == categories(text)


@settings(deadline=None)
@given(
    text=st.sampled_from(FORBIDDEN),
    before=st.lists(st.sampled_from(INNOCENT), max_size=4),
    after=st.lists(st.sampled_from(INNOCENT), max_size=4),
)
def test_innocent_words_around_it_never_remove_a_finding(
    text: str, before: list[str], after: list[str]
) -> None:
    assert categories(" ".join([*before, f"{text}.", *after])) == categories(text)


@settings(deadline=None)
@given(first=ANY, second=ANY)
def test_a_text_behind_another_never_removes_a_finding(first: str, second: str) -> None:
    # A legal step that is mentioned beside a graver threat is told as that threat.
    assert categories(first) - {"C-LEGAL"} <= categories(first + "\n\n" + second)
