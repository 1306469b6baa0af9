"""
Pure reading of files: bytes in, understood rows and refusals out. No Django, no clock, no network.

sniffing, archives, encodings (what a file is) > fixed_width, records, cfdi (forms of their own) > reading (rows of
cells) > words, shapes (vocabulary, values that speak for themselves) > dates, amounts, cells (one value) > mapping
(what the columns mean) > tables (sheet and header) > evidence, terms (whole columns) > deciding (dates, signs) >
kinds (what the rows are) > layout (all of it) > rows (row by row).
"""
