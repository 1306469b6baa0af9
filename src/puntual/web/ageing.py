"""The stacked ageing bar: from five amounts to five widths."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from puntual.lib.days import BUCKETS, Bucket

# The order and the wording are the same in every bar, chart and table.
LABELS: Mapping[Bucket, str | Promise] = {
    Bucket.CURRENT: _("Por vencer"),
    Bucket.D1_30: _("1–30 días"),
    Bucket.D31_60: _("31–60 días"),
    Bucket.D61_90: _("61–90 días"),
    Bucket.D91_PLUS: _("91 días o más"),
}
_WIDTH = Decimal(1000)
# A bucket with money in it is never too thin to see.
_WIDTH_MIN = Decimal(6)


@dataclass(frozen=True)
class Part:
    """One bucket of a bar: what it is, how much, where it starts, how wide it is (of 1000), its share."""

    bucket: str
    tone: str
    label: str | Promise
    amount: Decimal
    x: int
    width: int
    share: Decimal | None


def tone_of(*, bucket: Bucket) -> str:
    """Name the colour of a bucket: ageing-0 (not yet due) to ageing-4 (91 days or more)."""
    return f"ageing-{BUCKETS.index(bucket)}"


def parts(*, buckets: Mapping[str, Decimal]) -> tuple[Part, ...]:
    """
    Place the five buckets side by side on a bar of 1000 units.

    A negative bucket (credit) has no width but keeps its amount.
    """
    amounts = [Decimal(buckets.get(bucket, 0) or 0) for bucket in BUCKETS]
    sizes = [max(amount, Decimal(0)) for amount in amounts]
    total = sum(sizes)
    widths = [max(size / total * _WIDTH, _WIDTH_MIN) if size else Decimal(0) for size in sizes]
    scale = _WIDTH / sum(widths) if total else Decimal(0)
    placed = []
    start = Decimal(0)
    for bucket, amount, width in zip(BUCKETS, amounts, widths, strict=True):
        end = start + width * scale
        placed.append(
            Part(
                bucket=bucket.value,
                tone=tone_of(bucket=bucket),
                label=LABELS[bucket],
                amount=amount,
                x=round(start),
                width=round(end) - round(start),
                share=max(amount, Decimal(0)) / total if total else None,
            )
        )
        start = end
    return tuple(placed)
