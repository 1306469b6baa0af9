"""The layout of a file of CFDI: nothing in it is open to interpretation but what `completing` asks."""

import re
from itertools import islice

from puntual.intake.rules.cfdi import reading
from puntual.intake.rules.cfdi.columns import FIELDS, HEADERS, Line
from puntual.intake.rules.refusals import Unreadable
from puntual.intake.types import (
    AMOUNT_FIELDS,
    DATE_FIELDS,
    Choices,
    Column,
    DateOrder,
    DecimalSign,
    Dialect,
    Field,
    FileFormat,
    FileKind,
    Issuing,
    Layout,
    OrderSource,
    QuestionCode,
)

_SAMPLE_ROWS = 200
_SAMPLES_SHOWN = 3
# A voucher that names no currency is in pesos.
_CURRENCY = "MXN"
_NOT_OF_A_TAX_ID = re.compile(r"[^A-ZÑ&0-9]")


def understand(content: bytes, *, choices: Choices, company_tax_id: str) -> Layout:
    """
    Lay out what a file of CFDI says.

    Raises: Unreadable.
    """
    rows = [Line(*cells) for _number, cells in islice(reading.rows_of(content), 1, _SAMPLE_ROWS)]
    if not rows:
        raise Unreadable("file-no-rows")
    wanted = dict(choices.columns)
    return Layout(
        dialect=Dialect(format=FileFormat.CFDI, header_row=1),
        kind=FileKind.MIXED,
        columns=tuple(
            _column(place, wanted.get(place, FIELDS.get(name)), rows)
            for place, name in enumerate(Line._fields)
        ),
        currency=choices.currency or _CURRENCY,
        questions=(),
        assumptions=(),
        issuing=Issuing(
            tax_id=_NOT_OF_A_TAX_ID.sub("", company_tax_id.upper()),
            terms_days=choices.terms_days,
            is_confirmed=QuestionCode.CFDI_ISSUERS in choices.confirmed,
        ),
    )


def _column(place: int, field: Field | None, rows: list[Line]) -> Column:
    shown = dict.fromkeys(row[place][:60] for row in rows if row[place])
    samples, is_date = tuple(islice(shown, _SAMPLES_SHOWN)), field in DATE_FIELDS
    return Column(
        position=place,
        header=HEADERS[place],
        field=field,
        confidence=1.0 if field else 0.0,
        # What the reader notes for itself is shown to nobody.
        samples=() if place == Line._fields.index("verdict") else samples,
        date_order=DateOrder.YMD if is_date else None,
        decimal_sign=DecimalSign.POINT if field in AMOUNT_FIELDS else None,
        # The standard writes days in one way.
        evidence=samples[0] if is_date and samples else "",
        order_source=OrderSource.VALUES if is_date and samples else None,
    )
