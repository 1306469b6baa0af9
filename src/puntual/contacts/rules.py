"""How contact data is read: the form that machines use, the point to choose, the zone of a debtor."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any

import phonenumbers
from phonenumbers import timezone

from puntual.contacts.data import mexico
from puntual.contacts.types import (
    POINT_OF_CHANNEL,
    Channel,
    ListedBy,
    OwnerRole,
    Point,
    PointKind,
    PointState,
    ReadEntries,
)
from puntual.lib.taxpayers import GENERIC_TAX_IDS

_EMAIL_LENGTH_MAX = 254
_VALUE_LENGTH_MAX = 300
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# An address as most files write it: nothing about it has to be changed.
_PLAIN_EMAIL = re.compile(
    r"(?=[^@]{1,64}@)[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
)
_BETWEEN_DIGITS = str.maketrans("", "", " -()")
_IN_ANGLES = re.compile(r"<([^<>]*)>\s*$")
_MAIL_PREFIX = re.compile(r"^mailto:", re.IGNORECASE)
_BETWEEN_EMAILS = re.compile(r"[;,/|\s]+")
# A spreadsheet that took a number for a quantity leaves this behind.
_SPREADSHEET_DECIMAL = re.compile(r"\.0+$")
_MESSENGER_PREFIX = re.compile(r"^\s*(whatsapp|tel|sms)\s*:\s*", re.IGNORECASE)
_MESSENGER_SUFFIX = re.compile(r"@(c\.us|s\.whatsapp\.net)\s*$", re.IGNORECASE)
_EXTENSION = re.compile(r"\s*[,;]?\s*(extensi[oó]n|ext|x|#)\.?\s*:?\s*\d{1,7}\s*$", re.IGNORECASE)
_BETWEEN_NUMBERS = re.compile(r"[/;,|]|\s[oóy]\s", re.IGNORECASE)
# Before August 2019 a Mexican number was dialled with 01, 044 or 045, and with 1 after +52 for a mobile.
# WhatsApp still shows the 1.
_OLD_MEXICAN_PREFIX = re.compile(r"^(?:(?:\+|00)?52)?(?:01|044|045|1)?(\d{10})$")
_MEXICAN_DIGITS = 10
_MEXICAN_E164 = re.compile(r"\+52[0-9]{10}")
_STATES_OF_USE = (PointState.VERIFIED, PointState.NEW)
OWN_ROLES = (OwnerRole.DEBTOR, OwnerRole.REPRESENTATIVE)


def fold(value: str) -> str:
    """Reduce text to small letters and digits without accents, single spaces between words."""
    plain = unicodedata.normalize("NFKD", value)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", plain.casefold()))


def normalize_email(value: str) -> str | None:
    """
    Return an e-mail address in small letters, its domain in ASCII, or None when it cannot be one.

    A display name around it ("Ana <ana@x.mx>") and "mailto:" are taken off; of several addresses in one
    text the first valid one counts.
    """
    if _PLAIN_EMAIL.fullmatch(value) and len(value) <= _EMAIL_LENGTH_MAX:
        return value
    text = unicodedata.normalize("NFKC", value).strip()
    found = _IN_ANGLES.search(text)
    text = found.group(1) if found else text
    for part in (text, *_BETWEEN_EMAILS.split(text)):
        address = _one_email(part)
        if address is not None:
            return address
    return None


def _one_email(text: str) -> str | None:
    text = _MAIL_PREFIX.sub("", text.strip().strip("<>\"';,. "))
    local, at_sign, domain = text.rpartition("@")
    if not at_sign or not _LOCAL_PART.fullmatch(local) or len(local) > 64:
        return None
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    labels = domain.split(".")
    if len(labels) < 2 or not all(_DOMAIN_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        return None
    address = f"{local.lower()}@{domain}"
    return address if len(address) <= _EMAIL_LENGTH_MAX else None


def normalize_phone(value: str, region: str = "MX") -> str | None:
    """
    Return a telephone number as E.164, or None when it cannot be one.

    Of several numbers in one text the first valid one counts; an extension is left out (the original keeps
    it).
    """
    digits = value.translate(_BETWEEN_DIGITS)
    if region == "MX" and len(digits) == _MEXICAN_DIGITS and (number := _plain_mexican(digits)):
        return number
    for part in (value, *_BETWEEN_NUMBERS.split(value)):
        number = _one_phone(value=part, region=region)
        if number is not None:
            return number
    for match in phonenumbers.PhoneNumberMatcher(value, region):
        return _e164(match.number)
    return None


def _one_phone(*, value: str, region: str) -> str | None:
    text = unicodedata.normalize("NFKC", value).strip()
    text = _MESSENGER_SUFFIX.sub("", _MESSENGER_PREFIX.sub("", text))
    text = _EXTENSION.sub("", _SPREADSHEET_DECIMAL.sub("", text))
    digits = re.sub(r"[^\d+]", "", text)
    old_form = _OLD_MEXICAN_PREFIX.match(digits)
    # Without a country code the prefixes mean what they mean only inside Mexico.
    if old_form and (region == "MX" or digits.startswith(("+52", "0052"))):
        if number := _plain_mexican(old_form.group(1)):
            return number
        text = "+52" + old_form.group(1)
    try:
        return _e164(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return None


def _plain_mexican(digits: str) -> str | None:
    """Write ten digits as the library would where they are a valid number, at a tenth of the time."""
    return f"+52{digits}" if _mexican_number().fullmatch(digits) and len(set(digits)) > 1 else None


@cache
def _mexican_number() -> re.Pattern[str]:
    """Give the pattern of valid Mexican numbers of ten digits, read off the library's own."""
    known: Any = phonenumbers.PhoneMetadata.metadata_for_region("MX", None)
    kinds = ("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number")
    patterns = [getattr(known, kind).national_number_pattern for kind in kinds]
    allowed = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(f"(?={known.general_desc.national_number_pattern}$)(?:{allowed})", re.ASCII)


def _e164(number: phonenumbers.PhoneNumber) -> str | None:
    """Write a valid number; one digit repeated is a blank that somebody filled in."""
    if len(set(str(number.national_number))) == 1 or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normalize_address(value: str) -> str | None:
    """Return a postal address folded, so that two spellings of one address meet, or None when it is empty."""
    return fold(value)[:_VALUE_LENGTH_MAX] or None


def normalize(*, kind: PointKind, value: str, region: str = "MX") -> str | None:
    """Return the form that machines use of a contact point, or None when it cannot be one."""
    if kind == PointKind.EMAIL:
        return normalize_email(value)
    if kind == PointKind.PHONE:
        return normalize_phone(value, region)
    return normalize_address(value)


def best_point(
    *, points: Sequence[Point], channel: Channel, roles: Collection[OwnerRole] = OWN_ROLES
) -> Point | None:
    """
    Choose the point through which a channel reaches a customer, or None.

    Roles in the order given, then verified before new, then the oldest. A wrong or bounced point is never
    taken.
    """
    order = list(roles)
    usable = [
        point
        for point in points
        if point.kind == POINT_OF_CHANNEL.get(channel)
        and point.owner_role in order
        and point.state in _STATES_OF_USE
    ]
    return min(
        usable,
        key=lambda point: (order.index(point.owner_role), _STATES_OF_USE.index(point.state), point.id),
        default=None,
    )


def zone_candidates(
    *, country: str = "MX", state: str = "", city: str = "", phone: str = ""
) -> tuple[str, ...]:
    """
    List every IANA time zone in which a debtor may be; empty when nothing is known.

    The address counts before the number: a known municipality decides alone. Where only the state is known,
    the area code of the telephone keeps those of its zones that it serves; without a known state it speaks
    alone. Whoever contacts must keep inside the hours of every zone listed.
    """
    if country != "MX":
        return _zones_of_number(phone)
    by_phone = _zones_of_phone(phone)
    code = mexico.STATE_CODES.get(fold(state))
    if code is None:
        return by_phone
    zones = mexico.ZONES_OF_STATE[code]
    exact = mexico.ZONE_OF_MUNICIPALITY.get((code, _municipality(state_code=code, city=city)))
    if exact:
        return (exact,)
    return tuple(zone for zone in zones if zone in by_phone) or zones


def _zones_of_number(phone: str) -> tuple[str, ...]:
    """Return the zones that a number of another country is used in; none for one that nobody knows."""
    try:
        found = timezone.time_zones_for_number(phonenumbers.parse(phone, None))
    except phonenumbers.NumberParseException:
        return ()
    return tuple(one for one in found if one != timezone.UNKNOWN_TIMEZONE)


def _municipality(*, state_code: str, city: str) -> str:
    """Fold the name of a municipality, without the words that people put before it."""
    words = fold(city).split()
    while words and words[0] in mexico.WORDS_BEFORE_MUNICIPALITY:
        words.pop(0)
    name = " ".join(words)
    return mexico.NAME_OF_MUNICIPALITY.get((state_code, name), name)


def _zones_of_phone(phone: str) -> tuple[str, ...]:
    if not phone:
        return ()
    number = phone if _MEXICAN_E164.fullmatch(phone) else normalize_phone(phone)
    if number is None or not number.startswith("+52"):
        return ()
    national = number.removeprefix("+52")
    if national.startswith(mexico.NON_GEOGRAPHIC):
        return ()
    return mexico.ZONES_OF_AREA_CODE.get(national[:3], mexico.ZONES_ELSEWHERE)


# What the column of a list is headed with, by what people are known in it.
_HEADED = {
    ListedBy.PHONE: ("telefono", "tel", "celular", "movil", "phone", "numero", "whatsapp"),
    ListedBy.EMAIL: ("correo", "email", "mail"),
    ListedBy.TAX_ID: ("rfc", "tax", "fiscal", "rut", "nit", "cuit", "ruc", "cpf", "cnpj", "curp", "cedula"),
}
_RFC = re.compile(r"[A-ZÑ&]{3,4}[0-9]{6}[A-Z0-9]{3}")
_TAX_ID_LENGTH = range(6, 21)
_NOBODYS = frozenset[str]().union(*GENERIC_TAX_IDS.values())


def read_entries(*, rows: Iterable[tuple[int, Sequence[str]]], region: str) -> ReadEntries:
    """
    Understand the rows of a list of people, each with its number: by its headings, or cell by cell without any.

    Tax ids that stand for anybody name nobody: they are not understood.
    """
    found: dict[tuple[ListedBy, str], None] = {}
    unread: list[int] = []
    headings: list[ListedBy | None] | None = None
    total = 0
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if headings is None:
            headings = [_heading(cell) for cell in cells]
            if any(headings):
                continue
            headings = []
        total += 1
        read = [
            entry
            for column, cell in enumerate(cells)
            if (entry := _entry(cell, _kind_at(headings, column), is_headed=bool(headings), region=region))
        ]
        found |= dict.fromkeys(read)
        if not read:
            unread.append(number)
    return ReadEntries(entries=tuple(found), rows_total=total, unread_rows=tuple(unread))


def _heading(cell: str) -> ListedBy | None:
    if "@" in cell or any(letter.isdigit() for letter in cell):
        return None
    words = fold(cell).split()
    return next((kind for kind, names in _HEADED.items() if any(word in names for word in words)), None)


def _kind_at(headings: Sequence[ListedBy | None], column: int) -> ListedBy | None:
    return headings[column] if column < len(headings) else None


def _entry(cell: str, kind: ListedBy | None, *, is_headed: bool, region: str) -> tuple[ListedBy, str] | None:
    if is_headed and kind is None:
        return None
    if kind in (None, ListedBy.EMAIL) and "@" in cell and (email := normalize_email(cell)):
        return ListedBy.EMAIL, email
    bare = "".join(letter for letter in cell.upper() if letter.isalnum() or letter == "&")
    is_tax_id = bool(_RFC.fullmatch(bare)) if kind is None else kind is ListedBy.TAX_ID
    if is_tax_id and len(bare) in _TAX_ID_LENGTH and bare not in _NOBODYS:
        return ListedBy.TAX_ID, bare
    if kind in (None, ListedBy.PHONE) and not is_tax_id and (phone := normalize_phone(cell, region)):
        return ListedBy.PHONE, phone
    return None
