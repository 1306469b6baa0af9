"""A program before the API: its key, its calls, and the answers as data."""

from dataclasses import dataclass
from typing import Any

from puntual.audit.types import SYSTEM
from puntual.identity import operations as identity
from puntual.identity.types import Scope
from tests.conftest import NOW
from tests.web.debtors import HOST, Browser, browser


@dataclass(frozen=True)
class Program:
    """A program with a key of a company; without one, a stranger."""

    client: Browser
    key: str

    def _headers(self, headers: dict[str, str] | None) -> dict[str, str]:
        own = {"authorization": f"Bearer {self.key}"} if self.key else {}
        return {**own, **(headers or {})}

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
        """Read."""
        return self.client.get(f"/api/v1/{path}", query, headers=self._headers(headers))

    def post(self, path: str, body: Any, headers: dict[str, str] | None = None) -> Any:
        """Write."""
        return self.client.post(
            f"/api/v1/{path}", body, content_type="application/json", headers=self._headers(headers)
        )


def make_key(*, scope: Scope = Scope.WRITE) -> str:
    """Create a key of the company in which the test is."""
    return identity.create_api_key(label="ERP", scope=scope, actor=SYSTEM, at=NOW)


def make_program(*, scope: Scope = Scope.WRITE, host: str = HOST) -> Program:
    """Create a key and the program that has it."""
    return Program(client=browser(host=host), key=make_key(scope=scope))


def stranger() -> Program:
    """Return a program without a key."""
    return Program(client=browser(), key="")
