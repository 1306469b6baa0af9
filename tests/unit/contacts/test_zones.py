"""In which time zones a debtor may be, by address and telephone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.contacts import rules
from puntual.contacts.data import mexico

CENTRAL, BORDER, MONTERREY = "America/Mexico_City", "America/Matamoros", "America/Monterrey"
CHIHUAHUA, JUAREZ, OJINAGA = "America/Chihuahua", "America/Ciudad_Juarez", "America/Ojinaga"
PACIFIC, BANDERAS = "America/Mazatlan", "America/Bahia_Banderas"
TIJUANA, SONORA, CANCUN, MERIDA = "America/Tijuana", "America/Hermosillo", "America/Cancun", "America/Merida"
WINTER = datetime(2026, 1, 15, 18, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("_case", "given_facts", "expected"),
    [
        ("capital", {"state": "Ciudad de México"}, (CENTRAL,)),
        ("capital, short", {"state": "CDMX"}, (CENTRAL,)),
        ("capital, old name", {"state": "D.F."}, (CENTRAL,)),
        ("Estado de México", {"state": "Edo. Méx."}, (CENTRAL,)),
        ("ISO code", {"state": "MX-JAL"}, (CENTRAL,)),
        ("Baja California", {"state": "Baja California"}, (TIJUANA,)),
        ("Baja California, any town", {"state": "B.C.", "city": "Ensenada"}, (TIJUANA,)),
        ("Baja California, south of it", {"state": "BC", "city": "San Quintín"}, (TIJUANA,)),
        ("Baja California Sur", {"state": "Baja California Sur"}, (PACIFIC,)),
        ("Sinaloa", {"state": "SINALOA"}, (PACIFIC,)),
        ("Sonora", {"state": "Son."}, (SONORA,)),
        ("Quintana Roo", {"state": "Q. Roo"}, (CANCUN,)),
        ("Yucatán", {"state": "yucatan"}, (MERIDA,)),
        ("Chihuahua, town unknown", {"state": "Chihuahua"}, (CHIHUAHUA, JUAREZ, OJINAGA)),
        ("Chihuahua, the city", {"state": "Chih.", "city": "Chihuahua"}, (CHIHUAHUA,)),
        ("Ciudad Juárez", {"state": "Chihuahua", "city": "Ciudad Juárez"}, (JUAREZ,)),
        ("Cd. Juárez", {"state": "CHIH", "city": "Cd. Juarez"}, (JUAREZ,)),
        ("municipality of Juárez", {"state": "CHIH", "city": "Municipio de Juárez"}, (JUAREZ,)),
        ("Ojinaga", {"state": "Chihuahua", "city": "Ojinaga"}, (OJINAGA,)),
        ("Coyame", {"state": "Chihuahua", "city": "Coyame"}, (OJINAGA,)),
        ("Parral", {"state": "Chihuahua", "city": "H. Parral"}, (CHIHUAHUA,)),
        ("Guerrero of Chihuahua is not on the border", {"state": "CHIH", "city": "Guerrero"}, (CHIHUAHUA,)),
        ("Guadalupe of Chihuahua is", {"state": "CHIH", "city": "Guadalupe"}, (JUAREZ,)),
        ("Guadalupe of Nuevo León is not", {"state": "NL", "city": "Guadalupe"}, (MONTERREY,)),
        ("a hamlet nobody lists", {"state": "CHIH", "city": "Samalayuca"}, (CHIHUAHUA, JUAREZ, OJINAGA)),
        ("Piedras Negras", {"state": "Coahuila", "city": "Piedras Negras"}, (BORDER,)),
        ("Ciudad Acuña", {"state": "Coah.", "city": "Cd. Acuña"}, (BORDER,)),
        ("Villa Unión", {"state": "Coahuila de Zaragoza", "city": "Villa Unión"}, (BORDER,)),
        ("Saltillo", {"state": "Coahuila", "city": "Saltillo"}, (MONTERREY,)),
        ("Torreón", {"state": "Coahuila", "city": "TORREÓN"}, (MONTERREY,)),
        ("Matamoros of Coahuila is not on the border", {"state": "COA", "city": "Matamoros"}, (MONTERREY,)),
        ("Matamoros of Tamaulipas is", {"state": "Tamaulipas", "city": "H. Matamoros"}, (BORDER,)),
        ("Nuevo Laredo", {"state": "Tamps.", "city": "Nuevo Laredo"}, (BORDER,)),
        ("Reynosa", {"state": "Tamaulipas", "city": "Reynosa"}, (BORDER,)),
        ("Tampico", {"state": "Tamaulipas", "city": "Tampico"}, (MONTERREY,)),
        ("Ciudad Victoria", {"state": "Tamaulipas", "city": "Cd. Victoria"}, (MONTERREY,)),
        ("Ciudad Madero", {"state": "Tamaulipas", "city": "Ciudad Madero"}, (MONTERREY,)),
        ("Tamaulipas, town unknown", {"state": "Tamaulipas"}, (MONTERREY, BORDER)),
        ("Monterrey", {"state": "Nuevo León", "city": "Monterrey"}, (MONTERREY,)),
        ("San Pedro", {"state": "NL", "city": "San Pedro"}, (MONTERREY,)),
        ("Anáhuac", {"state": "N.L.", "city": "Anáhuac"}, (BORDER,)),
        ("Tepic", {"state": "Nayarit", "city": "Tepic"}, (PACIFIC,)),
        ("Bahía de Banderas", {"state": "Nayarit", "city": "Bahía de Banderas"}, (BANDERAS,)),
        ("Bucerías lies in it", {"state": "Nayarit", "city": "Bucerías"}, (BANDERAS,)),
        ("Nayarit, town unknown", {"state": "Nayarit"}, (PACIFIC, BANDERAS)),
        ("the number narrows a state", {"state": "Chihuahua", "phone": "656 123 4567"}, (JUAREZ,)),
        ("a number from elsewhere narrows nothing", {"state": "NAY", "phone": "5512345678"}, (PACIFIC, BANDERAS)),
        ("the town speaks before the number", {"state": "CHIH", "city": "Delicias", "phone": "6561234567"},
         (CHIHUAHUA,)),
        ("the state speaks before the number", {"state": "Sonora", "phone": "664 123 4567"}, (SONORA,)),
        ("only a number: Tijuana", {"phone": "664 123 4567"}, (TIJUANA,)),
        ("only a number: newer code of Tijuana", {"phone": "663 123 4567"}, (TIJUANA,)),
        ("only a number: Juárez", {"phone": "+526561234567"}, (JUAREZ,)),
        ("only a number: Cancún", {"phone": "998 123 4567"}, (CANCUN,)),
        ("only a number: Hermosillo", {"phone": "662 123 4567"}, (SONORA,)),
        ("only a number: Culiacán", {"phone": "667 123 4567"}, (PACIFIC,)),
        ("only a number: Reynosa", {"phone": "899 123 4567"}, (BORDER,)),
        ("only a number: capital", {"phone": "5512345678"}, (CENTRAL,)),
        ("only a number: Vallarta serves two states", {"phone": "322 123 4567"}, (CENTRAL, BANDERAS)),
        ("a free number says nothing", {"phone": "800 123 4567"}, ()),
        ("a foreign number says nothing", {"phone": "+1 213 373 4253"}, ()),
        ("a broken number says nothing", {"phone": "123"}, ()),
        ("an unknown state leaves the number", {"state": "Texas", "phone": "8991234567"}, (BORDER,)),
        ("nothing", {}, ()),
        ("another country", {"country": "CO", "state": "Sonora"}, ()),
    ],
)  # fmt: skip
def test_zone_candidates(_case: str, given_facts: dict[str, str], expected: tuple[str, ...]) -> None:
    assert rules.zone_candidates(**given_facts) == expected


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        (TIJUANA, -8, -7),
        (JUAREZ, -7, -6),
        (OJINAGA, -6, -5),
        (BORDER, -6, -5),
        (SONORA, -7, -7),
        (PACIFIC, -7, -7),
        (CHIHUAHUA, -6, -6),
        (BANDERAS, -6, -6),
        (CENTRAL, -6, -6),
        (MONTERREY, -6, -6),
        (MERIDA, -6, -6),
        (CANCUN, -5, -5),
    ],
)
def test_the_zone_database_knows_the_law_of_2022(zone: str, winter: int, summer: int) -> None:
    assert WINTER.astimezone(ZoneInfo(zone)).utcoffset() == timedelta(hours=winter)
    assert SUMMER.astimezone(ZoneInfo(zone)).utcoffset() == timedelta(hours=summer)


def test_every_zone_of_the_tables_exists() -> None:
    zones = {zone for zones in mexico.ZONES_OF_STATE.values() for zone in zones}
    zones |= {zone for zones in mexico.ZONES_OF_AREA_CODE.values() for zone in zones}
    zones |= set(mexico.ZONE_OF_MUNICIPALITY.values())

    assert {ZoneInfo(zone).key for zone in zones} == zones


def test_there_are_32_states_and_each_is_found_by_its_name() -> None:
    assert len(mexico.ZONES_OF_STATE) == 32
    assert set(mexico.STATE_CODES.values()) == set(mexico.ZONES_OF_STATE)


def test_no_spelling_names_two_states() -> None:
    spellings = [one for names in mexico._SPELLINGS.values() for one in names]

    assert len(spellings) == len(set(spellings))
    assert all(rules.fold(one) == one for one in spellings)


@pytest.mark.parametrize(
    ("state", "count"), [("CHH", 67), ("COA", 38), ("NLE", 51), ("TAM", 43), ("NAY", 20)]
)
def test_states_with_two_zones_list_every_municipality(state: str, count: int) -> None:
    names = {name for code, name in mexico.ZONE_OF_MUNICIPALITY if code == state}

    # "del nayar" and "nayar" are one municipality.
    assert len(names - {"nayar"}) == count
    assert {mexico.ZONE_OF_MUNICIPALITY[state, name] for name in names} == set(mexico.ZONES_OF_STATE[state])


def test_every_municipality_is_found_as_people_write_it() -> None:
    for (state, name), zone in mexico.ZONE_OF_MUNICIPALITY.items():
        assert rules.zone_candidates(state=state, city=name.title()) == (zone,), (state, name)


def test_every_other_name_leads_to_a_municipality() -> None:
    for (state, _other), name in mexico.NAME_OF_MUNICIPALITY.items():
        assert (state, name) in mexico.ZONE_OF_MUNICIPALITY


@given(
    state=st.one_of(st.sampled_from(sorted(mexico.STATE_CODES)), st.text(max_size=12)),
    city=st.text(max_size=20),
    phone=st.one_of(st.from_regex(r"\A\d{10}\Z"), st.text(max_size=15)),
)
def test_what_is_said_of_a_state_is_always_of_that_state(state: str, city: str, phone: str) -> None:
    zones = rules.zone_candidates(state=state, city=city, phone=phone)
    code = mexico.STATE_CODES.get(rules.fold(state))

    assert code is None or (zones and set(zones) <= set(mexico.ZONES_OF_STATE[code]))
    assert all(ZoneInfo(zone) for zone in zones)
