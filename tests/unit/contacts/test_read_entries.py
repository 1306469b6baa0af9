"""A list of people is understood by its headings, or cell by cell; what is not is told by its row."""

import pytest

from puntual.contacts.rules import read_entries
from puntual.contacts.types import ListedBy

PHONE, EMAIL, TAX_ID = ListedBy.PHONE, ListedBy.EMAIL, ListedBy.TAX_ID


@pytest.mark.parametrize(
    ("rows", "entries", "unread"),
    [
        ([["Teléfono"], ["55 1111 2222"], ["no es"]], [(PHONE, "+525511112222")], [3]),
        ([["55 1111 2222"], ["+52 55 1111 2222"]], [(PHONE, "+525511112222")], []),
        ([["Ana@Correo.Example"], [""], ["GODE561231GR8"]],
         [(EMAIL, "ana@correo.example"), (TAX_ID, "GODE561231GR8")], []),
        ([["Nombre", "RFC", "Correo electrónico", "Celular"], ["Ana", "gode-561231-gr8", "a@b.mx", "5511112222"]],
         [(TAX_ID, "GODE561231GR8"), (EMAIL, "a@b.mx"), (PHONE, "+525511112222")], []),
        # A column that names nobody is not looked at, even where it looks like a number.
        ([["Folio", "Tel."], ["5533334444", ""]], [], [2]),
        ([["RFC"], ["XAXX010101000"], ["12"]], [], [2, 3]),
        ([["NIT"], ["900.123.456-7"]], [(TAX_ID, "9001234567")], []),
        ([["hola"], ["adiós"]], [], [1, 2]),
        ([], [], []),
    ],
)  # fmt: skip
def test_rows_are_understood(
    rows: list[list[str]], entries: list[tuple[ListedBy, str]], unread: list[int]
) -> None:
    read = read_entries(rows=list(enumerate(rows, start=1)), region="MX")

    assert (list(read.entries), list(read.unread_rows)) == (entries, unread)
