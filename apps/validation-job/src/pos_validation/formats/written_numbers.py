"""Numbers that were read from text, which may say more than the number does: `90000000000.000105`, `1e-400`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

# Shorter texts stand for zero only if it's zero that they say: `1e-324` is the first that is too small for a double.
SHORTEST_UNDERFLOW = 6
# Columns of a query beside the plan's: a number's text, and whether there is a doubt about any.
TEXT = "__text"
DOUBT = "__doubt"


def as_numbers(
    frame: pl.LazyFrame, sent: Mapping[str, pl.DataType], schema: Mapping[str, pl.DataType], longest: Mapping[str, int]
) -> pl.DataFrame | None:
    """The frame, with the columns `sent`, its texts cast to the schema's types; None if it can't be had, if a cell
    doesn't fit, or if one says more than the number: it's longer than `longest` allows, or it's a zero that was written
    with an exponent."""
    written = [name for name in longest if sent.get(name) == pl.String]
    casts = {name: pl.col(name).cast(dtype) for name, dtype in schema.items() if sent.get(name, dtype) != dtype}
    # One query: each has a price of its own, whatever the number of rows.
    if casts:
        frame = frame.with_columns(*(pl.col(name).alias(name + TEXT) for name in written), **casts)
    if written:
        doubts = (doubt for name in written for doubt in _doubts(name, longest[name]))
        frame = frame.select(*sent, pl.any_horizontal(*doubts).alias(DOUBT))
    try:
        numbers = frame.collect()
    except pl.exceptions.PolarsError:
        return None
    return None if written and numbers.drop_in_place(DOUBT).any() else numbers


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


def _doubts(name: str, longest: int) -> tuple[pl.Expr, pl.Expr]:
    text = pl.col(name + TEXT)
    length = text.str.len_bytes()
    # A pattern is looked for in few texts, not in all.
    zeros = text.filter((pl.col(name) == 0) & (length >= SHORTEST_UNDERFLOW))
    return (length.max() > longest).fill_null(False), zeros.str.contains("[eE]").any()
