"""
The debtor's session: a signed cookie of its own, apart from the staff's.

It says that identity was proven for one link of one company. Nothing of it is kept on the server; a
link that is revoked or expires ends it, for the link is read again on every request.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpResponse

COOKIE = "puntual_portal"
IDLE_MAX = timedelta(minutes=30)
# However busy, a session ends: a forgotten phone does not stay open for days.
WHOLE_MAX = timedelta(hours=8)
_SALT = "puntual.portal.session"


@dataclass(frozen=True, slots=True)
class Session:
    """Who proved identity, for which link, and when they were last here."""

    schema_name: str
    link_id: str
    started_at: datetime
    seen_at: datetime


def write(*, session: Session) -> str:
    """Turn a session into the text of its cookie."""
    return signing.dumps(
        {
            "company": session.schema_name,
            "link": session.link_id,
            "started": int(session.started_at.timestamp()),
            "seen": int(session.seen_at.timestamp()),
        },
        salt=_SALT,
    )


def read(*, text: str, schema_name: str, link_id: str, at: datetime) -> Session | None:
    """Return the live session of this link in this company, or nothing."""
    try:
        data = signing.loads(text, salt=_SALT)
        started = datetime.fromtimestamp(data["started"], tz=at.tzinfo)
        seen = datetime.fromtimestamp(data["seen"], tz=at.tzinfo)
    except (signing.BadSignature, KeyError, TypeError, ValueError, OverflowError):
        return None
    if data.get("company") != schema_name or data.get("link") != link_id:
        return None
    # A moment ahead of ours is a clock of another host that runs ahead, not a proof of freshness.
    if at - seen > IDLE_MAX or at - started > WHOLE_MAX:
        return None
    return Session(schema_name=schema_name, link_id=link_id, started_at=started, seen_at=seen)


def start(*, response: HttpResponse, path: str, session: Session) -> None:
    """Put the session's cookie on a response; browsers send it back to this link's pages only."""
    response.set_cookie(
        COOKIE,
        write(session=session),
        max_age=int(IDLE_MAX.total_seconds()),
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def end(*, response: HttpResponse, path: str) -> None:
    """Take the cookie away."""
    response.delete_cookie(COOKIE, path=path, samesite="Lax")
