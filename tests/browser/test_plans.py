"""A plan from a draft to force in a browser: timeline by keyboard and by hand, a condition that counts, two people."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from puntual.flows import daily_run
from puntual.plans.models import PlanVersion
from tests.browser.conftest import Site, follow
from tests.factories import make_customer, make_receivable

_SHOTS = os.environ.get("PUNTUAL_SHOTS", "")
# What leaves the page to the right, without what scrolls within a part of it.
_WIDER = """
() => document.documentElement.scrollWidth <= window.innerWidth ? [] : [...document.querySelectorAll("main *")]
  .filter(one => one.getBoundingClientRect().right > window.innerWidth)
  .map(one => `${one.tagName}.${one.className}#${one.id}`)
"""


def seen(page: Page, name: str, violations: Callable[[Page], list[str]]) -> None:
    """See that a page is fit for everybody, and keep its looks where somebody asked for them."""
    if _SHOTS:
        page.screenshot(path=str(Path(_SHOTS) / f"{name}.png"), full_page=True)
    assert violations(page) == []
    assert page.evaluate(_WIDER) == [], name


@pytest.fixture
def portfolio(site: Site) -> None:
    """Two who owe, and a day that was decided: what conditions count."""
    for days, amount in ((40, "900.00"), (2, "100.00")):
        customer = make_customer(name=f"Cliente de {days} días", at=site.now)
        make_receivable(customer=customer, due=site.today - timedelta(days=days), amount=amount, at=site.now)
    daily_run.run_day(today=site.today, at=site.now)


def days_of(version_id: int, key: str) -> int:
    """Return the day of a step as the stored draft has it."""
    document = PlanVersion.objects.get(pk=version_id).document
    return next(
        int(step["dias"])
        for strategy in document["estrategias"]
        for step in strategy["pasos"]
        if step["clave"] == key
    )


@pytest.mark.feature("PLN-01", "PLN-11")
def test_a_draft_is_edited_without_its_text_and_put_in_force_by_two(
    site: Site, portfolio: None, violations: Callable[[Page], list[str]]
) -> None:
    page = site.staff(role="manager", width=1440, height=1000)
    page.goto(f"{site.url}/plan/")
    seen(page, "plans", violations)
    follow(page.get_by_role("link", name="Nuevo borrador"))
    page.get_by_label("El plan en vigor").check()
    seen(page, "plan-new", violations)
    follow(page.get_by_role("button", name="Crear borrador"))
    expect(page.get_by_text("Se creó el borrador.")).to_be_visible()
    follow(page.get_by_role("link", name="Editar"))
    seen(page, "plan-editor", violations)
    version_id = int(page.url.rstrip("/").rsplit("/", 1)[1])

    # By keyboard: three days later, kept with Enter; Escape leaves another where it was.
    step = page.locator("[data-step]").filter(has_text="Segundo aviso").first
    key = str(step.get_attribute("id")).removeprefix("paso-")
    before = days_of(version_id, key)
    step.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    for _time in range(3):
        page.keyboard.press("ArrowRight")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(f"#paso-{key}")).to_be_focused()
    expect(page.locator(f"#paso-{key}")).to_have_attribute("data-day", str(before + 3))
    assert days_of(version_id, key) == before + 3

    # By hand.
    box = page.locator(f"#paso-{key}").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 10, steps=5)
    page.mouse.move(box["x"] + 120, box["y"] + 10, steps=5)
    with page.expect_navigation():
        page.mouse.up()
    dragged = days_of(version_id, key)
    assert dragged > before + 3
    expect(page.locator(f"#paso-{key}")).to_have_attribute("data-day", str(dragged))

    # A condition: the count comes while it is built, a fault stands beside it, and it is saved.
    page.locator(f"#fila-{key}").get_by_role("link").first.click()
    panel = page.locator("#panel")
    panel.get_by_role("button", name="Comparación").click()
    value = panel.get_by_label("Valor", exact=True)
    value.fill("mucho")
    expect(panel.locator("#efecto-si")).to_contain_text("«mucho» no es un número: para comparar")
    value.fill("30")
    expect(panel.locator("#efecto-si")).to_contain_text("1 de 2 clientes")
    expect(panel.locator("#efecto-si")).to_contain_text("90.0 % de lo vencido en MXN")
    seen(page, "plan-step", violations)
    panel.get_by_role("button", name="Guardar en el borrador").last.click()
    expect(page.get_by_text("Se guardó en el borrador.")).to_be_visible()

    follow(page.get_by_role("link", name="Texto", exact=True))
    expect(page.get_by_label("Texto del plan, en YAML")).to_have_value(
        re.compile(r"si: \[dias_de_atraso, \">=\", 30\]")
    )
    seen(page, "plan-text", violations)
    page.get_by_label("Texto del plan, en YAML").fill("clave: [")
    expect(page.locator("#plan-text-faults")).to_contain_text("no se puede leer como YAML")

    page.goto(f"{site.url}/plan/versiones/{version_id}/")
    seen(page, "plan-version", violations)
    page.get_by_role("button", name="Mandar a revisión…").click()
    page.get_by_label("Por qué cambia").fill("Más tiempo antes del segundo aviso")
    page.get_by_role("button", name="Mandar a revisión", exact=True).click()
    expect(page.get_by_text("la aprueba otra persona", exact=False).first).to_be_visible()

    other = site.staff(role="owner", width=1440, height=1000)
    other.goto(f"{site.url}/plan/versiones/{version_id}/")
    expect(other.get_by_text("Más tiempo antes del segundo aviso")).to_be_visible()
    other.get_by_role("button", name="Aprobar…").click()
    other.get_by_role("button", name="Aprobar", exact=True).click()
    other.get_by_role("button", name="Poner en vigor…").click()
    expect(other.locator("#activate")).to_contain_text(f"pasa de {before} a {dragged}")
    other.get_by_role("button", name="Poner en vigor", exact=True).click()
    expect(other.get_by_text("Está en vigor", exact=False)).to_be_visible()
    assert PlanVersion.objects.get(state="ACTIVE").pk == version_id


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_part_of_the_editor_fits_a_phone(
    site: Site, portfolio: None, violations: Callable[[Page], list[str]], scheme: str
) -> None:
    page = site.staff(role="manager", width=390, height=844, scheme=scheme)
    page.goto(f"{site.url}/plan/nuevo/")
    follow(page.get_by_role("button", name="Crear borrador"))
    expect(page.get_by_text("Se creó el borrador.")).to_be_visible()
    seen(page, f"phone-version-{scheme}", violations)
    version_id = PlanVersion.objects.get(state="DRAFT").pk
    for way in (
        "", "?paso=1.0", "?paso=1.nuevo", "lugares/", "parte/segmento/?en=0", "parte/etapa/?en=1", "parte/politica/",
        "parte/recursos/", "parte/objetivos/", "parte/general/", "texto/", "mensaje/notice-1/",
    ):  # fmt: skip
        page.goto(f"{site.url}/plan/borradores/{version_id}/{way}")
        name = "-".join(part for part in way.replace("?", "/").replace("=", "/").split("/") if part)
        seen(page, f"phone-{name or 'editor'}-{scheme}", violations)


def test_a_step_is_edited_without_scripts(site: Site, portfolio: None) -> None:
    page = site.staff(role="manager", has_scripts=False)
    page.goto(f"{site.url}/plan/nuevo/")
    follow(page.get_by_role("button", name="Crear borrador"))
    version_id = PlanVersion.objects.get(state="DRAFT").pk
    page.goto(f"{site.url}/plan/borradores/{version_id}/?paso=1.1")
    page.get_by_role("button", name="Comparación").click()
    page.get_by_label("Valor", exact=True).fill("30")
    page.get_by_label("Días", exact=True).fill("11")
    page.get_by_role("button", name="Guardar en el borrador").click()

    expect(page.get_by_text("Se guardó en el borrador.")).to_be_visible()
    step = PlanVersion.objects.get(pk=version_id).document["estrategias"][1]["pasos"][1]
    assert (step["dias"], step["si"]) == (11, ["dias_de_atraso", ">=", 30])
