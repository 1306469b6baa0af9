"""What a look through the chain of verdicts found, in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from puntual.compliance.types import Finding, FindingCode

_WORDS: Mapping[FindingCode, str | Promise] = {
    FindingCode.VERDICT_CHANGED: _("El dictamen %(row)s ya no es el que se guardó (bloque %(detail)s)."),
    FindingCode.VERDICT_GONE: _("Falta el dictamen %(row)s (bloque %(detail)s)."),
    FindingCode.VERDICT_BESIDE_CHAIN: _(
        "El dictamen %(row)s no está en la cadena; en total hay %(detail)s fuera de ella."
    ),
    FindingCode.VERDICT_UNREADABLE: _("Los datos del dictamen %(row)s no se pueden leer."),
    FindingCode.VERDICT_DIFFERS: _(
        "El dictamen %(row)s no sale igual al repetirlo: ahora objetan %(detail)s."
    ),
    FindingCode.BLOCK_CHANGED: _("El bloque %(row)s ya no es el que se encadenó (eslabón %(detail)s)."),
    FindingCode.BLOCK_GONE: _("Al eslabón %(row)s le falta su bloque %(detail)s."),
    FindingCode.LINK_BROKEN: _("El eslabón %(row)s no sigue al anterior (bloque %(detail)s): algo se quitó."),
    FindingCode.PACK_CHANGED: _("El paquete legal %(detail)s ya no es el que dictaminó."),
    FindingCode.PACK_EDITED: _(
        "El paquete legal %(detail)s se editó después de dictaminar: debió publicarse otra versión."
    ),
    FindingCode.REVIEW_CHANGED: _("La liberación %(row)s ya no es la que prueba su dictamen."),
    FindingCode.REVIEW_GONE: _("Falta la liberación %(row)s con la que se dictaminó."),
    FindingCode.OWN_LAW_CHANGED: _(
        "Las reglas de la empresa con que dictaminó el paquete %(detail)s ya no son las que se firmaron."
    ),
    FindingCode.HEAD_GONE: _("La cadena ya no tiene la huella %(detail)s: se cortó o se hizo de nuevo."),
}


def in_words(*, finding: Finding) -> str:
    """Say what does not hold."""
    return str(_WORDS[finding.code]) % {"row": finding.row_id, "detail": finding.detail}
