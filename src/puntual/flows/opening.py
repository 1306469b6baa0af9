"""
A new company: its schema, its host names, and what it needs for its first working day.

The shipped plan and wording come into force at once; both are versioned data that the company can replace.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from puntual.companies import operations as companies
from puntual.outreach import operations as outreach
from puntual.plans import operations as plans
from puntual.plans import queries as planned

SHIPPED_PLAN = "facturas-mx"


def open_company(
    *,
    schema_name: str,
    name: str,
    hosts: tuple[str, ...],
    settings: Mapping[str, str],
    is_demo: bool = False,
    at: datetime,
) -> int:
    """
    Create a company that can work and return its id.

    Raises: UnableToCreateCompany.
    """
    company_id = companies.create_company(
        schema_name=schema_name, name=name, hosts=hosts, settings=settings, is_demo=is_demo
    )
    with companies.in_company(schema_name=schema_name), transaction.atomic():
        plans.adopt_plan(text=planned.shipped_text(key=SHIPPED_PLAN), at=at)
        outreach.load_templates(at=at)
    return company_id
