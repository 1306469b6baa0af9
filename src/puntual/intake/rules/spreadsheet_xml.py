"""
Workbooks of Excel 2003 as XML ("Hoja de cálculo XML 2003") as rows of cells.

Rows are read one after the other and forgotten; entities, a DOCTYPE and addresses are never followed.
"""

import codecs
import io
import re
from collections.abc import Iterator
from datetime import date, datetime

from lxml import etree

from puntual.intake.rules import encodings
from puntual.intake.rules.archives import WORKBOOK_CELLS_MAX
from puntual.intake.rules.cells import number_of
from puntual.intake.rules.refusals import Unreadable

Cell = str | float | date
_SPACE = "{urn:schemas-microsoft-com:office:spreadsheet}"
_WORKBOOK = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?Workbook[\s>]")
_NAMED = b"urn:schemas-microsoft-com:office:spreadsheet"
_DATE_1904 = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?Date1904\s*/?>")
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]{0,200}\?>")
_ENCODING = re.compile(rb"""\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY", b"<!ELEMENT", b"<!ATTLIST")
_START = 4096
COLUMNS_MAX = 16_384
_ROWS_MAX = 1_048_576
_BLANK: Cell = ""


def is_spreadsheet(content: bytes) -> bool:
    """Say whether a text is a workbook of Excel 2003 as XML."""
    start = content[:_START].replace(b"\0", b"")
    return _NAMED in start and bool(_WORKBOOK.search(start))


def is_1904(content: bytes) -> bool:
    """Say whether the day numbers of a workbook count from 1904."""
    return bool(_DATE_1904.search(content))


def in_utf8(content: bytes) -> bytes:
    """
    Return the XML in UTF-8 and without its declaration, whatever it declares.

    Raises: Unreadable where it defines entities.
    """
    declared = _DECLARATION.match(content.removeprefix(codecs.BOM_UTF8))
    named = _ENCODING.search(declared[0]) if declared else None
    name = named[1].decode("ascii").lower() if named else ""
    encoding, is_whole = encodings.find_encoding(content, declared=name)
    if is_whole and encoding not in ("utf-8", "utf-8-sig"):
        try:
            content = content.decode(encoding).encode()
        except UnicodeError as error:
            raise Unreadable("file-broken") from error
    content = _DECLARATION.sub(b"", content.removeprefix(codecs.BOM_UTF8), count=1).lstrip()
    if any(word in content for word in _FORBIDDEN):
        raise Unreadable("xml-unsafe")
    return content


def find_sheets(content: bytes) -> list[str]:
    """
    Name the sheets of a workbook; it is read to its end.

    Raises: Unreadable where the XML is damaged.
    """
    names: list[str] = []
    for _event, element in _elements(content, tags=("Worksheet",), events=("start",)):
        name = _said(element, "Name") or f"Hoja {len(names) + 1}"
        names.append(name if name not in names else f"{name} ({len(names) + 1})")
    if not names:
        raise Unreadable("file-no-rows")
    return names


def rows_of(content: bytes, *, sheet: int) -> Iterator[list[Cell]]:
    """
    Yield the rows of one sheet, counted from 0, with the blank rows that it leaves out.

    Raises: Unreadable where the XML is damaged, or tells of more cells than a workbook has.
    """
    current = -1
    number = total = 0
    for event, element in _elements(content, tags=("Worksheet", "Row"), events=("start", "end")):
        if element.tag == f"{_SPACE}Worksheet":
            if event == "end" and current == sheet:
                return
            current, number = (current + 1, 0) if event == "start" else (current, number)
        elif event == "end" and current == sheet:
            place = _index(element, default=number + 1, limit=_ROWS_MAX)
            if place <= number:
                raise Unreadable("file-broken-row", str(place))
            for _blank in range(number + 1, place):
                yield []
            row = _row(element)
            total += len(row)
            if total > WORKBOOK_CELLS_MAX:
                raise Unreadable("file-too-many-cells")
            number = place
            yield row


def _elements(
    content: bytes, *, tags: tuple[str, ...], events: tuple[str, ...]
) -> Iterator[tuple[str, etree._Element]]:
    """Read a document piece by piece; a row is forgotten as soon as it was seen."""
    wanted = {f"{_SPACE}{tag}" for tag in tags}
    reader = etree.iterparse(
        io.BytesIO(content),
        events=("start", "end"),
        tag=[f"{_SPACE}Worksheet", f"{_SPACE}Row"],
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        for event, element in reader:
            if event in events and element.tag in wanted:
                yield event, element
            if event == "end" and element.tag == f"{_SPACE}Row":
                element.clear()
                _forget_before(element)
    except etree.XMLSyntaxError as error:
        raise Unreadable("xml-broken", str(error.lineno or 1)) from error


def _forget_before(element: etree._Element) -> None:
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _said(element: etree._Element, name: str) -> str:
    """Read an attribute; some programs leave out the prefix of its namespace."""
    return str(element.get(f"{_SPACE}{name}") or element.get(name) or "")


def _index(element: etree._Element, *, default: int, limit: int) -> int:
    """Read where a row or cell says that it stands."""
    said = _said(element, "Index")
    if not said:
        return default
    if not said.isdecimal() or not 1 <= int(said[:9]) <= limit:
        raise Unreadable("file-too-many-cells")
    return int(said[:9])


def _row(element: etree._Element) -> list[Cell]:
    row: list[Cell] = []
    for cell in element.iterchildren(f"{_SPACE}Cell"):
        place = _index(cell, default=len(row) + 1, limit=COLUMNS_MAX)
        if place <= len(row):
            raise Unreadable("xml-broken", str(cell.sourceline or 1))
        row += [_BLANK] * (place - 1 - len(row))
        row.append(_value(cell.find(f"{_SPACE}Data")))
        across = _said(cell, "MergeAcross")
        if across.isdecimal():
            row += [_BLANK] * min(int(across[:9]), COLUMNS_MAX)
        if len(row) > COLUMNS_MAX:
            raise Unreadable("file-too-many-cells")
    return row


def _value(data: etree._Element | None) -> Cell:
    """Read what a cell holds by the type it names; what does not fit its type stays as it is written."""
    if data is None:
        return ""
    text = "".join(map(str, data.itertext()))
    kind = _said(data, "Type")
    if kind == "Number":
        return number_of(text)
    if kind == "DateTime":
        return _moment(text)
    if kind == "Boolean":
        return {"1": "true", "0": "false"}.get(text.strip(), text)
    return text


def _moment(text: str) -> Cell:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    return found if found.time() != datetime.min.time() else found.date()
