"""
What is wrong with the data of one customer: one function for each kind of finding, plain data in, findings out.

`findings_of` asks them all; a new kind is a function, a line of the catalogue in `types`, and its words.
"""

from puntual.insights.rules.quality.contact import contact_findings
from puntual.insights.rules.quality.documents import document_findings
from puntual.insights.rules.quality.finances import finance_findings
from puntual.insights.rules.quality.identity import identity_findings
from puntual.insights.types import DebtorFacts, NewFinding, QualitySetting


def findings_of(*, debtor: DebtorFacts, setting: QualitySetting) -> list[NewFinding]:
    """Find all that is wrong with one customer."""
    return [
        *identity_findings(debtor=debtor, setting=setting),
        *contact_findings(debtor=debtor, setting=setting),
        *document_findings(debtor=debtor, setting=setting),
        *finance_findings(debtor=debtor, setting=setting),
    ]
