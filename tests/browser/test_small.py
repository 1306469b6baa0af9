"""What narrower screens show: links that are told by more than their colour, tables that are seen whole."""

import pytest

from puntual.identity.models import User
from tests.browser.conftest import Site, follow
from tests.browser.test_pages import _CUT, _IS_WIDER, RFC, Look, ids

__all__ = ["ids"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_link_inside_a_text_is_told_by_more_than_its_colour(
    site: Site, ids: dict[str, str], violations: Look, scheme: str
) -> None:
    page = site.staff(width=390, height=844, scheme=scheme)
    found = []
    for way in (f"/mensajes/{ids['message_id']}/", "/ajustes/llaves/"):
        page.goto(site.url + way)
        found += violations(page)

    assert found == []


@pytest.mark.parametrize("width", [1024, 1280])
def test_the_table_of_users_is_seen_whole(site: Site, width: int) -> None:
    User.objects.filter(email="manager@muebles.example").update(
        name="María Fernanda Hernández de la Garza",
        email="maria.fernanda.hernandez@cobranza.muebles.example",
        last_login=site.now,
    )
    page = site.staff(width=width)

    page.goto(site.url + "/ajustes/usuarios/")

    assert page.evaluate(_CUT) == []


@pytest.mark.parametrize(
    "way", ["/clientes/?filter=owing&currency=MXN", "/cartera/calidad/hallazgos/?accepted=1"]
)
def test_a_chosen_filter_is_in_sight_on_a_phone_and_the_page_is_no_wider(site: Site, way: str) -> None:
    page = site.staff(width=390, height=844)

    page.goto(site.url + way)

    assert not page.evaluate(_IS_WIDER)
    chosen = page.locator(".list-filters .is-active").first.bounding_box()
    assert chosen is not None
    assert 0 <= chosen["x"] < 390


@pytest.mark.parametrize("width", [320, 390])
def test_the_digits_of_an_account_stand_on_one_line_of_a_phone(
    site: Site, ids: dict[str, str], width: int
) -> None:
    page = site.visitor(width=width, height=844)
    page.goto(f"{site.url}/p/{ids['token']}/")
    page.get_by_label("Su RFC completo, con homoclave").fill(RFC)
    follow(page.get_by_role("button", name="Continuar"))
    follow(page.get_by_role("link", name="Pagar ahora"))

    lines = page.locator(".copy-value").evaluate_all(
        """values => values.map(value => {
            const range = document.createRange();
            range.selectNodeContents(value);
            return new Set([...range.getClientRects()].map(one => Math.round(one.top))).size;
        })"""
    )

    assert {*lines} == {1}
    assert not page.evaluate(_IS_WIDER)
