"""Layouts, components, filters, navigation and style sheets: what every page stands on."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import Template
from django.template.context import make_context
from django.template.loader import get_template
from django.test import RequestFactory
from django.urls import NoReverseMatch
from django.utils import translation

from puntual import web
from puntual.flows import explain
from puntual.identity.types import Permission
from puntual.lib.days import Bucket
from puntual.web import ageing, context, navigation, paging, states
from puntual.web.templatetags import puntual_chart, puntual_format
from scripts import build_assets

WEB = Path(next(iter(web.__path__)))
SOURCES = WEB.parent
COMPONENTS = sorted((WEB / "templates" / "cotton").glob("*.html"))
TODAY = date(2026, 11, 23)
BUCKETS = {
    Bucket.CURRENT: Decimal("500.00"),
    Bucket.D1_30: Decimal("250.00"),
    Bucket.D91_PLUS: Decimal("250.00"),
}


@pytest.fixture(autouse=True)
def _in_spanish() -> Any:
    with translation.override("es-mx"):
        yield


def page_request(path: str = "/", user: Any = None, **company: Any) -> HttpRequest:
    """Make a request of a company, by nobody unless a person is given."""
    request = RequestFactory().get(path)
    request.user = user or AnonymousUser()
    request.company = SimpleNamespace(**{"name": "Muebles del Valle", **company})  # type: ignore[attr-defined]
    return request


def render(source: str, **values: Any) -> str:
    """Render a piece of template as pages are, components included."""
    request = values.pop("request", None) or page_request()
    html = Template(_compiled(source)).render(make_context({"today": TODAY, **values}, request))
    return re.sub(r"\s+", " ", html).strip()


def _compiled(source: str) -> str:
    engine = get_template("layouts/staff.html").template.engine  # type: ignore[attr-defined]
    cotton = engine.template_loaders[0].loaders[0]
    return str(cotton.cotton_compiler.process(source))


class Anybody:
    """A person with the permissions given."""

    is_authenticated = True

    def __init__(self, *permissions: Permission, name: str = "Guadalupe Ibáñez") -> None:
        self.permissions = permissions
        self.name = name

    def can(self, permission: str, /) -> bool:
        """Hold what was given."""
        return permission in self.permissions

    def get_full_name(self) -> str:
        """Give the name."""
        return self.name

    def get_username(self) -> str:
        """Give the address."""
        return "guadalupe@muebles.example"


# Filters ---------------------------------------------------------------------------------------------


def test_money_filters_say_the_currency_only_where_it_matters() -> None:
    source = "{{ a|money:c }} {{ a|money_code:c }} {{ a|amount:'USD' }} {{ a|money:'USD' }}"

    assert render(source, a=Decimal("12450"), c="MXN") == (
        "$12,450.00 $12,450.00 MXN $12,450.00 $12,450.00 USD"
    )


def test_short_money_keeps_the_exact_amount_at_hand() -> None:
    html = render("{{ a|short_money:'MXN' }}", a=Decimal("1234567.89"))

    assert html == '<span title="$1,234,567.89">$1.2 M</span>'


def test_a_moment_is_shown_in_the_zone_of_the_page() -> None:
    at = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)

    assert (
        render("{{ at|day }} {{ at|clock }} {{ at|day_in_words:today }}", at=at) == "22 nov 2026 23:30 ayer"
    )


def test_a_relative_day_carries_its_date() -> None:
    html = render("{{ d|relative_day:today }}", d=date(2026, 11, 26))

    assert html == '<time datetime="2026-11-26" title="jueves, 26 de noviembre de 2026">en 3 días</time>'


def test_missing_values_are_a_dash() -> None:
    source = "{{ n|money }}{{ n|short_money }}{{ n|number }}{{ n|percent }}{{ n|day }}{{ n|moment }}{{ n|days_late }}"

    assert render(source, n=None) == "—" * 7


def test_formats_follow_the_language() -> None:
    with translation.override("en"):
        assert render("{{ d|day_in_words:today }} {{ n|days_late }}", d=TODAY, n=3) == "today 3 days late"


def test_an_outcome_has_one_name_in_lists_and_in_sentences() -> None:
    _codes, chips = states.VOCABULARIES["outcome"]

    assert {code: str(state.label) for code, state in chips.items()} == {
        outcome.value: str(words) for outcome, words in explain.OUTCOME_WORDS.items()
    }


@pytest.mark.parametrize("kind", sorted(states.VOCABULARIES))
def test_every_stored_code_has_words(kind: str) -> None:
    codes, words = states.VOCABULARIES[kind]

    assert set(words) == {code.value for code in codes}


def test_every_tone_has_a_style() -> None:
    styles = (WEB / "static" / "css" / "staff" / "controls.css").read_text(encoding="utf-8")
    tones = {state.tone for _codes, words in states.VOCABULARIES.values() for state in words.values()}

    assert {tone for tone in tones - {"quiet"} if f".chip-{tone} " not in styles} == set()


def test_a_code_without_words_is_an_error() -> None:
    with pytest.raises(KeyError):
        puntual_format.words("NO_SUCH", "promise")


# The ageing bar --------------------------------------------------------------------------------------


def test_the_ageing_bar_fills_its_width() -> None:
    parts = ageing.parts(buckets=BUCKETS)

    assert [(part.x, part.width) for part in parts] == [(0, 500), (500, 250), (750, 0), (750, 0), (750, 250)]
    assert [part.tone for part in parts] == ["ageing-0", "ageing-1", "ageing-2", "ageing-3", "ageing-4"]


def test_a_small_bucket_is_never_too_thin_to_see() -> None:
    parts = ageing.parts(buckets={Bucket.CURRENT: Decimal("1000000"), Bucket.D91_PLUS: Decimal("0.01")})

    assert parts[4].width >= 5
    assert sum(part.width for part in parts) == 1000


def test_a_negative_bucket_has_no_width_but_keeps_its_amount() -> None:
    parts = ageing.parts(buckets={Bucket.CURRENT: Decimal("-50"), Bucket.D1_30: Decimal("10")})

    assert (parts[0].width, parts[0].amount) == (0, Decimal("-50"))
    assert parts[1].width == 1000


def test_an_empty_bar_has_no_parts_drawn() -> None:
    assert "ageing-none" in render('<c-ageing-bar :buckets="b" />', b={})
    assert render('<c-ageing-bar :buckets="b" />', b={}).count("<rect") == 1


# Pages of a list -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("_case", "asked", "total", "number", "shown"),
    [
        ("first", None, 120, 1, (1, 50)),
        ("last, not full", "3", 120, 3, (101, 120)),
        ("beyond the end", "99", 120, 3, (101, 120)),
        ("before the start", "0", 120, 1, (1, 50)),
        ("not a number", "dos", 120, 1, (1, 50)),
        ("a digit that is no number", "²", 120, 1, (1, 50)),
        ("too long to be a page", "9" * 30, 120, 1, (1, 50)),
        ("nothing to show", "2", 0, 1, (0, 0)),
    ],
)
def test_the_page_shown_always_exists(
    _case: str, asked: str | None, total: int, number: int, shown: tuple[int, int]
) -> None:
    page = paging.page_of(asked=asked, total=total, size=50)

    assert page.number == number
    assert (page.first, page.last) == shown


def test_pagination_keeps_the_rest_of_the_address() -> None:
    page = paging.page_of(asked="2", total=120, size=50)

    html = render('<c-pagination :page="page" />', page=page, request=page_request("/clientes/?q=ana&page=2"))

    assert "51–100 de 120" in html
    assert "Página 2 de 3" in html
    assert 'href="?q=ana&amp;page=3"' in html
    assert 'href="?q=ana&amp;page=1"' in html


# Components ------------------------------------------------------------------------------------------


def test_a_component_does_not_take_what_the_page_calls_by_the_same_name() -> None:
    html = render('<c-card title="Saldo">texto</c-card>', subtitle="DE LA PÁGINA", footer="DE LA PÁGINA")

    assert "DE LA PÁGINA" not in html


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_every_value_of_a_component_is_declared(path: Path) -> None:
    """An undeclared name would be read from whatever page the component stands on."""
    source = path.read_text(encoding="utf-8")
    declared = re.search(r"<c-vars(.*?)/>", source)
    known = set(re.findall(r":?([a-z_]+)=", declared.group(1))) if declared else set()
    # The context of every page, and what Django and cotton give.
    known |= {"slot", "attrs", "request", "today", "forloop", "True", "False", "None"}
    known |= set(re.findall(r"\{% for (\w+) in", source)) | set(
        re.findall(r"(?:with|asvar|as) (\w+)[ =%]", source)
    )
    known |= set(re.findall(r"\{% (?:with|blocktranslate trimmed with) (\w+)=", source))
    known |= set(re.findall(r"(\w+)=page\.", source))
    used = set(re.findall(r"\{\{ *([a-z_]+)", source)) | set(
        re.findall(r"\{% (?:el)?if (?:not )?([a-z_]+)", source)
    )

    assert used - known == set()


def test_names_from_the_data_are_escaped_everywhere() -> None:
    name = "\"><script>alert('x')</script>"
    sources = (
        '<c-card title="{{ n }}" subtitle="{{ n }}">{{ n }}</c-card>',
        '<c-button label="{{ n }}" data-name="{{ n }}" hx-confirm="{{ n }}" />',
        '<c-figure label="{{ n }}" note="{{ n }}" href="{{ n }}">{{ n }}</c-figure>',
        '<c-copy label="{{ n }}" value="{{ n }}" />',
        '<c-check-row value="{{ n }}" label="{{ n }}" />',
        '<c-filter-chip label="{{ n }}" href="?q={{ n }}" />',
        '<c-empty title="{{ n }}" text="{{ n }}" />',
        '<c-error title="{{ n }}" kept="{{ n }}" todo="{{ n }}" />',
        '<c-timeline-item title="{{ n }}" who="{{ n }}" meta="{{ n }}">{{ n }}</c-timeline-item>',
        '<c-field label="{{ n }}" name="x" value="{{ n }}" help="{{ n }}" error="{{ n }}" />',
        '<c-chip label="{{ n }}" title="{{ n }}" />',
        '<c-search-hit href="{{ n }}" label="{{ n }}" note="{{ n }}" />',
        '<c-list label="{{ n }}" q="{{ n }}" placeholder="{{ n }}"></c-list>',
        '<c-stepper :steps="steps" />',
        '<c-chart id="c" title="{{ n }}" subtitle="{{ n }}" :data="data" />',
    )
    data = {"category": name, "categories": [name], "series": [{"name": name, "values": [1]}]}
    steps = [{"label": name, "state": "done", "note": name}]

    for source in sources:
        html = render(source, n=name, data=data, steps=steps)
        assert "<script>alert" not in html, source
        assert "&lt;script&gt;alert" in html, source


def test_a_form_field_ties_its_label_help_and_error_to_its_control() -> None:
    class PaymentForm(forms.Form):
        amount = forms.DecimalField(label="Monto", help_text="Sin centavos no pasa nada.")

    form = PaymentForm({"amount": "doce"})

    html = render('<c-field :field="form.amount" prefix="$" />', form=form)

    assert '<label class="field-label" for="id_amount">Monto</label>' in html
    assert 'aria-describedby="id_amount_helptext id_amount_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_amount_helptext"' in html
    assert 'id="id_amount_error"' in html


def test_choices_are_a_group_with_a_legend() -> None:
    class ChoiceForm(forms.Form):
        order = forms.ChoiceField(label="Orden", choices=[("a", "Antiguo")], widget=forms.RadioSelect)
        agreed = forms.BooleanField(label="Confirmó", required=False)

    html = render('<c-field :field="form.order" /><c-field :field="form.agreed" />', form=ChoiceForm())

    assert '<legend class="field-label">Orden</legend>' in html
    assert '<label class="field-check" for="id_agreed">' in html


def test_a_sorted_heading_says_so_and_turns_round() -> None:
    request = page_request("/clientes/?page=4")

    up = render('<c-th label="Nombre" sort="name" current="name" />', request=request)
    down = render('<c-th label="Nombre" sort="name" current="-name" />', request=request)
    other = render('<c-th label="Nombre" sort="name" current="-overdue" />', request=request)

    assert 'aria-sort="ascending"' in up
    assert 'href="?sort=-name"' in up
    assert 'aria-sort="descending"' in down
    assert 'href="?sort=name"' in down
    assert "aria-sort" not in other


def test_rows_are_ticked_for_the_acts_of_their_list() -> None:
    html = render(
        '<c-list id="customers" label="Clientes" bulk_action="/pausar/">'
        '<c-slot name="head"><c-check-all /></c-slot>'
        '<c-slot name="bulk"><c-button label="Pausar" type="submit" /></c-slot>'
        '<tr data-row><c-check-row list="customers" value="7" label="Ana" /></tr></c-list>'
    )

    assert 'id="customers-bulk" method="post" action="/pausar/"' in html
    assert 'name="ids" value="7" form="customers-bulk" aria-label="Seleccionar Ana"' in html


def test_a_chart_carries_the_same_numbers_as_a_table() -> None:
    data: Mapping[str, Any] = {
        "category": "Etapa",
        "categories": ["Preventiva", "Judicial"],
        "unit": "money",
        "currency": "MXN",
        "goal": Decimal("100"),
        "series": [{"name": "Vencido", "tone": "accent", "values": [Decimal("10.5"), None]}],
    }

    table = puntual_chart.chart_table(data)

    assert table.head == ("Etapa", "Vencido", "Meta")
    assert table.rows == (("Preventiva", "$10.50", "$100.00"), ("Judicial", "—", "$100.00"))
    html = render('<c-chart id="c1" title="¿Dónde?" :data="data" />', data=data)
    assert '<script id="c1" type="application/json">' in html
    assert "$10.50" in html


def test_a_chart_without_a_value_says_so_instead_of_drawing_axes() -> None:
    data = {"categories": ["lunes", "martes"], "series": [{"name": "Cobrado", "values": ["0", None]}]}

    html = render('<c-chart id="c1" title="¿Cuánto?" :data="data" empty="Ningún pago." />', data=data)

    assert "Ningún pago." in html
    assert "data-chart-canvas" not in html
    assert "data-chart-toggle" not in html


def test_ageing_is_one_bar_with_its_table_behind() -> None:
    html = render(
        '<c-ageing-chart id="a" title="¿Dónde?" :buckets="buckets" currency="MXN" href="/c/" overdue_href="/v/" />',
        buckets={"CURRENT": Decimal(300), "D91_PLUS": Decimal(100)},
    )

    assert html.count("<svg") - html.count('<svg class="icon') == 1
    assert 'class="ageing-0" x="0" y="0" width="750"' in html
    for cell in ("$300.00", "75 %", "$100.00", "25 %"):
        assert f"{cell}</td>" in html, cell


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("$1.2 M", ""),
        ("$123,457 M", "fit-long"),
        ("$1,669.24 USD", "fit-longer"),
        ("$123,456,789,012.55", "fit-longest"),
    ],
)
def test_a_long_amount_is_written_smaller(written: str, size: str) -> None:
    html = render('<c-figure label="Cartera">{{ written }}</c-figure>', written=written)

    assert f'<span class="fit{" " if size else ""}{size}">{written}</span>' in html


def test_a_reason_is_fetched_when_it_is_opened() -> None:
    html = render('<c-why url="/por-que/7/" />')

    assert 'hx-get="/por-que/7/"' in html
    assert 'hx-trigger="toggle once"' in html


def test_what_reaches_people_is_confirmed_with_the_numbers_and_a_token() -> None:
    html = render(
        '<c-confirm id="send" title="¿Enviar?" button="Enviar 1,204 mensajes" action="/enviar/">Ya.</c-confirm>'
    )

    assert 'method="post" action="/enviar/"' in html
    assert "csrfmiddlewaretoken" in html
    assert "Enviar 1,204 mensajes</button>" in html


# Sources ---------------------------------------------------------------------------------------------


def all_templates() -> list[Path]:
    """List every template of the product."""
    return sorted(SOURCES.glob("*/templates/**/*.html"))


def test_no_page_writes_what_the_content_security_policy_forbids() -> None:
    forbidden = re.compile(
        r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|<script(?![^>]*\b(src|type=\"application/json\"))"
    )
    found = [
        f"{path.relative_to(SOURCES)}: {match.group(0)}"
        for path in all_templates()
        # A letter sent by e-mail is no page of ours; its looks must be inside it.
        for match in forbidden.finditer(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_every_icon_named_in_a_template_is_in_the_sprite() -> None:
    named = {section.icon for section in navigation.SECTIONS}
    for path in all_templates():
        source = path.read_text(encoding="utf-8")
        named |= set(re.findall(r'<c-icon name="([a-z0-9-]+)"', source))
        named |= set(re.findall(r'<c-[a-z-]+ [^>]*\bicon="([a-z0-9-]+)"', source))

    assert named - set(build_assets.icon_names()) == set()


def test_light_and_dark_name_the_same_tokens() -> None:
    css = (WEB / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    blocks = re.findall(
        r"(?:^|\n)\s*(:root|\[data-bs-theme=\"dark\"\]|:root:not\(\[data-bs-theme\]\)) \{(.*?)\n\s*\}",
        css,
        re.S,
    )
    tokens = {name: re.findall(r"(--[\w-]+|color-scheme): ([^;]+);", body) for name, body in blocks}
    dark = tokens['[data-bs-theme="dark"]']

    assert dark == tokens[":root:not([data-bs-theme])"]
    assert {name for name, _value in dark} <= {name for name, _value in tokens[":root"]}


def test_styles_use_only_tokens_that_exist() -> None:
    folder = WEB / "static" / "css"
    known = set(re.findall(r"(--[\w-]+):", (folder / "tokens.css").read_text(encoding="utf-8")))
    used = {
        name
        for path in folder.rglob("*.css")
        for name in re.findall(r"var\((--[\w-]+)", path.read_text(encoding="utf-8"))
        if not name.startswith("--tblr-")
    }

    assert used - known == set()


def test_colours_are_written_only_in_the_tokens() -> None:
    folder = WEB / "static" / "css"
    # Paper is white with black ink whatever the theme; so is the ground of a QR code and of a letter shown.
    exempt = {"tokens.css", "print.css"}
    found = {
        colour.lower()
        for path in folder.rglob("*.css")
        if path.name not in exempt
        for colour in re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text(encoding="utf-8"))
    }

    assert found <= {"#fff", "#ffffff"}


def test_the_assets_match_the_lock_file_and_the_icon_list() -> None:
    assert build_assets.is_current(), "run scripts/build_assets.py"


def test_the_lock_file_names_no_address_to_download_from() -> None:
    lock = build_assets.LOCK.read_text(encoding="utf-8")

    assert '"resolved"' not in lock


def test_the_portal_loads_little() -> None:
    """A slow phone gets the first page in at most 150 KB, before any compression."""
    static = WEB / "static"
    layout = (WEB / "templates" / "layouts" / "portal.html").read_text(encoding="utf-8")
    head = (WEB / "templates" / "layouts" / "_head.html").read_text(encoding="utf-8")
    names = {*re.findall(r"static '([^']+)'", layout + head), "vendor/icons.svg"}
    page_bytes = 20_000

    assert sum((static / name).stat().st_size for name in names) + page_bytes <= 150_000


# Navigation and context ------------------------------------------------------------------------------


@pytest.fixture
def _four_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that has four of the pages."""
    built = {
        "staff:home": "/",
        "staff:customers": "/clientes/",
        "staff:imports": "/clientes/importar/",
        "staff:users": "/usuarios/",
    }

    def reverse(name: str) -> str:
        if name not in built:
            raise NoReverseMatch(name)
        return built[name]

    monkeypatch.setattr(navigation, "reverse", reverse)


@pytest.mark.usefixtures("_four_pages")
def test_a_section_appears_only_with_a_page_that_exists_and_may_be_opened() -> None:
    visitor = Anybody(Permission.SEE_HOME, Permission.SEE_CUSTOMERS, Permission.SEE_MESSAGES)

    shown = navigation.shown_sections(visitor=visitor, path="/")

    assert [str(section.label) for section in shown] == ["Inicio", "Cartera"]
    assert [str(item.label) for item in shown[1].items] == ["Clientes"]


@pytest.mark.usefixtures("_four_pages")
def test_the_page_one_is_on_is_marked_and_no_other() -> None:
    visitor = Anybody(*Permission)

    shown = navigation.shown_sections(visitor=visitor, path="/clientes/importar/3/")

    marked = [item.url for section in shown for item in section.items if item.is_active]
    assert marked == ["/clientes/importar/"]
    assert [section.url for section in shown if section.is_active] == ["/clientes/"]


@pytest.mark.usefixtures("_four_pages")
def test_what_waits_is_counted_at_the_page_and_its_section() -> None:
    shown = navigation.shown_sections(
        visitor=Anybody(*Permission), path="/", badges={"staff:imports": 3, "staff:customers": 0}
    )

    assert [item.badge for item in shown[1].items] == [None, 3]
    assert shown[1].badge == 3


@pytest.mark.usefixtures("_four_pages")
def test_nobody_in_particular_sees_no_navigation() -> None:
    known = context.page(page_request())

    assert tuple(known["nav"]) == ()
    assert not known["user_label"]
    assert not known["search_url"]


@pytest.mark.usefixtures("_four_pages")
def test_templates_know_the_company_and_the_person() -> None:
    request = page_request(user=Anybody(Permission.SEE_HOME), is_demo=True, time_zone="America/Tijuana")

    known = context.page(request)

    assert known["company"]["name"] == "Muebles del Valle"
    assert known["company"]["is_demo"] is True
    assert known["company"]["time_zone"] == "America/Tijuana"
    assert str(known["user_label"]) == "Guadalupe Ibáñez"
    assert [str(section.label) for section in known["nav"]] == ["Inicio"]


def test_error_pages_ask_nothing_of_the_database() -> None:
    """They are shown when the database is what failed: looking up the person would fail again."""

    class Nobody:
        @property
        def is_authenticated(self) -> bool:
            raise AssertionError("an error page looked up the person")

    for code in ("400", "403", "403_csrf", "404", "429", "500"):
        html = get_template(f"{code}.html").render({}, page_request(user=Nobody()))
        assert "<h1>" in html, code


def test_a_debtor_is_not_sent_to_the_staff_pages_by_an_error() -> None:
    for_staff = get_template("404.html").render({}, page_request("/clientes/9/"))
    for_debtor = get_template("404.html").render({}, page_request("/p/abc/"))

    assert "Ir al inicio" in for_staff
    assert "Ir al inicio" not in for_debtor


def test_a_refusal_says_its_reason_on_the_error_page() -> None:
    html = get_template("404.html").render({"message": "Ese cliente <no> existe."}, page_request())

    assert "Ese cliente &lt;no&gt; existe." in html


def test_an_event_without_words_has_no_empty_box() -> None:
    source = '<c-timeline-item title="Entró al portal">\n{% if text %}<p>{{ text }}</p>{% endif %}\n</c-timeline-item>'

    assert "event-text" not in render(source, text="")
    assert "event-text" in render(source, text="hola")
