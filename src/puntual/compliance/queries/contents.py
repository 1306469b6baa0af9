"""What a message does not say of what a law may ask it for, as the gate looks at it."""

from functools import lru_cache

from puntual.compliance import texts
from puntual.compliance.texts.types import Field
from puntual.compliance.types.packs import Statement
from puntual.contacts.types import Channel

_STATEMENTS = {
    Field.AGENCY: Statement.AGENCY,
    Field.COLLECTOR: Statement.COLLECTOR,
    Field.ADDRESS: Statement.AGENCY_ADDRESS,
    Field.CREDITOR: Statement.CREDITOR,
    Field.CONTRACT: Statement.CONTRACT,
    Field.AMOUNT: Statement.AMOUNT,
    Field.AMOUNT_DATE: Statement.CALCULATION_DATE,
    Field.SPLIT: Statement.SPLIT,
    Field.HOW_TO_PAY: Statement.CONDITIONS,
    Field.COMPLAINTS: Statement.COMPLAINTS,
    Field.PAY_TO: Statement.PAYEE,
    Field.OPT_OUT: Statement.OPT_OUT,
}
# The other one is not judged at the gate but told where a template is shown: a creditor who collects its own debts is
# no debt collector.
JUDGED = frozenset(_STATEMENTS)


@lru_cache(maxsize=512)
def unsaid(*, text: str, channel: Channel) -> frozenset[Statement]:
    """
    Name what a template or a text does not say of all that a law may ask for; which of it counts, the rules say.

    A template is read once, whatever the number of its messages: what fills it is the same for all of them.
    """
    return frozenset(
        _STATEMENTS[field] for field in texts.untold(text=text, fields=[*_STATEMENTS], channel=channel)
    )
