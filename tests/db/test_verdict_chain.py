"""Every verdict can be proven: what was changed, taken away or put in since is found, and the first row is named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.db.models import Model

from puntual.compliance import operations as compliance
from puntual.compliance import queries as law
from puntual.compliance.models import Block, Link, Pack, Verdict
from puntual.compliance.queries import packs
from puntual.compliance.types import FindingCode, JudgedContact, Moment, Verification
from tests.factories import make_customer
from tests.unit.compliance.test_rules import CLEAN

NOON = datetime(2026, 11, 23, 18, tzinfo=UTC)

pytestmark = [pytest.mark.usefixtures("company"), pytest.mark.feature("N-03")]


def judged(*, times: int = 3, at: datetime = NOON) -> list[int]:
    """Judge a customer at several hours of a day, some of them unlawful, and return the verdicts' ids."""
    customer = make_customer()
    contacts = [replace(CLEAN, customer_id=customer.pk, is_opted_out=bool(n % 2)) for n in range(times)]
    verdicts = compliance.judge_contacts(contacts=contacts, country="MX", at=at)
    compliance.record_verdicts(
        judged=[
            JudgedContact(facts=facts, verdict=verdict, step_key="paso", action_id=None)
            for facts, verdict in zip(contacts, verdicts, strict=True)
        ],
        country="MX",
        moment=Moment.PLANNING,
        at=at,
    )
    return list(Verdict.objects.order_by("-id").values_list("id", flat=True)[:times])[::-1]


def verified(head: str = "") -> Verification:
    return compliance.verify(sample=1_000, seed="x", head=head)


def tamper(sql: str, *params: object) -> None:
    """Change what nobody may change, as somebody would who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(sql, params)
        cursor.execute("set local session_replication_role = origin")


def found(head: str = "") -> list[tuple[FindingCode, int]]:
    return [(one.code, one.row_id) for one in verified(head).findings]


def test_an_untouched_chain_holds() -> None:
    for hours in range(4):
        judged(at=NOON + timedelta(hours=3 * hours))
    compliance.link_blocks()

    seen = verified()

    assert seen.findings == ()
    assert (seen.links, seen.unlinked, seen.verdicts, seen.earlier, seen.decided_again) == (4, 0, 12, 0, 12)
    assert verified(seen.head).findings == ()


def test_linking_again_ties_nothing_twice() -> None:
    judged()

    assert (compliance.link_blocks(), compliance.link_blocks()) == (1, 0)


@pytest.mark.parametrize(
    "change",
    [
        "outcome = 'ALLOW'",
        "rule_ids = '{}'",
        "not_before = now()",
        "at = at + interval '1 second'",
        "customer_id = customer_id + 0, channel = 'CALL'",
        "step_key = 'otro'",
        "moment = 'SENDING'",
        "pack_version = 'MX-2020.01-1'",
        "action_id = 7",
        """inputs = inputs || '{"is_opted_out": false}'""",
    ],
)
def test_a_changed_verdict_is_named(change: str) -> None:
    judged()
    second = judged()[1]
    judged()
    compliance.link_blocks()

    tamper(f"update compliance_verdict set {change} where id = %s", second)

    assert found()[0] == (FindingCode.VERDICT_CHANGED, second)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_verdict_that_was_taken_away_is_named(place: int) -> None:
    gone = judged()[place]
    compliance.link_blocks()

    tamper("delete from compliance_verdict where id = %s", gone)

    assert found() == [(FindingCode.VERDICT_GONE, gone)]


def test_a_verdict_that_was_put_in_is_named() -> None:
    first = judged()[0]
    compliance.link_blocks()

    tamper(
        """insert into compliance_verdict (
            customer_id, step_key, channel, moment, at, outcome, rule_ids, pack_version, inputs
        )
        select customer_id, step_key, channel, moment, at, outcome, rule_ids, pack_version, inputs
        from compliance_verdict where id = %s""",
        first,
    )

    assert found() == [(FindingCode.VERDICT_BESIDE_CHAIN, Verdict.objects.latest("id").pk)]


def test_who_writes_the_block_anew_too_breaks_the_chain() -> None:
    second = judged()[1]
    block = Block.objects.get()
    judged()
    compliance.link_blocks()

    tamper("update compliance_verdict set outcome = 'ALLOW', rule_ids = '{}' where id = %s", second)
    tamper(
        """update compliance_block b set hashes = (
            select string_agg(compliance_verdict_hash(v), ''::bytea order by v.id)
            from compliance_verdict v where v.id = any(b.verdict_ids)
        ) where b.id = %s""",
        block.pk,
    )

    # The block is no longer what was tied, and the verdict does not follow from its own inputs.
    assert found() == [(FindingCode.BLOCK_CHANGED, block.pk), (FindingCode.VERDICT_DIFFERS, second)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("update compliance_link set hash = sha256('x') where id = %s", FindingCode.BLOCK_CHANGED),
        ("update compliance_link set previous = sha256('x') where id = %s", FindingCode.LINK_BROKEN),
        ("delete from compliance_link where id = %s", FindingCode.LINK_BROKEN),
        (
            "delete from compliance_block where id = (select block_id from compliance_link where id = %s)",
            FindingCode.BLOCK_GONE,
        ),
    ],
)
def test_a_broken_link_is_found(change: str, code: FindingCode) -> None:
    for _ in range(3):
        judged()
    compliance.link_blocks()
    second = Link.objects.order_by("id")[1]

    tamper(change, second.pk)

    assert code in [one for one, _row in found()]


def test_an_end_that_was_cut_off_is_found_by_who_wrote_the_newest_hash_down() -> None:
    judged()
    compliance.link_blocks()
    judged()
    compliance.link_blocks()
    head = verified().head
    last = Link.objects.latest("id")

    tamper("delete from compliance_link where id = %s", last.pk)
    ids = Block.objects.get(pk=last.block_id).verdict_ids
    tamper("delete from compliance_block where id = %s", last.block_id)
    tamper("delete from compliance_verdict where id = any(%s)", ids)

    assert found() == []
    assert [code for code, _row in found(head)] == [FindingCode.HEAD_GONE]


def test_a_pack_that_was_rewritten_is_found() -> None:
    judged()
    compliance.link_blocks()

    tamper("update compliance_pack set document = replace(document, '08:00', '07:00')")

    assert [code for code, _row in found()] == [FindingCode.PACK_CHANGED]


def test_a_pack_that_was_edited_in_the_product_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    judged()
    compliance.link_blocks()
    file = law.law_pack(country="MX").file
    edited = file.model_copy(update={"authority": "Otra autoridad"})
    monkeypatch.setattr(packs, "versions", lambda *, country: (edited,) if country == "MX" else ())

    assert [code for code, _row in found()] == [FindingCode.PACK_EDITED]


def test_the_rules_of_all_countries_edited_in_the_product_are_found_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged()
    compliance.link_blocks()
    common = law.law_pack(country="MX").common
    edited = common.model_copy(update={"rules": common.rules[1:]})
    monkeypatch.setattr(packs, "common_versions", lambda: (edited,))

    assert [code for code, _row in found()] == [FindingCode.PACK_EDITED]


def test_a_country_without_a_pack_is_proven_too() -> None:
    customer = make_customer()
    facts = replace(CLEAN, customer_id=customer.pk, country="ZZ")
    verdict = compliance.judge_contacts(contacts=[facts], country="ZZ", at=NOON)[0]
    compliance.record_verdicts(
        judged=[JudgedContact(facts=facts, verdict=verdict, step_key="", action_id=None)],
        country="ZZ",
        moment=Moment.SENDING,
        at=NOON,
    )
    compliance.link_blocks()

    assert verified().findings == ()


@pytest.mark.parametrize("act", ["delete from {}", "update {} set created_at = now()"])
@pytest.mark.parametrize("model", [Pack, Block, Link, Verdict])
def test_the_proof_itself_is_append_only(model: type[Model], act: str) -> None:
    judged()
    compliance.link_blocks()

    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(act.format(model._meta.db_table))
