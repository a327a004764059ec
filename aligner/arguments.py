"""Arguments of the command line that are more than a word."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable

__all__ = ["whole_from"]


def whole_from(least: int) -> Callable[[str], int]:
    """Return what reads a whole number from `least` on, and raises ArgumentTypeError for anything else."""

    def number(value: str) -> int:
        if not value.isascii() or not value.isdigit() or int(value) < least:
            raise ArgumentTypeError(f"{value!r} is no number from {least}")
        return int(value)

    return number
