"""
May a day be decided by a plan? A plan may say from when on it is valid, and until when.

Outside of those days it is not used: the day's run refuses, and a version is put in force once it is valid. So nobody
is reached by rules that were to be over, and no other plan takes their place without a person.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from puntual.companies import queries as companies
from puntual.lib import formats
from puntual.lib.errors import DomainError
from puntual.plans.types import PlanDocument


class PlanNotValid(DomainError):
    """The plan says that it is not valid on the day; nothing was written."""

    code = "plan-not-valid"


def objection(*, plan: PlanDocument, day: date) -> str:
    """Say why a day may not be decided by a plan; empty where it may."""
    if plan.valid_from is not None and day < plan.valid_from:
        return _("El plan «%(plan)s» es vigente desde el %(day)s: antes no se decide con él.") % {
            "plan": plan.name,
            "day": _day(plan.valid_from),
        }
    if plan.valid_until is not None and day > plan.valid_until:
        return _("El plan «%(plan)s» fue vigente hasta el %(day)s: ponga en vigor otra versión.") % {
            "plan": plan.name,
            "day": _day(plan.valid_until),
        }
    return ""


def refuse_invalid(*, plan: PlanDocument, day: date) -> None:
    """Refuse to decide a day by a plan that is not valid on it. Raises: PlanNotValid."""
    said = objection(plan=plan, day=day)
    if said:
        raise PlanNotValid(said)


def day_at_company(*, at: datetime) -> date:
    """Return the company's day of a moment."""
    company = companies.current_company(base_url=settings.BASE_URL)
    return at.astimezone(ZoneInfo(company.time_zone)).date()


def _day(day: date) -> str:
    return formats.long_day(value=day, locale=formats.locale_of(language=get_language() or "es-mx"))
