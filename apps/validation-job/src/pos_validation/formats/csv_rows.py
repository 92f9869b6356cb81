"""A CSV file's rows as they were sent, with exact line numbers: what the exact evaluation starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pos_validation.formats.csv_records import Broken, records
from pos_validation.formats.reader import LINE
from pos_validation.formats.source import UTF8_BOM, count_lines
from pos_validation.formats.text import is_utf8

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pos_validation.findings.findings import Findings
    from pos_validation.formats.csv_header import Header


def simple_rows(block: bytes, header: Header, wanted: Mapping[int, str], *, first_line: int) -> pl.DataFrame | None:
    """The rows of a block without quotes or oddities, all as text with `line`; None when it is not surely that simple.

    Then lines are records and polars splits them in parallel, as Python would one by one.
    """
    if not block or b'"' in block or not crs_end_lines(block) or _has_empty_line(block) or not is_utf8(block):
        return None
    if block.startswith(UTF8_BOM):
        return None
    lines = count_lines(block)
    if block.count(header.separator.encode()) != lines * (header.width - 1):
        return None
    names = positional_names(header)
    try:
        frame = pl.read_csv(
            block,
            has_header=False,
            separator=header.separator,
            quote_char=None,
            schema=dict.fromkeys(names, pl.String),
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.height != lines:
        return None
    return frame.select(wanted.values()).with_row_index(LINE, first_line)


def crs_end_lines(block: bytes) -> bool:
    """Whether every CR belongs to a CRLF."""
    return b"\r" not in block or block.count(b"\r") == block.count(b"\r\n")


def _has_empty_line(block: bytes) -> bool:
    return block.startswith((b"\n", b"\r\n")) or b"\n\n" in block or b"\n\r\n" in block


def positional_names(header: Header) -> list[str]:
    """A distinct name for each position: the header's own, but for names that a position could be called by."""
    return [name if name and not name.startswith("\x00") else f"\x00{index}" for index, name in enumerate(header.names)]


class Tokenised:
    """One block, record by record."""

    def __init__(
        self,
        text: str,
        header: Header,
        wanted: Mapping[int, str],
        *,
        first_line: int,
        complete: bool,
        findings: Findings,
        hint: str | None = None,
    ) -> None:
        """`hint` is what a wrong number of cells comes from if the separator is a comma."""
        self._wanted = wanted
        self._lines: list[int] = []
        self._rows: list[list[str]] = []
        self.broken = 0
        self.end = len(text)
        reached = 0
        width = header.width
        for record in records(text, header.separator, first_line=first_line, complete=complete):
            reached = record.end
            if isinstance(record, Broken):
                self.broken += 1
                column = header.names[record.cell] if record.cell < width else None
                findings.add("broken_quote", column=column, line=record.line, value=record.value, hint=record.detail)
            elif len(record.cells) != width:
                self.broken += 1
                found = len(record.cells)
                findings.add(
                    "row_width",
                    line=record.line,
                    value=header.separator.join(record.cells),
                    words=str(found),
                    detail=str(width),
                    hint=hint if header.separator == "," else None,
                )
            else:
                self._lines.append(record.line)
                self._rows.append(record.cells)
        if not complete:
            # Only a record that is not whole may be left over; empty lines at the end are passed.
            left = text[reached:]
            self.end = len(text) if not left.strip("\r\n") else reached

    def frame(self) -> pl.DataFrame:
        """The records with the right width: `line` and the wanted columns, empty cells as null."""
        columns = list(zip(*self._rows)) if self._rows else []
        data = {
            name: pl.Series(name, columns[index] if columns else [], pl.String) for index, name in self._wanted.items()
        }
        frame = pl.DataFrame({LINE: pl.Series(LINE, self._lines, pl.Int64), **data})
        return frame.with_columns(
            pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in self._wanted.values()
        )
