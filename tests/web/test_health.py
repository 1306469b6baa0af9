"""What load balancers and Prometheus ask."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from structlog.testing import capture_logs

from puntual.companies.models import Company
from puntual.db import rows


def test_the_process_says_that_it_lives_without_asking_the_database(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_a_migrated_database_is_ready(client: Client) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_an_unreachable_database_is_not_ready(client: Client) -> None:
    with patch("puntual.web.health.MigrationExecutor", side_effect=OperationalError):
        answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")


@pytest.mark.django_db
def test_a_database_with_waiting_migrations_is_not_ready(client: Client) -> None:
    with patch("puntual.web.health.MigrationExecutor") as executor:
        executor.return_value.migration_plan.return_value = [("portfolio.0009", False)]
        answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["database"]) == (503, "not-migrated")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
@pytest.mark.django_db
def test_health_answers_only_to_reading(path: str, client: Client) -> None:
    assert client.post(path).status_code == 405


def test_metrics_count_requests_by_route_and_never_by_address(client: Client, company: Company) -> None:
    client.get("/p/un-enlace-secreto/", headers={"host": "muebles.localhost"})

    answer = client.get("/metrics")

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "puntual_requests_total" in text
    assert "un-enlace-secreto" not in text


@pytest.mark.parametrize(
    ("_case", "authorization", "status"),
    [
        ("nothing", None, 403),
        ("a wrong word", "Bearer otra", 403),
        ("not ASCII", "Bearer ñandú", 403),
        ("the word", "Bearer palabra-clave", 200),
    ],
)
def test_metrics_ask_for_their_word_when_there_is_one(
    _case: str, authorization: str | None, status: int, client: Client, settings: Settings
) -> None:
    settings.METRICS_TOKEN = "palabra-clave"
    headers = {"authorization": authorization} if authorization else {}

    assert client.get("/metrics", headers=headers).status_code == status


def test_metrics_are_closed_in_production_without_a_word(client: Client, settings: Settings) -> None:
    settings.IS_PRODUCTION = True

    assert client.get("/metrics").status_code == 403


def test_health_needs_no_company_and_takes_any_host(client: Client) -> None:
    assert client.get("/healthz", headers={"host": "desconocido.example"}).status_code == 200


def test_a_company_whose_tables_are_behind_is_not_ready(client: Client, company: Company) -> None:
    Company.objects.update(created_at=timezone.now() - timedelta(days=1))
    rows.execute("delete from muebles.django_migrations where app = 'portfolio'")

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["database"]) == (503, "not-migrated")


def test_a_company_that_is_being_made_keeps_nobody_waiting(client: Client, company: Company) -> None:
    Company.objects.update(created_at=timezone.now())
    rows.execute("delete from muebles.django_migrations where app = 'portfolio'")

    assert client.get("/readyz").status_code == 200


def test_invented_methods_share_one_label(client: Client, company: Company) -> None:
    for number in range(3):
        client.generic(f"INVENTO{number}", "/", headers={"host": "muebles.localhost"})

    text = client.get("/metrics").content.decode()

    assert "INVENTO" not in text
    assert 'method="OTHER"' in text


def test_a_request_is_logged_with_its_company(client: Client, company: Company) -> None:
    with capture_logs() as lines:
        client.get("/cuenta/login/", headers={"host": "muebles.localhost"})
        client.get("/healthz")

    assert [line["company"] for line in lines if line["event"] == "request"] == ["muebles", "public"]
