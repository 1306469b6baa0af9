"""What the mail provider tells of messages after it took them: delivered, bounced, complained."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from puntual.flows import deliveries
from puntual.outreach.types import DeliveryKind, ProviderEvent
from puntual.webhooks import signature

EVENTS_MAX = 1000
_KEY_LENGTH_MAX = 150
_DETAIL_LENGTH_MAX = 2000
_AGE_MAX = timedelta(days=366)


class MalformedEvents(ValueError):
    """The body is not a list of events as documented."""


@csrf_exempt
@require_POST
def mail(request: HttpRequest) -> JsonResponse:
    """
    Take in a signed list of events; telling them again changes nothing.

    `{"events": [{"id", "type": "delivered|bounced|complained", "message_id", "at", "detail"?}]}`
    """
    at = timezone.now()
    body = request.body
    header = request.headers.get(signature.HEADER, "")
    if not signature.is_valid(header=header, body=body, secret=settings.WEBHOOK_SECRET, at=at):
        return _refusal(code="bad-signature", message=_("La firma no es válida."), status=401)
    try:
        events = _events(body, at=at)
    except MalformedEvents:
        return _refusal(code="malformed-events", message=_("No se entiende el aviso."), status=400)
    counts = deliveries.note_deliveries(events=events, at=at)
    return JsonResponse({"new": counts.new, "known": counts.known, "unknown": counts.unknown})


def _refusal(*, code: str, message: str, status: int) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)


def _events(body: bytes, *, at: datetime) -> list[ProviderEvent]:
    """
    Read the events of a body: all, or none.

    Raises: MalformedEvents.
    """
    try:
        given = json.loads(body)["events"]
        if not isinstance(given, list) or len(given) > EVENTS_MAX:
            raise MalformedEvents
        return [_event(one, at=at) for one in given]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise MalformedEvents from error


def _event(given: dict[str, Any], *, at: datetime) -> ProviderEvent:
    key, detail = given["id"], given.get("detail", "")
    told_at = datetime.fromisoformat(given["at"])
    if not isinstance(key, str) or not 0 < len(key) <= _KEY_LENGTH_MAX or not key.isprintable():
        raise MalformedEvents
    if not isinstance(detail, str) or told_at.tzinfo is None or told_at < at - _AGE_MAX:
        raise MalformedEvents
    return ProviderEvent(
        key=f"mail:{key}",
        message_key=UUID(given["message_id"].strip("<> ").partition("@")[0]),
        kind=DeliveryKind(given["type"].upper()),
        detail=detail[:_DETAIL_LENGTH_MAX].replace("\0", ""),
        # A provider's clock may run ahead; nothing is known before it is told.
        at=min(told_at, at),
    )
