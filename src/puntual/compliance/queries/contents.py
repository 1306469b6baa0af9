"""What a message does not say of what the law of a country may ask it for, as the gate looks at it."""

from functools import lru_cache

from puntual.compliance import texts
from puntual.compliance.queries.packs import UnknownCountry, law_pack
from puntual.compliance.texts.types import Field
from puntual.compliance.types.packs import ContentRule, Statement
from puntual.contacts.types import Channel

_STATEMENTS = {
    Field.AGENCY: Statement.AGENCY,
    Field.COLLECTOR: Statement.COLLECTOR,
    Field.ADDRESS: Statement.AGENCY_ADDRESS,
    Field.CREDITOR: Statement.CREDITOR,
    Field.CONTRACT: Statement.CONTRACT,
    Field.AMOUNT: Statement.AMOUNT,
    Field.AMOUNT_DATE: Statement.CALCULATION_DATE,
    Field.HOW_TO_PAY: Statement.CONDITIONS,
    Field.COMPLAINTS: Statement.COMPLAINTS,
    Field.PAY_TO: Statement.PAYEE,
    Field.OPT_OUT: Statement.OPT_OUT,
}
# The others are not judged at the gate but told where a template is shown: how a balance parts into capital, interest
# and costs is not among what messages read of the ledger yet, and a creditor who collects its own debts is no debt
# collector.
JUDGED = frozenset(_STATEMENTS)


@lru_cache(maxsize=512)
def unsaid(*, text: str, country: str, channel: Channel) -> frozenset[Statement]:
    """
    Name what a template or a text does not say of what the law of a country ever asks for by a channel.

    A template is read once, whatever the number of its messages: what fills it is the same for all of them.
    """
    try:
        pack = law_pack(country=country)
    except UnknownCountry:
        return frozenset()
    asked = {
        one for rule in pack.of(ContentRule) if channel in rule.channels for one in (*rule.first, *rule.later)
    }
    fields = [field for field, one in _STATEMENTS.items() if one in asked]
    return frozenset(_STATEMENTS[field] for field in texts.untold(text=text, fields=fields, channel=channel))
