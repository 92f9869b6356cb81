"""The fast way to read CSV: a typed, parallel read, allowed only where it surely means what the text says.

polars' typed read refuses `1.5`, `1e3`, `0x10` or `1_000` as an integer, but it is lenient in other ways; each guard
below keeps one of those from passing for a proof.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from pos_validation.formats.csv_rows import crs_end_lines, positional_names
from pos_validation.formats.source import UTF8_BOM, count_lines
from pos_validation.formats.text import is_utf8
from pos_validation.formats.written_numbers import as_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pos_validation.formats.csv_header import Header
    from pos_validation.formats.leniency import Leniency
    from pos_validation.formats.reader import TypedSchema

# A piece of a file that stays in the processor's cache while it is searched.
PIECE = 1 << 18
# Of rows of fewer bytes it costs less to find out that numbers are what their texts say than to read the texts.
FEW = 1 << 18
# The characters of numbers, and others that don't make one of them doubtful.
USUAL = bytes(range(0x21, 0x7F)) + b"\r\n"
EXPONENT = re.compile(rb"[eE][-+\d]")


class TypedReader:
    """Reads rows with types, or abstains."""

    def __init__(self, header: Header, schema: TypedSchema, leniency: Leniency | None = None) -> None:
        self._header = header
        self._leniency = leniency
        self._names = positional_names(header)
        self._types = {name: dtype for name, dtype in schema.types.items() if name in self._names}
        self._longest = schema.longest
        # What may say more than its number is read as text first; that costs no more than reading numbers.
        self._texts = [*schema.longest, *(leniency.columns if leniency is not None else ())]
        self._schema = {
            name: pl.String() if name in self._texts else self._types.get(name, pl.String()) for name in self._names
        }
        separator = header.separator.encode()
        self._usual = USUAL + separator
        self._ends_as_one = bytes.maketrans(separator, b"\n")
        self._absent = {name: dtype for name, dtype in schema.types.items() if name not in header.names}
        # The column whose cells short rows lack, whatever else they lack.
        self.last = self._names[-1]
        # Text that an expression looks at is checked by the read; other text is not.
        self._unchecked_text = any(name not in schema.types for name in self._names)
        # A short row is padded with nulls; a required last column would tell.
        self._padded = header.names[-1] not in schema.required

    def is_plain(self, path: Path) -> bool:
        """Whether the file needs no closer look: no quote, no CR, and no row that may be short unnoticed."""
        if self._padded:
            return False
        piece = bytearray(PIECE)
        with path.open("rb", buffering=0) as file:
            file.seek(self._header.end)
            # What looks like a byte order mark before the first row would be dropped.
            if file.read(len(UTF8_BOM)) == UTF8_BOM:
                return False
            file.seek(0)
            # What an earlier read left at the piece's end was searched before and does no harm.
            while file.readinto(piece):
                if b'"' in piece or b"\r" in piece:
                    return False
                if self._unchecked_text and not piece.isascii():
                    return False
        return True

    def plain_block(self, data: bytes) -> bytes | None:
        """The rows of a whole file, each with a line end, if none has a quote or a CR and no line is empty."""
        rows = data[self._header.end :]
        if not rows or rows.startswith((UTF8_BOM, b"\n")) or b"\n\n" in rows or b'"' in data or b"\r" in data:
            return None
        return rows if rows.endswith(b"\n") else rows + b"\n"

    def _are_certain(self, rows: bytes) -> bool:
        """Whether all numbers of these bytes, which hold no quote, are surely what their texts say.

        Not if there is a cell that is longer than a number may be, an exponent, or a character that no number has.
        """
        if self._leniency is not None or rows.translate(None, self._usual):
            return False
        # Each of these is looked for in a tenth of the time that a pattern takes for all.
        if (b"e" in rows or b"E" in rows) and EXPONENT.search(rows) is not None:
            return False
        cells = rows.translate(self._ends_as_one).split(b"\n")
        return max(map(len, cells)) <= min(self._longest.values(), default=len(rows))

    def read_file(self, path: Path) -> pl.DataFrame | None:
        """The rows of a plain file."""
        with path.open("rb", buffering=0) as file:
            file.seek(self._header.end)
            rows = file.read(FEW)
        return self._read(path, rows, quote=None, skip_lines=self._header.line - 1)

    def read_block(self, block: bytes) -> pl.DataFrame | None:
        """The block's rows with types, or None when a typed read might not mean what the text says."""
        quoted = b'"' in block
        if (
            # A CR at the end of any cell would be dropped.
            not crs_end_lines(block)
            # What looks like a byte order mark would be dropped.
            or block.startswith(UTF8_BOM)
            or (self._unchecked_text and not is_utf8(block))
            or (quoted and not self._quotes_are_simple(block))
            or (self._padded and not self._width_is_right(block))
        ):
            return None
        return self._read(block, block, quote='"' if quoted else None)

    def _read(
        self, source: Path | bytes, rows: bytes, *, quote: str | None, skip_lines: int = 0
    ) -> pl.DataFrame | None:
        """The rows of `source`, of which `rows` are the first bytes."""
        certain = quote is None and len(rows) < FEW and self._are_certain(rows)
        schema = {name: self._types.get(name, pl.String()) for name in self._names} if certain else self._schema
        frame = pl.scan_csv(
            source,
            has_header=False,
            separator=self._header.separator,
            quote_char=quote,
            schema=schema,
            skip_lines=skip_lines,
        )
        if quote is not None:
            written = (pl.col(name) for name in self._texts if name in self._schema)
            frame = frame.with_columns(pl.when(cell != "").then(cell).name.keep() for cell in written)
        if self._leniency is not None:
            frame = frame.with_columns(self._leniency.rewritten(self._names))
        if self._absent:
            frame = frame.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in self._absent.items())
        return as_numbers(frame, {**schema, **self._absent}, self._types, self._longest)

    def cells_of_file(self, path: Path, rows: Sequence[int]) -> pl.DataFrame:
        """Some rows of a plain file, as they were sent."""
        return self.cells_of_block(self._beginning(path, max(rows) + 1), rows)

    def lines_of_file(self, path: Path) -> Iterator[bytes]:
        """The lines of its rows, some at a time."""
        rest = b""
        with path.open("rb", buffering=0) as file:
            file.seek(self._header.end)
            while piece := file.read(PIECE):
                end = piece.rfind(b"\n") + 1
                if end:
                    yield rest + piece[:end]
                    rest = b""
                rest += piece[end:]
        if rest:
            yield rest

    def _beginning(self, path: Path, count: int) -> bytes:
        """So many rows of a file, or more."""
        with path.open("rb") as file:
            file.seek(self._header.end)
            block = file.read(128 * count)
            while block.count(b"\n") < count and (more := file.read(len(block))):
                block += more
        return block

    def cells_of_block(self, block: bytes, rows: Sequence[int]) -> pl.DataFrame:
        """Some rows of a block that could be read, as they were sent."""
        return self.cells(_first_lines(block, max(rows) + 1))[list(rows)]

    def cells(self, lines: bytes) -> pl.DataFrame:
        """All rows, as they were sent."""
        return self._cells(lines, quote='"' if b'"' in lines else None).collect()

    def unquoted(self, source: Path | bytes, names: Sequence[str]) -> pl.DataFrame | None:
        """Some columns of all rows of a plain file or of a block without quotes, as they were sent; None if they can't
        be read so.

        Empty lines are rows, but those before the first row are left out, or make the read fail: it depends on polars.
        """
        # Of a block the header is no part.
        skipped = 0 if isinstance(source, bytes) else self._header.line - 1
        try:
            return self._cells(source, quote=None, skip_lines=skipped).select(names).collect()
        except pl.exceptions.PolarsError:
            return None

    def _cells(self, source: Path | bytes, *, quote: str | None, skip_lines: int = 0) -> pl.LazyFrame:
        return pl.scan_csv(
            source,
            has_header=False,
            separator=self._header.separator,
            quote_char=quote,
            schema=dict.fromkeys(self._names, pl.String()),
            skip_lines=skip_lines,
        )

    def _width_is_right(self, block: bytes) -> bool:
        lines = count_lines(block)
        return block.count(self._header.separator.encode()) == lines * (self._header.width - 1)

    def _quotes_are_simple(self, block: bytes) -> bool:
        """Whether every quoted cell is whole on its line and holds no quote and no separator.

        Then cutting lines at separators, quotes being ordinary characters, yields cells that are bare or quoted from
        end to end.
        """
        if not self._width_is_right(block) or not is_utf8(block):
            return False
        try:
            simple = self._cells(block, quote=None).select(pl.all().str.contains(r'\A(?:[^"]*|"[^"]*")\z').all())
            return all(simple.collect().row(0))
        except pl.exceptions.PolarsError:
            return False


def _first_lines(block: bytes, count: int) -> bytes:
    """The first `count` lines or more, found without looking at each."""
    end = 128 * count
    while end < len(block) and block.count(b"\n", 0, end) < count:
        end *= 2
    return block if end >= len(block) else block[: block.rfind(b"\n", 0, end) + 1]
