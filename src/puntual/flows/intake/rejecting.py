"""Give back the rejected rows as a spreadsheet, to be mended and sent again."""

import io

import xlsxwriter
from django.utils.translation import gettext as _

from puntual.intake import queries as intake_rows

# What a spreadsheet can hold.
_SHEET_ROWS_MAX = 1_048_575
_CELL_LENGTH_MAX = 32_767


def rejected_xlsx(*, import_id: int) -> bytes:
    """
    Return the rejected rows of an import as a spreadsheet, to be mended and sent again.

    Cells are written as text and marked as such, so none of them ever runs as a formula.

    Raises: NotFound.
    """
    card = intake_rows.import_card(import_id=import_id)
    headers = intake_rows.titles_of(import_id=import_id)
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        text = workbook.add_format({"num_format": "@", "quote_prefix": True})
        bold = workbook.add_format({"bold": True})
        sheet = workbook.add_worksheet(_("Rechazadas"))
        own = (_("fila"), _("motivo"))
        titles = [*headers, *(f"{intake_rows.OWN_HEADER}{name}" for name in own)]
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, bold)
        notes = intake_rows.rejected_rows(import_id=card.id, limit=_SHEET_ROWS_MAX)
        for line, note in enumerate(notes, 1):
            for column, cell in enumerate(note.raw[: len(headers)]):
                sheet.write_string(line, column, cell[:_CELL_LENGTH_MAX], text)
            sheet.write_number(line, len(headers), note.row_number)
            told = intake_rows.reason_text(reason=note.reason, detail=note.detail)
            sheet.write_string(line, len(headers) + 1, told, text)
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()
