"""Plans and rehearsals over the API: read, checked, compared and tried; a key that only reads starts nothing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from puntual.audit.types import Actor, ActorKind
from puntual.companies.models import Company
from puntual.db import rows
from puntual.flows import daily_run, governing, rehearsal
from puntual.identity.types import Scope
from puntual.outreach import operations as outreach
from puntual.plans import operations as plans
from puntual.plans import queries as planned
from tests import factories
from tests.conftest import NOW, TODAY
from tests.web.programs import Program, make_program, stranger

SHIPPED = planned.shipped_text(key="facturas-mx")
ANA = Actor(kind=ActorKind.STAFF, id=1, label="Ana")


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def reader(company: Company) -> Program:
    """A key that reads, of a company with a plan in force and somebody late."""
    plans.adopt_plan(text=SHIPPED, at=NOW)
    outreach.load_templates(at=NOW)
    factories.make_receivable(customer=factories.make_customer(), due=TODAY - timedelta(days=3))
    return make_program(scope=Scope.READ)


def draft(text: str) -> int:
    """Keep a draft beside the version in force."""
    return governing.begin_draft(text=text, reason="Más firme", actor=ANA, at=NOW)


def counts() -> list[tuple[int]]:
    """Count what asking for a rehearsal writes."""
    return [
        rows.fetch_all(f"select count(*) from {table}")[0]
        for table in ("insights_rehearsal", "public.procrastinate_jobs", "plans_decision", "plans_action")
    ]


@pytest.mark.feature("X-01")
def test_versions_are_listed_read_and_compared(reader: Program) -> None:
    active = planned.active_version()[0]
    draft_id = draft(SHIPPED.replace("ancla: atraso, dias: 10,", "ancla: atraso, dias: 8,"))

    listed = reader.get("plans/versions").json()["items"]
    whole = reader.get(f"plans/versions/{active}").json()
    file = reader.get(f"plans/versions/{active}/file")
    changed = reader.get(f"plans/versions/{draft_id}/changes").json()
    same = reader.get(f"plans/versions/{active}/changes", against=active).json()

    assert [(one["id"], one["state"], one["reason"]) for one in listed] == [
        (draft_id, "DRAFT", "Más firme"),
        (active, "ACTIVE", listed[1]["reason"]),
    ]
    assert (whole["text"], whole["document"]["clave"]) == (SHIPPED, "facturas-mx")
    assert file.content.decode() == SHIPPED
    assert file.headers["Content-Type"].startswith("application/yaml")
    assert changed == {
        "version_id": draft_id,
        "against_id": active,
        "changes": ["Paso «Segundo aviso»: días pasa de 10 a 8."],
    }
    assert same["changes"] == []


@pytest.mark.parametrize(
    ("written", "day"), [("2026-12-01", "2026-12-01"), ("mañana", None), ("[1]", None), ("5", None)]
)
def test_a_draft_is_read_whatever_stands_for_its_first_day(
    reader: Program, written: str, day: str | None
) -> None:
    draft_id = draft(SHIPPED + f"vigente_desde: {written}\n")

    answer = reader.get(f"plans/versions/{draft_id}")

    assert answer.status_code == 200
    assert answer.json()["valid_from"] == day
    assert "against" not in answer.json()


def test_what_is_wrong_with_a_text_is_told_with_its_line(reader: Program) -> None:
    good = reader.post("plans/check", {"text": SHIPPED.replace("\n", "\r\n")})
    bad = reader.post(
        "plans/check", {"text": SHIPPED.replace("ancla: atraso, dias: 3", "ancla: ayer, dias: 3", 1)}
    )
    broken = reader.post("plans/check", {"text": "a: [1"})

    assert good.json() == {"is_valid": True, "faults": []}
    found = bad.json()
    assert (found["is_valid"], len(found["faults"])) == (False, 1)
    fault = found["faults"][0]
    assert (fault["code"], fault["place"]) == ("not-one-of", "estrategias.1.pasos.0.ancla")
    assert SHIPPED.splitlines()[fault["line"] - 1].strip().startswith("- {clave: aviso-1")
    assert "ayer" in fault["message"]
    assert broken.json()["faults"][0]["code"] == "not-yaml"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("plans/versions/999999", 404),
        ("plans/versions/999999/file", 404),
        ("plans/versions/999999/changes", 404),
        ("plans/versions/0", 422),
        ("plans/versions/99999999999999999999", 422),
        ("plans/versions/x", 422),
        ("rehearsals/999999", 404),
        ("rehearsals/0", 422),
    ],
)
def test_what_is_not_there_says_so(reader: Program, path: str, status: int) -> None:
    answer = reader.get(path)

    assert answer.status_code == status
    assert answer.json()["message"]


def test_without_a_plan_in_force_there_is_nothing_to_compare_with_or_to_try(company: Company) -> None:
    program = make_program()

    assert program.get("plans/versions").json() == {"items": []}
    refused = program.post("rehearsals", {"kind": "PREVIEW"})
    assert refused.status_code == 422
    assert refused.json()["message"] == "No hay un plan activo."


def test_a_rehearsal_is_asked_for_handed_over_and_read(reader: Program) -> None:
    writer = make_program()
    before = counts()

    refused = reader.post("rehearsals", {"kind": "PREVIEW"})
    asked = writer.post("rehearsals", {"kind": "PREVIEW"})

    assert (refused.status_code, refused.json()["code"]) == (403, "read-only-key")
    assert asked.status_code == 202, asked.json()
    given = asked.json()
    assert (given["kind"], given["state"], given["asked_by"]) == ("PREVIEW", "WAITING", "API ERP")
    assert [after[0] - earlier[0] for after, earlier in zip(counts(), before, strict=True)] == [1, 1, 0, 0]
    assert reader.get(f"rehearsals/{given['id']}").json()["report"] is None

    rehearsal.carry_out(rehearsal_id=given["id"], today=TODAY, at=NOW, processes=1)

    done = reader.get(f"rehearsals/{given['id']}").json()
    assert (done["state"], done["report"]["acts"]) == ("DONE", 1)
    assert done["limits"]
    assert [one["id"] for one in reader.get("rehearsals").json()["items"]] == [given["id"]]
    assert [after[0] - earlier[0] for after, earlier in zip(counts(), before, strict=True)][2:] == [0, 0]


def test_a_replay_is_started_and_read(reader: Program) -> None:
    daily_run.run_day(today=TODAY - timedelta(days=2), at=NOW - timedelta(days=2))
    writer = make_program()
    body = {"kind": "REPLAY", "version_id": planned.active_version()[0]}
    days = {
        "first": (TODAY - timedelta(days=2)).isoformat(),
        "last": (TODAY - timedelta(days=1)).isoformat(),
    }
    tomorrow = (TODAY + timedelta(days=1)).isoformat()

    asked = writer.post("rehearsals", {**body, **days}).json()
    before = counts()
    future = writer.post("rehearsals", {**body, "first": tomorrow, "last": tomorrow})
    wrong = writer.post("rehearsals", {**body, "first": "ayer"})
    unknown = writer.post("rehearsals", {"kind": "REPLAY", "version_id": 999999, **days})

    assert (asked["first"], asked["last"], asked["state"]) == (days["first"], days["last"], "WAITING")
    assert [one.status_code for one in (future, wrong, unknown)] == [422, 422, 404]
    assert counts() == before
    rehearsal.carry_out(rehearsal_id=asked["id"], today=TODAY, at=NOW, processes=1)
    assert reader.get(f"rehearsals/{asked['id']}").json()["report"]["runs"] == 1


def test_strangers_see_no_plan(reader: Program) -> None:
    for path in ("plans/versions", f"plans/versions/{planned.active_version()[0]}", "rehearsals"):
        assert stranger().get(path).status_code == 401
    assert stranger().post("plans/check", {"text": SHIPPED}).status_code == 401
    assert stranger().post("rehearsals", {"kind": "PREVIEW"}).status_code == 401
