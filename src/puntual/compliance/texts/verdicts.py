"""
Is a text lawful in a message of collection?

Pure and total: any text of any signs has an answer, every rule that objects is named, and each finding stands where
its words stand in the text as it was given.
"""

import re
from collections.abc import Iterable, Sequence

from puntual.compliance.texts.load import LANGUAGES, Language, Search, categories, language
from puntual.compliance.texts.patterns import Line, merged
from puntual.compliance.texts.signs import Word, words
from puntual.compliance.texts.types import (
    Category,
    Finding,
    Severity,
    TextDecision,
    TextFacts,
    TextVerdict,
)

# What an approved template of the judicial stage may say; threats and insults nobody can approve.
EXEMPTABLE = frozenset({"C-LEGAL", "C-URGENCY", "C-XSELL", "C-COURT", "C-SEIZE"})
COUNTRIES = frozenset(re.findall(r"\w+", "MX CO CL PE EC PY PA UY BO AR BR GT SV HN NI CR US"))
_LANGUAGE_OF = {"BR": "pt", "US": "en"}
_PORTUGUESE = "C-PT"
# A text with at least so many words of another language, and twice as many as of its own, is read in that one too.
_MARKS_MIN = 3


def check(*, text: str, facts: TextFacts) -> TextVerdict:
    """Read a text and say what may happen with it, with every finding in the order of the rules and the text."""
    written = words(text)
    found: list[Finding] = []
    for code in _languages(written, facts=facts):
        found += _findings(
            text, written=written, spoken=language(code=code), is_portuguese=code == "pt", facts=facts
        )
    order = list(categories())
    found.sort(key=lambda one: (order.index(one.category), one.start, one.end))
    return TextVerdict(
        decision=_decision(found),
        categories=tuple(dict.fromkeys(one.category for one in found)),
        findings=tuple(found),
    )


def _decision(found: Iterable[Finding]) -> TextDecision:
    severities = {one.severity for one in found}
    if Severity.BLOCK in severities:
        return TextDecision.BLOCK
    return TextDecision.REVIEW if severities else TextDecision.ALLOW


def _languages(written: Sequence[Word], *, facts: TextFacts) -> list[str]:
    """Name the languages that a text is read in: its own, and another that it is plainly written in."""
    own = (facts.language or _LANGUAGE_OF.get(facts.country, "es"))[:2].lower()
    if own not in LANGUAGES:
        own = "es"
    texts = [one.text for one in written]
    marks = {code: sum(text in language(code=code).marks for text in texts) for code in LANGUAGES}
    others = [
        code for code in marks if code != own and marks[code] >= _MARKS_MIN and marks[code] > marks[own]
    ]
    return [own, *others]


def _findings(
    text: str, *, written: Sequence[Word], spoken: Language, is_portuguese: bool, facts: TextFacts
) -> list[Finding]:
    meant = spoken.lexicon.read(written)
    line = Line([one.text for one in meant])
    spans = {
        search.category.id: _spans(line, search=search)
        for search in spoken.searches
        if not (search.category.countries and facts.country) or facts.country in search.category.countries
    }
    found = []
    for search in spoken.searches:
        if any(spans.get(key) for key in search.yields_everywhere_to):
            continue
        stronger = [span for key in search.yields_to for span in spans.get(key, ())]
        for begin, end in spans.get(search.category.id, ()):
            if any(begin < other[1] and other[0] < end for other in stronger):
                continue
            found.append(_finding(text, first=meant[begin], last=meant[end - 1], category=search.category))
    if is_portuguese:
        found = [_as_portuguese(one) for one in found]
    exempted = facts.exempted & EXEMPTABLE
    return [one for one in found if one.category not in exempted]


def _spans(line: Line, *, search: Search) -> list[tuple[int, int]]:
    if not any(pattern.spans(line) for pattern in search.find):
        return []
    innocent = [span for pattern in search.innocent for span in pattern.spans(line)]
    rest = line.without(innocent) if innocent else line
    return merged(span for pattern in search.find for span in pattern.spans(rest))


def _finding(text: str, *, first: Word, last: Word, category: Category) -> Finding:
    start, end = first.start, max(first.end, last.end)
    return Finding(
        category=category.id,
        name=category.name,
        severity=category.severity,
        start=start,
        end=end,
        excerpt=text[start:end],
        rule=category.rule,
        source=category.source,
        instead=category.instead,
    )


def _as_portuguese(found: Finding) -> Finding:
    """Tell what Portuguese forbids as one category, with the name of what it is."""
    if found.severity is Severity.REVIEW:
        return found
    whole = categories()[_PORTUGUESE]
    return Finding(
        category=whole.id,
        name=f"{whole.name}: {found.name.lower()}",
        severity=whole.severity,
        start=found.start,
        end=found.end,
        excerpt=found.excerpt,
        rule=whole.rule,
        source=whole.source,
        instead=whole.instead,
    )
