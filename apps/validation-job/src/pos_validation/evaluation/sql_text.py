"""Names and texts, as DuckDB's SQL writes them."""

from __future__ import annotations


def quoted(name: str) -> str:
    """The name of a column."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """A text."""
    return "'" + str(value).replace("'", "''") + "'"
