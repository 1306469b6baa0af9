"""Who is compared with whom, and what is proposed of it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from sys import intern

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from puntual.duplicates.rules import names, words
from puntual.duplicates.types import (
    AGAINST,
    Candidate,
    EvidenceCode,
    NameParts,
    NewProposal,
    Strength,
)
from puntual.lib.text import folded

# A block of more customers than this says nothing about any two of them; the same name may well be written often.
BLOCK_MAX, SHARED_CONTACT_MAX = 24, 6
_KEY_LETTERS, _KEYED_WORDS_MAX = 6, 4
# Far below what any rule accepts: most pairs of a block end here, without a closer look.
_GLANCE_MIN = 55
_PERSON_WORDS_MIN = 2
# A shorter name, as "US" or "CO", is written by many: it says nothing by itself.
_TELLING_LETTERS_MIN = 4
_NUMBER_DIGITS_MIN = 4
_NOT_SIGNS = re.compile(r"[^0-9A-Z]")
_TAX_ID_BASE, _PERSON_TAX_ID = 10, 13
_ID_BITS = 64
_SAME, _ALIKE, _CLOSE, _NEAR, _OTHER = 100, 90, 80, 70, 50
_PERSON_ALIKE, _PERSON_CLOSE = 95, 85
_RANK = {Strength.STRONG: 2, Strength.LIKELY: 1, Strength.POSSIBLE: 0}


@dataclass(frozen=True, slots=True)
class Prepared:
    """
    A customer with its name and tax id read once.

    All of them are in memory at once: addresses are tuples, a third of a set, and words that many have are one.
    """

    id: int
    is_person: bool
    parts: NameParts
    number: str
    tax_id: str
    state: str
    postal_code: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]

    @property
    def line(self) -> str:
        """Write the words that count in one order."""
        return " ".join(sorted(self.parts.core))


def plain_tax_id(*, text: str) -> str:
    """Write a tax id as it is compared; one that many share by law counts as none."""
    plain = _NOT_SIGNS.sub("", text.upper())
    is_empty = not plain or plain in words.GENERIC_TAX_IDS or set(plain) <= {"0"}
    return "" if is_empty or len(plain) < 6 else plain


def plain_number(*, text: str) -> str:
    """Write a customer number without the zeros that a spreadsheet takes off its head; too short tells nothing."""
    plain = text.strip().removesuffix(".0")
    bare = plain.lstrip("0")
    return bare if plain.isdigit() and len(bare) >= _NUMBER_DIGITS_MIN else ""


def prepared(candidate: Candidate) -> Prepared:
    """Read a customer once. A source that knows no kinds calls firms persons: a legal form says otherwise."""
    as_firm = names.parts_of(name=candidate.name, is_person=False)
    is_person = candidate.is_person and not as_firm.legal_form and len(as_firm.core) >= _PERSON_WORDS_MIN
    parts = names.parts_of(name=candidate.name, is_person=True) if is_person else as_firm
    return Prepared(
        id=candidate.id,
        is_person=is_person,
        parts=parts,
        number=plain_number(text=candidate.external_id),
        tax_id=plain_tax_id(text=candidate.tax_id),
        state=intern(folded(candidate.state)),
        postal_code=intern(candidate.postal_code.strip()),
        emails=tuple(candidate.emails),
        phones=tuple(candidate.phones),
    )


def _tax(one: Prepared) -> Iterable[str]:
    return (one.tax_id,) if one.tax_id else ()


def _number(one: Prepared) -> Iterable[str]:
    return (one.number,) if one.number else ()


def _emails(one: Prepared) -> Iterable[str]:
    return one.emails


def _phones(one: Prepared) -> Iterable[str]:
    return one.phones


def _glued(one: Prepared) -> Iterable[str]:
    return (one.parts.glued,)


def _sounds(one: Prepared) -> Iterable[str]:
    return (" ".join(sorted(map(names.sound_of, one.parts.core))),)


def _telling(one: Prepared) -> list[str]:
    """Give the words that tell a firm; many persons have one name, so of theirs only the whole does."""
    if one.is_person:
        return []
    core = one.parts.core
    return [word for word in core if word not in words.ACTIVITIES] or list(core)


def _bones(one: Prepared) -> Iterable[str]:
    telling = _telling(one)
    return ("".join(sorted(map(names.bones_of, telling))),) if telling else ()


def _heads(one: Prepared) -> Iterable[str]:
    telling = _telling(one)
    return ("".join(telling)[:_KEY_LETTERS],) if telling else ()


def _tails(one: Prepared) -> Iterable[str]:
    telling = _telling(one)
    return ("".join(telling)[-_KEY_LETTERS:],) if telling else ()


def _words(one: Prepared) -> Iterable[str]:
    return {names.sound_of(word) for word in sorted(_telling(one), key=len, reverse=True)[:_KEYED_WORDS_MAX]}


# The blocks of a customer, by kind of key. Two that share none are never compared.
_WHOLE = (_glued, _sounds, _tax, _number)
_CONTACT = (_emails, _phones)
_PARTS = (_bones, _heads, _tails, _words)


def _blocks(
    people: Sequence[Prepared], keys_of: Callable[[Prepared], Iterable[str]]
) -> Iterable[list[Prepared]]:
    """Give those who share a key of one kind. One kind at a time: the keys of all would be most of the memory."""
    # Most keys are of one customer alone, who needs no list.
    first: dict[str, Prepared] = {}
    shared: dict[str, list[Prepared]] = {}
    for one in people:
        for key in keys_of(one):
            known = first.setdefault(key, one)
            if known is not one:
                shared.setdefault(key, [known]).append(one)
    return shared.values()


def _star(members: Sequence[Prepared]) -> Iterator[tuple[Prepared, Prepared]]:
    """Pair everybody with the one whose name says least beside what counts; the oldest of equals."""
    plainest = min(members, key=lambda one: (len(one.parts.weak), bool(one.parts.legal_form), one.id))
    return ((plainest, one) for one in members if one is not plainest)


def pairs_to_compare(people: Sequence[Prepared]) -> Iterator[tuple[Prepared, Prepared]]:
    """
    Give each pair that shares a block once.

    The work is bounded: a block that is too large is left out where its key is a part of a name, left out where
    it is an address that a crowd shares, and where it is the whole name or a number each is compared with the one
    that is written most plainly.
    """
    # Both ids in one number: a third of what two in a tuple take.
    seen: set[int] = set()
    for keys_of in (*_WHOLE, *_CONTACT, *_PARTS):
        most = SHARED_CONTACT_MAX if keys_of in _CONTACT else BLOCK_MAX
        for members in _blocks(people, keys_of):
            if len(members) <= most:
                found: Iterable[tuple[Prepared, Prepared]] = combinations(members, 2)
            elif keys_of in _WHOLE:
                found = _star(members)
            else:
                continue
            for one, other in found:
                first, second = (one, other) if one.id < other.id else (other, one)
                pair = first.id << _ID_BITS | second.id
                if pair not in seen:
                    seen.add(pair)
                    yield first, second


def _tax_evidence(first: Prepared, second: Prepared) -> EvidenceCode | None:
    """Say what the tax ids tell; raises nothing and says None where one is missing or both are different."""
    if not first.tax_id or not second.tax_id:
        return None
    if first.tax_id == second.tax_id:
        return EvidenceCode.SAME_TAX_ID
    if len(first.tax_id) == len(second.tax_id) and OSA.distance(first.tax_id, second.tax_id) == 1:
        return EvidenceCode.TAX_ID_TYPO
    if (
        len(first.tax_id) == len(second.tax_id) == _PERSON_TAX_ID
        and first.tax_id[:_TAX_ID_BASE] == second.tax_id[:_TAX_ID_BASE]
    ):
        return EvidenceCode.SAME_TAX_ID_BASE
    return None


def _has_other_tax_id(first: Prepared, second: Prepared) -> bool:
    return bool(first.tax_id and second.tax_id) and _tax_evidence(first, second) is None


def _evidence(first: Prepared, second: Prepared, *, score: int) -> list[EvidenceCode]:
    tax = _tax_evidence(first, second)
    forms = {first.parts.legal_form, second.parts.legal_form} - {""}
    facts = {
        EvidenceCode.SAME_NUMBER: bool(first.number) and first.number == second.number,
        EvidenceCode.SAME_EMAIL: not set(first.emails).isdisjoint(second.emails),
        EvidenceCode.SAME_PHONE: not set(first.phones).isdisjoint(second.phones),
        EvidenceCode.SAME_POSTAL_CODE: bool(first.postal_code) and first.postal_code == second.postal_code,
        EvidenceCode.SAME_NAME: score == _SAME,
        EvidenceCode.SIMILAR_NAME: _NEAR <= score < _SAME,
        EvidenceCode.OTHER_NAME: score < _OTHER,
        EvidenceCode.OTHER_STATE: bool(first.state and second.state) and first.state != second.state,
        EvidenceCode.OTHER_LEGAL_FORM: len(forms) > 1,
        EvidenceCode.OTHER_KIND: first.is_person != second.is_person,
    }
    return ([tax] if tax else []) + [code for code, is_so in facts.items() if is_so]


def _strength(
    *, evidence: Sequence[EvidenceCode], score: int, are_persons: bool, is_telling: bool
) -> Strength | None:
    """
    Weigh what speaks for and against a pair; None is not proposed.

    A firm's name says much, a person's little: thousands are called María García, so a person's name needs an
    address, a telephone or a birth date beside it.
    """
    found = set(evidence)
    against = len(found & AGAINST)
    if EvidenceCode.SAME_TAX_ID in found:
        return Strength.STRONG
    if EvidenceCode.SAME_NUMBER in found and score >= _NEAR:
        return Strength.STRONG if score >= _CLOSE else Strength.LIKELY
    has_contact = bool(found & {EvidenceCode.SAME_EMAIL, EvidenceCode.SAME_PHONE})
    has_tax = bool(found & {EvidenceCode.TAX_ID_TYPO, EvidenceCode.SAME_TAX_ID_BASE})
    has_place = EvidenceCode.SAME_POSTAL_CODE in found
    if are_persons:
        if score >= _PERSON_CLOSE and (has_contact or has_tax):
            return Strength.LIKELY
        if (score >= _NEAR and has_contact) or (score >= _PERSON_ALIKE and has_place):
            return Strength.POSSIBLE
        return None
    if score >= _NEAR and (has_contact or (has_tax and score >= _CLOSE)):
        return Strength.LIKELY if against < 2 else Strength.POSSIBLE
    if score >= _ALIKE and has_place:
        return Strength.LIKELY
    if not is_telling:
        return None
    if score == _SAME:
        return (Strength.LIKELY, Strength.POSSIBLE, None)[min(against, 2)]
    if (score >= _ALIKE or (score >= _CLOSE and has_place)) and not against:
        return Strength.POSSIBLE
    return None


def judged(first: Prepared, second: Prepared) -> tuple[Strength, int, tuple[EvidenceCode, ...]] | None:
    """Say whether two customers may be one: how strongly, how alike the names are, and why. None is no."""
    same_tax = bool(first.tax_id) and first.tax_id == second.tax_id
    if not same_tax and _has_other_tax_id(first, second):
        return None
    same_glued = first.parts.glued == second.parts.glued
    if not same_tax and not same_glued and fuzz.token_set_ratio(first.line, second.line) < _GLANCE_MIN:
        return None
    are_persons = first.is_person and second.is_person
    score = names.name_score(first=first.parts, second=second.parts, is_person=are_persons)
    evidence = _evidence(first, second, score=score)
    is_telling = min(len(first.parts.glued), len(second.parts.glued)) >= _TELLING_LETTERS_MIN
    strength = _strength(evidence=evidence, score=score, are_persons=are_persons, is_telling=is_telling)
    return None if strength is None else (strength, score, tuple(evidence))


def compared(first: Candidate, second: Candidate) -> tuple[Strength, int, tuple[EvidenceCode, ...]]:
    """
    Say what speaks for and against two customers that a person takes for one, proposed or not.

    What no search would propose is possible at most: it is the person who knows.
    """
    one, other = prepared(first), prepared(second)
    answer = judged(one, other)
    if answer is not None:
        return answer
    score = names.name_score(first=one.parts, second=other.parts, is_person=one.is_person and other.is_person)
    evidence = _evidence(one, other, score=score)
    if _has_other_tax_id(one, other):
        evidence.append(EvidenceCode.OTHER_TAX_ID)
    return Strength.POSSIBLE, score, tuple(evidence)


def _root(parents: dict[int, int], member: int) -> int:
    while parents[member] != member:
        parents[member] = parents[parents[member]]
        member = parents[member]
    return member


def proposals(
    *, candidates: Iterable[Candidate], rejected: frozenset[tuple[int, int]]
) -> tuple[list[NewProposal], int, int]:
    """
    Propose pairs, and say how many customers there were and how many pairs were compared.

    Eleven spellings of one name are ten proposals, not fifty-five: of everybody who hangs together only the
    strongest pairs that join them are proposed, those of the oldest customer first. A pair that a person
    rejected is never among them.
    """
    people = [prepared(one) for one in candidates]
    compared = 0
    found: list[tuple[Prepared, Prepared, Strength, int, tuple[EvidenceCode, ...]]] = []
    for first, second in pairs_to_compare(people):
        compared += 1
        if (first.id, second.id) in rejected:
            continue
        answer = judged(first, second)
        if answer is not None:
            found.append((first, second, *answer))
    found.sort(key=lambda one: (-_RANK[one[2]], -one[3], one[0].id, one[1].id))
    parents = {member.id: member.id for one in found for member in one[:2]}
    chosen = []
    for one in found:
        first_root, second_root = _root(parents, one[0].id), _root(parents, one[1].id)
        if first_root != second_root:
            parents[max(first_root, second_root)] = min(first_root, second_root)
            chosen.append(one)
    groups: Mapping[int, int] = {member: _root(parents, member) for member in parents}
    return (
        [
            NewProposal(first.id, second.id, groups[first.id], strength, score, evidence)
            for first, second, strength, score, evidence in chosen
        ],
        len(people),
        compared,
    )
