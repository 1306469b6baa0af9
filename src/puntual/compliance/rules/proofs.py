"""
The chain of verdicts, and reading a verdict back.

Every block of verdicts is tied to the one before it by a hash; who changes a word of the past breaks all that follows.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from pydantic import TypeAdapter

from puntual.compliance.rules.laws import LawPack
from puntual.compliance.types import ContactFacts, Flag, OwnHours, Result, Statement, Touched
from puntual.compliance.types.packs import CommonFile, PackFile, Rule
from puntual.contacts.types import Channel, OwnerRole, PointState, Purpose

# What stands before the first link.
BEGINNING = bytes(32)
_RULES: TypeAdapter[tuple[Rule, ...]] = TypeAdapter(tuple[Rule, ...])


def linked(*, previous: bytes, content: bytes) -> bytes:
    """Return the hash of a link: SHA-256 of the link before it and of what its block says."""
    return hashlib.sha256(previous + content).digest()


def pack_of(*, document: str) -> LawPack:
    """
    Read a law pack back.

    Raises: ValueError where the document is none.
    """
    whole = json.loads(document)
    return LawPack(
        file=PackFile.model_validate(whole["pack"]),
        common=CommonFile.model_validate(whole["common"]),
        is_literal=bool(whole["is_literal"]),
        own=_RULES.validate_python(whole["own"]),
        own_number=int(whole.get("own_number", 0)),
        own_proof=whole.get("own_proof", ""),
    )


def inputs_of(*, facts: ContactFacts) -> dict[str, Any]:
    """Put the facts into plain JSON; they hold no address and no name."""
    return {
        "purpose": facts.purpose.value,
        "country": facts.country,
        "time_zones": list(facts.time_zones),
        "owner_role": facts.owner_role.value if facts.owner_role else None,
        "point_state": facts.point_state.value if facts.point_state else None,
        "has_known_source": facts.has_known_source,
        "is_opted_out": facts.is_opted_out,
        "has_debt": facts.has_debt,
        "is_disputed": facts.is_disputed,
        "is_on_hold": facts.is_on_hold,
        "has_active_promise": facts.has_active_promise,
        **_only_said(
            {
                "touches": [
                    [one.at.isoformat(), one.channel.value, one.result.value] for one in facts.touches
                ],
                "flags": sorted(facts.flags),
                "subdivisions": list(facts.subdivisions),
                "product": facts.product,
                "own_hours": [
                    [list(one.weekdays), one.start.isoformat(), one.end.isoformat(), one.widens]
                    for one in facts.own_hours
                ],
                "missing": sorted(facts.missing),
                "findings": sorted(facts.findings),
                "review_findings": sorted(facts.review_findings),
                "released": sorted(facts.released),
            }
        ),
    }


def _only_said(items: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is empty: most contacts have none of it, and each verdict is kept for years."""
    return {name: value for name, value in items.items() if value}


def facts_of(*, customer_id: int, channel: str, inputs: Mapping[str, Any]) -> ContactFacts:
    """
    Read back what a verdict was based on.

    Raises: KeyError, ValueError where the inputs are not those of a verdict.
    """
    return ContactFacts(
        customer_id=customer_id,
        channel=Channel(channel),
        purpose=Purpose(inputs["purpose"]),
        country=inputs["country"],
        time_zones=tuple(inputs["time_zones"]),
        owner_role=OwnerRole(inputs["owner_role"]) if inputs["owner_role"] else None,
        point_state=PointState(inputs["point_state"]) if inputs["point_state"] else None,
        has_known_source=inputs["has_known_source"],
        is_opted_out=inputs["is_opted_out"],
        has_debt=inputs["has_debt"],
        is_disputed=inputs["is_disputed"],
        is_on_hold=inputs["is_on_hold"],
        has_active_promise=inputs["has_active_promise"],
        touches=tuple(
            Touched(datetime.fromisoformat(at), Channel(by), Result(how))
            for at, by, how in inputs.get("touches", ())
        ),
        flags=frozenset(map(Flag, inputs.get("flags", ()))),
        subdivisions=tuple(inputs.get("subdivisions", ())),
        product=inputs.get("product", ""),
        own_hours=tuple(
            OwnHours(tuple(days), time.fromisoformat(start), time.fromisoformat(end), widens)
            for days, start, end, widens in inputs.get("own_hours", ())
        ),
        missing=frozenset(map(Statement, inputs.get("missing", ()))),
        findings=frozenset(inputs.get("findings", ())),
        review_findings=frozenset(inputs.get("review_findings", ())),
        released=frozenset(inputs.get("released", ())),
    )
