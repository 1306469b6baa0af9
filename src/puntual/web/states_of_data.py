"""The words and colours of what is found in the data: doubles, and what is wrong."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from puntual.duplicates.types import EvidenceCode, Strength
from puntual.insights.types import Area, Severity
from puntual.web.chips import State

VOCABULARIES: Mapping[str, tuple[type[StrEnum], Mapping[str, State]]] = {
    "duplicate_strength": (
        Strength,
        {
            "STRONG": State(_("Muy probable"), "warn"),
            "LIKELY": State(_("Probable"), "info"),
            "POSSIBLE": State(_("Posible")),
        },
    ),
    "duplicate_evidence": (
        EvidenceCode,
        {
            "SAME_TAX_ID": State(_("Misma clave fiscal"), "good"),
            "SAME_NUMBER": State(_("Mismo número, salvo los ceros del inicio"), "good"),
            "TAX_ID_TYPO": State(_("Clave fiscal distinta en un solo carácter"), "good"),
            "SAME_TAX_ID_BASE": State(_("Mismo nombre y fecha de nacimiento en la clave fiscal"), "good"),
            "SAME_EMAIL": State(_("Mismo correo"), "good"),
            "SAME_PHONE": State(_("Mismo teléfono"), "good"),
            "SAME_POSTAL_CODE": State(_("Mismo código postal"), "good"),
            "SAME_NAME": State(_("Mismo nombre"), "good"),
            "SIMILAR_NAME": State(_("Nombre parecido"), "good"),
            "OTHER_TAX_ID": State(_("Claves fiscales distintas"), "bad"),
            "OTHER_NAME": State(_("Nombres muy distintos"), "bad"),
            "OTHER_STATE": State(_("Estados distintos"), "bad"),
            "OTHER_LEGAL_FORM": State(_("Otra forma legal"), "bad"),
            "OTHER_KIND": State(_("Una persona y una empresa"), "bad"),
        },
    ),
    "severity": (
        Severity,
        {
            "BLOCKS": State(_("Bloquea"), "bad"),
            "WARNS": State(_("Corregir"), "warn"),
            "NOTES": State(_("Revisar")),
        },
    ),
    "quality_area": (
        Area,
        {
            "IDENTITY": State(_("Identidad")),
            "CONTACT": State(_("Contacto")),
            "DOCUMENT": State(_("Documento")),
            "PAYMENT": State(_("Pago")),
            "FINANCES": State(_("Situación económica")),
        },
    ),
}
