"""
A file laid out in temporary tables, every row judged against what is stored.

Reads: intake.Import, portfolio.Customer, portfolio.Account, portfolio.Receivable, contacts.ContactPoint,
payments.Payment
Writes: temporary staging tables of the current transaction
Guarantees: staging changes nothing that another transaction can see; a million rows are never in memory at once.
"""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

from puntual.db import named, rows
from puntual.intake import queries
from puntual.intake.operations import helping, laying, naming
from puntual.intake.operations.files import UnableToReadFile, understand
from puntual.intake.operations.progress import ProgressLine
from puntual.intake.rules import parsing, sniffing
from puntual.intake.rules.cfdi import columns as cfdi
from puntual.intake.rules.staged import raw_json
from puntual.intake.types import (
    Choices,
    Field,
    FileKind,
    ImportPhase,
    Layout,
    NegativeMeaning,
    Question,
    QuestionCode,
    Remark,
    RemarkCode,
    RowNote,
    RowOutcome,
    Staging,
)

_FOLDER = Path(__file__).parent.parent / "sql"
_JUDGING = named.load(_FOLDER / "judging.sql")
_CFDI = named.load(_FOLDER / "cfdi.sql")
_MOVEMENTS = named.load(_FOLDER / "judging_movements.sql")
_STAGING_TABLES = (
    "intake_staged_row",
    "intake_staged_fact",
    "intake_staged_point",
    "intake_staged_consent",
    "intake_judged_row",
    "intake_judged_customer",
)
# A plan needs to know how large these tables are, and little of what is in them; the usual sample costs more time.
_STATISTICS = 20
# So many rows due before they were issued are no accident: days and months were swapped on the way.
_IMPOSSIBLE_ROWS_MIN = 5
_IMPOSSIBLE_SHARE_MIN = 0.05


def stage(
    *,
    import_id: int,
    choices: Choices,
    currency: str,
    country: str,
    last_day: date,
    tax_id: str = "",
    line: ProgressLine | None = None,
) -> Staging:
    """
    Lay a file out in temporary tables and judge every row against what is stored.

    Needs a transaction; the tables are read by `queries.staged_*` and vanish with it. With a column missing
    nothing is laid out: there is a question first.

    Raises: UnableToReadFile.
    """
    content = queries.content_of(import_id=import_id)
    if not content:
        raise UnableToReadFile(code="file-erased")
    found = understand(content=content, choices=choices, currency=currency, tax_id=tax_id)
    _create_tables()
    said = parsing.said_before_rows(found=found, last_day=last_day)
    if not _misses_a_column(found):
        try:
            with helping.reading_ahead(content=content, found=found, last_day=last_day) as items:
                said = laying.lay_out(items=items, country=country, tell=_teller(line, content))
        except sniffing.Unreadable as error:
            raise UnableToReadFile(code=error.code, detail=error.detail) from error
        if line is not None:
            line.tell(phase=ImportPhase.JUDGING)
        _judge(found)
    questions, warnings = _odd_dates(choices, last_day)
    questions += _negatives(found, said.remarks[RemarkCode.NEGATIVE_AMOUNTS])
    return Staging(
        layout=found,
        questions=(*found.questions, *said.questions, *questions),
        warnings=(
            *said.notes,
            *warnings,
            *naming.other_names(kind=found.kind),
            *(
                Remark(code, (("count", str(count)),))
                for code, count in sorted(said.remarks.items())
                if count
            ),
        ),
    )


def _teller(line: ProgressLine | None, content: bytes) -> Callable[[int], None]:
    """Give what is called with the rows read so far; the lines of a text file tell how many there will be."""
    total = content.count(b"\n") if line else 0

    def tell(done: int) -> None:
        if line is not None:
            line.tell(phase=ImportPhase.READING, done=done, total=max(total, done))

    return tell


def _misses_a_column(found: Layout) -> bool:
    codes = (QuestionCode.MISSING_COLUMN, QuestionCode.NAME_COLUMNS)
    return any(question.code in codes for question in found.questions)


def _create_tables() -> None:
    """
    Make temporary twins of the staging tables.

    They carry the same names: inside this transaction the twins are what the statements find. They are
    dropped first, because a test's transaction, and a second preview within one, never commits.
    """
    rows.execute(f"set local default_statistics_target = {_STATISTICS}")
    for table in _STAGING_TABLES:
        rows.execute(f"drop table if exists pg_temp.{table} cascade")
        rows.execute(f"create temporary table {table} (like {table} including indexes) on commit drop")


def _judge(found: Layout) -> None:
    rows.execute("create index on intake_staged_row (row_number)")
    for table in _STAGING_TABLES[:3]:
        rows.execute(f"analyze {table}")
    fields = {column.field for column in found.columns}
    if Field.CUSTOMER_ID not in fields and Field.TAX_ID in fields:
        for name in ("adopt_rows", "adopt_facts", "adopt_points"):
            rows.execute(_JUDGING[name])
        rows.execute(_MOVEMENTS["adopt_consents"])
    are_vouchers = cfdi.holds_vouchers(column.header for column in found.columns)
    if are_vouchers:
        rows.execute(_CFDI["keep_customers"])
        rows.execute(_CFDI["name_documents"], {"folio": cfdi.HEADERS.folio})
    rows.execute(_JUDGING["judge_receivables"])
    if are_vouchers:
        rows.execute(_CFDI["reject_conflicting"])
    if found.loan:
        rows.execute(_JUDGING["judge_whole_rows"])
    is_mixed = has_movements()
    if is_mixed:
        rows.execute("analyze intake_judged_row")
        rows.execute(_MOVEMENTS["judge_customer_rows"])
        naming.reject_other_people(kind=found.kind)
        rows.execute(_MOVEMENTS["judge_movements"], {"currency": found.currency})
        if are_vouchers:
            rows.execute(_CFDI["reject_conflicting"])
    rows.execute("analyze intake_judged_row")
    if found.kind is FileKind.PAYMENTS:
        return
    rows.execute(_JUDGING["judge_customers"])
    rows.execute(_JUDGING["judge_points"])
    rows.execute(_JUDGING["judge_rows_of_customers"])
    if is_mixed:
        rows.execute(_MOVEMENTS["judge_rows_of_points"])
        rows.execute(_MOVEMENTS["judge_rows_of_consents"])
    rows.execute("analyze intake_judged_customer")


def judge_again(*, found: Layout) -> None:
    """Judge the staged file anew, because what it is compared with has changed within this transaction."""
    rows.execute("truncate intake_judged_row, intake_judged_customer")
    _judge(found)


def has_movements() -> bool:
    """Say whether the staged file holds anything but debts."""
    return bool(rows.fetch_all(_MOVEMENTS["has_movements"])[0][0])


def _negatives(found: Layout, count: int) -> list[Question]:
    """Ask what negative amounts among debts are."""
    if not count or found.negatives is not None:
        return []
    options = tuple(meaning.value for meaning in NegativeMeaning)
    return [Question(QuestionCode.NEGATIVE_AMOUNTS, options=options, values=(("count", str(count)),))]


def _odd_dates(choices: Choices, last_day: date) -> tuple[list[Question], list[Remark]]:
    read, impossible, ahead = queries.staged_odd_dates(last_day=last_day)
    remarks = [Remark(RemarkCode.ISSUED_AHEAD, (("count", str(ahead)),))] if ahead else []
    if not impossible:
        return [], remarks
    values = (("count", str(impossible)), ("rows", str(read)))
    is_many = impossible >= max(_IMPOSSIBLE_ROWS_MIN, read * _IMPOSSIBLE_SHARE_MIN)
    if is_many and QuestionCode.DUE_BEFORE_ISSUE not in choices.confirmed:
        return [Question(QuestionCode.DUE_BEFORE_ISSUE, options=("confirm",), values=values)], remarks
    return [], [Remark(RemarkCode.DUE_BEFORE_ISSUE, values), *remarks]


def rejected_sample(*, import_id: int, staging: Staging, limit: int) -> tuple[RowNote, ...]:
    """Return the first rejected rows of the staged file with their cells."""
    notes = queries.staged_unreadable(limit=limit)
    judged = queries.staged_rejections(limit=limit)
    if judged:
        notes += [
            RowNote(number, RowOutcome.REJECTED, *judged[number], tuple(json.loads(raw_json(cells))))
            for number, cells in queries.rows_numbered(
                content=queries.content_of(import_id=import_id),
                dialect=staging.layout.dialect,
                numbers=set(judged),
            )
        ]
    return tuple(sorted(notes, key=lambda note: note.row_number)[:limit])
