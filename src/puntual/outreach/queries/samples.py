"""Templates as a person would receive them: the company is its own, the debtor is invented."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from puntual.companies.types import CompanyFacts
from puntual.outreach import rules
from puntual.outreach.queries import engine
from puntual.outreach.queries.wording import active_templates
from puntual.outreach.types import Rendered

# What stands in a sample where the company told nothing.
_GAPS: dict[str, str | Promise] = {
    "legal_name": lazy("[falta la razón social]"),
    "phone": lazy("[falta el teléfono]"),
    "email": lazy("[falta el correo]"),
    "office_hours": lazy("[falta el horario]"),
    "address": lazy("[falta el domicilio]"),
    "complaint_contact": lazy("[falta la unidad de quejas]"),
    "bank_name": lazy("[falta el banco]"),
    "bank_account": lazy("[falta la CLABE]"),
}


def template_sample(*, key: str, language: str, company: CompanyFacts, today: date) -> Rendered | None:
    """
    Write an active template out as the company would send it; None when there is no such template.

    What the company did not tell stands as a gap with its name: a message without it would not leave.
    """
    found = active_templates().get((key, language))
    if found is None:
        return None
    gaps: dict[str, Any] = {
        name: str(words) for name, words in _GAPS.items() if not getattr(company, name).strip()
    }
    context = rules.sample_context(
        key=key,
        language=language,
        company=replace(company, **gaps),
        today=today,
    )
    return engine.render(subject=found.subject, text=found.text, html=found.html, context=context)
