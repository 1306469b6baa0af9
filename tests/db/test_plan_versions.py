"""Versions of plans: who wrote in one, who may approve it, and two hands on them at the same moment."""

from datetime import date, datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from puntual.audit.models import Event
from puntual.audit.types import Actor, ActorKind
from puntual.companies.models import Company
from puntual.flows import governing
from puntual.plans import operations as plans
from puntual.plans.models import PlanVersion
from puntual.plans.operations import DraftChangedMeanwhile, SecondPersonNeeded, UnableToChangeVersion
from tests.committed import together

ANA = Actor(kind=ActorKind.STAFF, id=1, label="Ana")
LUIS = Actor(kind=ActorKind.STAFF, id=2, label="Luis")
EVA = Actor(kind=ActorKind.STAFF, id=3, label="Eva")
PLAN = """
formato: puntual-plan-1
clave: propio
nombre: Propio
etapas:
  - {clave: preventiva, nombre: Preventiva, tipo: preventiva}
segmentos:
  - {clave: todos, nombre: Todos}
estrategias:
  - pasos:
      - {clave: llamada, nombre: Llamada, ancla: atraso, dias: 2, canal: llamada}
"""


def rewritten(*, version_id: int, text: str, actor: Actor, at: datetime) -> None:
    """Write over a draft as it stands."""
    digest = PlanVersion.objects.get(pk=version_id).document_hash
    plans.rewrite_draft(version_id=version_id, text=text, digest=digest, actor=actor, at=at)


def acts_on(version_id: int) -> list[tuple[str, str | None]]:
    """List what was noted about a version, and who did it."""
    found = Event.objects.filter(subject_type="plan-version", subject_id=str(version_id)).order_by("pk")
    return list(found.values_list("action", "actor_label"))


@pytest.mark.feature("PLN-04")
def test_nobody_who_wrote_in_a_draft_approves_it(company: Company, now: datetime) -> None:
    version_id = plans.save_draft(text=PLAN, actor=ANA, at=now)
    rewritten(version_id=version_id, text=PLAN + "# una nota\n", actor=LUIS, at=now)
    plans.submit(version_id=version_id, actor=ANA, at=now)

    for writer in (ANA, LUIS):
        with pytest.raises(SecondPersonNeeded):
            plans.approve(version_id=version_id, actor=writer, at=now)
    plans.approve(version_id=version_id, actor=EVA, at=now)

    assert PlanVersion.objects.get(pk=version_id).approver_id == EVA.id


def test_what_went_back_to_draft_keeps_who_wrote_in_it(company: Company, now: datetime) -> None:
    version_id = plans.save_draft(text=PLAN, actor=ANA, at=now)
    plans.submit(version_id=version_id, actor=ANA, at=now)
    plans.return_to_draft(version_id=version_id, actor=LUIS, at=now)
    rewritten(version_id=version_id, text=PLAN + "# una nota\n", actor=LUIS, at=now)
    plans.submit(version_id=version_id, actor=LUIS, at=now)

    with pytest.raises(SecondPersonNeeded):
        plans.approve(version_id=version_id, actor=ANA, at=now)


def test_the_database_refuses_a_writer_as_the_one_who_approves(company: Company, now: datetime) -> None:
    version_id = plans.save_draft(text=PLAN, actor=ANA, at=now)
    rewritten(version_id=version_id, text=PLAN + "# una nota\n", actor=LUIS, at=now)

    with pytest.raises(IntegrityError, match="plans_version_second_person"), transaction.atomic():
        PlanVersion.objects.filter(pk=version_id).update(approver_id=ANA.id)


def test_a_draft_that_another_wrote_last_is_not_written_over_unasked(company: Company, now: datetime) -> None:
    version_id = plans.save_draft(text=PLAN, actor=ANA, at=now)

    with pytest.raises(DraftChangedMeanwhile, match="Ana"):
        plans.save_draft(text=PLAN.replace("dias: 2", "dias: 9"), actor=LUIS, at=now)

    assert PlanVersion.objects.get(pk=version_id).text == PLAN
    assert acts_on(version_id) == [("draft-plan", "Ana")]


def test_a_draft_written_over_is_noted(company: Company, now: datetime) -> None:
    version_id = plans.save_draft(text=PLAN, actor=ANA, at=now)

    plans.save_draft(text=PLAN.replace("dias: 2", "dias: 4"), actor=ANA, at=now)
    plans.save_draft(text=PLAN.replace("dias: 2", "dias: 9"), replaces=True, actor=LUIS, at=now)
    plans.save_draft(text=PLAN.replace("dias: 2", "dias: 9"), replaces=True, actor=LUIS, at=now)

    assert acts_on(version_id) == [("draft-plan", "Ana"), ("edit-plan", "Ana"), ("edit-plan", "Luis")]
    assert PlanVersion.objects.get(pk=version_id).writer_ids == [ANA.id, LUIS.id]


def test_two_drafts_begun_at_once_leave_one_that_nobody_overwrote(
    committed_company: Company, now: datetime
) -> None:
    texts = [PLAN, PLAN.replace("dias: 2", "dias: 9")]

    hands = together(
        company=committed_company,
        works=[
            partial(governing.begin_draft, text=text, reason="", actor=actor, at=now)
            for text, actor in zip(texts, (ANA, LUIS), strict=True)
        ],
    )

    refused = [hand.error for hand in hands if hand.error is not None]
    assert [type(error) for error in refused] == [UnableToChangeVersion]
    kept = PlanVersion.objects.get()
    assert [hand.result for hand in hands if hand.error is None] == [kept.pk]
    assert acts_on(kept.pk) == [("draft-plan", kept.author_label)]


def test_two_plans_put_in_force_at_once_leave_one_in_force(committed_company: Company, now: datetime) -> None:
    PlanVersion.objects.filter(state="ACTIVE").update(state="RETIRED")
    version_ids = []
    for key in ("uno", "dos"):
        version_id = plans.save_draft(text=PLAN.replace("clave: propio", f"clave: {key}"), actor=ANA, at=now)
        plans.submit(version_id=version_id, actor=ANA, at=now)
        plans.approve(version_id=version_id, actor=LUIS, at=now)
        version_ids.append(version_id)

    hands = together(
        company=committed_company,
        works=[
            partial(governing.activate, version_id=version_id, actor=LUIS, at=now)
            for version_id in version_ids
        ],
    )

    assert [hand.finish() for hand in hands] == [None, None]
    assert sorted(PlanVersion.objects.values_list("state", flat=True)) == ["ACTIVE", "RETIRED"]


def test_two_days_of_a_new_month_begun_at_once_both_have_their_place(
    committed_company: Company, now: datetime
) -> None:
    version_id = plans.adopt_plan(text=PLAN, at=now)
    days = [date(2031, 1, 1) + timedelta(days=offset) for offset in range(4)]

    def begin(day: date) -> None:
        with transaction.atomic():
            plans.start_run(as_of=day, version_id=version_id, at=now)

    hands = together(company=committed_company, works=[partial(begin, day) for day in days])

    assert [hand.finish() for hand in hands] == [None] * 4
