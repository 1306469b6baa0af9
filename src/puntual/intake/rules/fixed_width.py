"""Text whose columns stand at the same place in every line, as reports of old systems are printed."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

_COLUMNS_MIN = 3
_LINES_MIN = 2
_LINES_WEIGHED = 400
# A value a little too long must not tie two columns together: so few lines may run into a gap.
_CROSSING_SHARE_MAX = 0.03
_GAP = re.compile(r"\S {2,}(?=\S)")
_RULER = re.compile(r"^[-=_+|─═│║ ]+$")


def find_gaps(text: str) -> tuple[int, ...]:
    """
    Say where the gaps between columns begin and end, one after the other.

    Nothing when the lines have no columns in common, or when tabs part them.
    """
    filled = [line for line in text.splitlines() if line.strip() and not _RULER.match(line)]
    if _is_tabbed(filled):
        return ()
    lines = [line.expandtabs() for line in filled]
    body = _alike(lines[:_LINES_WEIGHED])
    if len(body) < _LINES_MIN:
        return ()
    gaps = _joined(_blank_runs(body), body)
    return tuple(place for gap in gaps for place in gap) if len(gaps) >= _COLUMNS_MIN - 1 else ()


def _is_tabbed(lines: Sequence[str]) -> bool:
    """Say whether most lines have the same number of tabs, and no line another: few rows may seem to have gaps too."""
    tabs = Counter(count for line in lines if (count := line.count("\t")))
    return len(tabs) == 1 and min(tabs) >= _COLUMNS_MIN and tabs.total() * 2 > len(lines)


def _alike(lines: Sequence[str]) -> list[str]:
    """Keep the lines that look like rows of a table: with half as many wide gaps as most of them."""
    gaps = [len(_GAP.findall(line)) for line in lines]
    usual = Counter(count for count in gaps if count).most_common(1)
    return [line for line, count in zip(lines, gaps, strict=True) if usual and count * 2 >= usual[0][0]]


def _blank_runs(body: Sequence[str]) -> list[tuple[int, int]]:
    """List the runs of places that hardly any line fills, but for those before the first column."""
    filled = [0] * max(len(line) for line in body)
    for line in body:
        for place, char in enumerate(line):
            filled[place] += char != " "
    few = len(body) * _CROSSING_SHARE_MAX
    runs: list[tuple[int, int]] = []
    start = None
    for place, count in enumerate(filled):
        if count <= few:
            start = place if start is None else start
        elif start is not None:
            runs.append((start, place))
            start = None
    return [run for run in runs if any(line[: run[0]].strip() for line in body)]


def _joined(gaps: Sequence[tuple[int, int]], body: Sequence[str]) -> list[tuple[int, int]]:
    """Leave out the narrow gaps beside a piece without a head, or with nothing below it: "Imp. Pend."."""
    kept = list(gaps)
    while len(kept) > 1:
        edges = [(0, 0), *kept, (len(max(body, key=len)),) * 2]
        for index, (left, right) in enumerate(pairwise(edges)):
            piece = slice(left[1], right[0])
            has_head = bool(body[0][piece].strip())
            if has_head and any(line[piece].strip() for line in body[1:]):
                continue
            beside = [kept[place] for place in (index - 1, index) if 0 <= place < len(kept)]
            kept.remove(min(beside, key=lambda gap: gap[1] - gap[0]))
            break
        else:
            return kept
    return kept


def cut(line: str, gaps: Sequence[int]) -> list[str]:
    """
    Part a line within the gaps between its columns.

    A value that fills a gap leaves one cell too many, so that the row is refused rather than misread.
    """
    text = line.expandtabs()
    if _RULER.match(text):
        return [""] * (len(gaps) // 2 + 1)
    row: list[str] = []
    start, is_crossed = 0, False
    for begin, end in zip(gaps[::2], gaps[1::2], strict=True):
        gap = text[begin:end]
        blank = gap.find(" ")
        is_crossed = is_crossed or (blank < 0 and len(gap) == end - begin and end < len(text))
        place = begin + max(0, blank) if len(gap) == end - begin or blank >= 0 else len(text)
        row.append(text[start:place].strip())
        start = place
    row.append(text[start:].strip())
    return [*row, text.strip()] if is_crossed else row
