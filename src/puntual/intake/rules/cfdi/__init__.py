"""
Mexican CFDI: invoices, credit notes and payment complements as XML or in a ZIP, and the SAT's metadata.

One document is one row, a payment complement one row for each document that it pays; every other member of an
archive is a row too, with the reason why it says nothing of a debt. The columns are those of any other file
(`columns.py`), so that nothing after the reader differs.
"""
