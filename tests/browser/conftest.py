"""A real server over real commits, and a real browser before it."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Playwright, sync_playwright
from procrastinate.contrib.django import app

from puntual.companies import operations as companies
from puntual.companies.models import Company
from puntual.worker import tasks as tasks  # Known before a test takes their hours away.
from tests.committed import Hand, committed_company, pristine_database
from tests.conftest import PASSWORD
from tests.outreach_factories import prepare

__all__ = ["committed_company", "pristine_database"]

ZONE = ZoneInfo("America/Mexico_City")
_AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_WORKER = {"wait": False, "concurrency": 1, "install_signal_handlers": False, "listen_notify": False}
_GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """
    Start Playwright; its loop lives in this thread, where the tests also read tables.

    It ends with the file: tests of other files that follow in this process run loops of their own.
    """
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as started:
            yield started
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Chromium]:
    """Start the Chromium on the path, or without one the browser that Playwright installed."""
    browser = playwright.chromium.launch(
        executable_path=shutil.which("chromium"),
        args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    )
    yield browser
    browser.close()


def follow(way: Locator) -> None:
    """
    Click on what leads to another page, and be there.

    A click ends before the page that it leads to begins: what reads the page at once may read the page before it.
    """
    with way.page.expect_navigation():
        way.click()


@dataclass
class Site:
    """The company 'muebles' as visitors reach it, with what their browsers complained of."""

    company: Company
    url: str
    chromium: Chromium
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """Return the moment, by the clock that the server reads."""
        return datetime.now(tz=UTC)

    @property
    def today(self) -> date:
        """Return the company's day."""
        return self.now.astimezone(ZONE).date()

    def visitor(
        self, *, width: int = 1440, height: int = 900, scheme: Any = "light", has_scripts: bool = True
    ) -> Page:
        """Open a browser of its own, that knows nobody."""
        context = self.chromium.new_context(
            viewport={"width": width, "height": height},
            locale="es-MX",
            timezone_id="America/Mexico_City",
            color_scheme=scheme,
            reduced_motion="reduce",
            java_script_enabled=has_scripts,
        )
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        return page

    def _note_console(self, message: ConsoleMessage) -> None:
        # A refused form is answered with 422, which Chromium writes down as a failed load.
        if message.type in ("error", "warning") and "422" not in message.text:
            self.complaints.append(f"{message.location['url']}: {message.text}")

    def staff(self, *, role: str = "owner", **look: Any) -> Page:
        """Open a browser and sign in by the form."""
        page = self.visitor(**look)
        page.goto(f"{self.url}/cuenta/login/")
        page.get_by_label("Correo").fill(f"{role}@muebles.example")
        page.get_by_label("Contraseña").fill(PASSWORD)
        follow(page.get_by_role("button", name="Entrar"))
        page.wait_for_url(f"{self.url}/")
        return page

    def here(self, address: str) -> str:
        """Give an address of a message as this server serves it."""
        return self.url + urlsplit(address).path

    def work(self) -> None:
        """Let a worker do what waits in the queue."""

        def until_nothing_waits() -> None:
            with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
                worker.run_worker(**_WORKER)

        hand = Hand(company=self.company, work=until_nothing_waits)
        hand.start()
        hand.finish()


@pytest.fixture
def site(chromium: Chromium, committed_company: Company, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Serve a throw-away company, with its plan and templates in force."""
    monkeypatch.setattr(app.periodic_registry, "periodic_tasks", {})
    prepare()
    server = LiveServerThread("localhost", lambda _handler: get_wsgi_application(), port=0)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    url = f"http://muebles.localhost:{server.port}"
    companies.update_company(schema_name="muebles", settings={"base_url": url})
    committed_company.refresh_from_db()
    connection.set_tenant(committed_company)
    site = Site(company=committed_company, url=url, chromium=chromium)
    yield site
    for context in site.contexts:
        context.close()
    server.terminate()
    assert site.complaints == []


@pytest.fixture
def violations() -> Callable[[Page], list[str]]:
    """Return axe: it lists what is gravely wrong with a page for people who cannot see or point."""
    script = _AXE.read_text(encoding="utf-8")

    def look(page: Page) -> list[str]:
        page.evaluate(script)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{urlsplit(page.url).path}: {one['id']} ({one['impact']}) "
            + "; ".join(" ".join(node["target"]) for node in one["nodes"][:3])
            for one in found["violations"]
            if one["impact"] in _GRAVE
        ]

    return look
