"""The shipped templates: complete, short, in two languages, and saying what the law asks for."""

import re
from datetime import date

import pytest
import yaml
from django.urls import resolve

from puntual.lib import formats
from puntual.outreach import queries, rules
from puntual.outreach.queries import engine
from puntual.outreach.types import Rendered, TemplateSource, TemplateText, Wording
from puntual.plans import queries as plans

WORDINGS = queries.read_template_files()
# Everything that asks for money or reminds of it; a thank-you asks for nothing.
ASKING = [one for one in WORDINGS if one.key not in ("thanks", "answer")]
BLOCKS = {"text": {"a": "A", "loop": "[[loop]]"}, "html": {"shell": "<p>[[content]]</p>", "a": "<b>A</b>"}}


def name_of(wording: Wording) -> str:
    return f"{wording.key}.{wording.language}"


def words(wording: Wording, case: int = 0) -> Rendered:
    """Write a template with one of its samples: one document, many, a bare company."""
    context = rules.sample_contexts(key=wording.key, language=wording.language)[case]
    return engine.render(subject=wording.subject, text=wording.text, html=wording.html, context=context)


def source(**parts: str) -> TemplateSource:
    values = {"name": "Prueba", "subject": "Asunto", "text": "[[a]] hola", "html": "<p>[[a]]</p>", **parts}
    return TemplateSource(key="prueba", language="es", blocks=BLOCKS, **values)


@pytest.mark.parametrize("key", plans.shipped_keys())
def test_every_template_of_a_shipped_plan_ships_in_both_languages(key: str) -> None:
    _file, faults = plans.understood(
        text=plans.shipped_text(key=key), templates=frozenset(one.key for one in WORDINGS)
    )
    assert faults == ()
    plan = yaml.safe_load(plans.shipped_text(key=key))
    steps = [step for strategy in plan["estrategias"] for step in strategy["pasos"]]
    wanted = {step["plantilla"] for step in steps if "plantilla" in step}

    assert wanted
    assert {(one.key, one.language) for one in WORDINGS} >= {
        (key, language) for key in wanted for language in rules.LANGUAGES
    }


@pytest.mark.parametrize("wording", WORDINGS, ids=name_of)
def test_a_message_about_one_document_has_at_most_120_words(wording: Wording) -> None:
    assert len(words(wording).text.split()) <= rules.WORDS_MAX


@pytest.mark.feature("MSG-03")
@pytest.mark.parametrize("wording", ASKING, ids=name_of)
def test_a_message_says_who_which_how_much_how_to_pay_and_how_to_stop(wording: Wording) -> None:
    written = words(wording)

    for part in (written.text, written.html):
        for wanted in (
            "Muebles del Valle",
            "Muebles del Valle, S.A. de C.V., Av. Ejemplo 100",
            formats.day(value=date(2026, 11, 23), locale=formats.locale_of(language=wording.language)),
            "Banco Ejemplo",
            "002010077777777771",
            "90000104271",
            "https://cobranza.example/p/muestra/",
            "https://cobranza.example/p/muestra/preferencias/",
            "quejas@mueblesdelvalle.example",
            "55 0000 0000",
            "Pague solo a esta cuenta" if wording.language == "es" else "Pay only to this account",
        ):
            assert wanted in part
        assert ("F-1042" in part and "$1,250.00" in part) or ("P-7" in part and "$980.50" in part)


@pytest.mark.parametrize("wording", WORDINGS, ids=name_of)
def test_a_bare_company_leaves_no_hole(wording: Wording) -> None:
    written = words(wording, case=2)

    assert not re.search(r"(?:: |, |\()\s*(?:\.|,|\n|$|\))", written.text)
    assert "CLABE" not in written.text
    assert "https://cobranza.example/p/muestra/" in written.text


@pytest.mark.feature("X-01")
def test_a_long_list_is_cut_and_counted_with_totals_by_currency() -> None:
    notice = next(one for one in WORDINGS if (one.key, one.language) == ("notice-1", "es"))

    text = words(notice, case=1).text

    overdue, soon = text.split("Por vencer:")
    assert overdue.count("venció el") == 10
    assert "y 3 documentos más" in overdue
    assert "Total vencido: $49.00 + $42.00\u00a0USD" in overdue
    assert soon.count("vence el") == 2


@pytest.mark.feature("MSG-08")
@pytest.mark.parametrize("wording", WORDINGS, ids=name_of)
def test_no_threat_no_court_and_no_offer(wording: Wording) -> None:
    text = words(wording).text.lower()

    for word in ("demanda", "juicio", "embarg", "cárcel", "buró", "abogad", "última oportunidad", "lawsuit",
                 "urgente", "promoción", "crédito nuevo", "descuento", "por qué no"):  # fmt: skip
        assert word not in text
    assert "¡" not in text or wording.key == "thanks"
    assert not re.search(r"\b(?!CLABE|USD|MXN)[A-ZÁÉÍÓÚÑ]{5,}\b", words(wording).text)


@pytest.mark.parametrize("wording", WORDINGS, ids=name_of)
def test_html_is_one_column_safe_in_the_dark_and_loads_nothing(wording: Wording) -> None:
    html = words(wording).html

    assert 'name="color-scheme" content="light dark"' in html
    assert not re.search(r"<img|<script|<link|url\(|@import", html)
    # A colour is only set where its background is: everything else follows the reader's own theme.
    assert re.findall(r"[^-]color:#", html) == [";color:#"] * html.count("background-color:#")


def test_links_lead_to_pages_of_the_portal() -> None:
    home, stop = queries.portal_urls(base_url="https://cobranza.example/", token="muestra")
    one_click = queries.one_click_url(base_url="https://cobranza.example/", token="muestra")

    names = ((home, "portal:home"), (stop, "portal:preferences"), (one_click, "portal:unsubscribe"))
    for address, name in names:
        found = resolve(address.removeprefix("https://cobranza.example"))
        assert (found.view_name, found.kwargs) == (name, {"token": "muestra"})


def test_composing_puts_blocks_in_and_hashes_the_whole() -> None:
    first = rules.composed(source())
    second = rules.composed(source(name="Otro"))

    assert (first.text, first.html) == ("A hola", "<p><p><b>A</b></p></p>")
    assert first.content_hash != second.content_hash
    assert first.content_hash == rules.composed(source()).content_hash


@pytest.mark.parametrize(
    ("_case", "parts"),
    [
        ("unknown block", {"text": "[[b]]"}),
        ("circle", {"text": "[[loop]]"}),
        ("empty text", {"text": " "}),
        ("no name", {"name": ""}),
        ("empty html", {"html": ""}),
        ("subject of two lines", {"subject": "a\nb"}),
    ],
)
def test_a_malformed_file_is_refused(_case: str, parts: dict[str, str]) -> None:
    with pytest.raises(rules.UnableToCompose):
        rules.composed(source(**parts))


@pytest.mark.parametrize("wording", WORDINGS, ids=name_of)
def test_no_shipped_template_says_what_the_law_of_any_country_objects_to(wording: Wording) -> None:
    for case in range(3):
        written = words(wording, case)

        assert rules.objections(said=rules.said(written), language=wording.language) == ()
    template = TemplateText(1, wording.key, wording.language, wording.subject, wording.text, wording.html)
    assert rules.objections(said=rules.bare(template), language=wording.language) == ()
