"""Whether the debtor can be reached: hour, points, channels that they left."""

from puntual.contacts.types import POINT_OF_CHANNEL, Channel, OwnerRole, PointKind, PointState
from puntual.insights.types import (
    DebtorFacts,
    Detail,
    FindingCode,
    NewFinding,
    PointFacts,
    QualitySetting,
    Subject,
)
from puntual.lib.text import folded

_OWN_ROLES = (OwnerRole.DEBTOR, OwnerRole.REPRESENTATIVE)
_USED_STATES = (PointState.NEW, PointState.VERIFIED)
_POINT_CODES = {PointKind.PHONE: FindingCode.PHONE_INVALID, PointKind.EMAIL: FindingCode.EMAIL_INVALID}
# How the heading of a column that held telephones or mails begins, in the words of a file.
_HEADINGS = {
    PointKind.PHONE: ("tel", "cel", "movil", "whats", "phone", "mobile"),
    PointKind.EMAIL: ("correo", "mail", "email", "e mail"),
}
_UNREADABLE = {
    PointKind.PHONE: FindingCode.PHONE_UNREADABLE,
    PointKind.EMAIL: FindingCode.EMAIL_UNREADABLE,
}
_PART_LENGTH_MAX = 120


def contact_findings(*, debtor: DebtorFacts, setting: QualitySetting) -> list[NewFinding]:
    """Find what stands between the company and a debtor who owes."""
    if not any(debt.open_amount > 0 for debt in debtor.debts):
        return []
    found = [time_zone_unknown(debtor=debtor), unreachable(debtor=debtor, setting=setting)]
    return [
        *(one for one in found if one is not None),
        *point_invalid(debtor=debtor),
        *value_unreadable(debtor=debtor),
    ]


def _finding(code: FindingCode, debtor: DebtorFacts, detail: Detail, part: str = "") -> NewFinding:
    return NewFinding(code, Subject.CUSTOMER, debtor.id, debtor.id, detail, part=part)


def time_zone_unknown(*, debtor: DebtorFacts) -> NewFinding | None:
    """Find a debtor whose hour nobody knows: the contact law blocks every contact with them."""
    if debtor.has_zone:
        return None
    detail: Detail = {"state": debtor.state}
    return _finding(FindingCode.TIME_ZONE_UNKNOWN, debtor, detail)


def is_usable(point: PointFacts) -> bool:
    """Say whether a point may serve to reach the debtor: theirs, in use, and of a form that works."""
    return point.owner_role in _OWN_ROLES and point.state in _USED_STATES and point.is_valid


def open_channels(*, debtor: DebtorFacts) -> set[Channel]:
    """List the channels through which a debtor can be reached and has not left."""
    kinds = {point.kind for point in debtor.points if is_usable(point)}
    return {
        channel
        for channel, kind in POINT_OF_CHANNEL.items()
        if kind in kinds and channel not in debtor.opted_out
    }


def unreachable(*, debtor: DebtorFacts, setting: QualitySetting) -> NewFinding | None:
    """Find a debtor without any way to be reached, or without one that the plan uses."""
    channels = open_channels(debtor=debtor)
    if channels & setting.plan_channels or (channels and not setting.plan_channels):
        return None
    if channels:
        detail: Detail = {
            "plan": sorted(channel.value for channel in setting.plan_channels),
            "open": sorted(channel.value for channel in channels),
        }
        return _finding(FindingCode.PLAN_CHANNEL_MISSING, debtor, detail)
    return _finding(FindingCode.UNREACHABLE, debtor, {"why": _why_unreachable(debtor)})


def _why_unreachable(debtor: DebtorFacts) -> str:
    own = [point for point in debtor.points if point.owner_role in _OWN_ROLES]
    if not debtor.points:
        return "no-points"
    if not own:
        return "points-of-others"
    if any(is_usable(point) for point in own):
        return "opted-out"
    return "points-wrong"


def point_invalid(*, debtor: DebtorFacts) -> list[NewFinding]:
    """Find telephones and mails in use that cannot be dialled or written to."""
    return [
        NewFinding(
            _POINT_CODES[point.kind],
            Subject.POINT,
            point.id,
            debtor.id,
            {"value": point.value},
        )
        for point in debtor.points
        if point.kind in _POINT_CODES and point.state in _USED_STATES and not point.is_valid
    ]


def value_unreadable(*, debtor: DebtorFacts) -> list[NewFinding]:
    """Find telephones and mails that a file brought and nobody could read, while the debtor has no other."""
    kinds = {point.kind for point in debtor.points if is_usable(point)}
    found = []
    for name, value in sorted(debtor.attributes.items()):
        words = folded(name)
        for kind, headings in _HEADINGS.items():
            if kind not in kinds and value.strip() and words.startswith(headings):
                detail: Detail = {"heading": name, "value": value}
                found.append(_finding(_UNREADABLE[kind], debtor, detail, part=name[:_PART_LENGTH_MAX]))
    return found
