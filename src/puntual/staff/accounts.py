"""How staff come in: nobody signs up alone; a forgotten password is answered alike for known and unknown."""

from collections.abc import Callable
from email.utils import formataddr
from functools import wraps
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger("puntual.accounts")

_LIMITED = "too_many_login_attempts"


def told(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """
    Answer a refused form with 422, one too many with 429, and a link that serves no more with 410.

    allauth shows the form again with 200, which to a log or a guard looks like somebody who came in.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        shown = getattr(answer, "context_data", None) or {}
        form = shown.get("form")
        if shown.get("token_fail"):
            answer.status_code = 410
        if request.method == "POST" and answer.status_code == 200 and form is not None and form.errors:
            codes = {error.code for errors in form.errors.as_data().values() for error in errors}
            answer.status_code = 429 if _LIMITED in codes else 422
        return answer

    return answered


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Members of staff are created by an owner; there is no sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse every sign-up."""
        return False

    def get_from_email(self) -> str:
        """Write as the company; one without an address as the installation."""
        company = getattr(self.request, "company", None)
        if company is None or not company.email:
            return str(settings.DEFAULT_FROM_EMAIL)
        return formataddr((company.name, company.email))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a message; a mail server that is away must not tell known addresses from unknown ones."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            log.exception("account-mail-not-sent", template=template_prefix)
