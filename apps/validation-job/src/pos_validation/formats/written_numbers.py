"""Numbers that were read from text, which may say more than the number does: `90000000000.000105`, `1e-400`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

# Shorter texts stand for zero only if it's zero that they say: `1e-324` is the first that is too small for a double.
SHORTEST_UNDERFLOW = 6


def as_numbers(
    frame: pl.DataFrame, schema: Mapping[str, pl.DataType], longest: Mapping[str, int]
) -> pl.DataFrame | None:
    """The frame with its text columns cast to the schema's types; None if a cell doesn't fit, or if it says more than
    the number: it's longer than `longest` allows, or it's a zero that was written with an exponent."""
    try:
        numbers = frame.with_columns(
            pl.col(name).cast(dtype) for name, dtype in schema.items() if name in frame.columns
        )
    except pl.exceptions.PolarsError:
        return None
    written = [name for name in longest if name in frame.columns and frame.schema[name] == pl.String]
    if not written:
        return numbers
    doubts = [doubt for name in written for doubt in _doubts(frame[name], numbers[name], longest[name])]
    return None if any(doubts) else numbers


def readable(
    frame: pl.DataFrame, schema: Mapping[str, pl.DataType], longest: Mapping[str, int]
) -> tuple[pl.DataFrame, pl.Series]:
    """The frame's text columns cast to the schema's types, and of each row whether that is what its texts say.

    It is `as_numbers` for rows of which some may not fit.
    """
    cast = {
        name: pl.col(name).cast(dtype, strict=False)
        for name, dtype in schema.items()
        if name in frame.columns and dtype != pl.String()
    }
    fits = [pl.col(name).is_null() | number.is_not_null() for name, number in cast.items()]
    for name, most in longest.items():
        if name in cast:
            length = pl.col(name).str.len_bytes()
            vanished = (cast[name] == 0) & (length >= SHORTEST_UNDERFLOW) & pl.col(name).str.contains("[eE]")
            fits += [(length <= most).fill_null(True), ~vanished.fill_null(False)]
    certain = frame.select(pl.all_horizontal(pl.lit(True), *fits).alias("certain"))
    return frame.with_columns(**cast), certain.to_series()


def _doubts(text: pl.Series, number: pl.Series, longest: int) -> tuple[bool, bool]:
    lengths = text.str.len_bytes()
    too_long = (lengths.max() or 0) > longest  # type: ignore[operator]
    zeros = text.filter((number == 0) & (lengths >= SHORTEST_UNDERFLOW))
    return too_long, bool(zeros.str.contains("[eE]").any())
