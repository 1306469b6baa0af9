"""Templates become versions: the same file twice is one, a changed file is another, a wrong one stops all."""

from dataclasses import replace
from datetime import datetime

import pytest

from puntual.companies.models import Company
from puntual.outreach import operations, queries
from puntual.outreach.models import TemplateVersion
from puntual.outreach.types import TemplateCounts

WORDINGS = queries.read_template_files()


def versions(key: str, language: str = "es") -> list[tuple[int, bool, str]]:
    found = TemplateVersion.objects.filter(key=key, language=language).order_by("number")
    return list(found.values_list("number", "is_active", "subject"))


def test_loading_twice_writes_once(company: Company, now: datetime) -> None:
    assert operations.load_templates(at=now) == TemplateCounts(new=len(WORDINGS), unchanged=0)
    assert operations.load_templates(at=now) == TemplateCounts(new=0, unchanged=len(WORDINGS))
    assert TemplateVersion.objects.count() == len(WORDINGS)


def test_a_changed_file_is_a_new_version_and_the_old_one_stays(company: Company, now: datetime) -> None:
    operations.load_templates(at=now)
    changed = [replace(one, subject="Otro asunto", content_hash="x" * 64) for one in WORDINGS[:1]]

    counts = operations.load_templates(at=now, wordings=[*changed, *WORDINGS[1:]])

    assert counts == TemplateCounts(new=1, unchanged=len(WORDINGS) - 1)
    assert versions(WORDINGS[0].key) == [(1, False, WORDINGS[0].subject), (2, True, "Otro asunto")]
    active = queries.active_templates()
    assert active[WORDINGS[0].key, "es"].subject == "Otro asunto"
    assert len(active) == len(WORDINGS)


@pytest.mark.parametrize(
    ("_case", "text"),
    [("unknown word", "{{ otra_cosa }}"), ("malformed", "{% if %}"), ("forbidden", "{% now 'Y' %}")],
)
def test_one_wrong_template_stops_the_load(company: Company, now: datetime, _case: str, text: str) -> None:
    wrong = replace(WORDINGS[-1], text=text, content_hash="x" * 64)

    with pytest.raises(operations.UnableToLoadTemplates, match=WORDINGS[-1].key):
        operations.load_templates(at=now, wordings=[*WORDINGS[:-1], wrong])

    assert TemplateVersion.objects.count() == 0


@pytest.mark.parametrize(
    ("_case", "part", "words", "said"),
    [
        ("a threat in the text", "text", "Irá a la cárcel.", "No se amenaza con cárcel"),
        ("a threat in the html", "html", "<p>Irá a la c&aacute;rcel.</p>", "No se amenaza con cárcel"),
        ("a legal step, which needs an eye each time", "subject", "Posible demanda", "acción legal"),
        ("what one country forbids", "text", "¿Por qué no ha pagado?", "En Colombia"),
    ],
)
def test_a_template_that_the_law_objects_to_stops_the_load(
    company: Company, now: datetime, _case: str, part: str, words: str, said: str
) -> None:
    index = next(at for at, one in enumerate(WORDINGS) if one.language == "es")
    wordings = list(WORDINGS)
    wordings[index] = replace(wordings[index], content_hash="x" * 64, **{part: words})

    with pytest.raises(operations.UnableToLoadTemplates, match=said):
        operations.load_templates(at=now, wordings=wordings)

    assert TemplateVersion.objects.count() == 0


@pytest.mark.parametrize("words", ["Debe $500.00.", "Pague antes del 3 de marzo."])
def test_a_template_with_an_amount_or_a_day_of_its_own_stops_the_load(
    company: Company, now: datetime, words: str
) -> None:
    wordings = [replace(one, text=f"{one.text}\n{words}") for one in WORDINGS]

    with pytest.raises(operations.UnableToLoadTemplates, match="no de la plantilla"):
        operations.load_templates(at=now, wordings=wordings)

    assert not TemplateVersion.objects.exists()
