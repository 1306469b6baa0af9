"""A message is a sheet of paper: its letters can be read whatever the colours of the page around it."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from puntual.flows import daily_run, dispatch
from puntual.outreach.models import Message
from puntual.outreach.providers.fake import FakeTransport
from tests.browser.conftest import Site
from tests.factories import make_customer, make_receivable

DARK, WHITE = re.compile(r"^rgb\(26, 26, 26\)$"), re.compile(r"^rgb\(255, 255, 255\)$")


@pytest.fixture
def sent(site: Site) -> int:
    """Send one message and return its id."""
    make_receivable(customer=make_customer(at=site.now), due=site.today - timedelta(days=3), at=site.now)
    daily_run.run_day(today=site.today, at=site.now)
    for ahead in range(12):
        moment = (site.now + timedelta(days=ahead)).replace(hour=16)
        dispatch.dispatch_due(at=moment, limit=9, transport=FakeTransport(), worker="browser")
    return Message.objects.get(state="SENT").pk


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_message_keeps_its_own_light_colours(site: Site, sent: int, scheme: str) -> None:
    page = site.staff(scheme=scheme)

    for address in (f"/mensajes/{sent}/", "/plan/plantillas/notice-1/es/"):
        page.goto(site.url + address)
        frame = page.frame_locator("iframe.mail-frame")

        expect(frame.locator("body p").first).to_have_css("color", DARK)
        expect(frame.locator(":root")).to_have_css("background-color", WHITE)
