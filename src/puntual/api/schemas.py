"""The bodies of calls and answers."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from puntual.agreements.types import PromiseState
from puntual.api.fields import Amount, Currency, Day, Sum, Text, TimeZone
from puntual.contacts.types import Channel, OwnerRole, PointKind
from puntual.payments.types import PaymentMethod, PaymentState
from puntual.plans.types import Outcome
from puntual.portfolio.types import CustomerKind, ReceivableKind

ITEMS_MAX = 1000
LIMIT_MAX = 1000
LIMIT_DEFAULT = 100

ExternalId = Annotated[Text, Field(min_length=1, max_length=80, examples=["C000123"])]
Hour = Annotated[Text, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Attributes = Annotated[
    dict[Annotated[Text, Field(min_length=1, max_length=80)], Annotated[Text, Field(max_length=500)]],
    Field(max_length=100, description="Datos libres, de texto a texto."),
]


class Sent(Schema):
    """What comes in: an unknown name is a mistake, not something to ignore."""

    model_config = ConfigDict(extra="forbid")


class HoursSent(Sent):
    """Hours in which somebody may be contacted, where they are."""

    weekdays: list[Annotated[int, Field(ge=0, le=6)]] = Field(
        min_length=1, max_length=7, description="0 es lunes.", examples=[[0, 1, 2]]
    )
    start: Hour = Field(examples=["18:00"])
    end: Hour = Field(examples=["20:00"])


class Error(Schema):
    """A refusal."""

    code: str
    message: str


class FieldError(Schema):
    """What is wrong with one field."""

    field: str = Field(examples=["customers.0.name"])
    message: str


class Invalid(Error):
    """A refusal that names the fields at fault."""

    errors: list[FieldError] = []


class PageAsked(Sent):
    """Which page of a list."""

    cursor: str = Field("", max_length=60, description="El next_cursor de la página anterior.")
    limit: int = Field(LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)


class CustomersAsked(PageAsked):
    """Which customers."""

    search: Text = Field("", max_length=100)


class OfCustomerAsked(PageAsked):
    """Rows of one customer or of all."""

    customer: Text = Field("", max_length=80, description="Número de cliente; vacío, todos.")


class ReceivablesAsked(OfCustomerAsked):
    """Which receivables."""

    is_open: bool = Field(False, alias="open", description="Solo los que aún deben.")


class PaymentsAsked(OfCustomerAsked):
    """Which payments."""

    since: Day | None = Field(None, description="Fecha valor desde.")
    until: Day | None = Field(None, description="Fecha valor hasta.")


class PromisesAsked(OfCustomerAsked):
    """Which promises."""

    state: PromiseState | None = None


class DecisionsAsked(Sent):
    """Whose decisions, and of which day."""

    customer: ExternalId
    day: Day | None = Field(None, alias="date", description="Hoy, si no se dice.")


class Counts(Schema):
    """What became of what was sent."""

    new: int
    changed: int
    unchanged: int


class ContactIn(Sent):
    """A way to reach somebody around the debt."""

    kind: PointKind
    value: Text = Field(min_length=1, max_length=300, examples=["maria@correo.example"])
    owner_role: OwnerRole = Field(OwnerRole.DEBTOR, description="De quién es el medio de contacto.")
    owner_name: Text = Field("", max_length=200)


class CustomerIn(Sent):
    """A customer. What is left empty stays as it is stored."""

    external_id: ExternalId
    name: Text = Field(min_length=1, max_length=250, examples=["María Hernández López"])
    kind: CustomerKind | None = Field(None, description="Si no se dice, lo dicen el RFC y el nombre.")
    short_name: Text = Field("", max_length=120, examples=["María"], description="Cómo saludarle.")
    tax_id: Text = Field("", max_length=30, examples=["HELM850101AB1"], description="RFC.")
    language: Literal["es-mx", "en", ""] = ""
    time_zone: TimeZone = Field("", max_length=60)
    state: Text = Field("", max_length=60)
    city: Text = Field("", max_length=120)
    postal_code: Text = Field("", max_length=12)
    sector: Text = Field("", max_length=120)
    tags: list[Annotated[Text, Field(min_length=1, max_length=60)]] = Field([], max_length=50)
    attributes: Attributes = Field({})
    contacts: list[ContactIn] = Field([], max_length=20)


class CustomersIn(Sent):
    """Customers to add or change, all or none."""

    customers: list[CustomerIn] = Field(min_length=1, max_length=ITEMS_MAX)


class CustomerOut(Schema):
    """A customer."""

    external_id: str
    name: str
    short_name: str
    kind: CustomerKind
    tax_id: str
    language: str
    time_zone: str
    state: str
    city: str
    sector: str
    tags: list[str]
    attributes: dict[str, str]
    created_at: datetime


class BalanceOut(Schema):
    """What a customer owes in one currency."""

    currency: str
    open_amount: Sum
    overdue_amount: Sum
    receivables: int


class CustomerWithBalance(CustomerOut):
    """A customer with what they owe."""

    payment_reference: str = Field(description="La referencia que pone al transferir.")
    united_external_ids: list[str] = Field(
        description="Otros números de la misma persona o empresa: también con ellos se encuentra."
    )
    balances: list[BalanceOut]


class Page(Schema):
    """A page; `next_cursor` is empty on the last one."""

    next_cursor: str = ""


class CustomerPage(Page):
    """A page of customers."""

    items: list[CustomerOut]


class ReceivableIn(Sent):
    """A document that is owed, found by `key`."""

    key: Text = Field(
        min_length=1, max_length=160, examples=["F-1042"], description="Identidad en su sistema."
    )
    customer: ExternalId
    kind: ReceivableKind = ReceivableKind.INVOICE
    document_number: Text = Field(min_length=1, max_length=80, examples=["F-1042"])
    currency: Currency
    issue_date: Day
    due_date: Day
    amount: Amount
    account: Text = Field("", max_length=80, description="Contrato o cuenta.")
    product: Text = Field("", max_length=120)
    attributes: Attributes = Field({})


class ReceivablesIn(Sent):
    """Receivables to add or change, all or none."""

    receivables: list[ReceivableIn] = Field(min_length=1, max_length=ITEMS_MAX)


class ReceivableOut(Schema):
    """A document and what is still owed on it."""

    key: str
    customer: str
    kind: ReceivableKind
    document_number: str
    account: str
    product: str
    currency: str
    issue_date: Day
    due_date: Day
    original_due_date: Day
    original_amount: Sum
    open_amount: Sum
    attributes: dict[str, str]


class ReceivablePage(Page):
    """A page of receivables."""

    items: list[ReceivableOut]


class PaymentHeaders(Schema):
    """What comes beside a payment."""

    idempotency_key: Text = Field("", max_length=120, alias="Idempotency-Key")


class AllocationIn(Sent):
    """The part of a payment for one document."""

    receivable: Text = Field(min_length=1, max_length=160, description="El key del documento.")
    amount: Amount


class PaymentIn(Sent):
    """Money received; without allocations the oldest due documents of its currency take it."""

    key: Text = Field(
        "", max_length=120, examples=["SPEI-20261127-001"], description="O mándela como Idempotency-Key."
    )
    customer: ExternalId
    amount: Amount
    currency: Currency
    value_date: Day
    method: PaymentMethod = PaymentMethod.TRANSFER
    reference: Text = Field("", max_length=120)
    note: Text = Field("", max_length=300)
    allocations: list[AllocationIn] = Field([], max_length=ITEMS_MAX)


class PaymentOut(Schema):
    """A payment."""

    id: int
    key: str
    customer: str
    amount: Sum
    unapplied_amount: Sum
    currency: str
    value_date: Day
    recorded_at: datetime
    method: PaymentMethod
    reference: str
    state: PaymentState


class PaymentPage(Page):
    """A page of payments."""

    items: list[PaymentOut]


class ReasonOut(Schema):
    """One reason of a decision: a stable code, and a sentence."""

    code: str
    text: str


class DecisionOut(Schema):
    """What was decided for one step of the plan."""

    step: str
    name: str
    outcome: Outcome
    reasons: list[str]
    sentence: str
    next_date: Day | None


class DecisionsOut(Schema):
    """The decisions about one customer in the newest run on or before a day."""

    customer: str
    date: Day
    plan: str
    stage: str
    days_past_due: int
    situation: list[str]
    decisions: list[DecisionOut]


class PromiseOut(Schema):
    """A promise to pay."""

    id: int
    customer: str
    amount: Sum
    paid_amount: Sum
    currency: str
    made_on: Day
    due_date: Day
    state: PromiseState
    channel: Channel


class PromisePage(Page):
    """A page of promises."""

    items: list[PromiseOut]
