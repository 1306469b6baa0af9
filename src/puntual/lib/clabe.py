"""CLABE: the 18 digits of a Mexican bank account."""

from itertools import cycle


def is_valid(*, clabe: str) -> bool:
    """
    Say whether a CLABE has 18 digits and its check digit.

    Weights 3, 7, 1 over the first 17 digits, each product modulo 10; the check digit completes the sum to a
    multiple of 10 (Asociación de Bancos de México, estructura de la CLABE).
    """
    if len(clabe) != 18 or not (clabe.isascii() and clabe.isdigit()):
        return False
    total = sum(int(digit) * weight % 10 for digit, weight in zip(clabe[:17], cycle((3, 7, 1)), strict=False))
    return (10 - total % 10) % 10 == int(clabe[17])
