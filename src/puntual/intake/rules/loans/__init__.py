"""
Files of loans in which each row is a whole loan: terms (amount, number, first day, frequency) or groups of columns.

`layout.py` tells such a file by its columns, `unfolding.py` lays each row out as the rows of its instalments, which
are then read as those of any other file of loans; `schedules.py` is the arithmetic.
"""
