"""What a file holds: debts, payments, customers, loans … told by its columns, never guessed from one alone."""

from collections.abc import Mapping, Sequence

from puntual.intake.rules import cells, mapping, movements, words
from puntual.intake.rules.loans import layout as loans
from puntual.intake.rules.loans.layout import Groups
from puntual.intake.rules.reading import Cell
from puntual.intake.types import Choices, Field, FileKind, Question, QuestionCode, Record

_WHO = loans.WHO
_WHAT = (Field.RELATED_DOCUMENT, Field.DOCUMENT_NUMBER)
_ABOUT_CUSTOMERS = (
    Field.EMAIL,
    Field.PHONE,
    Field.CONTACT_NAME,
    Field.CONSENT,
    Field.CONSENT_EMAIL,
    Field.CONSENT_SMS,
    Field.CONSENT_WHATSAPP,
    Field.CONSENT_CALL,
    Field.OPT_OUT,
    Field.STATE,
    Field.CITY,
    Field.POSTAL_CODE,
    Field.TAX_ID,
    Field.NAME,
)
# What a file of each kind must tell, each in one of several ways.
NEEDS: Mapping[FileKind, tuple[tuple[Field, ...], ...]] = {
    FileKind.RECEIVABLES: (
        _WHO,
        (Field.DOCUMENT_NUMBER,),
        (Field.DUE_DATE,),
        (Field.AMOUNT, Field.OPEN_AMOUNT),
    ),
    FileKind.PAYMENTS: (
        (Field.DOCUMENT_NUMBER, Field.RELATED_DOCUMENT, *_WHO),
        (Field.PAID_DATE,),
        (Field.PAID_AMOUNT,),
    ),
    FileKind.CUSTOMERS: (_WHO, _ABOUT_CUSTOMERS),
    FileKind.LOANS: (
        _WHO,
        (Field.ACCOUNT, Field.DOCUMENT_NUMBER),
        (Field.INSTALMENT_NUMBER,),
        (Field.DUE_DATE,),
        (Field.AMOUNT, Field.OPEN_AMOUNT, Field.PRINCIPAL),
    ),
    FileKind.CREDIT_NOTES: ((*_WHAT, *_WHO), (Field.ISSUE_DATE,), (Field.AMOUNT, Field.OPEN_AMOUNT)),
    FileKind.ADJUSTMENTS: (_WHAT, (Field.ISSUE_DATE,), (Field.AMOUNT,)),
    FileKind.DISPUTES: ((*_WHAT, *_WHO),),
    FileKind.CANCELLATIONS: (_WHAT,),
    FileKind.MIXED: (
        (Field.RECORD,),
        (*_WHAT, *_WHO),
        (Field.AMOUNT, Field.PAID_AMOUNT, Field.OPEN_AMOUNT),
    ),
}
# So many needs must be met before a person is asked for the rest; else the file is something else.
NEEDS_MET_MIN: Mapping[FileKind, int] = {
    FileKind.RECEIVABLES: 3,
    FileKind.PAYMENTS: 2,
    FileKind.CUSTOMERS: 2,
    FileKind.LOANS: 4,
    FileKind.CREDIT_NOTES: 2,
    FileKind.ADJUSTMENTS: 2,
    FileKind.DISPUTES: 1,
    FileKind.CANCELLATIONS: 1,
    FileKind.MIXED: 2,
}
_CONSENTS = frozenset(
    {
        Field.CONSENT,
        Field.CONSENT_EMAIL,
        Field.CONSENT_SMS,
        Field.CONSENT_WHATSAPP,
        Field.CONSENT_CALL,
        Field.OPT_OUT,
    }
)
_CONTACTS = frozenset({Field.CONTACT_NAME, Field.CONTACT_ROLE})
# Meanings that only some kinds of file have; elsewhere such a column is kept as an attribute.
_ONLY_IN: Mapping[Field, frozenset[FileKind]] = {
    **dict.fromkeys(_CONSENTS | _CONTACTS, frozenset({FileKind.CUSTOMERS, FileKind.MIXED})),
    Field.RECORD: frozenset({FileKind.MIXED}),
    Field.INSTALMENT_NUMBER: frozenset({FileKind.LOANS}),
    Field.PRINCIPAL: frozenset({FileKind.LOANS}),
    Field.INTEREST: frozenset({FileKind.LOANS}),
    Field.FEE: frozenset({FileKind.LOANS}),
    **dict.fromkeys(
        (
            Field.INSTALMENT_AMOUNT,
            Field.INSTALMENT_COUNT,
            Field.INSTALMENTS_PAID,
            Field.FIRST_DUE_DATE,
            Field.FREQUENCY,
        ),
        frozenset({FileKind.LOANS}),
    ),
    Field.RELATED_DOCUMENT: frozenset(FileKind) - {FileKind.LOANS, FileKind.CUSTOMERS},
    Field.PAYMENT_GROUP: frozenset({FileKind.PAYMENTS, FileKind.MIXED}),
    Field.PAYMENT_TOTAL: frozenset({FileKind.PAYMENTS, FileKind.MIXED}),
    Field.CANCELLED_DATE: frozenset({FileKind.CANCELLATIONS, FileKind.MIXED}),
    Field.DISPUTE_REASON: frozenset({FileKind.DISPUTES, FileKind.MIXED}),
    Field.MOTIVE: frozenset(
        {
            FileKind.CREDIT_NOTES,
            FileKind.ADJUSTMENTS,
            FileKind.DISPUTES,
            FileKind.CANCELLATIONS,
            FileKind.MIXED,
        }
    ),
}
# In a file of one kind the general column is that of the kind.
_RENAMED: Mapping[FileKind, tuple[tuple[Field, Field], ...]] = {
    FileKind.PAYMENTS: ((Field.AMOUNT, Field.PAID_AMOUNT), (Field.ISSUE_DATE, Field.PAID_DATE)),
    FileKind.CREDIT_NOTES: ((Field.PAID_AMOUNT, Field.AMOUNT), (Field.PAID_DATE, Field.ISSUE_DATE)),
    FileKind.ADJUSTMENTS: (
        (Field.OPEN_AMOUNT, Field.AMOUNT),
        (Field.PAID_AMOUNT, Field.AMOUNT),
        (Field.PAID_DATE, Field.ISSUE_DATE),
    ),
    FileKind.DISPUTES: ((Field.DISPUTED, Field.DISPUTE_REASON),),
    FileKind.CANCELLATIONS: ((Field.ISSUE_DATE, Field.CANCELLED_DATE),),
}
_DEBTS = frozenset({Field.DUE_DATE, Field.OPEN_AMOUNT})
_MONEY = frozenset({Field.AMOUNT, Field.PAID_AMOUNT, Field.OPEN_AMOUNT, Field.PAID_DATE, Field.DUE_DATE})
_PAID = frozenset({Field.PAYMENT_METHOD, Field.PAYMENT_REFERENCE, Field.PAID_AMOUNT, Field.PAYMENT_GROUP})
_DEBT_RECORDS = frozenset({Record.RECEIVABLE.value, Record.INSTALMENT.value})
_CREDIT_WORDS = ("nota credito", "nota de credito", "notas de credito", "credit note", "credit memo")
_ADJUSTMENT_WORDS = ("ajuste", "ajustes", "adjustment")
_DISPUTE_WORDS = frozenset({"disputa", "aclaracion", "reclamo", "inconformidad"})
_INVOICE_WORDS = ("factura", "invoice", "documento", "document")
_LIKELY = 0.7
_NO_GROUPS = Groups()


def kind_of(
    fields: Mapping[int, Field],
    *,
    headers: Sequence[str],
    samples: Sequence[Sequence[Cell]],
    choices: Choices,
    groups: Groups = _NO_GROUPS,
) -> tuple[FileKind | None, list[Question]]:
    """Tell what a file holds; one that may be either of two is asked about. `groups` are columns of instalments."""
    if choices.kind is not None:
        return choices.kind, []
    named = set(fields.values())
    if Field.RECORD in named or _tells_records(fields, samples):
        return FileKind.MIXED, []
    if groups.columns or loans.has_terms(fields, None):
        return FileKind.LOANS, loans.doubt_of(fields, groups)
    if Field.DISPUTE_REASON in named and Field.DUE_DATE not in named:
        return FileKind.DISPUTES, []
    if Field.CANCELLED_DATE in named and Field.DUE_DATE not in named:
        return FileKind.CANCELLATIONS, []
    is_schedule = Field.INSTALMENT_NUMBER in named and Field.DUE_DATE in named
    if is_schedule and (Field.DOCUMENT_NUMBER not in named or named & {Field.INTEREST, Field.PRINCIPAL}):
        return FileKind.LOANS, []
    if Field.DUE_DATE not in named:
        found = _about_documents(named, headers)
        if found is not None:
            return found
    if named & _DEBTS:
        return FileKind.RECEIVABLES, []
    if Field.PAID_DATE in named:
        if Field.ISSUE_DATE in named:
            options = (FileKind.RECEIVABLES.value, FileKind.PAYMENTS.value)
            return FileKind.PAYMENTS, [Question(QuestionCode.KIND, options=options)]
        return FileKind.PAYMENTS, []
    if named & _PAID:
        return FileKind.PAYMENTS, []
    if not named & _MONEY and not named & {*_WHAT, Field.ISSUE_DATE} and named & set(_WHO):
        return FileKind.CUSTOMERS, []
    return FileKind.RECEIVABLES, []


def needs_of(
    kind: FileKind, *, fields: Mapping[int, Field], samples: Sequence[Sequence[Cell]]
) -> tuple[tuple[Field, ...], ...]:
    """List what a file of a kind must tell; where every row tells what it is, an amount only if one of them has any."""
    if kind is not FileKind.MIXED:
        return NEEDS[kind]
    place = next((place for place, field in fields.items() if field is Field.RECORD), None)
    texts = {cells.text_of(value) for value in samples[place]} if place is not None else set()
    records = {movements.record_code(text) for text in texts if text}
    return NEEDS[kind][:-1] if records and records <= movements.RECORDS_WITHOUT_MONEY else NEEDS[kind]


def missing(fields: Mapping[int, Field], kind: FileKind) -> list[tuple[Field, ...]]:
    """List what a file of a kind must tell and does not."""
    named = set(fields.values())
    return [need for need in NEEDS[kind] if not named & set(need)]


def kind_by_person(kind: FileKind | None, *, choices: Choices) -> FileKind | None:
    """
    Tell what a file holds whose columns a person has to name: nothing before anything was said.

    Customers alone are never the meaning of half an answer.
    """
    if choices.kind is None and not any(field for _position, field in choices.columns):
        return None
    if choices.kind is None and kind is FileKind.CUSTOMERS:
        return FileKind.RECEIVABLES
    return kind


def to_be_named(fields: Mapping[int, Field], kind: FileKind | None, *, headers: str) -> list[Question]:
    """Ask what the columns are until they say all that a file of the kind must; `headers` is what they are called."""
    needs = missing(fields, kind or FileKind.RECEIVABLES)
    options = tuple(need[0].value for need in needs)
    if kind is not None and not needs:
        return []
    return [Question(QuestionCode.NAME_COLUMNS, options=options, values=(("headers", headers),))]


def _about_documents(named: set[Field], headers: Sequence[str]) -> tuple[FileKind, list[Question]] | None:
    """Tell what happens to documents that are there already, by the words of the headers."""
    if any(_says(header, _CREDIT_WORDS) for header in headers):
        return FileKind.CREDIT_NOTES, []
    if any(_says(header, _ADJUSTMENT_WORDS) for header in headers):
        return FileKind.ADJUSTMENTS, []
    # A column that says yes or no of each document makes no file of disputes.
    is_of_debts = named & {*_PAID, *_DEBTS, Field.PAID_DATE, Field.DISPUTED}
    if not is_of_debts and named & {*_WHAT} and any(_is_of_dispute(header) for header in headers):
        return FileKind.DISPUTES, []
    if Field.RELATED_DOCUMENT not in named or Field.PAID_DATE in named or named & _PAID:
        return None
    options = (FileKind.CREDIT_NOTES.value, FileKind.ADJUSTMENTS.value, FileKind.PAYMENTS.value)
    return FileKind.CREDIT_NOTES, [Question(QuestionCode.KIND, options=options)]


def _tells_records(fields: Mapping[int, Field], samples: Sequence[Sequence[Cell]]) -> bool:
    """Say whether the column of document kinds names debts and payments, adjustments or cancellations."""
    position = next((p for p, field in fields.items() if field is Field.DOCUMENT_KIND), None)
    if position is None:
        return False
    texts = {cells.text_of(value) for value in samples[position] if not cells.is_blank(value)}
    found = {code for text in texts if (code := words.value_code("record", text))}
    others = found - _DEBT_RECORDS - {Record.CREDIT_NOTE.value}
    return bool(others) and len(found) > 1


def as_kind(
    fields: Mapping[int, Field], kind: FileKind | None, *, headers: Sequence[str]
) -> dict[int, Field]:
    """Give the columns the meaning that they have in a file of this kind."""
    if kind is None:
        return dict(fields)
    renamed = dict(fields)
    if (
        kind in (FileKind.CREDIT_NOTES, FileKind.ADJUSTMENTS)
        and Field.RELATED_DOCUMENT not in fields.values()
    ):
        renamed = _with_related(renamed, headers)
    if kind is FileKind.MIXED and Field.RECORD not in renamed.values():
        renamed = _rename(renamed, Field.DOCUMENT_KIND, Field.RECORD)
    if kind is not FileKind.LOANS:
        renamed = _rename(renamed, Field.PRINCIPAL, Field.AMOUNT)
        renamed = _rename(renamed, Field.INSTALMENT_AMOUNT, Field.AMOUNT)
    elif not loans.has_terms(renamed, kind):
        renamed = _instalments_own(renamed)
    if kind is FileKind.DISPUTES:
        renamed = _with_disputed(renamed, headers)
    for general, own in _RENAMED.get(kind, ()):
        renamed = _rename(renamed, general, own)
    return {position: field for position, field in renamed.items() if kind in _ONLY_IN.get(field, (kind,))}


def _is_of_dispute(header: str) -> bool:
    return not words.header_tokens(header).isdisjoint(_DISPUTE_WORDS)


def _with_disputed(fields: Mapping[int, Field], headers: Sequence[str]) -> dict[int, Field]:
    """Find the day of a dispute and the amount in dispute by the names that they have in such a file alone."""
    found = dict(fields)
    for place, header in enumerate(headers):
        tokens = words.header_tokens(header)
        if place in found or tokens.isdisjoint(_DISPUTE_WORDS):
            continue
        for word, field in (("fecha", Field.ISSUE_DATE), ("importe", Field.AMOUNT)):
            if word in tokens and field not in found.values():
                found[place] = field
    return found


def _instalments_own(fields: Mapping[int, Field]) -> dict[int, Field]:
    """Take, of what an instalment and what its loan comes to, that of the instalment."""
    if Field.INSTALMENT_AMOUNT not in fields.values():
        return dict(fields)
    own = {place: field for place, field in fields.items() if field is not Field.AMOUNT}
    return _rename(own, Field.INSTALMENT_AMOUNT, Field.AMOUNT)


def _with_related(fields: Mapping[int, Field], headers: Sequence[str]) -> dict[int, Field]:
    """Part the number of a credit note or adjustment from that of the invoice which it is about."""
    numbers = [
        place
        for place, header in enumerate(headers)
        if fields.get(place) is Field.DOCUMENT_NUMBER
        or (place not in fields and mapping.name_scores(header).get(Field.DOCUMENT_NUMBER, 0.0) >= _LIKELY)
    ]
    own = [place for place in numbers if _says(headers[place], (*_CREDIT_WORDS, *_ADJUSTMENT_WORDS))]
    others = [place for place in numbers if place not in own]
    if not own and not any(_says(headers[place], _INVOICE_WORDS) for place in others):
        return dict(fields)
    changed: dict[int, Field] = {
        place: field for place, field in fields.items() if field is not Field.DOCUMENT_NUMBER
    }
    for found, field in ((own, Field.DOCUMENT_NUMBER), (others, Field.RELATED_DOCUMENT)):
        if found:
            changed[found[0]] = field
    return changed


def _says(header: str, phrases: Sequence[str]) -> bool:
    folded = f" {words.fold(header)} "
    return any(f" {phrase} " in folded for phrase in phrases)


def _rename(fields: Mapping[int, Field], general: Field, own: Field) -> dict[int, Field]:
    if own in fields.values():
        return dict(fields)
    return {position: own if field is general else field for position, field in fields.items()}
