"""Stored codes of an enumeration, as plain text."""

from enum import StrEnum


def codes(enumeration: type[StrEnum]) -> list[str]:
    """List the values that the database may hold."""
    return [member.value for member in enumeration]
