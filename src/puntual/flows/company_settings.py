"""What a company says of itself changes, and who changed it stays known: both or neither."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from puntual.audit import operations as audit
from puntual.audit.types import Actor
from puntual.companies import operations as companies
from puntual.flows import wording

# What messages and the portal say of the company in its own words.
_SAID = ("name", "legal_name", "office_hours", "address", "complaint_contact")


def change_settings(*, schema_name: str, settings: Mapping[str, str], actor: Actor, at: datetime) -> bool:
    """
    Change fields of a company, with its trace in the company's own audit trail; say whether anything changed.

    Raises: NotFound when there is no such company; UnableToCreateCompany for a field or value that cannot be;
    wording.UnlawfulText for a name or words that no message may carry, as those of an authority.
    """
    with transaction.atomic(), companies.in_company(schema_name=schema_name):
        change = companies.update_company(schema_name=schema_name, settings=settings)
        for field in _SAID:
            if field in change.after:
                wording.refuse_unlawful(text=str(change.after[field]), has_second_person=True)
        if change.after:
            audit.record(
                actor=actor,
                action="company-changed",
                subject_type="company",
                subject_id=change.company_id,
                before=dict(change.before),
                after=dict(change.after),
                at=at,
            )
    return bool(change.after)
