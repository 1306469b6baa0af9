"""
The engine that turns a template and its facts into words: Django's own, with everything taken away.

Wording may come from a company, so it is not trusted: no loaders, no includes, no tags that read settings,
addresses or the clock; only `if` and `for`, and a handful of filters. What is missing is an error, never a
hole in a message.
"""

from functools import lru_cache
from typing import Any, ClassVar, NoReturn

from django.template import Context, Engine, TemplateSyntaxError, defaultfilters, defaulttags
from django.template.base import Template
from django.template.library import Library

from puntual.outreach.types import MessageContext, Rendered

_TAGS = ("if", "for", "comment")
_FILTERS = ("pluralize", "default", "length", "first", "last", "yesno")


class MissingWord(LookupError):
    """A template names something that the message does not have."""


class _RaisingText(str):
    """Raises where Django would write a text for a missing variable."""

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return True

    def __mod__(self, name: object) -> NoReturn:
        raise MissingWord(str(name))


class _StrictContext(Context):
    """A context in which an unknown name is an error also inside `if` and `for`."""

    def __getitem__(self, name: Any) -> Any:
        for layer in reversed(self.dicts):
            if name in layer:
                return layer[name]
        raise MissingWord(str(name))


class _WordsEngine(Engine):
    """Django's engine with our few tags and filters, and nothing to load."""

    default_builtins: ClassVar[list[str]] = []

    def __init__(self) -> None:
        super().__init__(
            dirs=[],
            app_dirs=False,
            loaders=[("django.template.loaders.locmem.Loader", {})],
            autoescape=True,
            string_if_invalid=_RaisingText("missing"),
            libraries={},
            builtins=[],
        )
        words = Library()
        for tag in _TAGS:
            words.tags[tag] = defaulttags.register.tags[tag]
        for name in _FILTERS:
            words.filters[name] = defaultfilters.register.filters[name]
        self.template_builtins = [words]


_ENGINE = _WordsEngine()


@lru_cache(maxsize=512)
def compiled(*, source: str) -> Template:
    """
    Parse a template text.

    Raises: TemplateSyntaxError for anything but the allowed tags and filters.
    """
    return _ENGINE.from_string(source)


def render(*, subject: str, text: str, html: str, context: MessageContext) -> Rendered:
    """
    Write the three parts of a message; only the HTML is escaped, for only HTML is markup.

    Raises: TemplateSyntaxError or MissingWord when the template is wrong.
    """
    plain = _StrictContext(context, autoescape=False, use_l10n=False, use_tz=False)
    marked = _StrictContext(context, autoescape=True, use_l10n=False, use_tz=False)
    return Rendered(
        subject=" ".join(compiled(source=subject).render(plain).split()),
        text=compiled(source=text).render(plain).strip() + "\n",
        html=compiled(source=html).render(marked),
    )


__all__ = ["MissingWord", "TemplateSyntaxError", "compiled", "render"]
