"""The template engine: strict, escaped where it is markup, and with nothing to read or load."""

import pytest
from django.template import TemplateSyntaxError

from puntual.outreach.queries import engine

ROWS = [{"number": "<b>F&1</b>"}]


def render(text: str, **context: object) -> str:
    """Write one text as the text part."""
    return engine.render(subject="s", text=text, html="h", context={"rows": ROWS, **context}).text


def test_html_is_escaped_and_text_is_not() -> None:
    template = "{% for row in rows %}{{ row.number }}{% endfor %}"

    written = engine.render(subject=template, text=template, html=template, context={"rows": ROWS})

    assert written.html == "&lt;b&gt;F&amp;1&lt;/b&gt;"
    assert written.text == "<b>F&1</b>\n"
    assert written.subject == "<b>F&1</b>"


def test_a_subject_is_one_line() -> None:
    written = engine.render(subject="a\n {{ name }}", text="t", html="h", context={"name": "x\r\nBcc: y"})

    assert written.subject == "a x Bcc: y"


@pytest.mark.parametrize(
    ("_case", "text"),
    [
        ("variable", "{{ missing }}"),
        ("attribute", "{% for row in rows %}{{ row.missing }}{% endfor %}"),
        ("condition", "{% if missing %}a{% endif %}"),
        ("loop", "{% for row in missing %}a{% endfor %}"),
        ("filtered", "{{ missing|default:'x' }}"),
    ],
)
def test_a_missing_word_is_an_error(_case: str, text: str) -> None:
    with pytest.raises(engine.MissingWord):
        render(text)


@pytest.mark.parametrize(
    ("_case", "text"),
    [
        ("load", "{% load static %}"),
        ("include", "{% include 'a' %}"),
        ("extends", "{% extends 'a' %}"),
        ("debug", "{% debug %}"),
        ("address", "{% url 'home' %}"),
        ("clock", "{% now 'Y' %}"),
        ("no escape", "{% autoescape off %}{{ rows }}{% endautoescape %}"),
        ("safe", "{{ rows|safe }}"),
        ("private", "{{ rows.__class__ }}"),
        ("open", "{% if rows %}"),
    ],
)
def test_anything_else_than_words_is_refused(_case: str, text: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        render(text)


def test_conditions_and_loops_know_their_own_names() -> None:
    text = (
        "{% for row in rows %}{% if forloop.first %}1{% elif row.number %}2{% else %}3{% endif %}{% endfor %}"
    )

    assert render(text) == "1\n"
