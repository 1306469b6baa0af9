"""Pages of a list: which rows to read and what to say about where we are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """One page of `total` rows; numbers start at 1 and are always within the pages that exist."""

    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """Count the pages; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        """Count the rows before this page."""
        return (self.number - 1) * self.size

    @property
    def first(self) -> int:
        """Number the first row shown, 0 when there is none."""
        return self.offset + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Number the last row shown."""
        return min(self.offset + self.size, self.total)

    @property
    def has_previous(self) -> bool:
        """Say whether a page comes before."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Say whether a page comes after."""
        return self.number < self.pages

    @property
    def previous(self) -> int:
        """Number the page before."""
        return self.number - 1

    @property
    def next(self) -> int:
        """Number the page after."""
        return self.number + 1


def page_of(*, asked: str | None, total: int, size: int = 50) -> Page:
    """Return the page that a visitor asked for, moved to the nearest that exists."""
    last = max(1, -(-total // size))
    text = (asked or "").strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    return Page(number=min(max(number, 1), last), size=size, total=total)
