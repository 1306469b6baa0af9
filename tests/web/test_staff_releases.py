"""Cumplimiento › Por liberar: who answers, and what is told."""

import pytest
import time_machine
from django.test import Client

from puntual.compliance.models import Review
from puntual.compliance.types import Flag
from puntual.identity.models import User
from puntual.identity.types import Scope
from puntual.outreach.models import Message
from tests.conftest import NOW
from tests.flows.test_releasing import WHY, Mark, marks, waiting
from tests.web.programs import make_program
from tests.web.staffers import read, text_of

__all__ = ["marks"]
PAGE = "/cumplimiento/por-liberar/"


def press(client: Client, decision: str, **more: str) -> str:
    with time_machine.travel(NOW, tick=False):
        answer = client.post(f"{PAGE}contestar/", {"decision": decision, "reason": WHY, **more}, follow=True)
    return text_of(answer)


@pytest.fixture
def page(cast: dict[str, User], marks: Mark) -> Client:
    """Return the browser of the manager, with one message that waits."""
    waiting(NOW)
    client = Client(headers={"host": "muebles.localhost"})
    client.force_login(cast["manager"])
    return client


def test_it_is_shown_with_rule_words_and_history_and_released(page: Client) -> None:
    review, message = Review.objects.get(), Message.objects.get()
    with time_machine.travel(NOW, tick=False):
        listed, one = text_of(page.get(PAGE)), text_of(page.get(f"{PAGE}{review.pk}/"))
    group = f"{review.step_key}|notice-1|EMAIL|X-HARD-P1"

    assert all(word in listed for word in ("Primer aviso", "X-HARD-P1", "Liberar 1 contacto"))
    assert "Todavía nadie le ha contactado." in one
    assert message.text.splitlines()[0] in one
    assert "al menos un contacto" in press(page, "release")
    assert "de 10 a 300 letras" in press(page, "release-all", group=group, reason="va")
    assert "Se liberó 1 contacto" in press(page, "release-all", group=group)
    assert "otra persona contestó" in press(page, "release", review=str(review.pk))


def test_a_changed_law_is_told(page: Client, marks: Mark) -> None:
    marks(flags=frozenset({Flag.HARDSHIP, Flag.TIME_BARRED}))

    assert "la ley ya objeta otra cosa" in press(page, "release", review=str(Review.objects.get().pk))


@pytest.mark.parametrize("role", ["collector", "supervisor", "auditor"])
def test_nobody_else_answers(page: Client, cast: dict[str, User], role: str) -> None:
    page.force_login(cast[role])

    answer = page.post(f"{PAGE}contestar/", {"decision": "release", "reason": WHY, "review": "1"})

    assert (answer.status_code, read("select state from compliance_review")) == (403, [("PENDING",)])


def test_a_program_reads_and_refuses_but_never_releases(page: Client) -> None:
    review = Review.objects.get()
    with time_machine.travel(NOW, tick=False):
        reader, writer = make_program(scope=Scope.READ), make_program()
        found = reader.get("reviews").json()
        body = {"ids": [review.pk, review.pk + 1], "reason": WHY}
        denied = reader.post("reviews/refuse", body).status_code
        done = writer.post("reviews/refuse", body).json()

    assert [one["total"] for one in found["groups"]] == [1]
    assert [(one["id"], one["rules"]) for one in found["reviews"]] == [(review.pk, ["X-HARD-P1"])]
    assert (denied, done) == (403, {"refused": 1, "not_waiting": 1})
    assert read("select state from compliance_review") == [("REFUSED",)]
