"""Secrets of sources: from the environment or a file, by name; never from a row."""

import os
from pathlib import Path

from django.utils.translation import gettext as _

from puntual.sources import rules
from puntual.sources.providers.contract import UnableToFetch


def secret_of(*, company: str, name: str) -> str:
    """
    Read the secret that a company calls so. Another company's, or the installation's own, has no such name.

    Raises: UnableToFetch.
    """
    if not rules.is_secret_name(name):
        raise UnableToFetch(
            _(
                "El nombre del secreto lleva mayúsculas, números y guiones bajos sueltos, por ejemplo ERP_CLAVE."
            )
        )
    variable = rules.secret_variable(company=company, name=name)
    path = os.environ.get(f"{variable}_FILE")
    try:
        found = Path(path).read_text(encoding="utf-8").strip() if path else os.environ.get(variable, "")
    except (OSError, UnicodeError):
        raise UnableToFetch(_("No se pudo leer el archivo del secreto %s_FILE.") % variable) from None
    if not found:
        raise UnableToFetch(
            _("Falta el secreto: defina %s (o %s_FILE) donde corre Puntual.") % (variable, variable)
        )
    return found


def without_secret(*, text: str, secret: str) -> str:
    """Take a secret out of what a server or a driver said."""
    return text.replace(secret, "•••") if secret else text
