"""May anything leave at all? What the company and the installation need before a message goes out."""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from puntual.companies import queries as companies
from puntual.companies.types import CompanyFacts
from puntual.compliance import queries as law
from puntual.compliance.types import Content
from puntual.outreach.types import Refusal


class Need(StrEnum):
    """What else than the law's contents every message needs."""

    SENDER = "SENDER"
    SERVER = "SERVER"


WORDS: dict[Content | Need, str | Promise] = {
    Content.CREDITOR: lazy("la razón social"),
    Content.ADDRESS: lazy("el domicilio"),
    Content.CONTACT: lazy("un teléfono o correo de atención"),
    Content.PAYMENT: lazy("la CLABE a la que se paga"),
    Content.COMPLAINTS: lazy("la unidad de quejas"),
    Need.SENDER: lazy("el correo de atención, que es el remitente"),
    Need.SERVER: lazy("el servidor de correo (EMAIL_URL)"),
}


def missing_of(*, company: CompanyFacts) -> tuple[Content | Need, ...]:
    """Name what a company lacks before any message of it may leave."""
    try:
        contents = law.missing_contents(company=company)
    except law.UnknownCountry:
        # Every contact there is refused one by one, with that as its reason.
        contents = ()
    sender = () if "@" in company.email else (Need.SENDER,)
    return (*contents, *sender)


def missing_now() -> tuple[Content | Need, ...]:
    """Name what keeps the messages of the company of this connection from leaving; the server counts too."""
    found = missing_of(company=companies.current_company(base_url=settings.BASE_URL))
    return found if settings.EMAIL_SERVER else (*found, Need.SERVER)


@dataclass(frozen=True, slots=True)
class Stop:
    """Why nothing leaves, for pages: the words, and who can mend it."""

    words: str
    is_of_company: bool
    is_of_installation: bool


def stop_now() -> Stop | None:
    """Say why no message of the company of this connection leaves, or None when they do."""
    missing = missing_now()
    if not missing:
        return None
    return Stop(
        words=in_words(missing=missing),
        is_of_company=any(one is not Need.SERVER for one in missing),
        is_of_installation=Need.SERVER in missing,
    )


def reason_of(*, missing: tuple[Content | Need, ...]) -> str:
    """Write what is missing as the reason that a message keeps."""
    return f"{Refusal.COMPANY_INCOMPLETE.value}:{','.join(missing)}"


def words_of_reason(*, reason: str) -> str:
    """Say what a stored reason names as missing."""
    known = {str(one.value): one for one in WORDS}
    codes = reason.partition(":")[2].split(",")
    return in_words(missing=tuple(known[code] for code in codes if code in known))


def in_words(*, missing: tuple[Content | Need, ...]) -> str:
    """Say what is missing as a list within a sentence."""
    return ", ".join(str(WORDS[one]) for one in missing)
