"""Files that mean harm: XML that grows or fetches, archives that unpack for ever, names that climb."""

import io
import struct
import zipfile
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puntual.intake.rules.cfdi import archive, columns, reading
from puntual.intake.rules.cfdi.columns import Line, read_verdict
from puntual.intake.rules.refusals import Unreadable
from puntual.intake.types import Reason, RowOutcome
from tests.vouchers import complement, paid, payment, uuid_of, voucher, zipped

_LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
_OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
_DTD = b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/evil.dtd">'


def with_prolog(prolog: bytes, entity: bytes = b"") -> bytes:
    """Put something between the XML declaration of an invoice and its root, and an entity into its name."""
    head, _sign, rest = voucher().partition(b"\n")
    return head + prolog + rest.replace(b"COMERCIAL DEL NORTE", entity or b"COMERCIAL DEL NORTE")


def told(content: bytes) -> list[tuple[RowOutcome, Reason] | str]:
    """List what became of the rows: their verdict, or their document."""
    rows = [Line(*cells) for _number, cells in list(reading.rows_of(content))[1:]]
    return [read_verdict(row.verdict)[:2] if row.verdict else row.document for row in rows]


@pytest.mark.parametrize(
    "content",
    [
        with_prolog(_LAUGHS, b"&c;"),
        with_prolog(_OUTSIDE, b"&a;"),
        with_prolog(_DTD),
        with_prolog(b"<!DOCTYPE x>"),
        with_prolog(_LAUGHS, b"&c;").decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        voucher().replace(b'encoding="UTF-8"', b'encoding="UTF-7"'),
    ],
    ids=["laughs", "outside", "dtd", "doctype", "utf-16", "utf-7"],
)
def test_xml_that_defines_entities_is_never_parsed(content: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        told(content)

    assert refused.value.code == "xml-unsafe"
    archived = zipped({"mala.xml": content, "buena.xml": voucher("A-2")})
    assert told(archived) == [(RowOutcome.REJECTED, Reason.CFDI_UNSAFE), uuid_of("A-2")]


def test_names_in_an_archive_are_labels_and_nothing_else() -> None:
    names = [
        "../../etc/passwd.xml",
        "/etc/cron.d/x.xml",
        "C:\\Windows\\x.xml",
        "a\0b.xml",
        "x" * 5000 + ".xml",
    ]
    content = zipped({name: voucher(f"A-{place}") for place, name in enumerate(names)})

    rows = [Line(*cells) for _number, cells in list(reading.rows_of(content))[1:]]

    assert [row.document for row in rows] == [uuid_of(f"A-{place}") for place in range(len(names))]
    assert all(len(row.file) <= 160 and row.file.isprintable() for row in rows)
    assert columns.HEADERS.file.startswith("Puntual: ")


def test_a_member_that_unpacks_without_end_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        told(zipped({"a.xml": voucher(), "bomba.xml": b"<a>" + b" " * 8_000_000}))

    assert refused.value.code == "file-too-large-inside"


def test_many_members_that_unpack_to_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "UNPACKED_BYTES_MAX", 5_000)
    monkeypatch.setattr(archive, "MEMBER_BYTES_MAX", 3_000)

    with pytest.raises(Unreadable) as refused:
        told(zipped({f"{number}.xml": voucher(f"A-{number}") for number in range(9)}))

    assert refused.value.code == "file-too-large-inside"
    large = zipped({"grande.xml": voucher() + b" " * 3_000, "b.xml": voucher("A-2")})
    assert told(large) == [(RowOutcome.REJECTED, Reason.MEMBER_TOO_LARGE), uuid_of("A-2")]


def test_what_is_unpacked_counts_and_not_what_the_header_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """A header that lies about the size of a member does not get more of it read."""
    monkeypatch.setattr(archive, "MEMBER_BYTES_MAX", 50_000)
    body = voucher() + b" " * 200_000
    content = zipped({"a.xml": body})
    size = struct.pack("<L", len(body))

    assert told(content) == [(RowOutcome.REJECTED, Reason.MEMBER_TOO_LARGE)]
    lied = content.replace(size, struct.pack("<L", 1_000))
    assert told(lied) == [(RowOutcome.REJECTED, Reason.MEMBER_BROKEN)]


def test_an_archive_of_too_many_members_is_refused_before_it_is_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archive, "MEMBERS_MAX", 3)

    with pytest.raises(Unreadable) as refused:
        told(zipped({f"{number}.xml": voucher(f"A-{number}") for number in range(4)}))

    assert (refused.value.code, refused.value.detail) == ("archive-too-many", "3")


def test_an_archive_with_a_password_is_refused() -> None:
    content = bytearray(zipped({"a.xml": voucher()}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1

    with pytest.raises(Unreadable) as refused:
        told(bytes(content))

    assert refused.value.code == "archive-encrypted"


def test_archives_in_archives_are_refused_one_by_one() -> None:
    inner = zipped({"b.xml": voucher("A-2")})

    found = told(zipped({"a.xml": voucher("A-1"), "mas.zip": inner, "disfraz.xml": inner}))

    assert found == [uuid_of("A-1"), *[(RowOutcome.REJECTED, Reason.MEMBER_NESTED)] * 2]


def test_a_damaged_member_does_not_take_the_others_with_it() -> None:
    content = bytearray(zipped({"a.xml": voucher("A-1"), "b.xml": voucher("A-2")}))
    place = content.index(b"a.xml") + 20
    content[place : place + 8] = b"\xff" * 8

    assert told(bytes(content)) == [(RowOutcome.REJECTED, Reason.MEMBER_BROKEN), uuid_of("A-2")]


def test_a_member_packed_in_an_odd_way_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as packed:
        packed.writestr("a.xml", voucher("A-1"))

    assert told(buffer.getvalue()) == [(RowOutcome.REJECTED, Reason.MEMBER_BROKEN)]


@pytest.mark.parametrize(
    "number", ["1E+999999999", "1E-999999999", "NaN", "-Infinity", "9" * 5000, "", "1e5", "٣"]
)
def test_numbers_that_are_none_harm_nobody(number: str) -> None:
    """Each stands in every amount and rate of an invoice and of a payment."""
    invoice = voucher(total=number, more=f'Moneda="MXN" MetodoPago="PUE" TipoCambio="{number}"')
    given_part = payment(paid("A-1", number, rate=number), paid("A-2", "1", rate=number), amount=number)

    for content in (invoice, complement("P-1", given_part)):
        rows = [Line(*cells) for _number, cells in list(reading.rows_of(content))[1:]]
        assert rows
        assert all(len(cell) <= 300 for row in rows for cell in row)


@given(
    place=st.integers(min_value=0, max_value=10**6),
    added=st.binary(min_size=1, max_size=12),
    lost=st.integers(min_value=0, max_value=40),
    is_zipped=st.booleans(),
)
def test_corrupted_bytes_are_refused_or_told_row_by_row(
    place: int, added: bytes, lost: int, is_zipped: bool
) -> None:
    invoice = voucher("A-1")
    content = zipped({"a.xml": invoice, "b.xml": voucher("A-2")}) if is_zipped else invoice
    start = place % len(content)
    content = content[:start] + added + content[start + lost :]
    rows: list[tuple[int, list[str]]] = []
    with suppress(Unreadable):
        rows = list(reading.rows_of(content))[1:] if reading.is_cfdi(content) else []

    for _number, cells in rows:
        assert Line(*cells).record or read_verdict(Line(*cells).verdict)


@pytest.mark.parametrize("cut", [30, 200, 900])
def test_an_archive_that_breaks_off_is_refused(cut: int) -> None:
    content = zipped({"a.xml": voucher("A-1"), "b.xml": voucher("A-2")})

    with pytest.raises(Unreadable) as refused:
        told(content[:-cut])

    assert refused.value.code == "file-broken"
    assert zlib.crc32(content) != zlib.crc32(content[:-cut])
