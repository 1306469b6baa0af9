"""A portfolio in blocks of customers, each rehearsed by itself: in turn, or by several processes at once."""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Protocol

import django

from puntual.assessment import queries as assessed
from puntual.companies import operations as companies
from puntual.db import schema
from puntual.flows.rehearsal.counting import Tally

# Large enough that customers share what is worked out once, small enough that a year of days fits into memory.
BLOCK_SIZE = 2_500
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Block:
    """The customers with after < id <= up_to, and how many they are."""

    after: int
    up_to: int
    customers: int


class Work(Protocol):
    """Rehearses one block."""

    def __call__(self, *, block: Block) -> Tally:
        """Count what its customers come to."""


def all_blocks(*, size: int = BLOCK_SIZE) -> list[Block]:
    """Cut all customers into blocks."""
    return [Block(*one) for one in assessed.ranges(size=size)]


def tally_blocks(*, work: Work, blocks: list[Block], processes: int, on_progress: Progress | None) -> Tally:
    """
    Do the work for every block and add up what comes of it.

    With several processes each has its own connection; `work` must then be a function of a module, or a partial of
    one. `on_progress` is told how many customers are done, of how many.
    """
    total = Tally()
    done, everybody = 0, sum(one.customers for one in blocks)
    for customers, found in _each(work=work, blocks=blocks, processes=min(processes, len(blocks))):
        total.merge(found)
        done += customers
        if on_progress:
            on_progress(done, everybody)
    return total


def _each(*, work: Work, blocks: Iterable[Block], processes: int) -> Iterator[tuple[int, Tally]]:
    if processes < 2:
        for block in blocks:
            yield block.customers, work(block=block)
        return
    # Processes that begin anew share neither connections nor threads with this one.
    context = multiprocessing.get_context("spawn")
    company = schema.current()
    with ProcessPoolExecutor(processes, mp_context=context, initializer=django.setup) as pool:
        waiting = {pool.submit(_work_in, company, work, block): block for block in blocks}
        try:
            for one in as_completed(waiting):
                yield waiting[one].customers, one.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _work_in(company: str, work: Work, block: Block) -> Tally:
    with companies.in_company(schema_name=company):
        return work(block=block)
