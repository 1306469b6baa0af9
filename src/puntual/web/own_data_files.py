"""All that is kept of a debtor as files: a paper to read, and data for another system."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from puntual.outreach.types import Attachment
from puntual.web.own_data_paper import paper_of
from puntual.web.papers import pdf_of

_LANGUAGES = {"en": "en"}


def json_of(*, kept: Mapping[str, Any]) -> bytes:
    """Write the data for another system."""
    return json.dumps(kept, ensure_ascii=False, indent=2).encode()


def files_of(
    *, kept: Mapping[str, Any], name: str, language: str, time_zone: str, at: datetime
) -> tuple[Attachment, ...]:
    """Make both files for somebody who reads no page: in their language and at the time of the company."""
    with translation.override(_LANGUAGES.get(language, "es-mx")), timezone.override(ZoneInfo(time_zone)):
        pdf = pdf_of(paper=paper_of(kept=kept), at=at)
    return (
        Attachment(f"{name}.pdf", "application/pdf", pdf),
        Attachment(f"{name}.json", "application/json", json_of(kept=kept)),
    )
