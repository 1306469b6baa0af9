"""Who the debtor is: tax number, address."""

import re

from puntual.companies.types import PortalIdentity
from puntual.insights.rules import tax_ids
from puntual.insights.rules.tax_ids import TaxIdFault
from puntual.insights.types import DebtorFacts, Detail, FindingCode, NewFinding, QualitySetting, Subject
from puntual.lib.taxpayers import GENERIC_TAX_IDS
from puntual.lib.text import folded
from puntual.portfolio.types import ReceivableKind

_COUNTRY_WORDS = frozenset({"pais", "country", "pais fiscal", "pais de residencia"})
_POSTAL_CODE_MX = re.compile(r"(?!00)\d{5}")
_CODES = {
    TaxIdFault.GENERIC: FindingCode.TAX_ID_GENERIC,
    TaxIdFault.CHECK_DIGIT: FindingCode.TAX_ID_CHECK_DIGIT,
}


def country_of(*, debtor: DebtorFacts, setting: QualitySetting) -> str:
    """Return the customer's own country where an attribute names one, else that of the company."""
    for name, value in debtor.attributes.items():
        if folded(name) in _COUNTRY_WORDS and (code := tax_ids.country_named(value)):
            return code
    return setting.country


def identity_findings(*, debtor: DebtorFacts, setting: QualitySetting) -> list[NewFinding]:
    """Find what is wrong with who the debtor is."""
    country = country_of(debtor=debtor, setting=setting)
    found = [
        tax_id_wrong(debtor=debtor, country=country)
        if debtor.tax_id.strip()
        else tax_id_missing(debtor=debtor, country=country, setting=setting),
        proof_missing(debtor=debtor, setting=setting),
        tax_id_shared(debtor=debtor, country=country),
        state_unknown(debtor=debtor, setting=setting),
        postal_code_invalid(debtor=debtor, country=country),
    ]
    return [one for one in found if one is not None]


def _finding(code: FindingCode, debtor: DebtorFacts, detail: Detail) -> NewFinding:
    return NewFinding(code, Subject.CUSTOMER, debtor.id, debtor.id, detail)


def tax_id_missing(*, debtor: DebtorFacts, country: str, setting: QualitySetting) -> NewFinding | None:
    """Find a debtor without a tax number who needs one: for an invoice, or to enter a portal that asks nothing else."""
    owing = [debt for debt in debtor.debts if debt.open_amount > 0]
    invoices = sum(debt.kind is ReceivableKind.INVOICE for debt in owing)
    needs_it = setting.portal_identity is PortalIdentity.TAX_ID_ONLY
    if not invoices and not (owing and needs_it):
        return None
    detail: Detail = {"country": country, "invoices": invoices, "portal": int(needs_it)}
    return _finding(FindingCode.TAX_ID_MISSING, debtor, detail)


def proof_missing(*, debtor: DebtorFacts, setting: QualitySetting) -> NewFinding | None:
    """Find a debtor who owes and has nothing by which to enter the portal: their messages carry no link."""
    if debtor.has_proof or not any(debt.open_amount > 0 for debt in debtor.debts):
        return None
    return _finding(FindingCode.PORTAL_PROOF_MISSING, debtor, {"policy": setting.portal_identity.value})


def tax_id_wrong(*, debtor: DebtorFacts, country: str) -> NewFinding | None:
    """
    Find a tax number whose form or check digit is wrong, or that stands for anybody.

    One that is right may still be that of a firm on a person, or the other way round.
    """
    fault = tax_ids.fault_of(tax_id=debtor.tax_id, country=country, kind=debtor.kind)
    detail: Detail = {"country": country, "value": debtor.tax_id}
    if fault is not None:
        code = _CODES.get(fault, FindingCode.TAX_ID_INVALID)
        return _finding(code, debtor, {**detail, "fault": fault.value})
    if tax_ids.is_of_other_kind(tax_id=debtor.tax_id, country=country, kind=debtor.kind):
        return _finding(FindingCode.TAX_ID_OF_OTHER_KIND, debtor, {**detail, "kind": debtor.kind.value})
    return None


def tax_id_shared(*, debtor: DebtorFacts, country: str) -> NewFinding | None:
    """Find a tax number that other customers have too, unless it is one for anybody."""
    if not debtor.sharing:
        return None
    if tax_ids.compact(debtor.tax_id) in GENERIC_TAX_IDS.get(country, ()):
        return None
    detail: Detail = {
        "value": tax_ids.compact(debtor.tax_id),
        "others": sorted(debtor.sharing),
        "more": int(debtor.shares_with_more),
    }
    return _finding(FindingCode.TAX_ID_SHARED, debtor, detail)


def state_unknown(*, debtor: DebtorFacts, setting: QualitySetting) -> NewFinding | None:
    """Find a state that nobody can read while something else still tells the hour."""
    if setting.country != "MX" or not debtor.state.strip() or debtor.is_state_known or not debtor.has_zone:
        return None
    return _finding(FindingCode.STATE_UNKNOWN, debtor, {"value": debtor.state})


def postal_code_invalid(*, debtor: DebtorFacts, country: str) -> NewFinding | None:
    """Find a postal code that cannot be; four digits are one that lost its zero in a spreadsheet."""
    value = debtor.postal_code.strip()
    if country != "MX" or not value or _POSTAL_CODE_MX.fullmatch(value):
        return None
    lost_zero = int(re.fullmatch(r"\d{4}", value) is not None)
    return _finding(FindingCode.POSTAL_CODE_INVALID, debtor, {"value": value, "lost_zero": lost_zero})
