"""Staff and API keys: who may do what, and secrets that are kept only as hashes."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from puntual.audit.models import Event
from puntual.audit.types import SYSTEM, Actor, ActorKind
from puntual.companies.models import Company
from puntual.identity import operations, queries
from puntual.identity.models import ApiKey, User
from puntual.identity.operations import UnableToSaveUser
from puntual.identity.types import Permission, Role, Scope
from puntual.lib.errors import NotFound


def test_a_member_of_staff_is_created_with_an_event_in_the_trail(company: Company, now: datetime) -> None:
    user_id = operations.create_user(
        email=" Nueva@Muebles.example ",
        name=" Ana Nueva ",
        role=Role.COLLECTOR,
        password="correcto-caballo-grapa",
        actor=SYSTEM,
        at=now,
    )

    user = User.objects.get(pk=user_id)
    event = Event.objects.get(subject_type="user", subject_id=user_id)
    assert (user.email, user.name, user.role) == ("nueva@muebles.example", "Ana Nueva", "COLLECTOR")
    assert user.check_password("correcto-caballo-grapa")
    assert user.password.startswith("argon2")
    assert (event.action, event.actor_label, event.after) == (
        "user-created",
        "Puntual",
        {"role": "COLLECTOR"},
    )


def test_without_a_password_nobody_can_sign_in_yet(company: Company, now: datetime) -> None:
    user_id = operations.create_user(
        email="sin@muebles.example", name="", role=Role.AUDITOR, password=None, actor=SYSTEM, at=now
    )

    user = User.objects.get(pk=user_id)
    assert not user.has_usable_password()
    assert user.name == "sin@muebles.example"


@pytest.mark.parametrize(
    ("_case", "email"),
    [
        ("malformed", "no-es-correo"),
        ("taken", "owner@muebles.example"),
        ("taken, capitals", "OWNER@muebles.example"),
    ],
)
def test_a_bad_e_mail_is_refused_and_nothing_is_written(
    _case: str, email: str, cast: dict[str, User], now: datetime
) -> None:
    before = User.objects.count(), Event.objects.count()

    with pytest.raises(UnableToSaveUser):
        operations.create_user(email=email, name="X", role=Role.MANAGER, password=None, actor=SYSTEM, at=now)

    assert (User.objects.count(), Event.objects.count()) == before


@pytest.mark.parametrize(
    ("_case", "role", "is_active"), [("demoted", Role.MANAGER, None), ("locked out", None, False)]
)
def test_the_last_owner_stays(
    _case: str, role: Role | None, is_active: bool | None, cast: dict[str, User], now: datetime
) -> None:
    with pytest.raises(UnableToSaveUser):
        operations.change_user(user_id=cast["owner"].pk, role=role, is_active=is_active, actor=SYSTEM, at=now)

    owner = User.objects.get(pk=cast["owner"].pk)
    assert (owner.role, owner.is_active) == ("OWNER", True)
    assert not Event.objects.filter(action="user-changed").exists()


def test_an_owner_may_leave_when_another_stays(cast: dict[str, User], now: datetime) -> None:
    operations.change_user(user_id=cast["manager"].pk, role=Role.OWNER, is_active=None, actor=SYSTEM, at=now)

    operations.change_user(user_id=cast["owner"].pk, role=None, is_active=False, actor=SYSTEM, at=now)

    assert not User.objects.get(pk=cast["owner"].pk).is_active
    assert Event.objects.filter(action="user-changed").count() == 2


def test_changing_nobody_is_refused(company: Company, now: datetime) -> None:
    with pytest.raises(NotFound):
        operations.change_user(user_id=0, role=Role.OWNER, is_active=None, actor=SYSTEM, at=now)


@pytest.mark.feature("X-50")
@pytest.mark.parametrize(
    ("role", "granted", "denied"),
    [
        ("owner", Permission.MANAGE_COMPANY, None),
        ("manager", Permission.IMPORT, Permission.MANAGE_USERS),
        ("supervisor", Permission.RECORD_PAYMENT, Permission.REVERSE_PAYMENT),
        ("collector", Permission.RECORD_PROMISE, Permission.SEE_RUNS),
        ("auditor", Permission.SEE_AUDIT, Permission.RECORD_CONTACT),
    ],
)
def test_a_role_may_do_its_work_and_no_more(
    role: str, granted: Permission, denied: Permission | None, cast: dict[str, User]
) -> None:
    assert cast[role].can(granted)
    assert denied is None or not cast[role].can(denied)


def test_permission_is_denied_by_default(cast: dict[str, User]) -> None:
    locked = cast["owner"]
    locked.is_active = False

    assert not locked.can(Permission.SEE_HOME)
    assert not cast["manager"].can("INVENTED")
    assert not User(role="INVENTED").can(Permission.SEE_HOME)


@pytest.mark.feature("SEC-03")
def test_an_api_key_is_known_by_its_hash_alone(cast: dict[str, User], now: datetime) -> None:
    actor = Actor(kind=ActorKind.STAFF, id=cast["owner"].pk, label="Owner")

    presented = operations.create_api_key(label=" ERP ", scope=Scope.WRITE, actor=actor, at=now)

    key = ApiKey.objects.get()
    event = Event.objects.get(action="api-key-created")
    assert (key.label, key.scope, key.created_by_id) == ("ERP", "WRITE", cast["owner"].pk)
    assert presented.startswith(key.prefix + ".")
    assert presented not in (key.key_hash, str(event.after))
    assert queries.api_key_of(presented=presented) == key


@pytest.mark.parametrize(
    ("_case", "spoil"),
    [
        ("another secret", lambda key: key[:-1] + ("a" if key[-1] != "a" else "b")),
        ("another prefix", lambda key: "pk00000000." + key.split(".")[1]),
        ("the prefix alone", lambda key: key.split(".")[0] + "."),
        ("nothing", lambda key: key[:0]),
        ("far too long", lambda key: key + "a" * 300),
    ],
)
def test_a_wrong_key_opens_nothing(_case: str, spoil: object, company: Company, now: datetime) -> None:
    assert callable(spoil)
    presented = operations.create_api_key(label="ERP", scope=Scope.READ, actor=SYSTEM, at=now)

    assert queries.api_key_of(presented=spoil(presented)) is None


def test_a_revoked_key_is_dead_at_once_and_stays_listed(company: Company, now: datetime) -> None:
    presented = operations.create_api_key(label="ERP", scope=Scope.READ, actor=SYSTEM, at=now)
    key_id = ApiKey.objects.get().pk

    operations.revoke_api_key(key_id=key_id, actor=SYSTEM, at=now)
    operations.revoke_api_key(key_id=key_id, actor=SYSTEM, at=now + timedelta(days=1))

    (listed,) = queries.api_key_list()
    assert queries.api_key_of(presented=presented) is None
    assert listed["revoked_at"] == now
    assert Event.objects.filter(action="api-key-revoked").count() == 1
    with pytest.raises(NotFound):
        operations.revoke_api_key(key_id=0, actor=SYSTEM, at=now)


def test_the_calls_of_a_key_are_counted_by_the_minute(company: Company, now: datetime) -> None:
    operations.create_api_key(label="ERP", scope=Scope.READ, actor=SYSTEM, at=now)
    key_id = ApiKey.objects.get().pk

    counted = [
        operations.note_key_use(key_id=key_id, at=now + timedelta(seconds=passed))
        for passed in (0, 30, 59, 60)
    ]

    assert counted == [1, 2, 3, 1]
    assert ApiKey.objects.get().last_used_at == now + timedelta(seconds=60)


def test_staff_and_keys_of_one_company_are_unknown_in_another(
    company: Company, outsider: Company, now: datetime
) -> None:
    presented = operations.create_api_key(label="ERP", scope=Scope.READ, actor=SYSTEM, at=now)

    connection.set_tenant(outsider)

    assert queries.api_key_of(presented=presented) is None
    assert queries.user_by_email(email="owner@muebles.example") is None
    assert {row["email"].split("@")[1] for row in queries.staff_list()} == {"ferreteria.example"}
