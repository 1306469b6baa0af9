"""Plain Python that any stage may use: money, days, text, errors. No Django, no database."""
