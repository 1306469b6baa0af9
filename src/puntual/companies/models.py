"""Companies of this installation: the only tables that all companies share. PII: none (public data of firms)."""

from django.db import models
from django.db.models.functions import Now
from django_tenants.models import DomainMixin, TenantMixin

from puntual.companies.types import PortalIdentity
from puntual.lib.codes import codes


class Company(TenantMixin):
    """One creditor with its own PostgreSQL schema. PII: none."""

    auto_create_schema = True
    auto_drop_schema = False

    name = models.CharField(max_length=120)
    legal_name = models.CharField(max_length=200)
    tax_id = models.CharField(max_length=20, blank=True, default="")
    country = models.CharField(max_length=2, default="MX")
    currency = models.CharField(max_length=3, default="MXN")
    time_zone = models.CharField(max_length=60, default="America/Mexico_City")
    phone = models.CharField(max_length=40, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    office_hours = models.CharField(max_length=120, blank=True, default="")
    address = models.CharField(max_length=300, blank=True, default="")
    complaint_contact = models.CharField(max_length=300, blank=True, default="")
    privacy_url = models.CharField(max_length=300, blank=True, default="")
    bank_name = models.CharField(max_length=80, blank=True, default="")
    bank_account = models.CharField(max_length=40, blank=True, default="")
    portal_identity = models.CharField(max_length=20, default=PortalIdentity.TAX_ID.value)
    base_url = models.CharField(max_length=200, blank=True, default="")
    # Up to this many of a hundred open debts a full file may leave out before a person is asked.
    missing_percent_max = models.CharField(max_length=3, default="10")
    # A campaign for more customers than this waits for a second person.
    campaign_alone_max = models.CharField(max_length=6, default="100")
    # The company's own time from which its day is decided.
    run_starts_at = models.CharField(max_length=5, default="06:00")
    # Decisions, and the facts that they used, are kept for so many whole months.
    decisions_kept_months = models.CharField(max_length=3, default="24")
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="companies_company_portal_identity",
                condition=models.Q(portal_identity__in=codes(PortalIdentity)),
            ),
            models.CheckConstraint(
                name="companies_company_missing_percent",
                condition=models.Q(missing_percent_max__regex=r"^([0-9]{1,2}|100)$"),
            ),
            models.CheckConstraint(
                name="companies_company_campaign_alone",
                condition=models.Q(campaign_alone_max__regex=r"^[0-9]{1,6}$"),
            ),
            models.CheckConstraint(
                name="companies_company_run_starts_at",
                condition=models.Q(run_starts_at__regex=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"),
            ),
            models.CheckConstraint(
                name="companies_company_decisions_kept",
                condition=models.Q(decisions_kept_months__regex=r"^([1-9]|[1-9][0-9]|1[01][0-9]|120)$"),
            ),
            models.CheckConstraint(
                name="companies_company_schema_name",
                condition=models.Q(schema_name__regex=r"^[a-z][a-z0-9_]{0,47}$"),
            ),
        ]


class Domain(DomainMixin):
    """A host name under which a company answers. PII: none."""
