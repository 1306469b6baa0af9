"""Verdicts about a customer with their proof, and the rules that they cite, as they were then."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from puntual.compliance.queries import packs
from puntual.compliance.rules.proofs import pack_of
from puntual.db import named, rows

_SQL = named.load(Path(__file__).parent.parent / "sql" / "chain.sql")


def proven_verdicts(*, customer_ids: Sequence[int]) -> list[dict[str, Any]]:
    """
    Return every verdict about some customers, newest first, with its hash, its block and the block's link.

    A verdict of before the chain began has no block; one that was just given has no link yet.
    """
    found = rows.fetch_dicts(_SQL["proven_verdicts"], {"customer_ids": list(customer_ids)})
    return [{**one, "inputs": rows.as_json(one["inputs"])} for one in found]


def cited_rules(*, verdicts: Iterable[dict[str, Any]], country: str) -> list[dict[str, str]]:
    """
    Return the rules that verdicts name, each as the pack said it that judged; in order of version and id.

    Where that pack was not kept, the one in force speaks; what no pack says has no text.
    """
    cited = sorted(
        {
            (one["pack_version"], rule_id, one["pack_digest"] or "")
            for one in verdicts
            for rule_id in one["rule_ids"]
        }
    )
    digests = sorted({digest for _version, _rule_id, digest in cited if digest})
    kept = {
        digest: pack_of(document=document).rules
        for digest, document in rows.fetch_all(_SQL["pack_documents"], {"digests": digests})
    }
    try:
        current = packs.law_pack(country=country).rules
    except packs.UnknownCountry:
        current = {}
    found = {}
    for version, rule_id, digest in cited:
        said = kept.get(digest, current).get(rule_id)
        found[version, rule_id] = {
            "id": rule_id,
            "pack_version": version,
            "text": said.text if said else "",
            "source": said.source if said else "",
            "status": said.status if said else "",
        }
    return list(found.values())
