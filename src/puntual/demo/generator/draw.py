"""Seeded draws that are quick and the same on every machine."""

from collections.abc import Sequence
from math import exp
from random import Random
from statistics import NormalDist
from typing import TypeVar

_Item = TypeVar("_Item")
_STEPS = 1024


def spread_table(sigma: float) -> tuple[float, ...]:
    """Return factors around 1 with a log-normal spread; its tails end at about three sigma."""
    normal = NormalDist()
    return tuple(round(exp(sigma * normal.inv_cdf((i + 0.5) / _STEPS)), 6) for i in range(_STEPS))


def weighted(weights: dict[_Item, int]) -> tuple[_Item, ...]:
    """Return a tuple in which every item stands as often as its weight."""
    return tuple(item for item, weight in weights.items() for _ in range(weight))


class Draw:
    """Draws from one stream of random numbers."""

    def __init__(self, *, seed: int) -> None:
        self.random = Random(seed).random

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self.random() * (high - low + 1))

    def choice(self, items: Sequence[_Item]) -> _Item:
        """Return one of the items."""
        return items[int(self.random() * len(items))]

    def chance(self, share: float) -> bool:
        """Return whether something of this probability happens."""
        return self.random() < share

    def factor(self, table: tuple[float, ...]) -> float:
        """Return a factor of a spread table."""
        return table[int(self.random() * _STEPS)]

    def shuffled(self, items: Sequence[_Item]) -> list[_Item]:
        """Return the items in a drawn order."""
        result = list(items)
        for i in range(len(result) - 1, 0, -1):
            j = int(self.random() * (i + 1))
            result[i], result[j] = result[j], result[i]
        return result
