"""
The staff navigation: one table of sections and pages.

A page is listed when its URL exists in this installation and the person may open it; a section is
listed when it has such a page. So a page appears by being built, never by editing a template.
"""

from dataclasses import dataclass
from typing import Protocol

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from puntual.identity.types import Permission


class Visitor(Protocol):
    """Whoever looks at the page."""

    def can(self, permission: str, /) -> bool:
        """Say whether this person holds a permission."""


@dataclass(frozen=True)
class Page:
    """One entry: the name of its URL, its words and the permission that opens it."""

    url_name: str
    label: str | Promise
    permission: Permission


@dataclass(frozen=True)
class Section:
    """A group of pages with its icon; one page alone is shown as the section itself."""

    key: str
    label: str | Promise
    icon: str
    pages: tuple[Page, ...]


@dataclass(frozen=True)
class Entry:
    """A page as shown: with its address, whether we are on it, and how much waits there."""

    label: str | Promise
    url: str
    is_active: bool
    badge: int | None = None


@dataclass(frozen=True)
class ShownSection:
    """A section as shown."""

    label: str | Promise
    icon: str
    url: str
    is_active: bool
    items: tuple[Entry, ...]
    badge: int | None = None


SECTIONS: tuple[Section, ...] = (
    Section("home", _("Inicio"), "home", (Page("staff:home", _("Inicio"), Permission.SEE_HOME),)),
    Section(
        "portfolio",
        _("Cartera"),
        "users",
        (
            Page("staff:customers", _("Clientes"), Permission.SEE_CUSTOMERS),
            Page("staff:receivables", _("Documentos"), Permission.SEE_CUSTOMERS),
            Page("staff:ageing", _("Antigüedad"), Permission.SEE_CUSTOMERS),
            Page("staff:imports", _("Importar"), Permission.SEE_IMPORTS),
            Page("staff:quality", _("Calidad"), Permission.SEE_CUSTOMERS),
            Page("staff:duplicates", _("Posibles duplicados"), Permission.SEE_DUPLICATES),
        ),
    ),
    Section(
        "plan",
        _("Plan"),
        "route",
        (
            Page("staff:plans", _("Planes"), Permission.SEE_RUNS),
            Page("staff:segments", _("Segmentos"), Permission.SEE_RUNS),
            Page("staff:templates", _("Plantillas"), Permission.SEE_MESSAGES),
            Page("staff:simulate", _("Simular"), Permission.SEE_RUNS),
        ),
    ),
    Section(
        "today",
        _("Hoy"),
        "calendar-event",
        (
            Page("staff:run", _("Corrida"), Permission.SEE_RUNS),
            Page("staff:actions", _("Acciones"), Permission.SEE_RUNS),
            Page("staff:approvals", _("Por aprobar"), Permission.SEE_AUDIT),
            Page("staff:waiting_actions", _("En espera"), Permission.SEE_AUDIT),
            Page("staff:pauses", _("Pausas"), Permission.SEE_RUNS),
        ),
    ),
    Section(
        "work",
        _("Gestión"),
        "headset",
        (
            Page("staff:inbox", _("Mi bandeja"), Permission.SEE_TASKS),
            Page("staff:promises", _("Promesas"), Permission.SEE_CUSTOMERS),
            Page("staff:arrangements", _("Convenios"), Permission.SEE_CUSTOMERS),
            Page("staff:disputes", _("Aclaraciones"), Permission.SEE_CUSTOMERS),
        ),
    ),
    Section(
        "messages",
        _("Mensajes"),
        "messages",
        (
            Page("staff:conversations", _("Conversaciones"), Permission.SEE_MESSAGES),
            Page("staff:messages", _("Envíos"), Permission.SEE_MESSAGES),
            Page("staff:campaigns", _("Campañas"), Permission.SEE_MESSAGES),
        ),
    ),
    Section(
        "payments",
        _("Pagos"),
        "cash",
        (
            Page("staff:payments", _("Recibidos"), Permission.SEE_PAYMENTS),
            Page("staff:waiting", _("Por identificar"), Permission.SEE_PAYMENTS),
            Page("staff:unapplied", _("Por aplicar"), Permission.SEE_PAYMENTS),
            Page("staff:reconciliation", _("Conciliación"), Permission.SEE_PAYMENTS),
        ),
    ),
    Section(
        "compliance",
        _("Cumplimiento"),
        "shield-check",
        (
            Page("staff:refusals", _("Negativas"), Permission.SEE_AUDIT),
            Page("staff:releases", _("Por liberar"), Permission.SEE_AUDIT),
            Page("staff:laws", _("Reglas"), Permission.SEE_AUDIT),
            Page("staff:own_rules", _("Reglas propias"), Permission.SEE_AUDIT),
            Page("staff:law_tester", _("Probador"), Permission.SEE_AUDIT),
            Page("staff:circumstances", _("Circunstancias"), Permission.SEE_CIRCUMSTANCES),
            Page("staff:exclusions", _("Listas de exclusión"), Permission.SEE_LISTS),
            Page("staff:events", _("Bitácora"), Permission.SEE_EVENTS),
            Page("staff:complaints", _("Quejas"), Permission.SEE_PETITIONS),
            Page("staff:requests", _("Solicitudes"), Permission.SEE_PETITIONS),
            Page("staff:evidence", _("Evidencia"), Permission.SEE_AUDIT),
        ),
    ),
    Section(
        "indicators",
        _("Indicadores"),
        "chart-bar",
        (Page("staff:indicators", _("Indicadores"), Permission.SEE_HOME),),
    ),
    Section(
        "settings",
        _("Ajustes"),
        "settings",
        (
            Page("staff:users", _("Usuarios"), Permission.SEE_USERS),
            Page("staff:api_keys", _("Llaves de API"), Permission.MANAGE_KEYS),
            Page("staff:sources", _("Fuentes"), Permission.RUN_SOURCES),
            Page("staff:company", _("Empresa"), Permission.MANAGE_COMPANY),
        ),
    ),
)


def address_of(*, url_name: str) -> str | None:
    """Return the address of a URL name, or nothing when this installation has no such page."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def _is_under(*, path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def shown_sections(
    *,
    visitor: Visitor,
    path: str,
    badges: dict[str, int] | None = None,
    sections: tuple[Section, ...] = SECTIONS,
) -> tuple[ShownSection, ...]:
    """
    List the sections and pages that this person may open, marking where they are.

    `badges` counts what waits at a URL name; zero is not shown.
    """
    waiting = badges or {}
    found: list[tuple[Section, list[tuple[Page, str]]]] = []
    for section in sections:
        pages = [
            (page, url)
            for page in section.pages
            if visitor.can(page.permission) and (url := address_of(url_name=page.url_name))
        ]
        if pages:
            found.append((section, pages))
    # The longest matching address is where we are: /clientes/ must not claim /clientes/importar/.
    urls = [url for _section, pages in found for _page, url in pages]
    here = max((url for url in urls if _is_under(path=path, url=url)), key=len, default=None)
    shown = []
    for section, pages in found:
        entries = tuple(
            Entry(
                label=page.label,
                url=url,
                is_active=url == here,
                badge=waiting.get(page.url_name) or None,
            )
            for page, url in pages
        )
        shown.append(
            ShownSection(
                label=section.label,
                icon=section.icon,
                url=entries[0].url,
                is_active=any(entry.is_active for entry in entries),
                items=entries if len(entries) > 1 or len(section.pages) > 1 else (),
                badge=sum(entry.badge or 0 for entry in entries) or None,
            )
        )
    return tuple(shown)
