"""
Every address of the product, walked: who may open it, and that nothing of one company shows at another.

The table is written by hand, so that a new page is opened to nobody by accident: a route that is missing here,
or a staff view without the mark of a permission, fails.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from puntual.audit.types import SYSTEM
from puntual.companies import operations as companies
from puntual.companies.models import Company
from puntual.flows import governing, intake
from puntual.identity.models import User
from puntual.identity.rules import role_can
from puntual.identity.types import Permission, Role
from puntual.plans import queries as planned
from puntual.sources import operations as source_writes
from puntual.sources.types import NewSource
from tests.conftest import NOW
from tests.factories import make_customer, make_receivable
from tests.outreach_factories import make_message, prepare
from tests.web.debtors import OTHER_HOST, Browser, browser, text_of

GET, POST = "GET", "POST"
STAFF: dict[str, tuple[str, Permission]] = {
    "home": (GET, Permission.SEE_HOME),
    "run": (GET, Permission.SEE_RUNS),
    "run_of_day": (GET, Permission.SEE_RUNS),
    "decided": (GET, Permission.SEE_RUNS),
    "run_start": (POST, Permission.START_RUN),
    "run_progress": (GET, Permission.SEE_RUNS),
    "actions": (GET, Permission.SEE_RUNS),
    "approvals": (GET, Permission.SEE_AUDIT),
    "approvals_decide": (POST, Permission.START_RUN),
    "waiting_actions": (GET, Permission.SEE_AUDIT),
    "action_text": (GET, Permission.SEE_AUDIT),
    "change_action": (GET, Permission.START_RUN),
    "check_text": (POST, Permission.SEE_HOME),
    "pauses": (GET, Permission.SEE_RUNS),
    "campaigns": (GET, Permission.SEE_MESSAGES),
    "new_campaign": (GET, Permission.START_RUN),
    "campaign": (GET, Permission.SEE_MESSAGES),
    "approve_campaign": (POST, Permission.START_RUN),
    "stop_campaign": (POST, Permission.START_RUN),
    "pause_portfolio": (GET, Permission.START_RUN),
    "resume_portfolio": (POST, Permission.START_RUN),
    "imports": (GET, Permission.SEE_IMPORTS),
    "import_upload": (GET, Permission.IMPORT),
    "import": (GET, Permission.SEE_IMPORTS),
    "import_review": (POST, Permission.IMPORT),
    "import_apply": (POST, Permission.IMPORT),
    "import_progress": (GET, Permission.SEE_IMPORTS),
    "import_rejected": (GET, Permission.SEE_IMPORTS),
    "import_rows": (GET, Permission.SEE_IMPORTS),
    "import_cancel": (POST, Permission.IMPORT),
    "import_close_missing": (POST, Permission.IMPORT),
    "import_profiles": (GET, Permission.SEE_IMPORTS),
    "import_profile": (GET, Permission.IMPORT),
    "import_profile_delete": (POST, Permission.IMPORT),
    "import_profile_save": (POST, Permission.IMPORT),
    "import_profile_drop": (POST, Permission.IMPORT),
    "plans": (GET, Permission.SEE_RUNS),
    "plan_new": (GET, Permission.EDIT_PLAN),
    "plan_version": (GET, Permission.SEE_RUNS),
    "plan_version_goals": (GET, Permission.SEE_RUNS),
    "plan_changes": (GET, Permission.SEE_RUNS),
    "plan_text": (GET, Permission.SEE_RUNS),
    "plan_file": (GET, Permission.SEE_RUNS),
    "plan_edit_act": (POST, Permission.EDIT_PLAN),
    "plan_approve_act": (POST, Permission.APPROVE_PLAN),
    "plan_editor": (GET, Permission.EDIT_PLAN),
    "plan_edit": (POST, Permission.EDIT_PLAN),
    "plan_draft_text": (GET, Permission.EDIT_PLAN),
    "plan_check_text": (POST, Permission.EDIT_PLAN),
    "plan_places": (GET, Permission.EDIT_PLAN),
    "plan_places_edit": (POST, Permission.EDIT_PLAN),
    "plan_part": (GET, Permission.EDIT_PLAN),
    "plan_preview": (GET, Permission.EDIT_PLAN),
    "plan_preview_body": (GET, Permission.EDIT_PLAN),
    "templates": (GET, Permission.SEE_MESSAGES),
    "template": (GET, Permission.SEE_MESSAGES),
    "template_body": (GET, Permission.SEE_MESSAGES),
    "messages": (GET, Permission.SEE_MESSAGES),
    "message": (GET, Permission.SEE_MESSAGES),
    "message_body": (GET, Permission.SEE_MESSAGES),
    "message_resolve": (POST, Permission.RESOLVE_MESSAGE),
    "mailbox": (GET, Permission.SEE_MESSAGES),
    "mail": (GET, Permission.SEE_MESSAGES),
    "mail_body": (GET, Permission.SEE_MESSAGES),
    "users": (GET, Permission.SEE_USERS),
    "user_new": (GET, Permission.MANAGE_USERS),
    "events": (GET, Permission.SEE_EVENTS),
    "user_change": (POST, Permission.MANAGE_USERS),
    "api_keys": (GET, Permission.MANAGE_KEYS),
    "key_revoke": (POST, Permission.MANAGE_KEYS),
    "company": (GET, Permission.MANAGE_COMPANY),
    "simulate": (GET, Permission.SEE_RUNS),
    "rehearsal": (GET, Permission.SEE_RUNS),
    "rehearsal_progress": (GET, Permission.SEE_RUNS),
    "rehearsal_again": (POST, Permission.EDIT_PLAN),
    "rehearsal_workbook": (GET, Permission.SEE_RUNS),
    "preview": (POST, Permission.EDIT_PLAN),
    "coming_steps": (GET, Permission.SEE_CUSTOMERS),
    "sources": (GET, Permission.RUN_SOURCES),
    "source": (GET, Permission.RUN_SOURCES),
    "source_new": (GET, Permission.MANAGE_SOURCES),
    "source_edit": (GET, Permission.MANAGE_SOURCES),
    "source_pull": (POST, Permission.RUN_SOURCES),
    "source_progress": (GET, Permission.RUN_SOURCES),
    "source_switch": (POST, Permission.RUN_SOURCES),
    "source_skip": (POST, Permission.RUN_SOURCES),
    "source_remove": (POST, Permission.MANAGE_SOURCES),
    "complaints": (GET, Permission.SEE_PETITIONS),
    "requests": (GET, Permission.SEE_PETITIONS),
    "petition": (GET, Permission.SEE_PETITIONS),
    "petition_data": (GET, Permission.ANSWER_PETITION),
    "petition_take": (POST, Permission.ANSWER_PETITION),
    "petition_assign": (GET, Permission.ANSWER_PETITION),
    "petition_change": (GET, Permission.ANSWER_PETITION),
    "petition_answer": (GET, Permission.ANSWER_PETITION),
    "petition_reopen": (GET, Permission.ANSWER_PETITION),
    "petition_withdraw": (GET, Permission.ANSWER_PETITION),
    "petition_carry": (GET, Permission.CARRY_OUT_PETITION),
    "receive_complaint": (GET, Permission.RECEIVE_PETITION),
    "receive_request": (GET, Permission.RECEIVE_PETITION),
    "redeco": (GET, Permission.SEE_PETITIONS),
    "redeco_file": (GET, Permission.SEE_PETITIONS),
    "refusals": (GET, Permission.SEE_AUDIT),
    "go": (GET, Permission.RECORD_CONTACT),
    "let_go": (POST, Permission.RECORD_CONTACT),
    "releases": (GET, Permission.SEE_AUDIT),
    "release": (GET, Permission.SEE_AUDIT),
    "answer_releases": (POST, Permission.RELEASE_CONTACT),
    "laws": (GET, Permission.SEE_AUDIT),
    "refused": (GET, Permission.SEE_AUDIT),
    "customer_evidence": (GET, Permission.SEE_AUDIT),
    "law_tester": (GET, Permission.SEE_AUDIT),
    "law_acts": (GET, Permission.SEE_AUDIT),
    "law_questions": (GET, Permission.SEE_AUDIT),
    "law_changes": (GET, Permission.SEE_AUDIT),
    "own_rules": (GET, Permission.SEE_AUDIT),
    "own_version": (GET, Permission.SEE_AUDIT),
    "own_rule_new": (GET, Permission.CHANGE_LAW),
    "own_rule_write": (GET, Permission.CHANGE_LAW),
    "own_rule_edit": (GET, Permission.CHANGE_LAW),
    "own_rule_remove": (GET, Permission.CHANGE_LAW),
    "own_literal": (GET, Permission.CHANGE_LAW),
    "own_strict": (GET, Permission.CHANGE_LAW),
    "own_decide": (POST, Permission.SIGN_LAW),
    "search": (GET, Permission.SEE_CUSTOMERS),
    "customers": (GET, Permission.SEE_CUSTOMERS),
    "duplicates": (GET, Permission.SEE_DUPLICATES),
    "duplicates_search": (POST, Permission.MERGE_CUSTOMERS),
    "duplicate_confirm": (POST, Permission.MERGE_CUSTOMERS),
    "duplicate_reject": (POST, Permission.MERGE_CUSTOMERS),
    "merge_undo": (POST, Permission.UNDO_MERGE),
    "unite": (GET, Permission.MERGE_CUSTOMERS),
    "unite_with": (GET, Permission.MERGE_CUSTOMERS),
    "receivables": (GET, Permission.SEE_CUSTOMERS),
    "ageing": (GET, Permission.SEE_CUSTOMERS),
    "customer": (GET, Permission.SEE_CUSTOMERS),
    "customer_documents": (GET, Permission.SEE_CUSTOMERS),
    "statement": (GET, Permission.SEE_CUSTOMERS),
    "why": (GET, Permission.SEE_CUSTOMERS),
    "record_contact": (GET, Permission.RECORD_CONTACT),
    "take_promise": (GET, Permission.RECORD_PROMISE),
    "cancel_promise": (GET, Permission.RECORD_PROMISE),
    "open_dispute": (GET, Permission.RECORD_DISPUTE),
    "answer_dispute": (GET, Permission.RECORD_DISPUTE),
    "take_dispute": (POST, Permission.RECORD_DISPUTE),
    "pause": (GET, Permission.PAUSE),
    "resume": (POST, Permission.PAUSE),
    "add_point": (GET, Permission.EDIT_CONTACTS),
    "mark_point": (GET, Permission.EDIT_CONTACTS),
    "set_channel": (GET, Permission.EDIT_CONTACTS),
    "put_aside": (GET, Permission.RECORD_CONTACT),
    "move_customer": (GET, Permission.START_RUN),
    "take_back": (GET, Permission.START_RUN),
    "make_link": (POST, Permission.EDIT_CONTACTS),
    "revoke_link": (POST, Permission.EDIT_CONTACTS),
    "record_payment": (GET, Permission.RECORD_PAYMENT),
    "inbox": (GET, Permission.SEE_TASKS),
    "promises": (GET, Permission.SEE_CUSTOMERS),
    "disputes": (GET, Permission.SEE_CUSTOMERS),
    "circumstances": (GET, Permission.SEE_CIRCUMSTANCES),
    "record_circumstance": (GET, Permission.RECORD_CIRCUMSTANCE),
    "exclusions": (GET, Permission.SEE_LISTS),
    "exclusion": (GET, Permission.SEE_LISTS),
    "exclusion_new": (GET, Permission.MANAGE_LISTS),
    "exclusion_apply": (POST, Permission.MANAGE_LISTS),
    "exclusion_count": (POST, Permission.MANAGE_LISTS),
    "exclusion_withdraw": (GET, Permission.MANAGE_LISTS),
    "set_wish": (GET, Permission.EDIT_CONTACTS),
    "end_circumstance": (GET, Permission.END_CIRCUMSTANCE),
    "payments": (GET, Permission.SEE_PAYMENTS),
    "unapplied": (GET, Permission.SEE_PAYMENTS),
    "waiting": (GET, Permission.SEE_PAYMENTS),
    "movement": (GET, Permission.SEE_PAYMENTS),
    "movement_assign": (POST, Permission.RECORD_PAYMENT),
    "movement_split": (GET, Permission.RECORD_PAYMENT),
    "movement_dismiss": (GET, Permission.RECORD_PAYMENT),
    "movement_reopen": (POST, Permission.RECORD_PAYMENT),
    "reports": (GET, Permission.SEE_PAYMENTS),
    "confirm_report": (GET, Permission.RECORD_PAYMENT),
    "reject_report": (GET, Permission.RECORD_PAYMENT),
    "reconciliation": (GET, Permission.SEE_PAYMENTS),
    "bank_upload": (GET, Permission.RECORD_PAYMENT),
    "bank_match": (GET, Permission.RECORD_PAYMENT),
    "bank_ignore": (POST, Permission.RECORD_PAYMENT),
    "payment": (GET, Permission.SEE_PAYMENTS),
    "reverse_payment": (GET, Permission.REVERSE_PAYMENT),
    "apply_credit": (POST, Permission.RECORD_PAYMENT),
    "quality": (GET, Permission.SEE_CUSTOMERS),
    "quality_findings": (GET, Permission.SEE_CUSTOMERS),
    "quality_due_soon": (GET, Permission.SEE_CUSTOMERS),
    "quality_check": (POST, Permission.IMPORT),
    "quality_papers": (GET, Permission.MANAGE_COMPANY),
    "finding_accept": (GET, Permission.EDIT_CUSTOMERS),
    "finding_reopen": (POST, Permission.EDIT_CUSTOMERS),
    "see_paper": (GET, Permission.EDIT_CUSTOMERS),
    "edit_customer": (GET, Permission.EDIT_CUSTOMERS),
    "import_quality": (GET, Permission.SEE_IMPORTS),
    "import_quality_review": (POST, Permission.IMPORT),
}
# Whoever signs in changes their own password and second factor; strangers are sent to sign in.
SIGNED_IN = {
    "account_reauthenticate", "account_change_password", "account_set_password", "mfa_index", "mfa_reauthenticate",
    "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}  # fmt: skip
# The door itself.
PUBLIC = {
    "healthz", "readyz", "metrics", "set_language", "account_login", "account_logout", "account_inactive",
    "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "mfa_authenticate", "api:docs", "api:openapi-json", "api:plan_schema",
}  # fmt: skip
# Those that bring a token, a key or a signature of their own.
WITH_TOKEN = {
    "portal:home", "portal:leave", "portal:pay", "portal:promise", "portal:report", "portal:dispute",
    "portal:hardship", "portal:preferences", "portal:unsubscribe", "portal:why", "portal:receipt", "portal:manifest",
    "portal:own_data", "portal:own_paper", "portal:complaint", "portal:rights", "portal:petition", "portal:disagree",
}  # fmt: skip
WITH_KEY = {
    "api:try_one",
    "api:try_one_act",
    "api:list_circumstances", "api:record_circumstance", "api:end_circumstance",
    "api:own_law", "api:list_exclusions", "api:take_exclusions", "api:apply_exclusions", "api:withdraw_exclusions",
    "api:list_wishes", "api:keep_wish",
    "api:list_reviews", "api:refuse_reviews",
    "api:list_petitions", "api:create_petition", "api:reopen_petition", "api:list_causes",
    "api:list_customers", "api:save_customers", "api:read_customer", "api:list_receivables", "api:save_receivables",
    "api:list_payments", "api:create_payment", "api:send_records", "api:read_decisions", "api:list_promises",
    "api:unknown_address",
    "api:read_quality", "api:list_findings",
    "api:list_versions", "api:read_version", "api:read_file", "api:read_changes", "api:check_plan",
    "api:list_rehearsals", "api:start_rehearsal", "api:read_rehearsal",
    "api:api-root",
}  # fmt: skip
SIGNED = {"webhooks:mail"}

SECRET = "Secreta Única de Muebles"
_NOBODY = "999999999"


@dataclass(frozen=True)
class Route:
    """One address: its name with namespaces, and its pattern."""

    name: str
    pattern: URLPattern
    kinds: dict[str, str]


def walk(resolver: URLResolver, *, namespaces: tuple[str, ...] = ()) -> Iterator[Route]:
    """Yield every address below a resolver."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            own = (*namespaces, one.namespace) if one.namespace else namespaces
            yield from walk(one, namespaces=own)
        else:
            converters = getattr(one.pattern, "converters", {})
            kinds = {key: type(converter).__name__ for key, converter in converters.items()}
            yield Route(":".join([*namespaces, one.name or "?"]), one, kinds)


ROUTES = {route.name: route for route in walk(get_resolver())}


def address(name: str, ids: dict[str, str] | None = None) -> str:
    """Write the address of a route, with ids of things that exist or of nothing."""
    known = {
        "day": "2026-11-23",
        "key": "notice-1",
        "language": "es",
        "mail_id": "nada",
        "rule_id": "MX-WIN-01",
    }
    known |= ids or {}
    given: dict[str, object] = {}
    for key, kind in ROUTES[name].kinds.items():
        if key in known:
            given[key] = int(known[key]) if kind == "IntConverter" else known[key]
        else:
            given[key] = {"IntConverter": int(_NOBODY), "UUIDConverter": uuid4()}.get(kind, "nada")
    return reverse(name, kwargs=given)


def ask(client: Browser, name: str, ids: dict[str, str] | None = None) -> int:
    """Open a staff route as its table says and return the status."""
    method, _permission = STAFF[name.removeprefix("staff:")]
    url = address(name, ids)
    return int((client.get(url) if method == GET else client.post(url)).status_code)


def test_every_route_is_in_the_table() -> None:
    known = {*(f"staff:{name}" for name in STAFF), *SIGNED_IN, *PUBLIC, *WITH_TOKEN, *WITH_KEY, *SIGNED}

    assert set(ROUTES) - known == set(), "write who may open these"
    assert known - set(ROUTES) == set(), "these are gone"


def test_every_staff_view_is_marked_with_the_permission_of_the_table() -> None:
    marked = {
        name.removeprefix("staff:"): getattr(route.pattern.callback, "permission", None)
        for name, route in ROUTES.items()
        if name.startswith("staff:")
    }

    assert marked == {name: permission for name, (_method, permission) in STAFF.items()}


@pytest.mark.feature("SEC-03")
@pytest.mark.parametrize("name", sorted(STAFF))
def test_strangers_are_sent_to_sign_in(company: Company, name: str) -> None:
    method, _permission = STAFF[name]
    url = address(f"staff:{name}")

    answer = browser().get(url) if method == GET else browser().post(url)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/cuenta/login/?next=")


def test_after_signing_in_one_returns_to_the_page_whose_button_was_pressed(company: Company) -> None:
    pressed = browser().post("/hoy/correr/", headers={"Referer": "http://muebles.localhost/hoy/corrida/"})
    elsewhere = browser().post("/hoy/correr/", headers={"Referer": "http://otro.example/hoy/"})

    assert pressed.headers["Location"] == "/cuenta/login/?next=/hoy/corrida/"
    assert elsewhere.headers["Location"] == "/cuenta/login/?next=/"


def test_a_dialog_leads_to_the_sign_in_as_a_page_and_back_to_its_form(company: Company) -> None:
    part = {"HX-Request": "true", "HX-Current-URL": "http://muebles.localhost/bandeja/?task=7"}

    opened = browser().get("/clientes/1/promesa/?next=inbox", headers=part)
    sent = browser().post("/clientes/1/promesa/?next=inbox", {"note": "Paga el lunes."}, headers=part)

    assert opened.headers["HX-Redirect"] == "/cuenta/login/?next=/bandeja/%3Ftask%3D7"
    assert sent.headers["HX-Redirect"] == "/cuenta/login/?next=/clientes/1/promesa/%3Fnext%3Dinbox"
    assert opened.content + sent.content == b""


def test_what_a_page_asks_of_itself_while_one_types_leads_back_to_the_page(company: Company) -> None:
    part = {"HX-Request": "true", "HX-Current-URL": "http://muebles.localhost/campanas/nueva/"}

    asked = browser().post("/campanas/nueva/?revisar=1", {"name": "Aviso"}, headers=part)

    assert asked.headers["HX-Redirect"] == "/cuenta/login/?next=/campanas/nueva/"


@pytest.mark.parametrize("name", sorted(SIGNED_IN))
def test_strangers_do_not_see_an_account(company: Company, name: str) -> None:
    assert browser().get(address(name)).status_code == 302


@pytest.mark.parametrize("name", sorted(WITH_KEY))
def test_programs_without_a_key_are_refused(company: Company, name: str) -> None:
    assert browser().get(address(name)).status_code in {401, 404, 405}


@pytest.mark.parametrize("name", sorted(WITH_TOKEN))
def test_a_made_up_token_opens_nothing(company: Company, name: str) -> None:
    assert browser().get(address(name)).status_code in {403, 404, 405}


@pytest.mark.parametrize("name", sorted(SIGNED))
def test_notices_without_a_signature_are_refused(company: Company, name: str) -> None:
    assert browser().post(address(name), "{}", content_type="application/json").status_code == 401


@pytest.mark.feature("SEC-03")
@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_what_it_may_and_nothing_else(
    company: Company, cast: dict[str, User], role: Role
) -> None:
    prepare()
    client = browser()
    client.force_login(cast[role.lower()])
    wrong = {}
    for name, (_method, permission) in STAFF.items():
        status = ask(client, f"staff:{name}")
        may = role_can(role=role, permission=permission)
        # 404 is the answer about ids of nothing, 422 that about a form with nothing in it.
        expected = {200, 302, 404, 422} if may else {403}
        if status not in expected:
            wrong[name] = status

    assert wrong == {}


_BEYOND = "9" * 20


def test_a_number_beyond_every_id_finds_nothing(company: Company, cast: dict[str, User]) -> None:
    prepare()
    client = browser()
    client.force_login(cast["owner"])
    numbered = [name for name in STAFF if "IntConverter" in ROUTES[f"staff:{name}"].kinds.values()]
    found = {}
    for name in numbered:
        kinds = ROUTES[f"staff:{name}"].kinds
        given = {key: _BEYOND for key, kind in kinds.items() if kind == "IntConverter"}
        found[name] = ask(client, f"staff:{name}", given)

    assert {name: status for name, status in found.items() if status != 404} == {}


def test_what_no_column_takes_is_refused_in_words(company: Company, cast: dict[str, User]) -> None:
    client = browser()
    client.force_login(cast["owner"])

    answer = client.post(reverse("staff:plan_new"), {"source": "consumo-mx", "reason": "a\x00b"})

    assert answer.status_code in (400, 422)


@pytest.fixture
def ids(company: Company, cast: dict[str, User]) -> dict[str, str]:
    """Make one of most things in 'muebles', and return their ids."""
    prepare()
    customer = make_customer(name=SECRET)
    make_receivable(customer=customer, due=NOW.date())
    message = make_message(customer=customer)
    content = b"cliente,folio,vencimiento,importe\nX1,Secreta,2026-12-31,10.00\n"
    import_id = intake.load_file(name="secreta-unica.csv", content=content, kind=None, actor=SYSTEM, at=NOW)
    return {
        "customer_id": str(customer.pk),
        "message_id": str(message.pk),
        "action_id": str(message.action_id),
        "import_id": str(import_id),
        "version_id": str(
            governing.begin_draft(
                text=planned.shipped_text(key="consumo-mx"), reason=SECRET, actor=SYSTEM, at=NOW
            )
        ),
        "source_id": str(
            source_writes.add_source(
                draft=NewSource(name=SECRET, connector="FOLDER", settings={}), actor=SYSTEM, at=NOW
            )
        ),
    }


@pytest.mark.feature("SEC-02")
def test_the_staff_of_another_company_find_nothing(ids: dict[str, str], outsider: Company) -> None:
    client = browser(host=OTHER_HOST)
    with companies.in_company(schema_name=outsider.schema_name):
        client.force_login(User.objects.get(role=Role.OWNER))
    wrong = {}
    for name in STAFF:
        url = address(f"staff:{name}", ids)
        answer = client.get(url) if STAFF[name][0] == GET else client.post(url)
        text = text_of(answer) if not answer.streaming else ""
        if ROUTES[f"staff:{name}"].kinds.keys() & ids.keys():
            if answer.status_code != 404:
                wrong[name] = str(answer.status_code)
        elif answer.headers.get("Location", "").startswith("/cuenta/"):
            wrong[name] = "did not sign in"
        elif SECRET in text or "secreta-unica" in text:
            wrong[name] = "tells of the other company"

    assert wrong == {}


def test_a_session_of_one_company_opens_nothing_at_the_other(
    company: Company, cast: dict[str, User], client: Client
) -> None:
    client.force_login(cast["owner"])

    for name in STAFF:
        url = address(f"staff:{name}")
        method = client.get if STAFF[name][0] == GET else client.post
        answer = method(url, HTTP_HOST=OTHER_HOST)
        assert answer.status_code == 302, name
        assert answer.headers["Location"].startswith("/cuenta/login/"), name
