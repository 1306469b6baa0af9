"""Customers, accounts, receivables and the ledger of one company."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Now

from puntual.lib.codes import codes
from puntual.portfolio.types import CustomerKind, EntryKind, ReceivableKind

# How names stand in a list: without capitals and accents, and Ñ between N and O.
_NAME_ORDER = models.Func(
    models.F("name"),
    template=(
        """translate(replace(lower(normalize(%(expressions)s, nfkd) collate "C"), U&'n\\0303', 'n~'),"""
        """ U&'\\0300\\0301\\0302\\0303\\0308\\030A\\030C\\0327', '')"""
    ),
)


class Customer(models.Model):
    """
    Somebody who owes or may owe.

    PII: name, short_name, tax_id, city, attributes, search_text, sort_name; erased by flows.erasure.
    """

    external_id = models.CharField(max_length=80)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=250)
    short_name = models.CharField(max_length=120, db_default="")
    tax_id = models.CharField(max_length=30, db_default="")
    language = models.CharField(max_length=10, db_default="es-mx")
    time_zone = models.CharField(max_length=60, db_default="")
    state = models.CharField(max_length=60, db_default="")
    city = models.CharField(max_length=120, db_default="")
    postal_code = models.CharField(max_length=12, db_default="")
    sector = models.CharField(max_length=120, db_default="")
    tags = ArrayField(models.CharField(max_length=60), db_default=[])
    attributes = models.JSONField(db_default={})
    # Name, number and tax id in small letters without accents: what the search box reads.
    search_text = models.TextField(db_default="")
    sort_name = models.GeneratedField(
        expression=_NAME_ORDER, output_field=models.TextField(db_collation="C"), db_persist=True
    )
    # The customer with whom this one was found to be one person: what is theirs is there, this number still finds it.
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            # Not `unique=True`: that adds a second index, for LIKE, that nothing reads. So for every key.
            models.UniqueConstraint(fields=["external_id"], name="portfolio_customer_once"),
            models.CheckConstraint(
                name="portfolio_customer_kind", condition=models.Q(kind__in=codes(CustomerKind))
            ),
            models.CheckConstraint(name="portfolio_customer_name", condition=~models.Q(name="")),
            models.CheckConstraint(
                name="portfolio_customer_external_id", condition=~models.Q(external_id="")
            ),
            models.CheckConstraint(
                name="portfolio_customer_not_into_itself",
                condition=~models.Q(merged_into=models.F("id")) | models.Q(merged_into__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["tax_id"], name="portfolio_customer_tax_id"),
            models.Index(fields=["sort_name", "id"], name="portfolio_customer_by_name"),
            GinIndex(fields=["tags"], name="portfolio_customer_tags"),
            # Few are united: this is what leaves them out of lists and finds them by their old number.
            models.Index(
                fields=["merged_into"],
                name="portfolio_customer_merged",
                condition=models.Q(merged_into__isnull=False),
            ),
        ]


class Account(models.Model):
    """A contract or account under which receivables are issued. PII: none."""

    # The key below begins with the customer.
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="accounts", db_index=False)
    external_id = models.CharField(max_length=80)
    product = models.CharField(max_length=120, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "external_id"], name="portfolio_account_external_id"),
        ]


class Receivable(models.Model):
    """
    A document that is owed. PII: none.

    `open_amount` is the sum of its ledger entries, kept by the statement that adds them; `updated_at` is never earlier
    than the newest of them.
    """

    key = models.CharField(max_length=160)
    # The indexes below begin with the customer; nothing looks receivables up by account.
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="receivables", db_index=False
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="receivables", null=True, db_index=False
    )
    kind = models.CharField(max_length=12)
    document_number = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    issue_date = models.DateField()
    due_date = models.DateField()
    # The date first agreed: reports of delay use it when a later agreement moved due_date.
    original_due_date = models.DateField()
    promised_date = models.DateField(null=True)
    original_amount = models.DecimalField(max_digits=18, decimal_places=2)
    open_amount = models.DecimalField(max_digits=18, decimal_places=2)
    attributes = models.JSONField(db_default={})
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="portfolio_receivable_once"),
            models.CheckConstraint(
                name="portfolio_receivable_kind", condition=models.Q(kind__in=codes(ReceivableKind))
            ),
            models.CheckConstraint(name="portfolio_receivable_open", condition=models.Q(open_amount__gte=0)),
            models.CheckConstraint(
                name="portfolio_receivable_original", condition=models.Q(original_amount__gt=0)
            ),
            models.CheckConstraint(
                name="portfolio_receivable_currency", condition=models.Q(currency__regex=r"^[A-Z]{3}$")
            ),
        ]
        indexes = [
            models.Index(
                fields=["customer", "due_date"],
                name="portfolio_receivable_open_due",
                condition=models.Q(open_amount__gt=0),
                include=["open_amount", "currency"],
            ),
            models.Index(fields=["customer", "-issue_date"], name="portfolio_receivable_history"),
            models.Index(fields=["document_number"], name="portfolio_receivable_document"),
            # A payment complement names what it pays by the UUID of its CFDI.
            models.Index(
                KeyTextTransform("uuid", "attributes"),
                name="portfolio_receivable_uuid",
                condition=models.Q(attributes__uuid__isnull=False),
            ),
        ]


class ReceivablePast(models.Model):
    """
    The days that a receivable had until a moment, when its source gave it others. PII: none.

    So a past day can be told as it was known then; the amount needs none of this, for the ledger tells it.
    """

    # The index below begins with the receivable.
    receivable = models.ForeignKey(Receivable, on_delete=models.PROTECT, related_name="pasts", db_index=False)
    issue_date = models.DateField()
    due_date = models.DateField()
    until_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["receivable", "until_at"], name="portfolio_receivable_past")]


class LedgerEntry(models.Model):
    """
    One movement of one receivable; append-only by trigger. PII: none.

    `effective_date` is when it was true, `recorded_at` when it was known.
    """

    key = models.CharField(max_length=200)
    receivable = models.ForeignKey(
        Receivable, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    kind = models.CharField(max_length=12)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    currency = models.CharField(max_length=3)
    effective_date = models.DateField()
    recorded_at = models.DateTimeField()
    note = models.CharField(max_length=300, db_default="")
    reverses = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="reversals", null=True, db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="portfolio_entry_once"),
            # Few entries are reversals: the index holds only those.
            models.UniqueConstraint(
                fields=["reverses"],
                name="portfolio_entry_reversed_once",
                condition=models.Q(reverses__isnull=False),
            ),
            models.CheckConstraint(
                name="portfolio_entry_kind", condition=models.Q(kind__in=codes(EntryKind))
            ),
            models.CheckConstraint(name="portfolio_entry_amount", condition=~models.Q(amount=0)),
            models.CheckConstraint(
                name="portfolio_entry_reversal",
                condition=models.Q(kind="REVERSAL", reverses__isnull=False)
                | (~models.Q(kind="REVERSAL") & models.Q(reverses__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["receivable", "effective_date"],
                name="portfolio_entry_as_of",
                include=["amount", "recorded_at"],
            ),
            models.Index(fields=["effective_date", "kind"], name="portfolio_entry_by_day"),
        ]
