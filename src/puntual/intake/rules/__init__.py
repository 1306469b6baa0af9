"""
Pure reading of files: bytes in, understood rows and refusals out. No Django, no clock, no network.

sniffing (format, encoding, separator) > reading (rows of cells) > words (vocabulary) > dates, amounts, cells
(one value) > mapping (what the columns mean) > evidence (whole columns) > layout (all of it) > rows (row by row).
"""
