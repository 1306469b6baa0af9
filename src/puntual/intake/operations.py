"""
Intake: what did the client send, what did we accept?

Reads: intake.Import, intake.ImportRow, portfolio.Customer, portfolio.Account, portfolio.Receivable,
contacts.ContactPoint, payments.Payment
Writes: intake.Import, intake.ImportRow, temporary staging tables of the current transaction
Guarantees: the file is kept as it came, with its hash; rows in = accepted + unchanged + rejected + ignored;
a rejected row keeps its cells and its reason; staging changes nothing that another transaction can see; a
million rows are never in memory at once.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from itertools import islice
from pathlib import Path

import psycopg
from django.db import connection

from puntual.audit.types import Actor
from puntual.contacts import queries as contact_rows
from puntual.contacts.types import OwnerRole, PointKind
from puntual.db import named, rows
from puntual.intake import queries
from puntual.intake.models import Import
from puntual.intake.rules import amounts, forgetting, layout, reading, sniffing
from puntual.intake.rules.reading import Row
from puntual.intake.rules.rows import RowParser
from puntual.intake.rules.staged import CustomerFacts, Parsed, StagedRow, raw_json
from puntual.intake.types import (
    Choices,
    Field,
    FileKind,
    ImportState,
    Layout,
    Preview,
    Question,
    QuestionCode,
    Remark,
    RemarkCode,
    RowNote,
    RowOutcome,
    Staging,
    Tally,
)
from puntual.lib.errors import DomainError, NotFound

_FOLDER = Path(__file__).parent / "sql"
_JUDGING = named.load(_FOLDER / "judging.sql")
_STAGED = named.load(_FOLDER / "staged.sql")
_ERASURE = named.load(_FOLDER / "erasure.sql")
_STAGING_TABLES = (
    "intake_staged_row",
    "intake_staged_fact",
    "intake_staged_point",
    "intake_judged_row",
    "intake_judged_customer",
)
_FACT_COLUMNS = (
    "row_number",
    "external_id",
    "name",
    "short_name",
    "kind",
    "kind_guess",
    "tax_id",
    "language",
    "time_zone",
    "state",
    "city",
    "postal_code",
    "sector",
    "tags",
    "attributes",
)
_POINT_COLUMNS = ("row_number", "external_id", "kind", "value", "normalized", "owner_role", "owner_name")
_CHUNK = 20_000
_NAME_LENGTH_MAX = 250
_VALUE_LENGTH_MAX = 300
# So many rows due before they were issued are no accident: days and months were swapped on the way.
_IMPOSSIBLE_ROWS_MIN = 5
_IMPOSSIBLE_SHARE_MIN = 0.05


class UnableToReadFile(DomainError):
    """The file is no table of debts or payments; nothing was written."""

    code = "unable-to-read-file"

    def __init__(self, *, code: str, detail: str = "") -> None:
        super().__init__(queries.refusal_text(code=code, detail=detail), code=code)


def store_file(
    *,
    name: str,
    content: bytes,
    kind: FileKind | None,
    currency: str,
    bytes_max: int,
    actor: Actor,
    at: datetime,
) -> int:
    """
    Keep a file that can be understood, and return the id of its import.

    Raises: UnableToReadFile.
    """
    if len(content) > bytes_max:
        raise UnableToReadFile(code="file-too-large", detail=str(bytes_max // 1024**2))
    found = understand(content=content, choices=Choices(kind=kind), currency=currency)
    created = Import.objects.create(
        file_name=Path(name.replace("\\", "/")).name[-_NAME_LENGTH_MAX:],
        file_hash=hashlib.sha256(content).hexdigest(),
        file_bytes=len(content),
        content=b"",
        kind=found.kind or "",
        state=ImportState.UPLOADED,
        dialect=queries.plain(value=asdict(found.dialect)),
        mapping=_mapping_json(found),
        preview={"choices": {"kind": kind}} if kind else {},
        actor_label=actor.label[:120],
        uploaded_at=at,
    )
    _raw_cursor().execute("update intake_import set content = %b where id = %s", [content, created.pk])
    return created.pk


def understand(*, content: bytes, choices: Choices, currency: str) -> Layout:
    """
    Say what a file is and what must still be asked.

    Raises: UnableToReadFile.
    """
    if choices.currency and amounts.currency_code(choices.currency) != choices.currency:
        raise UnableToReadFile(code="unknown-currency", detail=choices.currency)
    try:
        return layout.understand(content, choices=choices, company_currency=currency)
    except sniffing.Unreadable as error:
        raise UnableToReadFile(code=error.code, detail=error.detail) from error


def _mapping_json(found: Layout) -> dict[str, object]:
    return {"columns": queries.plain(value=[asdict(column) for column in found.columns])}


def _raw_cursor() -> psycopg.Cursor[tuple[object, ...]]:
    """
    Give a plain cursor on Django's connection.

    Django's own writes values into the statement: a file of 100 MB would stand in memory three times.
    """
    connection.ensure_connection()
    return psycopg.Cursor(connection.connection)


def _content(import_id: int) -> bytes:
    cursor = _raw_cursor()
    cursor.execute("select content from intake_import where id = %s", [import_id], binary=True)
    found = cursor.fetchone()
    if found is None:
        raise NotFound("import")
    return bytes(found[0])  # type: ignore[call-overload]


def stage(*, import_id: int, choices: Choices, currency: str, country: str, last_day: date) -> Staging:
    """
    Lay a file out in temporary tables and judge every row against what is stored.

    Needs a transaction; the tables are read by `queries.staged_*` and vanish with it. With a column missing
    nothing is laid out: there is a question first.

    Raises: UnableToReadFile.
    """
    content = _content(import_id)
    if not content:
        raise UnableToReadFile(code="file-erased")
    found = understand(content=content, choices=choices, currency=currency)
    _create_tables()
    parser = RowParser(found, last_day=last_day)
    odd: Counter[RemarkCode] = Counter()
    if not _misses_a_column(found):
        try:
            _copy_rows(_parsed(content, found, parser), country=country, odd=odd)
        except sniffing.Unreadable as error:
            raise UnableToReadFile(code=error.code, detail=error.detail) from error
        _judge(found)
    odd.update(parser.remarks)
    questions, warnings = _impossible_dates(choices)
    return Staging(
        layout=found,
        questions=(*found.questions, *questions),
        warnings=(
            *warnings,
            *(Remark(code, (("count", str(count)),)) for code, count in sorted(odd.items()) if count),
        ),
    )


def _misses_a_column(found: Layout) -> bool:
    return any(question.code is QuestionCode.MISSING_COLUMN for question in found.questions)


def _create_tables() -> None:
    """
    Make temporary twins of the staging tables.

    They carry the same names: inside this transaction the twins are what the statements find. They are
    dropped first, because a test's transaction, and a second preview within one, never commits.
    """
    for table in _STAGING_TABLES:
        rows.execute(f"drop table if exists pg_temp.{table}")
        rows.execute(f"create temporary table {table} (like {table} including indexes) on commit drop")


def _parsed(content: bytes, found: Layout, parser: RowParser) -> Iterator[Parsed]:
    return (parser.parse(number, row) for number, row in layout.body_of(content, found.dialect))


def _copy_rows(parsed: Iterator[Parsed], *, country: str, odd: Counter[RemarkCode]) -> None:
    while chunk := list(islice(parsed, _CHUNK)):
        facts, points = [], []
        for row, customer in chunk:
            if customer is None:
                continue
            own_points, free = _points_of(row.row_number, customer, country)
            odd[RemarkCode.ODD_CONTACTS] += len(free)
            points += own_points
            facts.append(_fact(row.row_number, customer, free))
        rows.copy_in(table="intake_staged_row", columns=StagedRow._fields, rows=(row for row, _ in chunk))
        rows.copy_in(table="intake_staged_fact", columns=_FACT_COLUMNS, rows=facts)
        rows.copy_in(table="intake_staged_point", columns=_POINT_COLUMNS, rows=points)


def _fact(number: int, customer: CustomerFacts, free: dict[str, str]) -> tuple[object, ...]:
    attributes = {**dict(customer.attributes), **free}
    return (
        number,
        *customer[:12],
        list(customer.tags),
        json.dumps(attributes, ensure_ascii=False),
    )


def _points_of(
    number: int, customer: CustomerFacts, country: str
) -> tuple[list[tuple[object, ...]], dict[str, str]]:
    """Normalise the addresses of a customer; what nobody could use is returned under its header."""
    given = [
        *((PointKind.EMAIL, OwnerRole.DEBTOR, "", *one) for one in customer.emails),
        *((PointKind.PHONE, OwnerRole.DEBTOR, "", *one) for one in customer.phones),
    ]
    if customer.guarantor_phone:
        header = queries.field_name(field=Field.GUARANTOR_PHONE)
        owner = (OwnerRole.GUARANTOR, customer.guarantor_name, header, customer.guarantor_phone)
        given.append((PointKind.PHONE, *owner))
    points: list[tuple[object, ...]] = []
    free: dict[str, str] = {}
    for kind, role, owner_name, header, text in given:
        found = _usable(kind, text, country)
        if not found:
            free[header] = text[:_VALUE_LENGTH_MAX]
        points += [
            (number, customer.external_id, str(kind), value, normalized, str(role), owner_name)
            for value, normalized in found
        ]
    if customer.guarantor_name and not customer.guarantor_phone:
        free[queries.field_name(field=Field.GUARANTOR_NAME)] = customer.guarantor_name
    return points, free


def _usable(kind: PointKind, text: str, country: str) -> list[tuple[str, str]]:
    """Find the addresses in one cell: each part that is one, else the cell as a whole."""
    for parts in (_parts(kind, text), [text]):
        found = {
            normalized: part
            for part in reversed(parts)
            if (normalized := contact_rows.normalize(kind=kind, value=part, region=country))
        }
        if found:
            return [(value[:_VALUE_LENGTH_MAX], normalized) for normalized, value in found.items()]
    return []


def _parts(kind: PointKind, text: str) -> list[str]:
    for separator in (";", "|", "/", "\n", *((",", " ") if kind is PointKind.EMAIL else (",",))):
        text = text.replace(separator, "\x1f")
    return [part.strip() for part in text.split("\x1f") if part.strip()]


def _judge(found: Layout) -> None:
    rows.execute("create index on intake_staged_row (row_number)")
    for table in _STAGING_TABLES[:3]:
        rows.execute(f"analyze {table}")
    fields = {column.field for column in found.columns}
    if Field.CUSTOMER_ID not in fields and Field.TAX_ID in fields:
        for name in ("adopt_rows", "adopt_facts", "adopt_points"):
            rows.execute(_JUDGING[name])
    if found.kind is FileKind.PAYMENTS:
        rows.execute(_JUDGING["judge_payments"], {"currency": found.currency})
        rows.execute("analyze intake_judged_row")
        return
    rows.execute(_JUDGING["judge_receivables"])
    rows.execute("analyze intake_judged_row")
    rows.execute(_JUDGING["judge_customers"])
    rows.execute(_JUDGING["judge_points"])
    rows.execute(_JUDGING["judge_rows_of_customers"])
    rows.execute("analyze intake_judged_customer")


def _impossible_dates(choices: Choices) -> tuple[list[Question], list[Remark]]:
    read, impossible = queries.staged_due_before_issue()
    if not impossible:
        return [], []
    values = (("count", str(impossible)), ("rows", str(read)))
    is_many = impossible >= max(_IMPOSSIBLE_ROWS_MIN, read * _IMPOSSIBLE_SHARE_MIN)
    if is_many and QuestionCode.DUE_BEFORE_ISSUE not in choices.confirmed:
        return [Question(QuestionCode.DUE_BEFORE_ISSUE, options=("confirm",), values=values)], []
    return [], [Remark(RemarkCode.DUE_BEFORE_ISSUE, values)]


def rejected_sample(*, import_id: int, staging: Staging, limit: int) -> tuple[RowNote, ...]:
    """Return the first rejected rows of the staged file with their cells."""
    notes = queries.staged_unreadable(limit=limit)
    judged = queries.staged_rejections(limit=limit)
    if judged:
        notes += [
            RowNote(number, RowOutcome.REJECTED, *judged[number], tuple(json.loads(raw_json(cells))))
            for number, cells in _rows_numbered(_content(import_id), staging.layout, set(judged))
        ]
    return tuple(sorted(notes, key=lambda note: note.row_number)[:limit])


def _rows_numbered(content: bytes, found: Layout, numbers: set[int]) -> Iterator[Row]:
    """Read some rows of a file again."""
    left = len(numbers)
    for number, cells in layout.body_of(content, found.dialect):
        if number in numbers:
            yield number, cells
            left -= 1
            if not left:
                return


def keep_preview(*, import_id: int, preview: Preview, choices: Choices) -> None:
    """Remember the last preview of an import and the choices behind it; an import under way keeps its state."""
    rows.execute(
        """
        update intake_import
        set preview = %(preview)s::jsonb, kind = %(kind)s::text,
            mapping = %(mapping)s::jsonb,
            state = case when state in ('APPLIED', 'APPLYING') then state else 'PREVIEWED' end
        where id = %(import_id)s::bigint
        """,
        {
            "import_id": import_id,
            "preview": queries.preview_json(preview=preview, choices=choices),
            "kind": preview.kind or "",
            "mapping": json.dumps({"columns": queries.plain(value=[asdict(one) for one in preview.columns])}),
        },
    )


def mark_applying(*, import_id: int) -> None:
    """Note that an import is under way; one that is done, or whose file was erased, stays what it is."""
    over = (ImportState.APPLIED, ImportState.REFUSED)
    Import.objects.filter(pk=import_id).exclude(state__in=over).update(state=ImportState.APPLYING, error="")


def mark_stopped(*, import_id: int, error: str) -> None:
    """Note that an import could not be applied and may be tried again; nothing of it was written."""
    Import.objects.filter(pk=import_id, state=ImportState.APPLYING).update(
        state=ImportState.PREVIEWED, error=error[:300]
    )


def finish(*, import_id: int, staging: Staging, tally: Tally, at: datetime) -> None:
    """Keep what became of every row, and close the import."""
    rows.execute(_STAGED["keep_unread_rows"], {"import_id": import_id})
    rejected = queries.staged_rejections(limit=None)
    if rejected:
        # Read before the copy begins: a query inside it, on the same connection, would wait for ever.
        content = _content(import_id)
        rows.copy_in(
            table="intake_importrow",
            columns=("source_id", "row_number", "outcome", "reason", "detail", "raw"),
            rows=(
                (import_id, number, RowOutcome.REJECTED.value, *_cut(rejected[number]), raw_json(cells))
                for number, cells in _rows_numbered(content, staging.layout, set(rejected))
            ),
        )
    Import.objects.filter(pk=import_id).update(
        state=ImportState.APPLIED,
        kind=staging.layout.kind or "",
        dialect=queries.plain(value=asdict(staging.layout.dialect)),
        mapping=_mapping_json(staging.layout),
        rows_total=tally.rows_total,
        rows_accepted=tally.rows_accepted,
        rows_unchanged=tally.rows_unchanged,
        rows_rejected=tally.rows_rejected,
        rows_ignored=tally.rows_ignored,
        error="",
        applied_at=at,
    )


def _cut(told: tuple[str, str]) -> tuple[str, str]:
    return told[0], told[1][:_VALUE_LENGTH_MAX]


def erase_customer(*, external_id: str, words: Sequence[str]) -> int:
    """
    Empty the files and the kept rows that name a person, and return how many files that were.

    A file cannot be mended, only emptied: its hash and its counts stay. `words` name the person wherever they stand.
    """
    traces = forgetting.traces_of(external_id=external_id, words=words)
    about = [
        import_id
        for import_id, mapping in rows.fetch_all(_ERASURE["kept_files"])
        if _names(_content(import_id), traces, _id_position(mapping))
    ]
    if about:
        error = queries.refusal_text(code="file-erased")
        rows.execute(_ERASURE["empty_files"], {"import_ids": about, "error": error[:300]})
    after = 0
    while chunk := rows.fetch_all(_ERASURE["kept_rows"], {"after": after, "limit": _CHUNK}):
        found = [
            row_id
            for row_id, raw, mapping in chunk
            if forgetting.is_about(json.loads(raw), traces=traces, id_position=_id_position(mapping))
        ]
        if found:
            rows.execute(_ERASURE["empty_rows"], {"row_ids": found})
        after = chunk[-1][0]
    return len(about)


def _id_position(mapping: str) -> int | None:
    columns = json.loads(mapping).get("columns", ())
    return next((one["position"] for one in columns if one.get("field") == Field.CUSTOMER_ID), None)


def _names(content: bytes, traces: forgetting.Traces, id_position: int | None) -> bool:
    """Say whether any row of any sheet names a person; what cannot be read any more might."""
    try:
        return any(
            forgetting.is_about(cells, traces=traces, id_position=id_position)
            for dialect in reading.find_dialects(content)
            for _number, cells in reading.rows_of(content, dialect)
        )
    except sniffing.Unreadable:
        return True
