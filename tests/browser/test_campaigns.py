"""A campaign, built row by row in a real browser and begun."""

from datetime import timedelta

from playwright.sync_api import expect

from puntual.flows import daily_run
from puntual.plans.models import Campaign
from tests.browser.conftest import Site
from tests.factories import make_customer, make_receivable


def test_a_condition_is_built_while_it_is_counted_and_the_campaign_begins(site: Site) -> None:
    for days in (1, 21, 41):
        customer = make_customer(at=site.now)
        make_receivable(customer=customer, due=site.today - timedelta(days=days), at=site.now)
    daily_run.run_day(today=site.today, at=site.now)
    page = site.staff(role="manager")
    page.goto(f"{site.url}/campanas/nueva/")

    # What was typed is looked at while the button adds a row: neither stands in the way of the other.
    page.get_by_label("Nombre", exact=True).fill("Buen Fin")
    page.get_by_role("button", name="Comparación", exact=True).click()
    page.get_by_label("Valor", exact=True).fill("1")
    expect(page.locator("#efecto-condition")).to_contain_text("3 de 3 clientes")
    page.get_by_label("Valor", exact=True).fill("20")
    expect(page.locator("#efecto-condition")).to_contain_text("2 de 3 clientes")
    expect(page.get_by_label("Nombre", exact=True)).to_have_value("Buen Fin")
    page.get_by_label("Plantilla del correo").select_option("notice-1")
    page.get_by_role("button", name="Ver a cuántos llega").last.click()
    expect(page.get_by_text("2 clientes de 3")).to_be_visible()
    page.get_by_role("button", name="Lanzar").click()
    page.wait_for_url(f"{site.url}/campanas/*/")

    assert Campaign.objects.get().condition == ["dias_de_atraso", ">=", 20]
