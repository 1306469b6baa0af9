"""Lawful hours in a sentence."""

from django.utils.translation import gettext as _

from puntual.compliance.types.reading import Week


def week_words(*, week: Week) -> str:
    """Say the lawful hours of each type of day."""
    none = _("no se contacta")
    return _("lunes a viernes %(mon_fri)s; sábado %(sat)s; domingo %(sun)s; festivo %(holiday)s") % {
        "mon_fri": week.mon_fri or none,
        "sat": week.sat or none,
        "sun": week.sun or none,
        "holiday": week.holiday or none,
    }
