"""What a CFDI leaves open: whose it is, when it falls due, who the customer is. Asked for, never guessed."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from puntual.intake.rules.cfdi import terms
from puntual.intake.rules.cfdi.columns import PLACES, read_verdict
from puntual.intake.types import (
    Issuing,
    Question,
    QuestionCode,
    Reason,
    Record,
    Remark,
    RemarkCode,
    RowOutcome,
)

# Terms that firms agree on; any other number of days may be given as well.
TERMS_OFFERED = ("0", "7", "15", "30", "45", "60", "90")
_ISSUERS_SHOWN = 5
_VERDICT, _RECORD, _ISSUER = PLACES["verdict"], PLACES["record"], PLACES["issuer"]
_DUE, _ISSUED, _WAY, _TERMS = (
    PLACES["due_date"],
    PLACES["issue_date"],
    PLACES["way_of_payment"],
    PLACES["terms"],
)
_TAX_ID, _UUID, _RELATED, _DOCUMENT = PLACES["tax_id"], PLACES["uuid"], PLACES["related"], PLACES["document"]
_ABOUT, _UNAPPLIED, _FILE = PLACES["about"], PLACES["unapplied"], PLACES["file"]
_COUNTED = {
    Reason.CFDI_NO_DEBT: RemarkCode.CFDI_NO_DEBTS,
    Reason.OTHER_FILE: RemarkCode.CFDI_OTHER_FILES,
    Reason.CFDI_REPEATED: RemarkCode.CFDI_REPEATED,
}


class LeftOut(Exception):
    """The row says nothing of a debt of ours, or cannot be read."""

    def __init__(self, outcome: RowOutcome, reason: Reason, detail: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason
        self.detail = detail


class Completer:
    """Looks at the rows of one file as they are read, and fills in what a person has answered."""

    def __init__(self, issuing: Issuing, *, remarks: Counter[RemarkCode]) -> None:
        self._issuing = issuing
        self._issuers: Counter[str] = Counter()
        self._without_terms = 0
        self._examples: list[str] = []
        self._remarks = remarks
        # The receipt of the row before: its rows stand together and are one voucher.
        self._receipt: tuple[str, ...] = ()

    def complete(self, row: Sequence[Any]) -> list[Any]:
        """
        Return the row with its due date.

        Raises: LeftOut.
        """
        own = self._issuing.tax_id
        issuer = row[_ISSUER]
        told = row[_VERDICT]
        if issuer and own and issuer != own and row[_RECORD]:
            raise LeftOut(RowOutcome.REJECTED, Reason.CFDI_RECEIVED, f"{issuer} {row[_DOCUMENT]}".strip())
        if told:
            outcome, reason, detail = read_verdict(told)
            if code := _COUNTED.get(reason):
                self._remarks[code] += 1
            raise LeftOut(outcome, reason, detail)
        record = row[_RECORD]
        if self._is_another(row):
            self._issuers[issuer] += 1
            if not row[_UUID]:
                self._remarks[RemarkCode.CFDI_UNSTAMPED] += 1
            if not row[_TAX_ID] and record != Record.CANCELLATION:
                self._remarks[RemarkCode.CFDI_BY_NAME] += 1
        if left := row[_UNAPPLIED]:
            is_short = left.startswith("-")
            self._remarks[RemarkCode.CFDI_OVERAPPLIED if is_short else RemarkCode.CFDI_UNAPPLIED] += 1
        if record == Record.CREDIT_NOTE and not row[_ABOUT]:
            self._remarks[RemarkCode.CFDI_OLDEST_FIRST] += 1
        return self._due(list(row)) if record == Record.RECEIVABLE else list(row)

    def _is_another(self, row: Sequence[Any]) -> bool:
        """Say whether a row begins a voucher; only a receipt has several rows."""
        receipt = (row[_FILE], row[_UUID], row[_DOCUMENT]) if row[_RECORD] == Record.PAYMENT else ()
        is_another = not receipt or receipt != self._receipt
        self._receipt = receipt
        return is_another

    def _due(self, row: list[Any]) -> list[Any]:
        if "04 " in row[_RELATED]:
            self._remarks[RemarkCode.CFDI_REPLACES] += 1
        if row[_DUE]:
            self._remarks[RemarkCode.CFDI_AT_ONCE] += not row[_TERMS]
            return row
        if not row[_DOCUMENT]:
            return row
        self._without_terms += 1
        if len(self._examples) < 1 or (row[_TERMS] and not self._examples[0]):
            self._examples[:1] = [row[_TERMS]]
        days = self._issuing.terms_days
        if days is not None:
            self._remarks[RemarkCode.CFDI_DEFAULT_TERMS] += 1
        # While nobody has answered, the preview shows it due at once; applying waits for the answer.
        row[_DUE] = terms.due_date(row[_ISSUED], days or 0)
        return row

    def questions(self) -> tuple[Question, ...]:
        """List what must be asked, when all rows were looked at."""
        found: list[Question] = []
        if self._without_terms and self._issuing.terms_days is None:
            values = (("count", str(self._without_terms)), ("example", "".join(self._examples)))
            found.append(Question(QuestionCode.CFDI_TERMS, options=TERMS_OFFERED, values=values))
        if len(self._issuers) > 1 and not self._issuing.tax_id and not self._issuing.is_confirmed:
            shown = ", ".join(
                f"{issuer} ({count})" for issuer, count in self._issuers.most_common(_ISSUERS_SHOWN)
            )
            found.append(
                Question(QuestionCode.CFDI_ISSUERS, options=("confirm",), values=(("issuers", shown),))
            )
        return tuple(found)

    def issuer_remark(self) -> tuple[Remark, ...]:
        """Say whose documents they are, where the company's own tax id is not known."""
        if self._issuing.tax_id or not self._issuers:
            return ()
        issuer, count = self._issuers.most_common(1)[0]
        return (Remark(RemarkCode.CFDI_ISSUER, (("issuer", issuer), ("count", str(count)))),)
