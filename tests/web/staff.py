"""Members of staff before their pages."""

from typing import Any

from django.http import HttpResponse

from puntual.identity.models import User
from tests.web.debtors import HOST, Browser, browser, text_of

__all__ = ["sign_in", "text_of", "words_of"]


def sign_in(user: User, *, host: str = HOST) -> Browser:
    """Return a browser in which somebody has signed in."""
    client = browser(host=host)
    client.force_login(user)
    return client


def words_of(response: HttpResponse) -> str:
    """Return what stands on a page between its marks, with plain spaces."""
    text: Any = text_of(response)
    kept, is_mark = [], False
    for letter in text:
        if letter in "<>":
            is_mark = letter == "<"
            kept.append(" ")
        elif not is_mark:
            kept.append(letter)
    return " ".join("".join(kept).split())
