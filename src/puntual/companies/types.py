"""What other packages may know of a company."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum


class PortalIdentity(StrEnum):
    """
    What a debtor must know before the portal shows anything.

    TAX_ID and LAST_DIGITS name what is asked first; of whom it is not known, the other. TAX_ID_ONLY asks nothing else.
    """

    TAX_ID = "TAX_ID"
    LAST_DIGITS = "LAST_DIGITS"
    TAX_ID_ONLY = "TAX_ID_ONLY"


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """A company as pages, messages and rules see it. PII: none (a firm's public data)."""

    schema_name: str
    name: str
    legal_name: str
    tax_id: str
    country: str
    currency: str
    time_zone: str
    phone: str
    email: str
    office_hours: str
    address: str
    complaint_contact: str
    privacy_url: str
    bank_name: str
    bank_account: str
    portal_identity: PortalIdentity
    base_url: str
    is_demo: bool
    # Up to this many of a hundred open debts a full file may leave out before a person is asked.
    missing_percent_max: int = 10
    # A campaign for more customers than this waits for a second person.
    campaign_alone_max: int = 100
    # The company's own time from which its day is decided.
    run_starts_at: time = time(6)
    # Decisions, and the facts that they used, are kept for so many whole months.
    decisions_kept_months: int = 24


@dataclass(frozen=True, slots=True)
class CompanyChange:
    """What a change of a company's settings changed, by field. PII: none (a firm's public data)."""

    company_id: int
    before: dict[str, str]
    after: dict[str, str]
