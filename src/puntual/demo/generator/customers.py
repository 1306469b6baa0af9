"""Who the customers are: names, tax ids, places and ways to reach them."""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from math import gcd

from puntual.demo.generator import rfc
from puntual.demo.generator.draw import Draw, weighted
from puntual.demo.names import companies, people
from puntual.demo.names.places import PLACES, Place
from puntual.demo.types import Archetype, Customer, DataProblem, Sector

_PLACES_BY_WEIGHT = weighted({place: place.weight for place in PLACES})
_PLACES_BY_REGION = {
    region: weighted({p: p.weight for p in PLACES if p.region == region})
    for region in people.REGIONAL_SURNAMES
}
_PLACE_OF = {(place.state, place.municipality): place for place in PLACES}
_PLACE_BY_TOWN = {place.municipality: place for place in PLACES}  # Benito Juárez: the one of Cancún.
_TOWNS = tuple(_PLACE_BY_TOWN)
_ALL_SURNAMES = tuple(
    (surname, region) for region, surnames in people.REGIONAL_SURNAMES.items() for surname in surnames
) + tuple((surname, "") for surname in people.COMMON_SURNAMES)
_NAME_SPACES = {
    Sector.FURNITURE_STORE: companies.FURNITURE_STORE_NAMES,
    Sector.HOTEL: companies.HOTEL_NAMES,
    Sector.SCHOOL: companies.SCHOOL_NAMES,
    Sector.CONTRACTOR: companies.CONTRACTOR_NAMES,
}
_BUSINESS_SECTORS = weighted(
    {Sector.FURNITURE_STORE: 48, Sector.HOTEL: 18, Sector.SCHOOL: 16, Sector.CONTRACTOR: 18}
)
_PROBLEMS = (DataProblem.NO_EMAIL, DataProblem.WRONG_PHONE, DataProblem.INVALID_TAX_ID)
_GIVEN_NAMES = people.FEMALE_NAMES + people.MALE_NAMES
_REGIONAL_SHARE = 0.34
_PERSON_DOMAINS = ("correo.example", "correo.example", "buzon.example", "mail.example")
_SLUG_WORDS = re.compile(r"[a-z0-9]+")
_SLUG_SKIP = frozenset(("de", "del", "la", "las", "los", "el", "y", "e", "La", "Las", "Los", "El"))
_ASCII = str.maketrans("áéíóúüñ", "aeiouun")
_USD_HOTEL_REGIONS = frozenset(("noroeste", "sureste"))


class CustomerMaker:
    """Makes customers one after another; no two share a number, an e-mail or a trade name."""

    def __init__(self, *, draw: Draw, today: date, problem_share: float) -> None:
        self._draw = draw
        self._today = today
        self._problem_every = max(1, -int(-1 // problem_share)) if problem_share > 0 else 0
        self._problem_at = -1
        self._problems = 0
        self._name_counts: dict[tuple[Sector, int], int] = {}
        self._name_starts: dict[tuple[Sector, int], tuple[int, int]] = {}

    def make(
        self,
        *,
        index: int,
        customers: int,
        archetype: Archetype,
        sector: Sector | None,
        consumer_share: float,
    ) -> Customer:
        """Return the customer of this position, counted from 1."""
        draw = self._draw
        if archetype is Archetype.STRATEGIC:
            sector = Sector.FURNITURE_STORE
        elif sector is None:
            consumer = draw.chance(consumer_share)
            sector = Sector.CONSUMER if consumer else draw.choice(_BUSINESS_SECTORS)
        alone = (
            sector is Sector.FURNITURE_STORE and archetype is not Archetype.STRATEGIC and draw.chance(0.15)
        )
        if sector is Sector.CONSUMER or alone:
            customer = self._person(index, sector, archetype)
        else:
            customer = self._company(index, sector, archetype)
        problem = self._problem(index, customers)
        return self._with_problem(customer, problem) if problem else customer

    def guarantor(self, *, customer: Customer) -> tuple[str, str]:
        """Return the name and phone of somebody who answers for a customer's debt."""
        place = _PLACE_OF[customer.state, customer.municipality]
        given, paternal, maternal = self._person_names(place)
        return f"{given} {paternal} {maternal}", self._phone(place)

    def _person(self, index: int, sector: Sector, archetype: Archetype) -> Customer:
        draw = self._draw
        place = draw.choice(_PLACES_BY_WEIGHT)
        given, paternal, maternal = self._person_names(place)
        born = date.fromordinal(self._today.toordinal() - draw.between(21 * 365, 74 * 365))
        mailbox = f"{_slug(given.split()[0])}.{_slug(paternal)}{index}"
        tags = ["crédito al consumo" if sector is Sector.CONSUMER else "menudeo"]
        if place.is_rural:
            tags.append("rural")
        return Customer(
            number=f"{index:06d}",
            name=f"{given} {paternal} {maternal}",
            short_name=given,
            is_company=False,
            tax_id=rfc.person_tax_id(given_name=given, paternal=paternal, maternal=maternal, born=born),
            language="es",
            email=f"{mailbox}@{draw.choice(_PERSON_DOMAINS)}",
            phone=self._phone(place),
            state=place.state,
            municipality=place.municipality,
            postal_code=self._postal_code(place),
            time_zone=place.time_zone,
            sector=sector,
            tags=tuple(tags),
            currency="MXN",
            archetype=archetype,
            problem=None,
        )

    def _company(self, index: int, sector: Sector, archetype: Archetype) -> Customer:
        draw = self._draw
        strategic = archetype is Archetype.STRATEGIC
        if strategic:
            name, place = companies.STRATEGIC_NAME, self._place_in("sureste")
            legal_form = companies.STRATEGIC_LEGAL_FORM
        else:
            name, place = self._trade_name(sector)
            forms = companies.SCHOOL_LEGAL_FORMS if sector is Sector.SCHOOL else companies.LEGAL_FORMS
            legal_form = draw.choice(forms)
        dollars = sector is Sector.HOTEL and place.region in _USD_HOTEL_REGIONS and draw.chance(0.35)
        english = dollars and draw.chance(0.6)
        contact = draw.choice(people.ENGLISH_NAMES) if english else self._person_names(place)[0]
        founded = date.fromordinal(self._today.toordinal() - draw.between(3 * 365, 38 * 365))
        slug = "-".join([_slug(word) for word in name.split() if word not in _SLUG_SKIP])
        return Customer(
            number=f"{index:06d}",
            name=f"{name}, {legal_form}",
            short_name=contact,
            is_company=True,
            tax_id=rfc.company_tax_id(name=name, incorporated=founded),
            language="en" if english else "es",
            email=f"{draw.choice(companies.MAILBOXES)}@{slug}.example",
            phone=self._phone(place),
            state=place.state,
            municipality=place.municipality,
            postal_code=self._postal_code(place),
            time_zone=place.time_zone,
            sector=sector,
            tags=self._company_tags(sector, place, strategic, dollars),
            currency="USD" if dollars else "MXN",
            archetype=archetype,
            problem=None,
        )

    def _company_tags(self, sector: Sector, place: Place, strategic: bool, dollars: bool) -> tuple[str, ...]:
        tags = []
        if strategic:
            tags.append("estratégico")
        if strategic or (sector is Sector.FURNITURE_STORE and self._draw.chance(0.35)):
            tags.append("mayorista")
        if dollars:
            tags.append("factura en dólares")
        if sector is Sector.CONTRACTOR:
            tags.append("proyecto")
        if place.is_rural:
            tags.append("rural")
        if place.municipality in ("Tijuana", "Juárez", "Nuevo Laredo", "Reynosa", "Nogales", "Mexicali"):
            tags.append("frontera")
        return tuple(tags)

    def _trade_name(self, sector: Sector) -> tuple[str, Place]:
        """
        Return a name that no customer has yet, and a place that fits it.

        Names are numbered: a drawn start and stride walk through all pairs of pattern and root before
        a second surname or a town is added, so that none repeats without remembering them all.
        """
        spaces = _NAME_SPACES[sector]
        chosen = self._draw.between(0, len(spaces) - 1)
        space = spaces[chosen]
        by_surname = not space.roots
        size = len(space.patterns) * (len(_ALL_SURNAMES) if by_surname else len(space.roots))
        key = (sector, chosen)
        if key not in self._name_starts:
            self._name_starts[key] = (self._draw.between(0, size - 1), _stride(size, self._draw))
        start, stride = self._name_starts[key]
        count = self._name_counts.get(key, 0)
        self._name_counts[key] = count + 1
        level, position = divmod(count, size)
        root_index, pattern_index = divmod((start + position * stride) % size, len(space.patterns))
        pattern = space.patterns[pattern_index]
        if by_surname:
            surname, region = _ALL_SURNAMES[root_index]
            if level:
                second, second_region = _ALL_SURNAMES[(root_index + level) % len(_ALL_SURNAMES)]
                surname, region = f"{surname} {second}", region or second_region
            return pattern.format(surname), self._place_in(region)
        root = space.roots[root_index]
        name = pattern.format(root)
        if level:
            towns = tuple(dict.fromkeys(space.towns)) or _TOWNS
            town = towns[(root_index * 7 + level) % len(towns)]
            turn = (level - 1) // len(towns)
            return f"{name} de {town}" + (f" {turn + 1}" if turn else ""), _PLACE_BY_TOWN[town]
        if space.towns:
            return name, _PLACE_BY_TOWN[self._draw.choice(space.towns)]
        return name, self._place_in("")

    def _place_in(self, region: str) -> Place:
        return self._draw.choice(_PLACES_BY_REGION[region] if region else _PLACES_BY_WEIGHT)

    def _person_names(self, place: Place) -> tuple[str, str, str]:
        given = self._draw.choice(_GIVEN_NAMES)
        return given, self._surname(place), self._surname(place)

    def _surname(self, place: Place) -> str:
        random = self._draw.random
        pool: Sequence[str] = people.COMMON_SURNAMES
        if random() < _REGIONAL_SHARE:
            pool = people.REGIONAL_SURNAMES[place.region]
        # The product of two draws leans to the front: the lists begin with the most common surnames.
        return pool[int(random() * random() * len(pool))]

    def _phone(self, place: Place) -> str:
        """
        Return a number of the place's area that nobody can have.

        The Mexican numbering plan gives out no local number that starts with 0.
        """
        digits = str(self._draw.between(10_000_000, 99_999_999))
        return f"{place.area_code} 0{digits[: 5 - len(place.area_code)]} {digits[4:]}"

    def _postal_code(self, place: Place) -> str:
        first, last = place.postal_codes
        return f"{first + 10 * self._draw.between(0, (last - first) // 10):05d}"

    def _problem(self, index: int, customers: int) -> DataProblem | None:
        """Return at most one problem in every full block of customers, so the share is never passed."""
        if not self._problem_every:
            return None
        block, position = divmod(index - 1, self._problem_every)
        if position == 0:
            full = (block + 1) * self._problem_every <= customers
            self._problem_at = self._draw.between(0, self._problem_every - 1) if full else -1
        if position != self._problem_at:
            return None
        self._problems += 1
        return _PROBLEMS[(self._problems - 1) % len(_PROBLEMS)]

    def _with_problem(self, customer: Customer, problem: DataProblem) -> Customer:
        if problem is DataProblem.NO_EMAIL:
            return customer._replace(email="", problem=problem)
        if problem is DataProblem.WRONG_PHONE:
            return customer._replace(phone=customer.phone[:-2], problem=problem)
        return customer._replace(tax_id=rfc.with_wrong_check_digit(customer.tax_id), problem=problem)


@lru_cache(maxsize=4096)
def _slug(text: str) -> str:
    """Return the letters and digits of a word or name as they stand in an address."""
    return "".join(_SLUG_WORDS.findall(text.lower().translate(_ASCII)))


def _stride(size: int, draw: Draw) -> int:
    """Return a drawn step that visits every position of a ring of this size."""
    stride = draw.between(size // 3, size - 1) | 1
    while gcd(stride, size) > 1:
        stride += 2
    return stride
