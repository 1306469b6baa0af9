"""
Wordings: which version of each template is in use?

Reads: the shipped template files
Writes: outreach.TemplateVersion
Guarantees: a wording that was in use is never changed; a template that cannot be written, says what the law does not
allow in some country, or an amount or a day of its own, is never put in use.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from puntual.db import named, rows
from puntual.lib.errors import DomainError
from puntual.outreach import queries, rules
from puntual.outreach.queries import engine
from puntual.outreach.types import TemplateCounts, TemplateText, Wording

_TEMPLATES = named.load(Path(__file__).parents[1] / "sql" / "templates.sql")


class UnableToLoadTemplates(DomainError):
    """A template is wrong; nothing was loaded."""

    code = "unable-to-load-templates"


def load_templates(*, at: datetime, wordings: Sequence[Wording] | None = None) -> TemplateCounts:
    """
    Put the shipped templates in use; a file that did not change writes nothing.

    Every template is first written out with sample data and read by the text check: a wrong one stops the whole load.

    Raises: UnableToLoadTemplates.
    """
    if wordings is None:
        wordings = queries.read_template_files()
    for one in wordings:
        _check_wording(one)
    newest = {
        (row[0], row[1], row[2]): (row[3], row[4]) for row in rows.fetch_all(_TEMPLATES["newest_versions"])
    }
    changed = []
    for one in wordings:
        number, digest = newest.get((one.key, one.channel.value, one.language), (0, ""))
        if digest != one.content_hash:
            changed.append((one, number + 1))
    if changed:
        params = {
            "keys": [one.key for one, _number in changed],
            "languages": [one.language for one, _number in changed],
            "numbers": [number for _one, number in changed],
            "names": [one.name for one, _number in changed],
            "subjects": [one.subject for one, _number in changed],
            "texts": [one.text for one, _number in changed],
            "htmls": [one.html for one, _number in changed],
            "hashes": [one.content_hash for one, _number in changed],
            "at": at,
        }
        with transaction.atomic():
            rows.execute(_TEMPLATES["retire"], params)
            rows.execute(_TEMPLATES["add_versions"], params)
    return TemplateCounts(new=len(changed), unchanged=len(wordings) - len(changed))


def _check_wording(wording: Wording) -> None:
    bare = rules.bare(
        TemplateText(0, wording.key, wording.language, wording.subject, wording.text, wording.html)
    )
    for one in rules.literals(said=bare):
        raise UnableToLoadTemplates(
            _(
                "La plantilla «%(key)s» (%(language)s) dice «%(words)s»: los importes y las fechas salen del saldo de "
                "cada quien, no de la plantilla."
            )
            % {"key": wording.key, "language": wording.language, "words": one.excerpt}
        )
    try:
        for context in rules.sample_contexts(key=wording.key, language=wording.language):
            written = engine.render(
                subject=wording.subject, text=wording.text, html=wording.html, context=context
            )
            _refuse_unlawful(wording, said=rules.said(written))
    except (engine.TemplateSyntaxError, engine.MissingWord) as error:
        raise UnableToLoadTemplates(
            _("La plantilla «%(key)s» (%(language)s) no se puede escribir: %(error)s")
            % {"key": wording.key, "language": wording.language, "error": error}
        ) from error


def _refuse_unlawful(wording: Wording, *, said: str) -> None:
    """Refuse what some country forbids, or what would need a person's eye each time that it is sent."""
    for one in rules.objections(said=said, language=wording.language):
        raise UnableToLoadTemplates(
            _("La plantilla «%(key)s» (%(language)s) dice «%(words)s»: %(rule)s")
            % {"key": wording.key, "language": wording.language, "words": one.excerpt, "rule": one.rule}
        )
