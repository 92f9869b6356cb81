"""What Parquet files say of their values without being read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pos_transformation.store.duckdb_delta_rs.sql import text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pos_transformation.store.duckdb_delta_rs.sql import Column

    Records = Callable[[str], list[dict[str, Any]]]
    """The rows of a small result by column name."""


def plain(value: str | None) -> str | None:
    """A text whose bytes are what DuckDB shows of them; None of any other."""
    return value if value is not None and value.isascii() and value.isprintable() else None


def _as_text(value: str) -> str | None:
    return None if plain(value) is None else text(value)


# How a bound is written in SQL, where the footer's text surely tells it.
LITERALS: Mapping[str, Callable[[str], str | None]] = {"VARCHAR": _as_text, "BIGINT": lambda value: str(int(value))}


def bounds(paths: Sequence[str], column: Column, records: Records) -> dict[str, list[str]]:
    """Values of `column`, as SQL, between whose least and greatest are all of a file, by the file's path.

    Files that don't tell that for all their rows are left out.
    """
    literal = LITERALS.get(column.type)
    if not paths or literal is None:
        return {}
    listed = ", ".join(text(path) for path in paths)
    found: dict[str, list[str | None]] = {path: [] for path in paths}
    for row in records(
        "SELECT file_name, stats_min_value AS low, stats_max_value AS high "
        f"FROM parquet_metadata([{listed}]) WHERE path_in_schema = {text(column.name)}"
    ):
        ends = (row["low"], row["high"])
        found[row["file_name"]] += [None if end is None else literal(str(end)) for end in ends]
    return {
        path: [value for value in values if value is not None]
        for path, values in found.items()
        if values and None not in values
    }


class Span(NamedTuple):
    """The first and the last instant of a file, in microseconds since the epoch, and its number of rows."""

    ends: tuple[int, int]
    rows: int


def spans(paths: Sequence[str], instant: str, records: Records) -> dict[str, Span]:
    """From when to when the rows of files are, by the column `instant`; by the file's path.

    Files that don't tell that for all their rows are left out.
    """
    if not paths:
        return {}
    listed = ", ".join(text(path) for path in paths)
    found = records(
        f"""SELECT file_name, epoch_us(min(low)) AS first, epoch_us(max(high)) AS last,
            CAST(sum(row_group_num_rows) AS BIGINT) AS line_count
        FROM (
            SELECT *, TRY_CAST(stats_min_value AS TIMESTAMPTZ) AS low, TRY_CAST(stats_max_value AS TIMESTAMPTZ) AS high
            FROM parquet_metadata([{listed}]) WHERE path_in_schema = {text(instant)}
        ) AS groups
        GROUP BY file_name
        HAVING bool_and(low IS NOT NULL AND high IS NOT NULL AND coalesce(stats_null_count = 0, false))"""
    )
    return {row["file_name"]: Span((row["first"], row["last"]), row["line_count"]) for row in found}
