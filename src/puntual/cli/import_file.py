"""The command that loads a file of the portfolio or of payments."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from puntual.audit.types import Actor, ActorKind
from puntual.cli.answers import answer, in_company, local_day, now, with_company, with_json
from puntual.flows import intake
from puntual.intake import queries as intake_rows
from puntual.intake.types import (
    Choices,
    Column,
    CurrencySum,
    DateOrder,
    DecimalSign,
    Field,
    FileFormat,
    FileKind,
    Frequency,
    ImportCounts,
    LoanAmount,
    LoanBalance,
    NegativeMeaning,
    OrderSource,
    Preview,
    QuestionCode,
    Record,
    Tally,
)
from puntual.lib import formats
from puntual.lib.errors import DomainError

_ACTOR = Actor(kind=ActorKind.SYSTEM, label="puntual import")
_EXIT_REFUSED = 1
_EXIT_QUESTIONS = 2
_REJECTED_SHOWN = 5
_LOCALE = "es_MX"


class UnclearChoice(DomainError):
    """An option of the command names something that the file or Puntual does not know."""

    code = "unclear-choice"


# Questions that are answered by taking the data as they stand.
CONFIRMED = (
    QuestionCode.DUE_BEFORE_ISSUE.value,
    QuestionCode.MIXED_DATES.value,
    QuestionCode.FLIPPED_DATES.value,
    QuestionCode.SHAPE_CHANGED.value,
    QuestionCode.CFDI_ISSUERS.value,
)
# How each question is answered on the command line; a question tells its own, the help all of them.
ANSWERS: dict[QuestionCode, str] = {
    QuestionCode.DATE_ORDER: "--date-order dmy | mdy | ymd",
    QuestionCode.DECIMAL_SIGN: "--decimal point | comma",
    QuestionCode.KIND: f"--kind {' | '.join(one.value.lower() for one in FileKind)}",
    QuestionCode.MISSING_COLUMN: "--map ENCABEZADO=CAMPO",
    QuestionCode.NAME_COLUMNS: "--map COLUMNA=CAMPO (--map 1=CUSTOMER_ID --map 4=DUE_DATE)",
    QuestionCode.SHEET: "--sheet HOJA",
    QuestionCode.CFDI_TERMS: "--terms-days DÍAS",
    QuestionCode.NEGATIVE_AMOUNTS: "--negatives credit-notes | refused",
    QuestionCode.LOAN_FREQUENCY: f"--frequency {' | '.join(one.value.lower() for one in Frequency)}",
    QuestionCode.LOAN_AMOUNT: f"--loan-amount {' | '.join(one.value.lower() for one in LoanAmount)}",
    QuestionCode.LOAN_BALANCE: f"--loan-balance {' | '.join(one.value.lower() for one in LoanBalance)}",
    **{QuestionCode(code): f"--confirm {code}" for code in CONFIRMED},
}


def _word(meaning: NegativeMeaning) -> str:
    """Write a meaning as the command line does."""
    return meaning.value.lower().replace("_", "-")


def _meaning(word: str | None) -> NegativeMeaning | None:
    return next((one for one in NegativeMeaning if _word(one) == word), None)


def _answers_help() -> str:
    """Say in the help how every question is answered."""
    lines = [f"  {code.value}: {option}" for code, option in ANSWERS.items()]
    return "\b\nCómo se responde cada pregunta:\n" + "\n".join(lines)


@click.command("import", epilog=_answers_help())
@click.argument("path", metavar="ARCHIVO", type=click.Path(exists=True, path_type=Path))
@with_company
@click.option(
    "--kind", type=click.Choice([one.value.lower() for one in FileKind]), help="Qué trae el archivo."
)
@click.option("--sheet", metavar="HOJA", help="La hoja que se lee, cuando el libro trae varias.")
@click.option(
    "--header-row",
    type=click.IntRange(0),
    metavar="FILA",
    help="La fila de los encabezados, si no se halla sola; 0 si el archivo no los trae.",
)
@click.option("--date-order", type=click.Choice(["dmy", "mdy", "ymd"]), help="Orden de las fechas dudosas.")
@click.option("--decimal", type=click.Choice(["point", "comma"]), help="Signo decimal de importes dudosos.")
@click.option("--currency", metavar="MXN", help="Moneda de las filas que no la dicen.")
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="ENCABEZADO=CAMPO",
    help="Qué es una columna, por su encabezado o su número, por ejemplo «F. límite=DUE_DATE» o «4=DUE_DATE»; sin "
    "campo, se guarda como atributo.",
)
@click.option(
    "--confirm",
    "confirmed",
    multiple=True,
    type=click.Choice(CONFIRMED),
    help="Cargar así los datos dudosos de una pregunta; se puede repetir.",
)
@click.option(
    "--negatives",
    type=click.Choice([_word(one) for one in NegativeMeaning]),
    help="Qué son los importes negativos de un archivo de adeudos: notas de crédito, o filas que se rechazan.",
)
@click.option(
    "--terms-days",
    type=click.IntRange(0, 730),
    metavar="DÍAS",
    help="A cuántos días vencen las facturas (CFDI) que no lo dicen.",
)
@click.option(
    "--frequency",
    type=click.Choice([one.value.lower() for one in Frequency]),
    help="Cada cuándo se pagan los créditos que no lo dicen.",
)
@click.option(
    "--loan-amount",
    type=click.Choice([one.value.lower() for one in LoanAmount]),
    help="Qué es el importe de un crédito en una sola fila: todo, o el de cada cuota.",
)
@click.option(
    "--loan-balance",
    type=click.Choice([one.value.lower() for one in LoanBalance]),
    help="Qué dice el saldo de un crédito en una sola fila: lo pagado cubre lo más antiguo, o nada.",
)
@click.option("--profile", metavar="PERFIL", help="Perfil guardado con el que se lee el archivo.")
@click.option(
    "--full",
    "is_full",
    is_flag=True,
    help="El archivo está completo: lo que no trae ya no se debe.",
)
@click.option("--preview", "is_preview", is_flag=True, help="Sólo mostrar qué pasaría.")
@with_json
def import_command(
    path: Path,
    company_key: str | None,
    kind: str | None,
    sheet: str | None,
    header_row: int | None,
    date_order: str | None,
    decimal: str | None,
    currency: str | None,
    pairs: tuple[str, ...],
    confirmed: tuple[str, ...],
    negatives: str | None,
    terms_days: int | None,
    frequency: str | None,
    loan_amount: str | None,
    loan_balance: str | None,
    profile: str | None,
    is_full: bool,
    is_preview: bool,
    as_json: bool,
) -> None:
    """
    Carga cartera o pagos: hoja de cálculo, tabla web, DBF, texto, JSON, CFDI (XML, ZIP o una carpeta) o metadatos
    del SAT.

    Termina con 0 si se cargó, 2 si hay preguntas por responder, 1 si el archivo no se puede cargar o si se
    rechazaron todas sus filas. Lo que no se carga no deja nada guardado.
    """
    at = now()
    with in_company(key=company_key) as company, intake.kept_open():
        file_kind = FileKind(kind.upper()) if kind else None
        with _way_out(header_row):
            import_id = intake.load_file(
                name=path.resolve().name,
                content=intake.packed(folder=path) if path.is_dir() else path.read_bytes(),
                kind=file_kind,
                profile=profile,
                sheet=sheet,
                header_row=header_row,
                headers=_named_headers(pairs),
                actor=_ACTOR,
                at=at,
            )
        try:
            given = Choices(
                kind=file_kind,
                date_order=DateOrder(date_order.upper()) if date_order else None,
                decimal_sign=DecimalSign(decimal.upper()) if decimal else None,
                currency=currency.upper() if currency else None,
                columns=_columns(import_id, pairs),
                sheet=sheet,
                header_row=header_row,
                confirmed=frozenset(QuestionCode(code) for code in confirmed),
                is_full=is_full,
                negatives=_meaning(negatives),
                terms_days=terms_days,
                frequency=Frequency(frequency.upper()) if frequency else None,
                loan_amount=LoanAmount(loan_amount.upper()) if loan_amount else None,
                loan_balance=LoanBalance(loan_balance.upper()) if loan_balance else None,
            )
            today = local_day(company=company, at=at)
            found, document, lines = _load(import_id, given, is_preview=is_preview, today=today, at=at)
            answer(document=document, lines=lines, as_json=as_json)
        finally:
            # Of a look, an open question or a refusal nothing stays behind.
            intake.forget_file(import_id=import_id)
    if found.questions:
        sys.exit(_EXIT_QUESTIONS)
    if _is_refused(found.counts):
        sys.exit(_EXIT_REFUSED)


def _is_refused(counts: Tally) -> bool:
    """Say whether every row that might have come in was rejected."""
    return bool(counts.rows_rejected) and not counts.rows_accepted and not counts.rows_unchanged


def _load(
    import_id: int, given: Choices, *, is_preview: bool, today: date, at: datetime
) -> tuple[Preview, dict[str, object], list[str]]:
    """Preview a file and apply it where nothing is asked and some row comes in; return what to answer."""
    choices = intake_rows.merged_choices(import_id=import_id, given=given)
    found = intake.preview(import_id=import_id, choices=choices, today=today)
    if is_preview or found.questions:
        return found, {"preview": found, "result": None}, list(_preview_lines(found))
    if _is_refused(found.counts):
        return found, {"preview": found, "result": None}, list(_refused_lines(found))
    done = intake.apply_import(import_id=import_id, choices=choices, actor=_ACTOR, today=today, at=at)
    intake.close_few_missing(import_id=import_id, actor=_ACTOR, at=at)
    return found, {"preview": found, "result": done}, list(_result_lines(found, done))


@contextmanager
def _way_out(header_row: int | None) -> Iterator[None]:
    """Say how a file is read all the same of which no column is known."""
    try:
        yield
    except DomainError as refused:
        if refused.code != "wrong-columns" or header_row is not None:
            raise
        hint = _(
            "Si es el correcto, indique con --header-row la fila de los encabezados (0 si no los trae) y con --map qué "
            "es cada columna."
        )
        raise UnclearChoice(f"{refused}\n{hint}", code=refused.code) from refused


def _named_headers(pairs: tuple[str, ...]) -> list[str]:
    """List the headers that --map names; a number is that of a column."""
    headers = [pair.rpartition("=")[0] for pair in pairs]
    return [header for header in headers if not header.isdecimal()]


def _columns(import_id: int, pairs: tuple[str, ...]) -> tuple[tuple[int, Field | None], ...]:
    """Read what --map says."""
    headers = intake_rows.headers_of(import_id=import_id)
    chosen: list[tuple[int, Field | None]] = []
    for pair in pairs:
        header, _sign, name = pair.rpartition("=")
        if header not in headers and header.isdecimal() and 1 <= int(header) <= len(headers):
            header = headers[int(header) - 1]
        if header not in headers:
            raise UnclearChoice(_("El archivo no tiene la columna «%(header)s».") % {"header": header})
        if name and name.upper() not in Field.__members__:
            known = ", ".join(Field)
            raise UnclearChoice(
                _("No existe el campo «%(name)s»; hay: %(known)s.") % {"name": name, "known": known}
            )
        chosen.append((headers.index(header), Field(name.upper()) if name else None))
    return tuple(chosen)


_FORMATS = {
    FileFormat.CSV: lazy("texto separado"),
    FileFormat.FIXED: lazy("texto en columnas fijas"),
    FileFormat.XLSX: lazy("Excel (XLSX)"),
    FileFormat.XLS: lazy("Excel 97-2003 (XLS)"),
    FileFormat.ODS: lazy("OpenDocument (ODS)"),
    FileFormat.HTML: lazy("página web con tablas (HTML)"),
    FileFormat.XML: lazy("Excel 2003 (XML)"),
    FileFormat.DBF: lazy("dBase (DBF)"),
    FileFormat.JSON: lazy("JSON"),
}
_KINDS = {
    FileKind.RECEIVABLES: lazy("adeudos"),
    FileKind.PAYMENTS: lazy("pagos"),
    FileKind.CUSTOMERS: lazy("clientes"),
    FileKind.LOANS: lazy("créditos con sus mensualidades"),
    FileKind.CREDIT_NOTES: lazy("notas de crédito"),
    FileKind.ADJUSTMENTS: lazy("ajustes"),
    FileKind.DISPUTES: lazy("aclaraciones"),
    FileKind.CANCELLATIONS: lazy("cancelaciones"),
    FileKind.MIXED: lazy("de todo: cada fila dice qué es"),
}
_RECORDS = {
    Record.PAYMENT: lazy("Pagos"),
    Record.CREDIT_NOTE: lazy("Notas de crédito"),
    Record.ADJUSTMENT: lazy("Ajustes"),
    Record.DISPUTE: lazy("Aclaraciones"),
    Record.CANCELLATION: lazy("Cancelaciones"),
}
_ORDERS = {
    DateOrder.DMY: lazy("día/mes/año"),
    DateOrder.MDY: lazy("mes/día/año"),
    DateOrder.YMD: lazy("año/mes/día"),
}
_SIGNS = {DecimalSign.POINT: lazy("punto decimal"), DecimalSign.COMMA: lazy("coma decimal")}


def _preview_lines(found: Preview) -> Iterator[str]:
    yield from _dialect_lines(found)
    for column in found.columns:
        if not column.field and column.header.startswith(intake_rows.OWN_HEADER):
            # Ours, of no meaning to anybody: what a vouchers' reader notes, or a sheet of rejected rows.
            continue
        meaning = intake_rows.field_name(field=column.field) if column.field else _("atributo")
        sure = f" {column.confidence:.0%}" if column.field else ""
        told = [f"{meaning}{sure}", *_how_read(column)]
        yield f"  {column.header} → {'; '.join(told)}: {', '.join(column.samples)}"
    yield from _count_lines(found.counts, found.sums)
    yield from _rejected_lines(found)
    for remark in (*found.assumptions, *found.warnings):
        yield f"· {remark.text}"
    for question in found.questions:
        options = f": {' | '.join(question.options)}" if question.options else ""
        yield f"¿? {question.text} [{question.code}{options}]"
        yield _("   Se responde con: %(option)s") % {"option": ANSWERS[question.code]}


def _dialect_lines(found: Preview) -> Iterator[str]:
    dialect = found.dialect
    yield _("Archivo: %(name)s") % {"name": found.file_name}
    yield _("Formato: %(format)s") % {"format": _FORMATS.get(dialect.format, dialect.format)}
    if dialect.encoding:
        yield _("Codificación: %(encoding)s") % {"encoding": dialect.encoding}
    if dialect.separator:
        yield _("Separador: %(separator)s") % {"separator": _separator(dialect.separator)}
    if dialect.sheet:
        yield _("Hoja: %(sheet)s") % {"sheet": dialect.sheet}
    first = dialect.header_row - dialect.header_rows + 1
    rows = str(dialect.header_row) if first == dialect.header_row else f"{first}-{dialect.header_row}"
    yield _("Encabezados: fila %(row)s") % {"row": rows} if dialect.header_row else _("Encabezados: no trae")
    if found.kind:
        yield _("Contenido: %(kind)s") % {"kind": _KINDS[found.kind]}


def _how_read(column: Column) -> Iterator[str]:
    """Tell how the values of a column are read, and by what evidence."""
    if column.date_order:
        order = str(_ORDERS[column.date_order])
        if column.order_source is OrderSource.VALUES:
            yield _("%(order)s, por «%(example)s»") % {"order": order, "example": column.evidence}
        elif column.order_source is OrderSource.SISTERS:
            yield _("%(order)s, por las otras fechas") % {"order": order}
        elif column.order_source is OrderSource.TERMS:
            yield _("%(order)s, por los plazos entre emisión y vencimiento") % {"order": order}
        elif column.order_source is OrderSource.CHOICE:
            yield _("%(order)s, como se indicó") % {"order": order}
        elif column.samples:
            yield _("¿%(order)s?") % {"order": order}
    elif column.decimal_sign and column.evidence:
        yield _("%(sign)s, por «%(example)s»") % {
            "sign": _SIGNS[column.decimal_sign],
            "example": column.evidence,
        }


def _separator(separator: str) -> str:
    return {"\t": "tab"}.get(separator, separator and f"«{separator}»")


def _count_lines(counts: Tally, sums: tuple[CurrencySum, ...]) -> Iterator[str]:
    yield _(
        "Filas: %(total)s = %(accepted)s aceptadas + %(unchanged)s sin cambio + %(rejected)s rechazadas + "
        "%(ignored)s ignoradas"
    ) % {
        "total": _number(counts.rows_total),
        "accepted": _number(counts.rows_accepted),
        "unchanged": _number(counts.rows_unchanged),
        "rejected": _number(counts.rows_rejected),
        "ignored": _number(counts.rows_ignored),
    }
    for label, numbers in (
        (_("Clientes"), (counts.customers_new, counts.customers_changed, counts.customers_unchanged)),
        (_("Documentos"), (counts.receivables_new, counts.receivables_changed, counts.receivables_unchanged)),
    ):
        if any(numbers):
            yield _("%(label)s: %(new)s nuevos, %(changed)s cambian, %(same)s sin cambio") % {
                "label": label,
                "new": _number(numbers[0]),
                "changed": _number(numbers[1]),
                "same": _number(numbers[2]),
            }
    if counts.payments_new or counts.payments_unchanged:
        yield _("Pagos: %(new)s nuevos, %(same)s ya registrados") % {
            "new": _number(counts.payments_new),
            "same": _number(counts.payments_unchanged),
        }
    yield from _movement_lines(counts)
    for one in sums:
        if not (one.amount or one.open_amount or one.paid_amount):
            continue
        yield _("%(currency)s: importe %(amount)s, saldo %(open)s, pagado %(paid)s") % {
            "currency": one.currency,
            "amount": _money(one, "amount"),
            "open": _money(one, "open_amount"),
            "paid": _money(one, "paid_amount"),
        }


def _movement_lines(counts: Tally) -> Iterator[str]:
    """Tell what moves debts, each by its own word: how many are posted or wait, and what they come to."""
    for one in counts.movements:
        if one.record is Record.PAYMENT and not one.waiting:
            # Payments have a line of their own, and stand among the sums.
            continue
        sums = [
            formats.money(amount=each.amount, currency=each.currency, locale=_LOCALE, with_code=True)
            for each in counts.movement_sums
            if each.record is one.record and each.amount
        ]
        told = _("%(label)s: se aplican %(posted)s, por identificar %(waiting)s, sin cambio %(same)s") % {
            "label": _RECORDS[one.record],
            "posted": _number(one.posted),
            "waiting": _number(one.waiting),
            "same": _number(one.unchanged),
        }
        yield _("%(told)s; suman %(sums)s") % {"told": told, "sums": ", ".join(sums)} if sums else told


def _refused_lines(found: Preview) -> Iterator[str]:
    yield _("De %(name)s se rechazaron todas las filas; no se cambió nada.") % {"name": found.file_name}
    yield from _count_lines(found.counts, found.sums)
    yield from _rejected_lines(found)
    for remark in (*found.assumptions, *found.warnings):
        yield f"· {remark.text}"


def _rejected_lines(found: Preview) -> Iterator[str]:
    for reason, count in found.reasons:
        yield f"  {count} × {intake_rows.reason_text(reason=reason)}"
    for note in found.rejected[:_REJECTED_SHOWN]:
        told_reason = intake_rows.reason_text(reason=note.reason, detail=note.detail)
        yield _("  Fila %(row)s: %(reason)s") % {"row": note.row_number, "reason": told_reason}


def _result_lines(found: Preview, done: ImportCounts) -> Iterator[str]:
    if done.counts.rows_accepted:
        yield _("Se cargó %(name)s.") % {"name": found.file_name}
    else:
        yield _("%(name)s no trae nada nuevo; no se cambió nada.") % {"name": found.file_name}
    yield from _count_lines(done.counts, done.sums)
    for reason, count in done.reasons:
        yield f"  {count} × {intake_rows.reason_text(reason=reason)}"
    for remark in (*found.assumptions, *done.warnings):
        yield f"· {remark.text}"


def _number(value: int) -> str:
    return formats.number(value=value, locale=_LOCALE)


def _money(one: CurrencySum, name: str) -> str:
    return formats.money(amount=getattr(one, name), currency=one.currency, locale=_LOCALE)
