"""
Change each number of each law pack by one, and say which changes no case of the tests would notice.

A number that may change unseen is a number that nobody checks. Prints the survivors; exit code 1 when there is one.
"""

import copy
import os
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "puntual.config.settings")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

import yaml  # noqa: E402

from puntual.compliance import operations as compliance  # noqa: E402
from puntual.compliance.queries import packs  # noqa: E402
from puntual.compliance.rules.laws import LawPack  # noqa: E402
from puntual.compliance.types.packs import InfoRule, PackFile  # noqa: E402

DATA = ROOT / "src" / "puntual" / "compliance" / "data"
CASES = ROOT / "tests" / "unit" / "compliance"
# What no contact is judged by: when a version or a rule begins and ends, which a test of its own looks at.
SKIPPED = {"valid_from", "valid_to", "version", "country"}

Place = tuple[Any, ...]


def numbers(item: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Find every number and every hour of a document."""
    if isinstance(item, dict):
        for key, value in item.items():
            if key not in SKIPPED:
                yield from numbers(value, (*place, key))
    elif isinstance(item, list):
        for index, value in enumerate(item):
            yield from numbers(value, (*place, index))
    elif (isinstance(item, int | float) and not isinstance(item, bool)) or (
        isinstance(item, str) and len(item) == 5 and item[2] == ":" and item.replace(":", "").isdigit()
    ):
        yield place, item


def changed(value: Any) -> Iterator[Any]:
    """Change a number by one (a share by a hundredth, an hour by a minute), up and down."""
    for sign in (1, -1):
        if isinstance(value, str):
            moved = datetime.strptime(value, "%H:%M") + timedelta(minutes=sign)  # noqa: DTZ007
            yield moved.strftime("%H:%M")
        elif isinstance(value, float):
            yield round(value + sign * 0.01, 4)
        else:
            yield value + sign


def put(document: Any, place: Place, value: Any) -> Any:
    """Return the document with one value changed."""
    whole = copy.deepcopy(document)
    target = whole
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = value
    return whole


def is_noticed(pack: LawPack, cases: list[dict[str, Any]], deadlines: dict[str, dict[str, Any]]) -> bool:
    """Say whether any case is answered otherwise, or a deadline is another one."""
    for rule in pack.file.rules:
        if isinstance(rule, InfoRule) and rule.deadlines:
            told = {one.request: f"{one.days}c" if one.calendar else one.days for one in rule.deadlines}
            if told != deadlines.get(rule.id):
                return True
    literal = LawPack(file=pack.file, common=pack.common, is_literal=True)
    return any(
        compliance.answer_by(pack=literal if case.get("profile") == "text" else pack, case=case)
        != compliance.expected_of(case=case)
        for case in cases
    )


def main() -> int:
    """Try every change and print what survived."""
    cases = yaml.safe_load((CASES / "boundaries.yaml").read_text(encoding="utf-8"))
    deadlines = yaml.safe_load((CASES / "deadlines.yaml").read_text(encoding="utf-8"))
    tried, refused, survivors = 0, 0, []
    for country in packs.countries():
        common = packs.law_pack(country=country).common
        own = [case for case in cases if case["c"] == country]
        for path in sorted((DATA / country).glob("*.yaml")):
            document = yaml.safe_load(path.read_text(encoding="utf-8"))
            for place, value in numbers(document):
                for other in changed(value):
                    tried += 1
                    try:
                        file = PackFile.model_validate(put(document, place, other))
                    except ValueError:
                        refused += 1
                        continue
                    if not is_noticed(LawPack(file=file, common=common), own, deadlines):
                        rule = document["rules"][place[1]]["id"] if place[0] == "rules" else ""
                        survivors.append(
                            " ".join((country, rule, ".".join(map(str, place[2:])), f"{value} → {other}"))
                        )
    for one in survivors:
        print(one)
    print(f"{tried} changes: {refused} refused by the schema, {len(survivors)} not noticed")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
