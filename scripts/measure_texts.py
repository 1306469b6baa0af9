"""
Measure the text check on the corpus of tests/corpus/texts: precision and recall of each category and each language.

The corpus was written apart from the rules; docs/compliance-texts.md says what was found before anybody read it. With
--json one document, with --wrong the texts that are judged otherwise than expected.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "tests" / "corpus" / "texts"
sys.path.insert(0, str(ROOT / "src"))

from puntual.compliance import texts  # noqa: E402
from puntual.compliance.texts.types import TextFacts  # noqa: E402


@dataclass(frozen=True, slots=True)
class Case:
    """One text of the corpus: what is expected of it and what was found."""

    language: str
    text: str
    expected: frozenset[str]
    found: frozenset[str]


@dataclass(slots=True)
class Tally:
    """How often a category was found rightly, found wrongly, and overlooked."""

    right: int = 0
    wrong: int = 0
    overlooked: int = 0

    @property
    def precision(self) -> float:
        """Of what was found, the share that is so."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Of what is so, the share that was found."""
        return self.right / (self.right + self.overlooked) if self.right + self.overlooked else 1.0


@dataclass(slots=True)
class Measure:
    """What the check does with a part of the corpus."""

    texts: int = 0
    exact: int = 0
    innocent: int = 0
    innocent_flagged: int = 0
    categories: dict[str, Tally] = field(default_factory=dict)

    @property
    def whole(self) -> Tally:
        """All categories together."""
        return Tally(
            right=sum(one.right for one in self.categories.values()),
            wrong=sum(one.wrong for one in self.categories.values()),
            overlooked=sum(one.overlooked for one in self.categories.values()),
        )


def cases() -> list[Case]:
    """Read the corpus and check every text as a message to a debtor of its country."""
    done = []
    for path in sorted(CORPUS.glob("*.yaml")):
        facts = TextFacts(country=path.stem[-2:])
        for one in yaml.safe_load(path.read_text(encoding="utf-8")):
            found = texts.check(text=one["text"], facts=facts).categories
            done.append(
                Case(
                    language=path.stem,
                    text=one["text"],
                    expected=frozenset(one["expect"]),
                    found=frozenset(found),
                )
            )
    return done


def measure(found: Iterable[Case]) -> Measure:
    """Count what is right and wrong."""
    done = Measure()
    for one in found:
        done.texts += 1
        done.exact += one.expected == one.found
        done.innocent += not one.expected
        done.innocent_flagged += not one.expected and bool(one.found)
        for category in one.expected | one.found:
            tally = done.categories.setdefault(category, Tally())
            tally.right += category in one.expected and category in one.found
            tally.wrong += category not in one.expected
            tally.overlooked += category not in one.found
    return done


def table(rows: Iterable[tuple[str, Tally]]) -> str:
    """Write tallies as a Markdown table."""
    head = "| | expected | found | precision | recall |\n|---|---:|---:|---:|---:|\n"
    return head + "".join(
        f"| {name} | {one.right + one.overlooked} | {one.right + one.wrong} "
        f"| {one.precision:.3f} | {one.recall:.3f} |\n"
        for name, one in rows
    )


def told(found: list[Case]) -> str:
    """Say everything as the documentation shows it."""
    languages = sorted({one.language for one in found})
    whole = measure(found)
    by_language = [(name, measure(one for one in found if one.language == name).whole) for name in languages]
    return (
        f"{whole.texts} texts, {whole.innocent} innocent; judged exactly as expected {whole.exact / whole.texts:.3f}; "
        f"innocent ones flagged {whole.innocent_flagged}\n\n"
        + table([("all", whole.whole), *by_language])
        + "\n"
        + table(sorted(whole.categories.items()))
    )


def main() -> None:
    """Print the measure of the corpus."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--wrong", action="store_true")
    asked = parser.parse_args()
    found = cases()
    if asked.wrong:
        for one in found:
            if one.expected != one.found:
                print(one.language, sorted(one.expected), sorted(one.found), one.text, sep=" | ")
    elif asked.json:
        categories = measure(found).categories
        print(json.dumps({key: [one.precision, one.recall] for key, one in sorted(categories.items())}))
    else:
        print(told(found), end="")


if __name__ == "__main__":
    main()
