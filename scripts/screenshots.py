"""
Make docs/screenshots from a demo that is started for it: the pictures of the README show the product itself.

Needs Chromium, named in PUNTUAL_CHROMIUM (`make screenshots` sees to that).
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "screenshots"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served_demo() -> Iterator[dict[str, Any]]:
    """Serve a demo of its own and give what it prints, with the address of its pages."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="puntual-") as home:
        process = subprocess.Popen(
            [sys.executable, "-m", "puntual.cli.main", "demo", "--port", str(port), "--json"],
            env={**os.environ, "PUNTUAL_HOME": home},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            text = ""
            for line in process.stdout:
                text += line
                if line.startswith("}"):
                    break
            yield {**json.loads(text), "address": f"http://localhost:{port}"}
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def sign_in(page: Page, demo: dict[str, Any]) -> None:
    """Sign the owner in."""
    owner = demo["sign_ins"][0]
    page.goto(demo["address"] + "/")
    page.fill("input[name=login]", owner["email"])
    page.fill("input[name=password]", owner["words"])
    page.click("main button[type=submit]")
    page.wait_for_load_state("networkidle")


def shoot(page: Page, name: str) -> None:
    """Wait until the page is still, then keep its picture."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
    print(f"docs/screenshots/{name}.png")


def shoot_desk(browser: Browser, demo: dict[str, Any]) -> None:
    """Take the staff pages."""
    page = browser.new_page(viewport=DESK, locale="es-MX", reduced_motion="reduce")
    sign_in(page, demo)
    page.goto(f"{demo['address']}/")
    shoot(page, "inicio")
    page.goto(f"{demo['address']}/clientes/?q={demo['portal_customer']}")
    page.wait_for_load_state("networkidle")
    page.click("main tbody a >> nth=0")
    shoot(page, "cliente")
    page.goto(f"{demo['address']}/hoy/")
    shoot(page, "hoy")


def shoot_phone(browser: Browser, demo: dict[str, Any]) -> None:
    """Take the debtor's portal."""
    page = browser.new_page(
        viewport=PHONE, locale="es-MX", device_scale_factor=2, is_mobile=True, reduced_motion="reduce"
    )
    page.goto(demo["portal_url"])
    page.fill("main input[type=text]", demo["portal_tax_id"])
    page.click("main button[type=submit]")
    shoot(page, "portal")


def main() -> int:
    """Take every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with served_demo() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("PUNTUAL_CHROMIUM"), args=["--no-sandbox"]
        )
        shoot_desk(browser, demo)
        shoot_phone(browser, demo)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
