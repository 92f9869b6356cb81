"""What one file may have at most: one machine validates it whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pos_validation.findings.findings import Findings


def refuse_bytes_above(limit: int, size: int, findings: Findings) -> None:
    """Raise `FileRejectedError` if `size` bytes are more than the limit."""
    if size > limit:
        raise findings.reject("file_too_large", value=in_words(size), detail=in_words(limit))


def refuse_rows_above(limit: int, rows: int, findings: Findings) -> None:
    """Raise `FileRejectedError` if there are more rows than the limit."""
    if rows > limit:
        raise findings.reject("file_too_large", value=f"{rows:,} rows", detail=f"{limit:,} rows")


def refuse_columns_above(limit: int, columns: int, *, line: int | None, findings: Findings) -> None:
    """Raise `FileRejectedError` if there are more columns than the limit."""
    if columns > limit:
        raise findings.reject("too_many_columns", line=line, value=f"{columns:,}", detail=f"{limit:,}")


def in_words(size: int) -> str:
    """A size in bytes as people say it."""
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "KB")):
        if size >= unit:
            return f"{size / unit:,.1f} {name}".replace(".0 ", " ")
    return f"{size} bytes"
