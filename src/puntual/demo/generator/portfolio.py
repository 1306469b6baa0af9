"""The portfolio as a stream: one customer with everything about it after the other."""

from collections.abc import Iterator
from datetime import date

from puntual.demo.generator.balance import Balance
from puntual.demo.generator.customers import CustomerMaker
from puntual.demo.generator.days import Days
from puntual.demo.generator.disputes import make_disputes
from puntual.demo.generator.draw import Draw, spread_table, weighted
from puntual.demo.generator.history import HistoryMaker
from puntual.demo.generator.payments import PaymentMaker
from puntual.demo.generator.receivables import ReceivableMaker
from puntual.demo.generator.sizes import QUOTA_MAX, Sizes
from puntual.demo.types import Archetype, Customer, CustomerHistory, Sector

DATA_PROBLEM_SHARE = 0.04  # Customers with a fault on purpose: never more than this.

# Dealt like cards, a hundred at a time, so that even a small portfolio holds every kind.
_DECK = weighted(
    {
        Archetype.PUNCTUAL: 33,
        Archetype.EARLY: 12,
        Archetype.SLOW: 20,
        Archetype.SEASONAL: 8,
        Archetype.PROMISE_BREAKER: 7,
        Archetype.CHRONIC: 3,
        Archetype.DISPUTING: 6,
        Archetype.PARTIAL: 8,
        Archetype.SILENT: 3,
    }
)
# Nobody goes on selling on credit to who does not pay.
_BAD = frozenset((Archetype.SILENT, Archetype.CHRONIC, Archetype.PROMISE_BREAKER))
_BAD_QUOTA_MAX = 13
_BUSINESS_SPREAD = spread_table(0.55)
_CONSUMER_SPREAD = spread_table(0.45)
_BUSINESS_FACTOR = 1.15
_CONSUMER_FACTOR = 0.75


def generate(
    *, seed: int, receivables: int, today: date, problem_share: float = DATA_PROBLEM_SHARE
) -> Iterator[CustomerHistory]:
    """
    Yield the customers of a demo portfolio with their receivables, payments and events.

    The same arguments give the same customers on every machine. Nothing of a customer is kept after
    it was yielded, so the memory does not grow with the portfolio.
    """
    if not 0 <= problem_share <= 1:
        raise ValueError("the share of data problems lies between 0 and 1")
    return _stream(Draw(seed=seed), Sizes(receivables=receivables), Days(today=today), today, problem_share)


def _stream(
    draw: Draw, sizes: Sizes, days: Days, today: date, problem_share: float
) -> Iterator[CustomerHistory]:
    customer_maker = CustomerMaker(draw=draw, today=today, problem_share=problem_share)
    receivable_maker = ReceivableMaker(
        draw=draw, days=days, customer_maker=customer_maker, receivables=sizes.receivables
    )
    payment_maker = PaymentMaker(draw=draw, days=days)
    history_maker = HistoryMaker(draw=draw, days=days, worked_share=sizes.worked_share)
    strategic = draw.between(2, max(2, sizes.established // 4)) if sizes.strategic_quota else 0
    balance = Balance(today=days.today)
    deck: list[Archetype] = []
    for index in range(1, sizes.customers + 1):
        new_index = index - sizes.established - 1
        sector: Sector | None = None
        if new_index >= 0:
            archetype = Archetype.NEW
            sector = Sector.SCHOOL if sizes.new_quota(index=new_index) > 2 else None
        elif index == strategic:
            archetype = Archetype.STRATEGIC
        else:
            deck = deck or draw.shuffled(_DECK)
            archetype = deck.pop()
        customer = customer_maker.make(
            index=index,
            customers=sizes.customers,
            archetype=archetype,
            sector=sector,
            consumer_share=sizes.consumer_share,
        )
        quota = _quota(sizes, draw, customer, new_index)
        bought = receivable_maker.make(
            customer=customer, index=index, quota=quota, scale=balance.scale(archetype=archetype)
        )
        disputes = make_disputes(customer=customer, receivables=bought, draw=draw, days=days)
        payments, courses = payment_maker.make(customer=customer, receivables=bought, disputes=disputes)
        balance.add(receivables=bought, courses=courses, currency=customer.currency)
        events = history_maker.make(customer=customer, receivables=bought, courses=courses, disputes=disputes)
        yield CustomerHistory(customer, bought, payments, events)


def _quota(sizes: Sizes, draw: Draw, customer: Customer, new_index: int) -> int:
    """Return how many receivables the customer gets."""
    if new_index >= 0:
        return sizes.new_quota(index=new_index)
    if customer.archetype is Archetype.STRATEGIC:
        return sizes.strategic_quota
    quota_max = _BAD_QUOTA_MAX if customer.archetype in _BAD else QUOTA_MAX
    if customer.sector is Sector.CONSUMER:
        factor = _CONSUMER_FACTOR * draw.factor(_CONSUMER_SPREAD)
    else:
        factor = _BUSINESS_FACTOR * draw.factor(_BUSINESS_SPREAD)
    return sizes.next_quota(factor=factor, quota_max=quota_max)
