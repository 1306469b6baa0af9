"""
Tables of a web page as rows of cells: what many programs call their export to Excel.

The bytes are read tag by tag, from the first to the last, and nothing is built in memory. Such pages are seldom
correct; where one is damaged, a row stays a row: a cell without a row begins one, a quote that nobody closed ends with
its tag. Scripts are skipped, nothing is fetched.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from puntual.intake.rules import encodings
from puntual.intake.rules.archives import WORKBOOK_CELLS_MAX
from puntual.intake.rules.refusals import Unreadable

COLUMNS_MAX = 16_384
_SPAN_MAX = 1_000
_ROWS_SPANNED_MAX = 65_534
# Tables within tables that lay a page out; more is an attack.
_DEPTH_MAX = 64
_START = 4096
_TABLES_MAX = 500
_FILLED_MIN = 2
_NAME = rb"[A-Za-z][A-Za-z0-9:_-]*+"
# Attributes with their quotes; where a quote is not closed before the next tag, up to the end of this one.
_TAG = re.compile(
    rb"<!--|<(/?)(" + _NAME + rb")((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>"
    rb"|<(/?)(" + _NAME + rb")([^<>]*+)>|<[!?][^<>]*+>"
)
# Rows in which there is nothing but text in cells, as most are.
_PLAIN_ATTRIBUTES = rb"(?:\s(?:[^<>\"']++|\"[^\"<>]*+\"|'[^'<>]*+')*+)?+>"
_PLAIN_ROW = re.compile(
    rb"<tr" + _PLAIN_ATTRIBUTES + rb"\s*+(?:<td" + _PLAIN_ATTRIBUTES + rb"[^<]*+</td>\s*+)++</tr>",
    re.IGNORECASE,
)
_PLAIN_CELL = re.compile(rb"<td" + _PLAIN_ATTRIBUTES + rb"([^<]*+)", re.IGNORECASE)
_ANY_SPAN = re.compile(rb"span", re.IGNORECASE)
_CUT_OFF = re.compile(rb"<[!/]?[A-Za-z][^<>]*\Z")
_TABLE = re.compile(rb"<(?:table|tr)[\s>]", re.IGNORECASE)
_PAGE = re.compile(rb"<(?:!doctype html|html|head|body|frameset)[\s>]", re.IGNORECASE)
_ROW_INSIDE = re.compile(rb"<(?:tr|td|th)[\s>]", re.IGNORECASE)
_DECLARED = re.compile(
    rb"<meta[^<>]+charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^<>]+encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE
)
_SKIPPED = {
    name: re.compile(rb"</" + name + rb"\s*>", re.IGNORECASE)
    for name in (b"script", b"style", b"template", b"title", b"xml")
}
_CELLS = (b"td", b"th")
_SECTIONS = (b"thead", b"tbody", b"tfoot")
_LINES = frozenset({b"br", b"p", b"div", b"li"})
# Elements that have no end, so that nothing within them can be hidden.
_EMPTY = frozenset({b"br", b"img", b"input", b"hr", b"meta", b"link", b"col", b"wbr"})
_SPAN = re.compile(rb"(?:^|\s)(col|row)span\s*=\s*[\"']?\s*(\d{1,9})", re.IGNORECASE)
_HIDDEN = re.compile(rb"display\s*:\s*none", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
# With its semicolon: in a name that nobody escaped, "&NOTAS" is no sign.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|&nbsp(?![A-Za-z0-9])")


@dataclass(frozen=True, slots=True)
class PageTable:
    """One table of a page: where it begins, and which of all tables it is, from 1."""

    number: int
    start: int


def is_page(content: bytes) -> bool:
    """Say whether a text is a web page, or a piece of one with a table in it."""
    start = content[:_START]
    return bool(_PAGE.search(start) or _TABLE.search(start))


def declared_encoding(content: bytes) -> str:
    """Name the encoding that a page says it is written in, empty where it says none."""
    found = _DECLARED.search(content[:_START])
    return (found[1] or found[2]).decode("ascii", "ignore").lower() if found else ""


def in_bytes(content: bytes) -> tuple[bytes, str]:
    """
    Return a page in bytes in which every tag is written in ASCII, and the encoding of its words.

    Raises: Unreadable.
    """
    encoding, _ = encodings.find_encoding(content, declared=declared_encoding(content))
    if not encoding.startswith(("utf-16", "utf-32")):
        return content, encoding
    try:
        return content.decode(encoding).encode(), encoding
    except UnicodeError as error:
        raise Unreadable("file-broken") from error


def find_tables(content: bytes, *, encoding: str) -> list[PageTable]:
    """
    List the tables of a page that have a row with two cells in it; the page is read to its end.

    Raises: Unreadable.
    """
    reader = _Reader(content, encoding=encoding)
    filled: set[int] = set()
    for number, row in reader.rows():
        if number not in filled and sum(1 for cell in row if cell.strip()) >= _FILLED_MIN:
            filled.add(number)
    if not filled:
        raise Unreadable("file-html")
    return [PageTable(number, reader.starts[number]) for number in sorted(filled)]


def rows_of(content: bytes, *, encoding: str, table: PageTable) -> Iterator[list[str]]:
    """
    Yield the rows of one table.

    Raises: Unreadable where it breaks off.
    """
    reader = _Reader(content, encoding=encoding, table=table)
    return (row for number, row in reader.rows() if number == 1)


@dataclass(slots=True)
class _Cell:
    columns: int = 1
    rows: int = 1
    pieces: list[str] = field(default_factory=list)
    # The element within the cell that is not shown, and how many of its name are open in it.
    hidden: bytes = b""
    hidden_depth: int = 0

    def text(self) -> str:
        """Put the pieces together, each line without blanks at its ends."""
        text = self.pieces[0] if len(self.pieces) == 1 else "".join(self.pieces)
        return "\n".join(line.strip(" ") for line in text.split("\n")).strip(" \n")


@dataclass(slots=True)
class _Table:
    number: int
    row: list[_Cell] | None = None
    cell: _Cell | None = None
    rows_seen: int = 0
    # For each column that a cell above still spans: how many rows more, and what counts there.
    hanging: dict[int, tuple[int, str]] = field(default_factory=dict)

    def lay_out(self) -> list[str]:
        """
        Place the cells of the open row in their columns.

        A cell stands in the first of the columns it spans. What spans rows at the left edge names a group, and counts
        in each of its rows; elsewhere, as an amount of several rows, it is said once.
        """
        row = self.row or []
        if not self.hanging and all(cell.columns == cell.rows == 1 for cell in row):
            return [cell.text() for cell in row]
        laid: list[str] = []
        hanging: dict[int, tuple[int, str]] = {}
        is_edge = True
        for cell in row:
            self._let_hang(laid, hanging)
            text, place = cell.text(), len(laid)
            is_edge = is_edge and cell.rows > 1
            laid += [text, *[""] * (cell.columns - 1)]
            if cell.rows > 1:
                for column in range(place, len(laid)):
                    hanging[column] = (cell.rows - 1, text if is_edge and column == place else "")
            if len(laid) > COLUMNS_MAX:
                raise Unreadable("file-too-many-cells")
        while further := [column for column in self.hanging if column >= len(laid)]:
            laid += [""] * (min(further) - len(laid))
            self._let_hang(laid, hanging)
        self.hanging = hanging
        return laid

    def _let_hang(self, laid: list[str], hanging: dict[int, tuple[int, str]]) -> None:
        """Write what hangs down into the next columns."""
        while (found := self.hanging.pop(len(laid), None)) is not None:
            left, text = found
            if left > 1:
                hanging[len(laid)] = (left - 1, text)
            laid.append(text)


class _Reader:
    """Reads a page from a place on; `starts` fills with the places of its tables."""

    def __init__(self, content: bytes, *, encoding: str, table: PageTable | None = None) -> None:
        self.starts: dict[int, int] = {}
        self._content = content
        self._encoding = "utf-8" if encoding.startswith("utf") else encoding
        self._place = table.start if table else 0
        self._is_whole_page = table is None
        self._open: list[_Table] = []
        self._cells = 0
        self._closes_cells = False

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """
        Yield every row with the number of its table; read from a table on, only up to its end.

        Raises: Unreadable.
        """
        while found := _TAG.search(self._content, self._place):
            self._take_text(self._place, found.start())
            self._place = found.end()
            if found[0] == b"<!--":
                self._skip_comment(found.start())
                continue
            name = (found[2] or found[5] or b"").lower()
            if not name:
                continue
            is_end, attributes = bool(found[1] or found[4]), found[3] or found[6] or b""
            if name in _SKIPPED and not is_end:
                self._skip_element(name, attributes)
                continue
            yield from self._take_tag(name, is_end, attributes, found.start())
            if not self._is_whole_page and not self._open:
                return
        yield from self._end()

    def _take_tag(
        self, name: bytes, is_end: bool, attributes: bytes, start: int
    ) -> Iterator[tuple[int, list[str]]]:
        if name in _CELLS:
            self._take_cell(is_end, attributes, start)
        elif name == b"tr":
            yield from self._take_row(is_end, start)
        elif name == b"table":
            yield from self._take_table(is_end, start)
        elif name in _SECTIONS and self._open:
            yield from self._end_row(self._open[-1])
            self._open[-1].hanging.clear()
        elif self._open and self._open[-1].cell is not None:
            self._take_inner(self._open[-1].cell, name, is_end, attributes)

    def _take_row(self, is_end: bool, start: int) -> Iterator[tuple[int, list[str]]]:
        table = self._table(start, is_needed=not is_end)
        if table is None:
            return
        yield from self._end_row(table)
        table.row = None if is_end else []
        if is_end or table.hanging:
            return
        plain = _PLAIN_ROW.match(self._content, start)
        if plain and not _ANY_SPAN.search(plain[0]):
            self._place, self._closes_cells, table.row = plain.end(), True, None
            yield self._give(table, self._plain_texts(_PLAIN_CELL.findall(plain[0])))

    def _plain_texts(self, cells: list[bytes]) -> list[str]:
        row = b"<".join(cells).decode(self._encoding, "surrogateescape")
        if row.isprintable() and "  " not in row and "&" not in row:
            return [text.strip(" ") for text in row.split("<")]
        return [_tidy(text).strip(" \n") for text in row.split("<")]

    def _take_cell(self, is_end: bool, attributes: bytes, start: int) -> None:
        table = self._table(start, is_needed=not is_end)
        if table is None:
            return
        if is_end:
            self._closes_cells = True
            table.cell = None
            return
        spans = {one[1].lower(): int(one[2]) for one in _SPAN.finditer(attributes)} if attributes else {}
        table.cell = _Cell(
            columns=min(max(spans.get(b"col", 1), 1), _SPAN_MAX),
            rows=min(spans.get(b"row", 1) or _ROWS_SPANNED_MAX, _ROWS_SPANNED_MAX),
        )
        if table.row is None:
            table.row = []
        table.row.append(table.cell)

    def _take_table(self, is_end: bool, start: int) -> Iterator[tuple[int, list[str]]]:
        # A table begins within a cell of another; elsewhere the other one was never closed.
        if self._open and (is_end or self._open[-1].cell is None):
            yield from self._end_row(self._open[-1])
            self._open.pop()
        if not is_end and (self._is_whole_page or self._open or not self.starts):
            self._begin_table(start)

    def _begin_table(self, start: int) -> _Table:
        if len(self._open) >= _DEPTH_MAX or len(self.starts) >= _TABLES_MAX:
            raise Unreadable("file-html-nested")
        table = _Table(len(self.starts) + 1)
        self.starts[table.number] = start
        self._open.append(table)
        return table

    def _table(self, start: int, *, is_needed: bool) -> _Table | None:
        """Return the table that is open; a row or cell outside any begins one."""
        if self._open:
            return self._open[-1]
        return self._begin_table(start) if is_needed else None

    def _end_row(self, table: _Table) -> Iterator[tuple[int, list[str]]]:
        if table.row is None:
            return
        laid = table.lay_out()
        table.row = table.cell = None
        yield self._give(table, laid)

    def _give(self, table: _Table, laid: list[str]) -> tuple[int, list[str]]:
        """
        Count a row of a table that is to be given out.

        Raises: Unreadable when cells that span many columns have made more of the page than it can be.
        """
        self._cells += len(laid)
        if self._cells > WORKBOOK_CELLS_MAX:
            raise Unreadable("file-too-many-cells")
        table.rows_seen += 1
        return table.number, laid

    def _end(self) -> Iterator[tuple[int, list[str]]]:
        """
        Give what is still open at the end of the file.

        Raises: Unreadable where the file was cut off within a cell or a tag.
        """
        for table in reversed(self._open):
            is_cut = table.cell is not None and self._closes_cells
            if is_cut or _CUT_OFF.search(self._content[max(self._place, len(self._content) - _START) :]):
                raise Unreadable("file-broken-row", str(table.rows_seen + 1))
            yield from self._end_row(table)

    def _take_text(self, start: int, end: int) -> None:
        if start == end or not self._open:
            return
        cell = self._open[-1].cell
        if cell is None or cell.hidden:
            return
        cell.pieces.append(_tidy(self._content[start:end].decode(self._encoding, "surrogateescape")))

    def _take_inner(self, cell: _Cell, name: bytes, is_end: bool, attributes: bytes) -> None:
        """Take a tag within a cell: the break of a line, or the edge of what is not shown."""
        if cell.hidden:
            if name == cell.hidden:
                cell.hidden_depth += -1 if is_end else 1
                cell.hidden = cell.hidden if cell.hidden_depth else b""
        elif not is_end and name not in _EMPTY and attributes and _HIDDEN.search(attributes):
            cell.hidden, cell.hidden_depth = name, 1
        elif name in _LINES:
            cell.pieces.append("\n")

    def _skip_comment(self, start: int) -> None:
        end = self._content.find(b"-->", self._place)
        if end < 0:
            raise self._broken()
        self._refuse_swallowed(start + 4, end, b"<!--")
        self._place = end + 3

    def _skip_element(self, name: bytes, attributes: bytes) -> None:
        if attributes.endswith(b"/"):
            return
        found = _SKIPPED[name].search(self._content, self._place)
        if found is None:
            raise self._broken()
        self._refuse_swallowed(self._place, found.start(), b"<" + name)
        self._place = found.end()

    def _refuse_swallowed(self, start: int, end: int, opening: bytes) -> None:
        """Refuse a file in which the end of what is skipped was damaged, so that rows would vanish with it."""
        inside = self._content.find(opening, start, end)
        if inside >= 0 and _ROW_INSIDE.search(self._content, start, inside):
            raise self._broken()

    def _broken(self) -> Unreadable:
        seen = self._open[-1].rows_seen + 1 if self._open else 0
        return Unreadable("file-broken-row", str(seen)) if seen else Unreadable("file-broken")


def _tidy(text: str) -> str:
    """Write a piece of text as it is shown: runs of blanks as one, entities as what they stand for."""
    if not text.isprintable() or "  " in text:
        text = _SPACES.sub(" ", text)
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text
