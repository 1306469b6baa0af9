"""Templates as a person would receive them, written out with sample data."""

from puntual.outreach import rules
from puntual.outreach.queries import engine
from puntual.outreach.queries.wording import active_templates
from puntual.outreach.types import Rendered


def template_sample(*, key: str, language: str) -> Rendered | None:
    """Write an active template out with sample data; None when there is no such template."""
    found = active_templates().get((key, language))
    if found is None:
        return None
    context = rules.sample_contexts(key=key, language=language)[0]
    return engine.render(subject=found.subject, text=found.text, html=found.html, context=context)
