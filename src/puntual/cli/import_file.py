"""The command that loads a file of the portfolio or of payments."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from django.utils.translation import gettext as _

from puntual.audit.types import Actor, ActorKind
from puntual.cli.answers import answer, in_company, local_day, now, with_company, with_json
from puntual.flows import intake
from puntual.intake import queries as intake_rows
from puntual.intake.types import (
    Choices,
    CurrencySum,
    DateOrder,
    DecimalSign,
    Field,
    FileKind,
    ImportCounts,
    Preview,
    QuestionCode,
    Tally,
)
from puntual.lib import formats
from puntual.lib.errors import DomainError

_ACTOR = Actor(kind=ActorKind.SYSTEM, label="puntual import")
_EXIT_QUESTIONS = 2
_REJECTED_SHOWN = 5
_LOCALE = "es_MX"


class UnclearChoice(DomainError):
    """An option of the command names something that the file or Puntual does not know."""

    code = "unclear-choice"


@click.command("import")
@click.argument("path", metavar="ARCHIVO", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_company
@click.option("--kind", type=click.Choice(["receivables", "payments"]), help="Qué trae el archivo.")
@click.option("--date-order", type=click.Choice(["dmy", "mdy", "ymd"]), help="Orden de las fechas dudosas.")
@click.option("--decimal", type=click.Choice(["point", "comma"]), help="Signo decimal de importes dudosos.")
@click.option("--currency", metavar="MXN", help="Moneda de las filas que no la dicen.")
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="ENCABEZADO=CAMPO",
    help="Qué es una columna, por ejemplo «F. límite=DUE_DATE»; sin campo, se guarda como atributo.",
)
@click.option(
    "--confirm",
    "confirmed",
    multiple=True,
    type=click.Choice(
        [
            QuestionCode.DUE_BEFORE_ISSUE.value,
            QuestionCode.MIXED_DATES.value,
            QuestionCode.SHAPE_CHANGED.value,
            QuestionCode.CFDI_ISSUERS.value,
        ]
    ),
    help="Cargar así los datos de una pregunta.",
)
@click.option(
    "--terms-days",
    type=click.IntRange(0, 730),
    metavar="DÍAS",
    help="A cuántos días vencen las facturas (CFDI) que no lo dicen.",
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
    date_order: str | None,
    decimal: str | None,
    currency: str | None,
    pairs: tuple[str, ...],
    confirmed: tuple[str, ...],
    terms_days: int | None,
    profile: str | None,
    is_full: bool,
    is_preview: bool,
    as_json: bool,
) -> None:
    """
    Carga un archivo de cartera o de pagos: hoja de cálculo, texto, JSON, CFDI (XML o ZIP) o metadatos del SAT.

    Termina con 0 si se cargó, 2 si hay preguntas por responder, 1 si el archivo no se puede cargar.
    """
    at = now()
    with in_company(key=company_key) as company:
        file_kind = FileKind(kind.upper()) if kind else None
        import_id = intake.load_file(
            name=path.name,
            content=path.read_bytes(),
            kind=file_kind,
            profile=profile,
            actor=_ACTOR,
            at=at,
        )
        given = Choices(
            kind=file_kind,
            date_order=DateOrder(date_order.upper()) if date_order else None,
            decimal_sign=DecimalSign(decimal.upper()) if decimal else None,
            currency=currency.upper() if currency else None,
            columns=_columns(import_id, pairs),
            confirmed=frozenset(QuestionCode(code) for code in confirmed),
            is_full=is_full,
            terms_days=terms_days,
        )
        choices = intake_rows.merged_choices(import_id=import_id, given=given)
        found = intake.preview(import_id=import_id, choices=choices)
        document: dict[str, object] = {"preview": found, "result": None}
        lines = list(_preview_lines(found))
        if not is_preview and not found.questions:
            today = local_day(company=company, at=at)
            done = intake.apply_import(import_id=import_id, choices=choices, actor=_ACTOR, today=today, at=at)
            document["result"] = done
            lines = list(_result_lines(found, done))
        answer(document=document, lines=lines, as_json=as_json)
    if found.questions:
        sys.exit(_EXIT_QUESTIONS)


def _columns(import_id: int, pairs: tuple[str, ...]) -> tuple[tuple[int, Field | None], ...]:
    """Read what --map says."""
    headers = intake_rows.headers_of(import_id=import_id)
    chosen: list[tuple[int, Field | None]] = []
    for pair in pairs:
        header, _sign, name = pair.rpartition("=")
        if header not in headers:
            raise UnclearChoice(_("El archivo no tiene la columna «%(header)s».") % {"header": header})
        if name and name.upper() not in Field.__members__:
            known = ", ".join(Field)
            raise UnclearChoice(
                _("No existe el campo «%(name)s»; hay: %(known)s.") % {"name": name, "known": known}
            )
        chosen.append((headers.index(header), Field(name.upper()) if name else None))
    return tuple(chosen)


def _preview_lines(found: Preview) -> Iterator[str]:
    dialect = found.dialect
    told = [str(dialect.format), dialect.encoding, _separator(dialect.separator), dialect.sheet]
    yield _("Archivo: %(name)s (%(told)s), encabezados en la fila %(row)s") % {
        "name": found.file_name,
        "told": ", ".join(part for part in told if part),
        "row": dialect.header_row,
    }
    if found.kind:
        is_payments = found.kind is FileKind.PAYMENTS
        yield _("Contenido: pagos") if is_payments else _("Contenido: adeudos")
    for column in found.columns:
        meaning = intake_rows.field_name(field=column.field) if column.field else _("atributo")
        sure = f" {column.confidence:.0%}" if column.field else ""
        order = f" {column.date_order.lower()} ({column.evidence})" if column.date_order else ""
        yield f"  {column.header} → {meaning}{sure}{order}: {', '.join(column.samples)}"
    yield from _count_lines(found.counts, found.sums)
    for reason, count in found.reasons:
        yield f"  {count} × {intake_rows.reason_text(reason=reason)}"
    for note in found.rejected[:_REJECTED_SHOWN]:
        told_reason = intake_rows.reason_text(reason=note.reason, detail=note.detail)
        yield _("  Fila %(row)s: %(reason)s") % {"row": note.row_number, "reason": told_reason}
    for remark in (*found.assumptions, *found.warnings):
        yield f"· {remark.text}"
    for question in found.questions:
        options = (
            f" [{question.code}: {' | '.join(question.options)}]"
            if question.options
            else f" [{question.code}]"
        )
        yield f"¿? {question.text}{options}"


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
    for one in sums:
        yield _("%(currency)s: importe %(amount)s, saldo %(open)s, pagado %(paid)s") % {
            "currency": one.currency,
            "amount": _money(one, "amount"),
            "open": _money(one, "open_amount"),
            "paid": _money(one, "paid_amount"),
        }


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
