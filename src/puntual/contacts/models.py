"""Contact points, consents, attempts and responses of one company."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from puntual.contacts.types import (
    AttemptOutcome,
    Channel,
    CircumstanceKind,
    ConsentDecision,
    Direction,
    ListedBy,
    ListKind,
    OwnerRole,
    PointKind,
    PointState,
    Purpose,
    ResponseKind,
)
from puntual.lib.codes import codes
from puntual.portfolio.models import Customer


class ContactPoint(models.Model):
    """An address of somebody around a debt. PII: value, normalized, owner_name; erased by flows.erasure."""

    # The key below begins with the customer.
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    # Exactly as it came, beside the form that machines use.
    value = models.CharField(max_length=300)
    normalized = models.CharField(max_length=300)
    owner_role = models.CharField(max_length=16)
    owner_name = models.CharField(max_length=200, db_default="")
    source = models.CharField(max_length=80, db_default="")
    state = models.CharField(max_length=10, db_default=PointState.NEW.value)
    state_note = models.CharField(max_length=200, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind", "normalized", "owner_role"], name="contacts_point_once"
            ),
            models.CheckConstraint(name="contacts_point_kind", condition=models.Q(kind__in=codes(PointKind))),
            models.CheckConstraint(
                name="contacts_point_role", condition=models.Q(owner_role__in=codes(OwnerRole))
            ),
            models.CheckConstraint(
                name="contacts_point_state", condition=models.Q(state__in=codes(PointState))
            ),
        ]
        indexes = [models.Index(fields=["kind", "normalized"], name="contacts_point_lookup")]


class PointPast(models.Model):
    """What was known of a contact point until a moment. PII: none."""

    # The index below begins with the point.
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, related_name="pasts", db_index=False
    )
    state = models.CharField(max_length=10)
    until_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="contacts_point_past_state", condition=models.Q(state__in=codes(PointState))
            ),
        ]
        indexes = [models.Index(fields=["contact_point", "until_at"], name="contacts_point_past")]


class Consent(models.Model):
    """What a person said about a channel; the newest is current, older rows stay. PII: note."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10)
    decision = models.CharField(max_length=10)
    source = models.CharField(max_length=80)
    note = models.CharField(max_length=300, db_default="")
    at = models.DateTimeField()
    is_current = models.BooleanField(db_default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "channel"],
                condition=models.Q(is_current=True),
                name="contacts_consent_current",
            ),
            models.CheckConstraint(
                name="contacts_consent_decision", condition=models.Q(decision__in=codes(ConsentDecision))
            ),
            models.CheckConstraint(
                name="contacts_consent_channel", condition=models.Q(channel__in=codes(Channel))
            ),
        ]


class Circumstance(models.Model):
    """
    Something known of a person that stops or changes contact, until it is ended or its last day is over.

    PII: reason, source, lawyer_name, lawyer_contact, end_reason; erased by flows.erasure.
    """

    # The index below begins with the customer.
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16)
    reason = models.CharField(max_length=300)
    source = models.CharField(max_length=80)
    until_date = models.DateField(null=True)
    lawyer_name = models.CharField(max_length=200, db_default="")
    lawyer_contact = models.CharField(max_length=300, db_default="")
    actor_label = models.CharField(max_length=120)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=120, db_default="")
    end_reason = models.CharField(max_length=300, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind"],
                condition=models.Q(ended_at__isnull=True),
                name="contacts_circumstance_open",
            ),
            models.CheckConstraint(
                name="contacts_circumstance_kind", condition=models.Q(kind__in=codes(CircumstanceKind))
            ),
            models.CheckConstraint(
                name="contacts_circumstance_said", condition=~models.Q(reason="") & ~models.Q(source="")
            ),
            models.CheckConstraint(
                name="contacts_circumstance_lawyer",
                condition=models.Q(kind=CircumstanceKind.REPRESENTED.value) & ~models.Q(lawyer_name="")
                | ~models.Q(kind=CircumstanceKind.REPRESENTED.value)
                & models.Q(lawyer_name="", lawyer_contact=""),
            ),
            models.CheckConstraint(
                name="contacts_circumstance_ended",
                condition=models.Q(ended_at__isnull=True, ended_by="", end_reason="")
                | models.Q(ended_at__gte=models.F("at")) & ~models.Q(ended_by=""),
            ),
        ]
        indexes = [models.Index(fields=["customer", "-at"], name="contacts_circumstance_customer")]


class Wish(models.Model):
    """
    How a customer asked to be contacted; the newest is current, older rows stay. PII: note; erased by flows.erasure.

    Without a channel all are liked alike; without days any lawful hour is good.
    """

    # The index below begins with the customer.
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=10, db_default="")
    # Days of the week, 0 is Monday; hours are those where the customer is.
    weekdays = ArrayField(models.SmallIntegerField(), db_default=[])
    starts = models.TimeField(null=True)
    ends = models.TimeField(null=True)
    source = models.CharField(max_length=80)
    note = models.CharField(max_length=300, db_default="")
    actor_label = models.CharField(max_length=120)
    at = models.DateTimeField()
    is_current = models.BooleanField(db_default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(is_current=True), name="contacts_wish_current"
            ),
            models.CheckConstraint(
                name="contacts_wish_channel", condition=models.Q(channel__in=["", *codes(Channel)])
            ),
            models.CheckConstraint(
                name="contacts_wish_hours",
                condition=models.Q(weekdays__len=0, starts__isnull=True, ends__isnull=True)
                | models.Q(
                    weekdays__len__gt=0,
                    weekdays__contained_by=list(range(7)),
                    starts__isnull=False,
                    ends__isnull=False,
                    starts__lt=models.F("ends"),
                ),
            ),
        ]
        indexes = [models.Index(fields=["customer", "-at"], name="contacts_wish_customer")]


class Attempt(models.Model):
    """One contact, outbound or inbound. PII: note; erased by flows.erasure."""

    key = models.CharField(max_length=120, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, related_name="+", null=True)
    channel = models.CharField(max_length=10)
    direction = models.CharField(max_length=10)
    purpose = models.CharField(max_length=12)
    outcome = models.CharField(max_length=12)
    at = models.DateTimeField()
    # When the outcome was learned, where that is later than the attempt: until then it passed as sent.
    outcome_at = models.DateTimeField(null=True)
    note = models.TextField(db_default="")
    actor_label = models.CharField(max_length=120, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="contacts_attempt_channel", condition=models.Q(channel__in=codes(Channel))
            ),
            models.CheckConstraint(
                name="contacts_attempt_direction", condition=models.Q(direction__in=codes(Direction))
            ),
            models.CheckConstraint(
                name="contacts_attempt_purpose", condition=models.Q(purpose__in=codes(Purpose))
            ),
            models.CheckConstraint(
                name="contacts_attempt_outcome", condition=models.Q(outcome__in=codes(AttemptOutcome))
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-at"], name="contacts_attempt_customer"),
            models.Index(fields=["at"], name="contacts_attempt_at"),
        ]


class Reservation(models.Model):
    """
    A place in somebody's budget of contacts that is taken until the contact is recorded or given up. PII: none.

    It counts as a contact until `until`; whoever took it and died leaves no more than that behind.
    """

    # That of the attempt which it becomes.
    key = models.CharField(max_length=120, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10)
    at = models.DateTimeField()
    until = models.DateTimeField()
    actor_label = models.CharField(max_length=120, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="contacts_reservation_channel", condition=models.Q(channel__in=codes(Channel))
            ),
            models.CheckConstraint(
                name="contacts_reservation_ends", condition=models.Q(until__gt=models.F("at"))
            ),
        ]


class Response(models.Model):
    """A reaction of a debtor. PII: note; erased by flows.erasure."""

    key = models.CharField(max_length=120, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="+", null=True)
    channel = models.CharField(max_length=10)
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    note = models.TextField(db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="contacts_response_kind", condition=models.Q(kind__in=codes(ResponseKind))
            ),
        ]
        indexes = [models.Index(fields=["customer", "-at"], name="contacts_response_customer")]


class ExclusionList(models.Model):
    """
    A list of people not to contact. It counts from when it is applied until it is withdrawn, on its days.

    PII: none.
    """

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16)
    from_date = models.DateField()
    until_date = models.DateField(null=True)
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    rows_total = models.IntegerField()
    # The numbers of the first rows of which nothing was understood, and how many there are.
    unread_rows = ArrayField(models.IntegerField(), db_default=[])
    rows_unread = models.IntegerField()
    actor_label = models.CharField(max_length=120)
    at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    applied_by = models.CharField(max_length=120, db_default="")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=120, db_default="")
    withdraw_reason = models.CharField(max_length=300, db_default="")
    # How many customers it was about, and when that was counted; empty while nobody counted.
    matched_customers = models.IntegerField(null=True)
    matched_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="contacts_list_matched",
                condition=models.Q(matched_at__isnull=True, matched_customers__isnull=True)
                | models.Q(matched_at__isnull=False, matched_customers__gte=0),
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(applied_at__isnull=False, withdrawn_at__isnull=True),
                name="contacts_list_in_force",
            ),
            models.CheckConstraint(name="contacts_list_kind", condition=models.Q(kind__in=codes(ListKind))),
            models.CheckConstraint(name="contacts_list_named", condition=~models.Q(name="")),
            models.CheckConstraint(
                name="contacts_list_days",
                condition=models.Q(until_date__isnull=True) | models.Q(until_date__gte=models.F("from_date")),
            ),
            models.CheckConstraint(
                name="contacts_list_withdrawn",
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_by="")
                | models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawn_by=""),
            ),
        ]
        indexes = [models.Index(fields=["-at"], name="contacts_list_newest")]


class Exclusion(models.Model):
    """
    Somebody on a list, as the SHA-256 of their number, address or tax id: who is no customer is not to be read here.

    PII: none.
    """

    # The key below begins with the list.
    of_list = models.ForeignKey(
        ExclusionList, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    kind = models.CharField(max_length=8)
    digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["of_list", "kind", "digest"], name="contacts_exclusion_once"),
            models.CheckConstraint(
                name="contacts_exclusion_kind", condition=models.Q(kind__in=codes(ListedBy))
            ),
        ]
        indexes = [models.Index(fields=["digest", "kind"], name="contacts_exclusion_lookup")]


class ExclusionMatch(models.Model):
    """
    A customer whom a list was about when that was last counted, for pages alone: the gate asks by the hashes.

    PII: none.
    """

    # The keys below begin with the list, and with the customer.
    of_list = models.ForeignKey(ExclusionList, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    # Where it stands on the page, from 1.
    place = models.IntegerField()
    points = models.IntegerField()
    by_tax_id = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["of_list", "place"], name="contacts_match_place"),
            models.UniqueConstraint(fields=["customer", "of_list"], name="contacts_match_once"),
            models.CheckConstraint(
                name="contacts_match_why", condition=models.Q(points__gt=0) | models.Q(by_tax_id=True)
            ),
        ]
