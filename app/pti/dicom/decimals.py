"""Decimal Strings: numbers as DICOM text of at most 16 characters."""

from collections.abc import Iterable

from pydicom.valuerep import format_number_as_ds


def decimal(number: float) -> str:
    """The most exact text of `number` that a Decimal String holds.

    Lengths of up to 10 m keep 1e-9 mm or better.

    Raises
    ------
    ValueError
        If the number is not finite.
    """
    return str(format_number_as_ds(float(number) + 0.0))


def decimals(numbers: Iterable[float]) -> list[str]:
    """Several numbers as Decimal Strings."""
    return [decimal(number) for number in numbers]
