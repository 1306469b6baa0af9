"""
The chain of verdicts: tied, and looked through.

Reads: compliance.Verdict, compliance.Block, compliance.Pack, compliance.Review, the law packs
Writes: compliance.Link
Guarantees: blocks are tied in one order, by one hand at a time; whatever was changed, taken away or put in since is
found, and the first bad row named. Looking changes nothing.
"""

from collections.abc import Iterator
from pathlib import Path

from django.db import transaction

from puntual.compliance import rules
from puntual.compliance.queries import own_law, packs
from puntual.compliance.rules import proofs
from puntual.compliance.types import Finding, FindingCode, Verdict, VerdictOutcome, Verification
from puntual.compliance.types.own import OwnVersion
from puntual.db import named, rows
from puntual.db.locks import Lock, lock_in_transaction

_SQL = named.load(Path(__file__).parent.parent / "sql" / "chain.sql")
_REVIEWS = named.load(Path(__file__).parent.parent / "sql" / "reviews.sql")
_KEY = "chain"
# Blocks whose verdicts are compared at once.
_PIECE = 50
_FOUND_MAX = 20
# Blocks that are asked for verdicts to decide again, at most.
_SAMPLED_BLOCKS = 200


@transaction.atomic
def link_blocks() -> int:
    """Tie the blocks that are not tied yet to the chain of this company, and return how many."""
    lock_in_transaction(lock=Lock.VERDICT_CHAIN, key=_KEY)
    waiting = rows.fetch_all(_SQL["unlinked"])
    if not waiting:
        return 0
    last = rows.fetch_all(_SQL["last_link"])
    previous = bytes(last[0][0]) if last else proofs.BEGINNING
    ids, before, after = [], [], []
    for block_id, content in waiting:
        hashed = proofs.linked(previous=previous, content=bytes(content))
        ids.append(block_id)
        before.append(previous.hex())
        after.append(hashed.hex())
        previous = hashed
    rows.execute(_SQL["add_links"], {"block_ids": ids, "previous": before, "hashes": after})
    return len(ids)


def verify(*, sample: int, seed: str, head: str = "") -> Verification:
    """
    Look through the chain of this company: links, verdicts, law packs, and `sample` verdicts decided again.

    `seed` says which verdicts are decided again; the same one takes the same. `head`: the hash of a link that was
    written down earlier, in hexadecimal; a chain that was cut off behind it, or begun anew, no longer holds it.
    """
    links = rows.fetch_all(_SQL["links"])
    found = [*_broken_links(links), *_broken_packs(), *_bad_verdicts(), *_bad_reviews()]
    heads = [bytes(one[3]).hex() for one in links]
    if head and head.lower() not in heads:
        found.append(Finding(FindingCode.HEAD_GONE, links[-1][0] if links else 0, head))
    earlier, loose, first_id = rows.fetch_all(_SQL["loose_verdicts"])[0]
    if loose:
        found.append(Finding(FindingCode.VERDICT_BESIDE_CHAIN, first_id, str(loose)))
    decided, differing = _decided_again(sample=sample, seed=seed)
    return Verification(
        links=len(links),
        head=heads[-1] if heads else "",
        unlinked=len(rows.fetch_all(_SQL["unlinked"])),
        verdicts=rows.fetch_all(_SQL["held"])[0][0],
        earlier=earlier,
        decided_again=decided,
        findings=(*found, *differing)[:_FOUND_MAX],
    )


def _broken_links(links: list[tuple[int, int, bytes, bytes, bytes | None]]) -> Iterator[Finding]:
    """Follow the chain from its beginning; only the first link that does not hold is named: later ones hang on it."""
    previous = proofs.BEGINNING
    for link_id, block_id, before, own, content in links:
        if content is None:
            yield Finding(FindingCode.BLOCK_GONE, link_id, str(block_id))
            return
        if bytes(before) != previous:
            yield Finding(FindingCode.LINK_BROKEN, link_id, str(block_id))
            return
        if bytes(own) != proofs.linked(previous=previous, content=bytes(content)):
            yield Finding(FindingCode.BLOCK_CHANGED, block_id, str(link_id))
            return
        previous = bytes(own)


def _broken_packs() -> Iterator[Finding]:
    """Compare each pack that judged with its hash, with what the product brings, and with what the company signed."""
    signed = {one.proof: one for one in own_law.every_version()}
    for place, (digest, country, version, document, content) in enumerate(rows.fetch_all(_SQL["packs"]), 1):
        if digest != content:
            yield Finding(FindingCode.PACK_CHANGED, place, version)
        elif document:
            kept = proofs.pack_of(document=document)
            if _was_edited(kept, country=country):
                yield Finding(FindingCode.PACK_EDITED, place, version)
            if _is_unsigned(kept, signed.get(kept.own_proof)):
                yield Finding(FindingCode.OWN_LAW_CHANGED, place, version)


def _is_unsigned(kept: rules.LawPack, version: OwnVersion | None) -> bool:
    """Say whether a law judged by rules, or by a reading, that nobody of the company put in force."""
    if not kept.own_number:
        return bool(kept.own) or kept.is_literal
    if version is None or version.number != kept.own_number:
        return True
    if version.is_broken:
        return False
    return version.profile.rules != kept.own or (kept.is_literal and version.profile.literal_until is None)


def _was_edited(kept: rules.LawPack, *, country: str) -> bool:
    """Say whether a file that the product brings is another one than that of the same version which judged."""
    return any(
        one.version == mine.version and one != mine
        for brought, mine in (
            (packs.versions(country=country), kept.file),
            (packs.common_versions(), kept.common),
        )
        for one in brought
    )


def _bad_verdicts() -> Iterator[Finding]:
    last = rows.fetch_all(_SQL["block_bounds"])[0][0]
    for after in range(0, last, _PIECE):
        params = {"after": after, "up_to": after + _PIECE, "limit": _FOUND_MAX}
        for block_id, verdict_id, is_gone in rows.fetch_all(_SQL["bad_verdicts"], params):
            code = FindingCode.VERDICT_GONE if is_gone else FindingCode.VERDICT_CHANGED
            yield Finding(code, verdict_id, str(block_id))


def _bad_reviews() -> Iterator[Finding]:
    """Compare what people released or refused with the verdicts that hold it."""
    for review_id, is_gone in rows.fetch_all(_REVIEWS["bad_reviews"], {"limit": _FOUND_MAX}):
        yield Finding(FindingCode.REVIEW_GONE if is_gone else FindingCode.REVIEW_CHANGED, review_id, "")


def _decided_again(*, sample: int, seed: str) -> tuple[int, list[Finding]]:
    """Decide some verdicts again by their own inputs and the pack that judged them."""
    kept = rows.fetch_all(_SQL["packs"])
    ready = {
        digest: proofs.pack_of(document=document) if document else None
        for digest, _country, _version, document, content in kept
        if digest == content
    }
    params = {"blocks": _SAMPLED_BLOCKS, "seed": seed, "limit": sample}
    found: list[Finding] = []
    decided = 0
    for verdict_id, customer_id, channel, at, outcome, rule_ids, not_before, inputs, digest in rows.fetch_all(
        _SQL["sample"], params
    ):
        if digest not in ready:
            # Its pack is no longer what it was, and that is told: it can decide nothing.
            continue
        decided += 1
        pack = ready[digest]
        try:
            facts = proofs.facts_of(customer_id=customer_id, channel=channel, inputs=rows.as_json(inputs))
            again = rules.judge(facts=facts, pack=pack, at=at) if pack else _REFUSED
        except (KeyError, ValueError, TypeError):
            found.append(Finding(FindingCode.VERDICT_UNREADABLE, verdict_id, ""))
            continue
        if (again.outcome, list(again.rule_ids), again.not_before) != (outcome, list(rule_ids), not_before):
            found.append(Finding(FindingCode.VERDICT_DIFFERS, verdict_id, ",".join(again.rule_ids)))
    return decided, found


# Without a pack everything is refused.
_REFUSED = Verdict(VerdictOutcome.BLOCK, ("X-DATA-01",), None)
