"""How staff come in: nobody signs up alone; a forgotten password is answered alike for known and unknown."""

from email.utils import formataddr
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

log = structlog.get_logger("puntual.accounts")


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
