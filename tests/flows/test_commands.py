"""The `puntual` command as operators use it: sentences for people, JSON for programs, 1 for a refusal."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
import time_machine
from babel.messages import pofile
from babel.messages.extract import extract
from click.testing import CliRunner, Result

from puntual import web
from puntual.audit.types import SYSTEM
from puntual.cli.main import COMMANDS, main
from puntual.companies.models import Company
from puntual.companies.queries import schema_names
from puntual.db import rows
from puntual.flows import daily_run
from puntual.flows.opening import open_company
from puntual.identity import queries as identity
from puntual.identity.models import User
from puntual.outreach import operations as outreach
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from puntual.portfolio.models import Receivable
from tests.factories import make_customer, make_receivable

Puntual = Callable[..., Result]


@pytest.fixture
def puntual(company: Company, now: datetime) -> Puntual:
    """Run a command in the test's database at the test's moment."""

    def run(*arguments: str) -> Result:
        with time_machine.travel(now, tick=False):
            return CliRunner().invoke(main, arguments, catch_exceptions=False)

    return run


@pytest.fixture
def plan(company: Company, now: datetime) -> None:
    """Put the shipped plan and wording in force."""
    plans.adopt_plan(text=planned.shipped_text(key="facturas-mx"), at=now)
    outreach.load_templates(at=now)


def document(result: Result) -> object:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_help_lists_every_command_with_its_purpose() -> None:
    result = CliRunner().invoke(main, ["--help"])

    assert result.exit_code == 0
    for name, entry in COMMANDS.items():
        assert f"  {name} " in result.output
        assert entry.purpose.split()[0] in result.output


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in {"demo", "manage"}])
def test_every_command_explains_itself_and_knows_json(name: str, puntual: Puntual) -> None:
    result = puntual(name, "--help")

    assert result.exit_code == 0
    if "COMANDO" not in result.output.splitlines()[0]:
        assert "--json" in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("inventado",), "Error: No existe el comando 'inventado'."),
        (("explain",), "Uso: main explain [OPCIONES] CLIENTE"),
        (("explain",), "Falta el argumento 'CLIENTE'."),
        (("serve", "--port", "abc"), "Valor no válido en '--port': 'abc' no es un número válido."),
        (("serve", "--prt", "1"), "No existe la opción '--prt'. ¿Quiso decir '--port'?"),
        (("user", "create", "a@b.example", "--role", "jefe"), "'jefe' no es uno de 'owner', 'manager'"),
        (("import", "no-hay.csv"), "Valor no válido en 'ARCHIVO': No existe:"),
    ],
)
def test_a_mistake_is_told_in_spanish(puntual: Puntual, arguments: tuple[str, ...], words: str) -> None:
    result = puntual(*arguments)

    assert result.exit_code == 2
    assert words in result.output
    for english in ("Usage", "Options", "Try ", "Invalid", "Missing", "No such"):
        assert english not in result.output


def test_all_that_click_says_has_our_words() -> None:
    asked = {
        wording
        for place in Path(click.__file__).parent.glob("*.py")
        for _line, wording, _comments, _context in extract(
            "python", io.BytesIO(place.read_bytes()), keywords={"_": None, "ngettext": (1, 2)}
        )
    }
    with (Path(web.__file__).parent / "locale" / "es_MX" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        told = {message.id for message in pofile.read_po(file) if message.id}

    assert told - asked == set()


def test_production_without_its_settings_is_not_migrated(
    puntual: Puntual, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MODE, settings.SECRET_KEY, settings.EMAIL_URL = "production", "corta", ""

    def never(*_arguments: object, **_options: object) -> None:
        raise AssertionError

    monkeypatch.setattr("puntual.cli.upkeep.call_command", never)
    result = puntual("migrate")

    assert result.exit_code == 1
    assert "puntual.E002: PUNTUAL_SECRET_KEY falta o es demasiado débil." in result.output


def test_a_day_is_decided_once_and_explained(puntual: Puntual, plan: None, today, now: datetime) -> None:
    customer = make_customer(name="Comercial del Bajío", external_id="000123")
    make_receivable(customer=customer, due=today - timedelta(days=3))

    first = document(puntual("run-day", "--company", "muebles", "--json"))
    second = document(puntual("run-day", "--company", "muebles", "--json"))
    told = puntual("explain", "000123", "--company", "muebles")
    explained = document(puntual("explain", "000123", "--company", "muebles", "--json"))

    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert isinstance(explained, dict)
    assert first["as_of"] == str(today)
    decided = rows.fetch_all("select count(*) from plans_decided")[0][0]
    assert first["new_decisions"] == first["decisions"] == decided > 0
    assert (second["decisions"], second["new_decisions"], second["new_actions"]) == (first["decisions"], 0, 0)
    assert "Comercial del Bajío (000123)" in told.output
    assert told.output.count("Primer aviso, cordial") == 1
    assert explained["external_id"] == "000123"
    assert len(explained["steps"]) == first["steps"]


def test_a_day_to_come_is_explained_by_the_newest_run_and_says_so(
    puntual: Puntual, plan: None, today, now: datetime
) -> None:
    customer = make_customer(external_id="000123")
    make_receivable(customer=customer, due=today - timedelta(days=3))
    puntual("run-day", "--company", "muebles")
    ahead = str(today + timedelta(days=5))

    told = puntual("explain", "000123", "--company", "muebles", "--date", ahead)
    explained = document(puntual("explain", "000123", "--company", "muebles", "--date", ahead, "--json"))
    own = document(puntual("explain", "000123", "--company", "muebles", "--json"))

    note = (
        "El sábado, 28 de noviembre de 2026 todavía no llega y nada se ha decidido para ese día: "
        "se muestra la corrida más reciente, del lunes, 23 de noviembre de 2026."
    )
    assert note in told.output
    assert isinstance(explained, dict)
    assert isinstance(own, dict)
    assert (explained["as_of"], explained["asked_on"], explained["is_ahead"]) == (str(today), ahead, True)
    assert explained["note"] == note
    assert (own["is_ahead"], own["note"]) == (False, "")


def test_a_past_day_can_be_decided_by_its_date(puntual: Puntual, plan: None) -> None:
    make_customer()

    found = document(puntual("run-day", "--date", "2026-11-19", "--company", "muebles", "--json"))

    assert isinstance(found, dict)
    assert found["as_of"] == "2026-11-19"


def test_a_day_to_come_is_not_decided(puntual: Puntual, plan: None, today, now: datetime) -> None:
    customer = make_customer()
    make_receivable(customer=customer, due=today - timedelta(days=3))
    document(puntual("run-day", "--company", "muebles", "--json"))
    before = rows.fetch_all("select * from assessment_customerstate")

    refused = puntual("run-day", "--date", "2027-01-15", "--company", "muebles")
    # In the evening it is tomorrow already where the clocks of computers are set.
    with time_machine.travel(datetime(2026, 11, 24, 3, 0, tzinfo=UTC), tick=False):
        at_night = CliRunner().invoke(main, ["run-day", "--date", "2026-11-24", "--company", "muebles"])

    assert (refused.exit_code, at_night.exit_code) == (1, 1)
    assert rows.fetch_all("select as_of from plans_run") == [(today,)]
    assert rows.fetch_all("select * from assessment_customerstate") == before


@pytest.mark.parametrize(
    ("_case", "arguments", "code", "words"),
    [
        ("no customer", ("explain", "X", "--company", "muebles"), "not-found", "No existe el cliente"),
        ("no company", ("run-day", "--company", "inexistente"), "not-found", "No existe la empresa"),
        ("several companies", ("run-day",), "unclear-company", "--company"),
        (
            "a day to come",
            ("run-day", "--date", "2026-11-24", "--company", "muebles"),
            "day-to-come",
            "El día 2026-11-24 todavía no llega: en la empresa hoy es 2026-11-23",
        ),
        ("no mail server", ("dispatch", "--company", "muebles"), "no-mail-server", "EMAIL_URL"),
        ("no second key", ("company", "erase", "muebles"), "unconfirmed-erasure", "--confirm muebles"),
        (
            "no such key",
            ("api-key", "revoke", "0", "--company", "muebles"),
            "not-found",
            "No existe esa llave",
        ),
        (
            "taken e-mail",
            ("user", "create", "owner@muebles.example", "--role", "OWNER", "--company", "muebles"),
            "unable-to-save-user",
            "Ya hay una persona",
        ),
        (
            "weak password",
            (
                "user",
                "create",
                "eva@muebles.example",
                "--role",
                "OWNER",
                "--password",
                "corta",
                "--company",
                "muebles",
            ),
            "unable-to-save-user",
            "muy corta",
        ),
        (
            "bad company key",
            ("company", "create", "Mala", "--name", "X"),
            "unable-to-create-company",
            "clave",
        ),
    ],
)
def test_a_refusal_is_told_and_nothing_is_printed_as_a_result(
    _case: str, arguments: tuple[str, ...], code: str, words: str, puntual: Puntual
) -> None:
    told = puntual(*arguments)
    told_to_a_program = puntual(*arguments, "--json")

    assert (told.exit_code, told_to_a_program.exit_code) == (1, 1)
    assert words in told.stderr
    assert told.stdout == told_to_a_program.stdout == ""
    assert json.loads(told_to_a_program.stderr)["error"]["code"] == code


def test_staff_and_keys_are_made_and_revoked(puntual: Puntual) -> None:
    made = document(
        puntual(
            "user", "create", "ana@muebles.example", "--role", "collector", "--company", "muebles", "--json"
        )
    )
    key = document(puntual("api-key", "create", "--label", "ERP", "--company", "muebles", "--json"))
    assert isinstance(made, dict)
    assert isinstance(key, dict)
    live = identity.api_key_of(presented=key["key"])
    assert live is not None
    listed = puntual("api-key", "list", "--company", "muebles")
    revoked = puntual("api-key", "revoke", str(live.pk), "--company", "muebles")

    assert User.objects.get(pk=made["id"]).role == "COLLECTOR"
    assert "ERP" in listed.output
    assert key["key"] not in listed.output
    assert revoked.exit_code == 0
    assert identity.api_key_of(presented=key["key"]) is None


def test_companies_are_listed_and_erased_when_the_key_is_said_twice(puntual: Puntual) -> None:
    listed = document(puntual("company", "list", "--json"))

    erased = puntual("company", "erase", "ferreteria", "--confirm", "ferreteria")

    assert isinstance(listed, list)
    assert [row["schema_name"] for row in listed] == ["muebles", "ferreteria"]
    assert erased.exit_code == 0
    assert schema_names() == ["muebles"]


def test_a_new_company_can_decide_its_first_day(puntual: Puntual, now: datetime) -> None:
    made = puntual(
        "company", "create", "panaderia", "--name", "La Espiga", "--host", "pan.localhost",
        "--set", "email=pan@panaderia.example", "--set", "time_zone=America/Tijuana",
    )  # fmt: skip
    day = document(puntual("run-day", "--company", "panaderia", "--json"))

    assert made.exit_code == 0, made.output
    assert isinstance(day, dict)
    assert (day["customers"], day["decisions"]) == (0, 0)
    assert day["steps"] > 0


def test_the_check_finds_a_balance_that_is_not_the_sum_of_its_entries(puntual: Puntual, today) -> None:
    receivable = make_receivable(customer=make_customer(), due=today)
    sound = puntual("check", "--company", "muebles", "--json")

    Receivable.objects.filter(pk=receivable.pk).update(open_amount="1.00")
    broken = puntual("check", "--company", "muebles", "--json")

    assert sound.exit_code == 0, sound.output
    assert broken.exit_code == 1
    assert len(json.loads(broken.stdout)["mismatches"]["muebles"]) == 1


def test_a_customer_is_forgotten_when_the_number_is_said_twice(puntual: Puntual) -> None:
    customer = make_customer(name="Persona por Olvidar", external_id="C-9")
    once = puntual("erase-customer", "C-9", "--company", "muebles")
    unknown = puntual("erase-customer", "C-0", "--confirm", "C-0", "--company", "muebles")
    customer.refresh_from_db()
    before = customer.name

    twice = puntual("erase-customer", "C-9", "--confirm", "C-9", "--company", "muebles")

    customer.refresh_from_db()
    assert (once.exit_code, unknown.exit_code, twice.exit_code) == (1, 1, 0)
    assert before == "Persona por Olvidar"
    assert customer.name != before


def test_a_database_without_its_tables_is_told_how_to_get_them(puntual: Puntual) -> None:
    rows.execute("alter table public.companies_domain rename to companies_elsewhere")

    result = puntual("company", "list")

    assert result.exit_code == 1
    assert "puntual migrate" in result.stderr


def test_opening_a_company_writes_nothing_when_it_is_refused(company: Company, now: datetime) -> None:
    before = schema_names()

    with pytest.raises(Exception, match="Ya existe"):
        open_company(schema_name="muebles", name="Otra", hosts=(), settings={}, at=now)

    assert schema_names() == before
    assert SYSTEM.label == "Puntual"


@pytest.fixture
def late(plan: None, today, now: datetime) -> None:
    """Have two customers late for whom the plan has nothing today, as a run saw them."""
    for _number in range(2):
        make_receivable(customer=make_customer(), due=today - timedelta(days=1))
    daily_run.run_day(today=today, at=now)


CAMPAIGN = ("--name", "Buen Fin", "--condition", '["dias_de_atraso", ">=", 1]', "--template", "notice-1")
MANAGER = ("--as", "manager@muebles.example", "--company", "muebles", "--json")


def test_a_campaign_is_previewed_launched_listed_and_stopped(puntual: Puntual, late: None) -> None:
    shown = document(puntual("campaign", "preview", *CAMPAIGN, *MANAGER))
    assert isinstance(shown, dict)
    assert (shown["customers"], shown["acting"], shown["needs_approval"]) == (2, 2, False)
    assert rows.fetch_all("select count(*) from plans_campaign") == [(0,)]

    launched = document(puntual("campaign", "launch", *CAMPAIGN, "--key", "fin-2026", *MANAGER))
    assert isinstance(launched, dict)
    assert (launched["state"], launched["planned"]) == ("LAUNCHED", 2)
    assert document(puntual("campaign", "launch", *CAMPAIGN, "--key", "fin-2026", *MANAGER)) == launched
    listed = puntual("campaign", "list", "--company", "muebles")
    assert "Buen Fin, Lanzada: 2 planeadas, 2 en espera, 0 hechas" in listed.output
    again = document(puntual("campaign", "preview", *CAMPAIGN, *MANAGER))
    assert isinstance(again, dict)
    assert again["acting"] == 0

    stopped = document(puntual("campaign", "stop", str(launched["campaign"]), "--note", "Error", *MANAGER))
    assert stopped == {"stopped": 2, "too_late": 0}
    assert rows.fetch_all("select distinct state from plans_action") == [("CANCELLED",)]


def test_a_campaign_for_many_waits_for_a_second_person_also_by_command(
    puntual: Puntual, late: None, company: Company
) -> None:
    Company.objects.filter(pk=company.pk).update(campaign_alone_max="1")

    asked = document(puntual("campaign", "launch", *CAMPAIGN, *MANAGER))
    assert isinstance(asked, dict)
    assert (asked["state"], asked["planned"]) == ("PROPOSED", 0)
    number = str(asked["campaign"])
    own = puntual("campaign", "approve", number, *MANAGER)
    assert json.loads(own.stderr)["error"]["code"] == "second-person-needed"
    other = puntual("campaign", "approve", number, "--as", "owner@muebles.example", *MANAGER[2:])
    assert document(other) == {"campaign": asked["campaign"], "planned": 2}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (("--as", "collector@muebles.example"), "not-allowed"),
        (("--as", "nadie@muebles.example"), "not-found"),
        (("--condition", "mal"), "unable-to-campaign"),
        (("--condition", '["no_existe", ">=", 1]'), "unable-to-campaign"),
        (("--segment", "nuevo"), "unable-to-campaign"),
        (("--condition", "", "--segment", "no-existe"), "unable-to-campaign"),
        (("--template", "no-existe"), "unable-to-campaign"),
        (("--template", ""), "unable-to-campaign"),
        (("--channel", "CALL", "--team", "no-existe"), "unable-to-campaign"),
        (("--day", "2026-11-22"), "unable-to-campaign"),
        (("--day", "2027-01-22"), "unable-to-campaign"),
        (("--name", " "), "unable-to-campaign"),
    ],
)
@pytest.mark.parametrize("act", ["preview", "launch"])
def test_a_campaign_is_refused_as_on_its_page(
    puntual: Puntual, late: None, act: str, changed: tuple[str, ...], code: str
) -> None:
    refused = puntual("campaign", act, *CAMPAIGN, *MANAGER, *changed)

    assert refused.exit_code == 1
    assert json.loads(refused.stderr)["error"]["code"] == code
    assert rows.fetch_all("select count(*) from plans_campaign") == [(0,)]


def test_texts_are_read_one_a_line_and_answered_in_order() -> None:
    given = "Irá a la cárcel\n\nSu pago vence hoy.\r\nÚltima oportunidad\n\ufeff\x00".encode() + b"\xff"

    result = CliRunner().invoke(main, ["compliance", "text", "--country", "mx", "--json"], input=given)

    assert result.exit_code == 0
    answers = json.loads(result.stdout)
    assert [(one["text"], one["categories"], one["decision"]) for one in answers[:3]] == [
        ("Irá a la cárcel", ["C-JAIL"], "block"),
        ("Su pago vence hoy.", [], "allow"),
        ("Última oportunidad", ["C-URGENCY"], "review"),
    ]
    (found,) = answers[0]["findings"]
    assert (found["excerpt"], found["start"], found["end"]) == ("cárcel", 9, 15)
    assert len(answers) == 4
    said = CliRunner().invoke(main, ["compliance", "text", "--country", "MX"], input=given).stdout
    assert said.splitlines()[0] == "no se puede  C-JAIL  Irá a la cárcel"


def test_texts_of_a_country_without_rules_are_refused() -> None:
    result = CliRunner().invoke(main, ["compliance", "text", "--country", "ZZ"], input="Hola")

    assert result.exit_code == 2
    assert "'ZZ' no es uno de" in result.stderr
