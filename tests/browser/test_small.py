"""What narrower screens show: links that are told by more than their colour, tables that are seen whole."""

import pytest

from puntual.identity.models import User
from tests.browser.conftest import Site
from tests.browser.test_pages import _CUT, Look, ids

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
