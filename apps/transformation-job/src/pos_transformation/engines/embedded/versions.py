"""What the libraries for Python 3.9 (DuckDB 1.4, delta-rs 1.2) do otherwise than the newest ones, and nothing else.

Glue Python Shell has Python 3.9 only, for which newer ones are not made. The tables are the same to the bit either way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deltalake import DeltaTable


def add_actions(delta: DeltaTable, *columns: str) -> Iterator[tuple[Any, ...]]:
    """These columns of a snapshot's files, a file at a time; `partition.<name>` is a partition's value."""
    # delta-rs 1.2 panics when a table has no file yet.
    if not delta.file_uris():
        return iter(())
    actions = delta.get_add_actions(flatten=True)
    return zip(*(actions[column].to_pylist() for column in columns))
