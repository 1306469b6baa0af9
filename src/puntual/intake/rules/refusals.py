"""A file that cannot be read as a table."""


class Unreadable(ValueError):
    """The file is no table that we can read; `code` says why, `detail` what was seen."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
