"""Texts of DuckDB's SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SQL_TYPES = {"string": "VARCHAR", "timestamp": "TIMESTAMPTZ", "binary": "BLOB"}


class Column(Protocol):
    """A name and a type, spelled as in the plan."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...


def quoted(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """`value` as an SQL string."""
    return "'" + value.replace("'", "''") + "'"


def parquet(
    paths: Sequence[str],
    *,
    partition: str | None = None,
    date: str | None = None,
    file_column: str | None = None,
    by_name: bool = False,
) -> str:
    """Rows of local Parquet files. With `partition`, that column, a date, comes from the files' folders, or is `date`.

    Without one no folder means anything, whatever it is called.

    With `by_name` files may lack columns that others have; it opens all of them at once.

    `file_column` adds each row's position of its file in `paths`.
    """
    listed = ", ".join(text(path) for path in paths)
    from_folders = partition is not None and date is None
    types = f", hive_types = {{{text(str(partition))}: DATE}}" if from_folders else ""
    options = f", hive_partitioning = {str(from_folders).lower()}{types}"
    options += ", union_by_name = true" if by_name else ""
    extra = "" if file_column is None else f", CAST(file_index AS BIGINT) AS {quoted(file_column)}"
    extra += "" if partition is None or date is None else f", DATE {text(date)} AS {quoted(partition)}"
    return f"SELECT *{extra} FROM read_parquet([{listed}]{options})"


def cast(expression: str, column: Column) -> str:
    """The value of an expression, as a column."""
    return f"CAST({expression} AS {SQL_TYPES.get(column.type, column.type)}) AS {quoted(column.name)}"


def null_of(column: Column) -> str:
    """No value, as a column."""
    return cast("NULL", column)


def nothing(columns: Iterable[Column]) -> str:
    """No rows, in these columns."""
    return f"SELECT {', '.join(map(null_of, columns))} WHERE false"


def filled(columns: Iterable[Column], source: str) -> str:
    """The rows of `source`, without values in those of `columns` that it lacks."""
    return f"{nothing(columns)} UNION ALL BY NAME {source}"
