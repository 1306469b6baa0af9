"""A production process refuses a dangerous configuration; each danger alone is enough."""

from dataclasses import replace

import pytest

from puntual.config.checks import Configuration, dangers

SAFE = Configuration(
    mode="production",
    secret_key="k3Jx9-Qw7Lz2_Vb5Nm8Rt4Yp6Hs1Dg0FcAaEeIiOoUuTtSsRrPpLl",
    allowed_hosts=("cobranza.empresa.example",),
    has_database_url=True,
    database_url="postgresql://puntual@localhost/puntual",
    is_embedded=False,
    may_embed=False,
    email_url="smtps://usuario@correo.example",
    base_url="https://cobranza.empresa.example",
    is_https=True,
    is_debug=False,
    demo_mailbox="",
)
REMOTE = "postgresql://puntual@db.example/puntual"


def ids(configuration: Configuration) -> list[str]:
    return [str(message.id) for message in dangers(configuration)]


def test_a_safe_production_configuration_is_accepted() -> None:
    assert ids(SAFE) == []


@pytest.mark.parametrize(
    ("_case", "change", "expected"),
    [
        ("misspelt mode", {"mode": "prod"}, "puntual.E001"),
        ("no key", {"secret_key": ""}, "puntual.E002"),
        ("key of the settings' default", {"secret_key": "unsafe-not-set"}, "puntual.E002"),
        ("short key", {"secret_key": "k3Jx9-Qw7Lz2_Vb5Nm8Rt4Yp"}, "puntual.E002"),
        ("long key of one letter", {"secret_key": "a" * 80}, "puntual.E002"),
        ("Django's example key", {"secret_key": "django-insecure-" + SAFE.secret_key}, "puntual.E002"),
        ("no hosts", {"allowed_hosts": ()}, "puntual.E003"),
        ("every host", {"allowed_hosts": ("*",)}, "puntual.E003"),
        ("no database", {"has_database_url": False}, "puntual.E004"),
        ("embedded without saying so", {"is_embedded": True}, "puntual.E004"),
        ("no mail server", {"email_url": ""}, "puntual.E005"),
        ("portal links without https", {"base_url": "http://cobranza.empresa.example"}, "puntual.E006"),
        ("sign-in without https", {"is_https": False}, "puntual.E007"),
        ("debug pages", {"is_debug": True}, "puntual.E008"),
        ("mail to nowhere", {"email_url": "smtp://"}, "puntual.E010"),
        ("mail in the open", {"email_url": "smtp://u:p@correo.example:587"}, "puntual.E011"),
        ("mail in the open, as asked", {"email_url": "smtps://correo.example?tls=none"}, "puntual.E011"),
        ("mail with a word for TLS", {"email_url": "smtp://correo.example?tls=si"}, "puntual.E011"),
        ("database in the open", {"database_url": "postgresql://p@db.example/puntual"}, "puntual.E012"),
        ("database perhaps in the open", {"database_url": f"{REMOTE}?sslmode=prefer"}, "puntual.E012"),
        ("database by a parameter", {"database_url": "postgresql:///p?host=db.example"}, "puntual.E012"),
        ("demo mailbox", {"demo_mailbox": "/buzon"}, "puntual.E009"),
    ],
)
def test_each_danger_alone_is_refused(_case: str, change: dict[str, object], expected: str) -> None:
    assert ids(replace(SAFE, **change)) == [expected]  # type: ignore[arg-type]


def test_the_embedded_engine_may_hold_real_data_when_asked_for() -> None:
    assert ids(replace(SAFE, is_embedded=True, may_embed=True)) == []


@pytest.mark.parametrize("mode", ["demo", "test"])
def test_demo_and_tests_fill_in_what_is_missing(mode: str) -> None:
    bare = Configuration(
        mode=mode,
        secret_key="",
        allowed_hosts=("*",),
        has_database_url=False,
        database_url="",
        is_embedded=True,
        may_embed=False,
        email_url="",
        base_url="http://localhost:8000",
        is_https=False,
        is_debug=False,
        demo_mailbox="/buzon",
    )

    assert ids(bare) == []


@pytest.mark.parametrize(
    "change",
    [
        {"email_url": "smtp://localhost:25"},
        {"email_url": "smtp://127.0.0.1"},
        {"email_url": "smtp://[::1]:2525"},
        {"email_url": "smtp://correo.example:587?tls=starttls"},
        {"database_url": f"{REMOTE}?sslmode=require"},
        {"database_url": f"{REMOTE}?sslmode=verify-ca"},
        {"database_url": f"{REMOTE}?sslmode=verify-full"},
        {"database_url": "postgresql://puntual@127.0.0.1:5433/puntual"},
        {"database_url": "postgresql://puntual@/puntual?host=/var/run/postgresql"},
        {"database_url": "postgresql:///puntual"},
    ],
)
def test_what_stays_here_or_is_encrypted_is_accepted(change: dict[str, str]) -> None:
    assert ids(replace(SAFE, **change)) == []  # type: ignore[arg-type]
