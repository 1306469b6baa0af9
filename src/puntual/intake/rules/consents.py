"""What a row says about whether a customer may be contacted, and by which channel. Pure."""

from collections.abc import Sequence

from puntual.intake.rules.fields import FieldReader
from puntual.intake.rules.reading import Cell
from puntual.intake.types import Field

_CHANNELS = ("EMAIL", "SMS", "WHATSAPP", "CALL")
_OF_CHANNEL = {
    Field.CONSENT_EMAIL: "EMAIL",
    Field.CONSENT_SMS: "SMS",
    Field.CONSENT_WHATSAPP: "WHATSAPP",
    Field.CONSENT_CALL: "CALL",
}


def consents_of(
    fields: FieldReader, row: Sequence[Cell], free: dict[str, str]
) -> tuple[tuple[str, str], ...]:
    """
    Read (channel, decision) of every channel that a row speaks of; no means opted out, and wins over any yes.

    What nobody understood is kept in `free`.
    """
    found: dict[str, str] = {}
    general = fields.coded(row, Field.CONSENT, "yes", free)
    if general:
        found = dict.fromkeys(_CHANNELS, "GRANTED" if general == "yes" else "OPTED_OUT")
    for field, channel in _OF_CHANNEL.items():
        said = fields.coded(row, field, "yes", free)
        if said == "no":
            found[channel] = "OPTED_OUT"
        elif said == "yes":
            found.setdefault(channel, "GRANTED")
    if fields.coded(row, Field.OPT_OUT, "yes", free) == "yes":
        found = dict.fromkeys(_CHANNELS, "OPTED_OUT")
    return tuple(found.items())
