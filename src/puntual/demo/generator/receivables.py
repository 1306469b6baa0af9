"""What each customer bought on credit: invoices, monthly instalments and series of notes."""

from puntual.demo.generator.balance import PESOS_PER_DOLLAR
from puntual.demo.generator.customers import CustomerMaker
from puntual.demo.generator.days import HISTORY_DAYS, Days
from puntual.demo.generator.draw import Draw, spread_table
from puntual.demo.types import Archetype, Customer, Receivable, Sector

_TERMS = {
    Sector.FURNITURE_STORE: (15, 30, 30, 45),
    Sector.HOTEL: (30, 45, 60),
    Sector.SCHOOL: (30, 30, 45),
    Sector.CONTRACTOR: (30, 45, 60),
    Sector.CONSUMER: (30,),
}
_MEDIAN_PESOS = {
    Sector.FURNITURE_STORE: 21_000,
    Sector.HOTEL: 46_000,
    Sector.SCHOOL: 30_000,
    Sector.CONTRACTOR: 36_000,
    Sector.CONSUMER: 1_150,
}
_STRATEGIC_PESOS = 150_000
_CUSTOMER_SPREAD = spread_table(0.45)
_INVOICE_SPREAD = spread_table(0.5)
_STRATEGIC_SPREAD = spread_table(0.3)
_PLAN_LENGTHS = (3, 6, 9, 12, 18)
_BILLING_DAYS = (1, 5, 10, 15, 15, 17, 20, 25, 30, 30)
_BILLED_BEFORE = 20
_ANCHOR_EVERY = 22
_NEW_DAYS = 42
_SILENT_DAYS = 188
_SILENT_SIZE = 0.75  # Who fails is rarely among the big ones.
_FIRST_FOLIO = 10_001
_FIRST_CONTRACT = 20_001


class ReceivableMaker:
    """Makes a customer's receivables and numbers the documents in the order of their dates."""

    def __init__(self, *, draw: Draw, days: Days, customer_maker: CustomerMaker, receivables: int) -> None:
        self._draw = draw
        self._days = days
        self._customer_maker = customer_maker
        self._contract = _FIRST_CONTRACT
        self._scale = 1.0
        # Every day has its own range of invoice numbers. Numbers that stay free are cash sales.
        self._folios_per_day = max(23, receivables // HISTORY_DAYS * 2 + 1)
        self._folio_step = _ring_step(self._folios_per_day)
        self._folio_counts = [0] * (HISTORY_DAYS + 1)

    def make(self, *, customer: Customer, index: int, quota: int, scale: float) -> list[Receivable]:
        """Return so many receivables in the order of their due dates; `scale` acts on the amounts."""
        self._scale = scale
        result: list[Receivable] = []
        if customer.sector is Sector.CONSUMER:
            while len(result) < quota:
                result += self._consumer_contract(customer, quota - len(result))
        elif customer.sector is Sector.CONTRACTOR and quota in _PLAN_LENGTHS and self._draw.chance(0.3):
            result = self._notes(customer, quota, "Proyecto a plazos")
        else:
            result = self._invoices(customer, index, quota)
        result.sort(key=_by_due_day)
        return result

    def _invoices(self, customer: Customer, index: int, quota: int) -> list[Receivable]:
        draw, days = self._draw, self._days
        strategic = customer.archetype is Archetype.STRATEGIC
        term = 60 if strategic else draw.choice(_TERMS[customer.sector])
        product = "Cuenta estratégica 60 días" if strategic else f"Crédito comercial {term} días"
        if strategic:
            size: float = _STRATEGIC_PESOS
        else:
            size = _MEDIAN_PESOS[customer.sector] * self._scale * draw.factor(_CUSTOMER_SPREAD)
        spread = _STRATEGIC_SPREAD if strategic else _INVOICE_SPREAD
        contract = f"LC-{customer.number}"
        guarantor, guarantor_phone = self._guarantor(customer, 0.08 if customer.is_company else 0.3)
        first, last = days.first, days.today
        if customer.archetype is Archetype.NEW:
            first = last - _NEW_DAYS
        elif customer.archetype is Archetype.SILENT:
            last -= _SILENT_DAYS + term
            size *= _SILENT_SIZE
        span = last - first
        anchor = _anchor(index, customer.archetype)
        result = []
        for i in range(quota):
            issue = self._selling_day(first + int(span * (i + draw.random()) / quota))
            due = issue + term
            if anchor is not None and i == quota - 1:
                due = days.today + anchor
                issue = days.last_selling[due - term]
            cents = self._invoice_cents(size * draw.factor(spread), customer.currency)
            result.append(
                Receivable(
                    contract, product, "Factura", self._folio(issue), issue, due, cents,
                    guarantor, guarantor_phone,
                )
            )  # fmt: skip
        return result

    def _consumer_contract(self, customer: Customer, quota: int) -> list[Receivable]:
        """Return the receivables of one purchase on credit, at most 18."""
        part = min(quota, _PLAN_LENGTHS[-1])
        if part in _PLAN_LENGTHS and customer.archetype is not Archetype.NEW and self._draw.chance(0.45):
            return self._notes(customer, part, f"Crédito con {part} pagarés")
        return self._instalments(customer, part)

    def _instalments(self, customer: Customer, billed: int) -> list[Receivable]:
        """Return the instalments billed until today; the plan may go on after them."""
        draw, days = self._draw, self._days
        length = next(n for n in _PLAN_LENGTHS if n >= billed)
        day = draw.choice(_BILLING_DAYS)
        last_month = days.this_month + 1
        while days.in_month(last_month, day) - _BILLED_BEFORE > days.today:
            last_month -= 1
        room = max(0, 17 - billed)
        if customer.archetype is Archetype.SILENT:
            last_month -= draw.between(min(7, room), room)
            length = billed
        elif length == billed and customer.archetype is not Archetype.NEW:
            last_month -= draw.between(0, room)
        contract = self._next_contract()
        cents = self._retail_cents(1.0)
        guarantor, guarantor_phone = self._guarantor(customer, 0.3)
        result = []
        for number in range(1, billed + 1):
            due = days.in_month(last_month - billed + number, day)
            result.append(
                Receivable(
                    f"CR-{contract}", f"Crédito a {length} mensualidades", "Mensualidad",
                    f"M-{contract}-{number:02d}", max(days.first, due - _BILLED_BEFORE), due, cents,
                    guarantor, guarantor_phone,
                )
            )  # fmt: skip
        return result

    def _notes(self, customer: Customer, count: int, product: str) -> list[Receivable]:
        """Return a series of notes signed on one day, due month after month, some after today."""
        draw, days = self._draw, self._days
        low, high = days.first, days.today - 4
        if customer.archetype is Archetype.SILENT:
            high = max(low, days.today - _SILENT_DAYS - 31 * count)
        issue = self._selling_day(draw.between(low, high))
        month = days.month_of(issue)
        day = issue - days.in_month(month, 1) + 1
        contract = self._next_contract()
        if customer.sector is Sector.CONSUMER:
            cents = self._retail_cents(1.25)
        else:
            pesos = _MEDIAN_PESOS[customer.sector] * self._scale * draw.factor(_CUSTOMER_SPREAD)
            cents = self._invoice_cents(pesos, customer.currency) // 100 * 100
        guarantor, guarantor_phone = self._guarantor(customer, 0.7)
        return [
            Receivable(
                f"CR-{contract}", product, "Pagaré", f"P-{contract}-{number:02d}", issue,
                days.in_month(month + number, day), cents, guarantor, guarantor_phone,
            )
            for number in range(1, count + 1)
        ]  # fmt: skip

    def _selling_day(self, day: int) -> int:
        moved = self._days.next_selling[day]
        return moved if moved <= self._days.today else self._days.last_selling[day]

    def _invoice_cents(self, pesos: float, currency: str) -> int:
        """Return an amount with 16 % VAT; its net is a multiple of five pesos, or whole dollars."""
        if currency == "USD":
            return max(50, int(pesos / PESOS_PER_DOLLAR)) * 116
        return max(100, int(pesos / 5)) * 5 * 116

    def _retail_cents(self, scale: float) -> int:
        """Return a price as shops write it: it ends in 9 pesos."""
        pesos = _MEDIAN_PESOS[Sector.CONSUMER] * scale * self._draw.factor(_CUSTOMER_SPREAD)
        return (max(39, int(pesos) // 10) * 10 + 9) * 100

    def _guarantor(self, customer: Customer, share: float) -> tuple[str, str]:
        if not self._draw.chance(share):
            return "", ""
        return self._customer_maker.guarantor(customer=customer)

    def _next_contract(self) -> int:
        self._contract += 1
        return self._contract - 1

    def _folio(self, issue_day: int) -> str:
        day = issue_day - self._days.first
        count = self._folio_counts[day]
        self._folio_counts[day] = count + 1
        overflow, position = divmod(count, self._folios_per_day)
        number = day * self._folios_per_day + position * self._folio_step % self._folios_per_day
        return f"{_series(overflow)}-{_FIRST_FOLIO + number}"


def _anchor(index: int, archetype: Archetype) -> int | None:
    """Return how many days from today the last invoice of some customers is due: today or in a week."""
    if archetype in (Archetype.SILENT, Archetype.NEW, Archetype.CHRONIC):
        return None
    return {3: 0, 14: 7}.get(index % _ANCHOR_EVERY)


def _series(overflow: int) -> str:
    """Return the series of an invoice: A, then B when a day has more invoices than numbers, and so on."""
    letters = "ABCDEFGHIJKLNOQRSTUVWXYZ"  # M and P are instalments and notes.
    return letters[overflow] if overflow < len(letters) else f"Z{overflow}"


def _ring_step(size: int) -> int:
    """Return a step of about 0.38 of a ring that visits every position."""
    step = size * 38 // 100 or 1
    while any(step % d == 0 and size % d == 0 for d in range(2, step + 1)):
        step += 1
    return step


def _by_due_day(receivable: Receivable) -> int:
    return receivable.due_day
