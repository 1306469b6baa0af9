"""A production process refuses a dangerous configuration; each danger alone is enough."""

from dataclasses import replace

import pytest

from puntual.config.checks import Configuration, dangers

SAFE = Configuration(
    mode="production",
    secret_key="k3Jx9-Qw7Lz2_Vb5Nm8Rt4Yp6Hs1Dg0FcAaEeIiOoUuTtSsRrPpLl",
    allowed_hosts=("cobranza.empresa.example",),
    has_database_url=True,
    is_embedded=False,
    may_embed=False,
    email_url="smtps://usuario@correo.example",
    base_url="https://cobranza.empresa.example",
    is_https=True,
    is_debug=False,
    demo_mailbox="",
)


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
        is_embedded=True,
        may_embed=False,
        email_url="",
        base_url="http://localhost:8000",
        is_https=False,
        is_debug=False,
        demo_mailbox="/buzon",
    )

    assert ids(bare) == []
