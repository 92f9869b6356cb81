"""The fast path for CSV: a typed, parallel read, allowed only where it surely means what the text says.

polars' typed read refuses `1.5`, `1e3`, `0x10` or `1_000` as an integer, but it is lenient in other ways; each guard
below keeps one of those from passing for a proof.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from pos_validation.csv_rows import line_ends_are_plain, positional_names
from pos_validation.source import blocks
from pos_validation.text import is_utf8

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pos_validation.csv_header import Header
    from pos_validation.proof import FileProof, Proof
    from pos_validation.source import SourceFile


def prove(source: SourceFile, header: Header, *, proof: Proof, into: FileProof) -> bool:
    """Read the file once and have `into` prove its rows; False as soon as that fails."""
    if not set(proof.required) <= set(header.names):
        return False
    guards = Guards(header, proof)
    line = header.line
    with source.open() as stream:
        skip, several = header.end, False
        for data, last in blocks(stream):
            block = data[skip:] if skip else data
            skip = max(0, skip - len(data))
            several = several or not last
            if not block:
                continue
            frame = guards.read(block)
            if frame is None:
                return False
            sent = partial(guards.cells, block)
            if not into.accepts(frame, alone=not several, lines=counting_from(line), sent=sent):
                return False
            line += frame.height
    return True


def counting_from(first: int) -> Callable[[int], int]:
    """Line numbers where every line is a row: the guards let nothing else pass."""
    return lambda row: first + row


class Guards:
    """Reads a block with types, or abstains."""

    def __init__(self, header: Header, proof: Proof) -> None:
        self._header = header
        self._names = positional_names(header)
        self._schema = {name: proof.schema.get(name, pl.String()) for name in self._names}
        self._absent = {name: dtype for name, dtype in proof.schema.items() if name not in header.names}
        self._extra = any(name not in proof.schema for name in self._names)
        # A short row is padded with nulls; a required last column would tell.
        self._padded = header.names[-1] not in proof.required

    def read(self, block: bytes) -> pl.DataFrame | None:
        """The block's rows with types, or None when a typed read might not mean what the text says."""
        separator = self._header.separator
        quoted = b'"' in block
        if (
            # A CR at the end of any cell, and white space other than blanks before a number, would be dropped.
            not line_ends_are_plain(block)
            or (b"\t" in block and (separator != "\t" or quoted))
            # Text columns are checked by the read, those that no expression looks at are not.
            or (self._extra and not is_utf8(block))
            or (quoted and not self._quotes_are_simple(block))
            or (self._padded and not self._width_is_right(block))
        ):
            return None
        try:
            frame = pl.read_csv(
                block,
                has_header=False,
                separator=separator,
                quote_char='"' if quoted else None,
                schema=self._schema,
            )
        except pl.exceptions.PolarsError:
            return None
        if self._absent:
            frame = frame.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in self._absent.items())
        return frame

    def cells(self, block: bytes, rows: Sequence[int]) -> pl.DataFrame:
        """Some rows of a block that could be read, as they were sent."""
        head = pl.read_csv(
            block,
            has_header=False,
            separator=self._header.separator,
            quote_char='"' if b'"' in block else None,
            schema=dict.fromkeys(self._names, pl.String()),
            n_rows=max(rows) + 1,
        )
        return head[list(rows)]

    def _width_is_right(self, block: bytes) -> bool:
        lines = block.count(b"\n") + (not block.endswith(b"\n"))
        return block.count(self._header.separator.encode()) == lines * (self._header.width - 1)

    def _quotes_are_simple(self, block: bytes) -> bool:
        """Whether every quoted cell is whole on its line and holds no quote and no separator: then cutting lines at
        separators, quotes being ordinary characters, yields cells that are bare or quoted from end to end."""
        if not self._width_is_right(block) or not is_utf8(block):
            return False
        try:
            cells = pl.read_csv(
                block,
                has_header=False,
                separator=self._header.separator,
                quote_char=None,
                schema=dict.fromkeys(self._names, pl.String()),
            )
        except pl.exceptions.PolarsError:
            return False
        simple = pl.all().str.contains(r'\A(?:[^"]*|"[^"]*")\z').all()
        return all(cells.select(simple).row(0))
