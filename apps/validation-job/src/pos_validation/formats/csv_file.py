"""CSV: the file in one go if that proves it clean, else block by block and piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pos_validation.formats.csv_header import LONGEST_HEADER, read_header
from pos_validation.formats.csv_plain import PlainCsvRows
from pos_validation.formats.csv_rows import Tokenised, simple_rows
from pos_validation.formats.csv_trailer import TrailerRow
from pos_validation.formats.csv_typed import TypedReader
from pos_validation.formats.csv_unproven import UnprovenRows
from pos_validation.formats.reader import LINE
from pos_validation.formats.source import HEAD, blocks, count_lines
from pos_validation.formats.text import check_encoding, decoded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from pos_validation.formats.csv_header import Header
    from pos_validation.formats.reader import OpenedFile, PlainRows, Reader, Rows

# A file up to this size is read whole, by way of the page cache, if it is plain.
WHOLE = 64 << 20
BLOCK = 8 << 20
# What can't be proven of a block is looked for in pieces of this size: only they are tokenised.
PIECE = 1 << 19

DECIMAL_COMMA = (
    "its columns are separated by commas, and numbers may have a decimal comma: separate the columns by semicolons, or "
    "put such numbers in quotation marks"
)
# A file that was put behind another one brings its byte order mark along.
AROUND_NAMES = " \t\ufeff"


def open_file(file: OpenedFile) -> Reader:
    """The file's reader, once the header is known to be what the plan asks for."""
    check_encoding(file.head, [column.name for column in file.plan.columns], file.findings)
    return _Csv(file)


class _Csv:
    """Yields the file as one frame, and as blocks where that proves nothing or can't be."""

    def __init__(self, file: OpenedFile) -> None:
        self._source = file.source
        self.findings = file.findings
        self.header = header = _header(file)
        self.leniency = file.leniency
        self.typed = TypedReader(header, file.schema, file.leniency)
        self.wanted = {header.names.index(c.name): c.name for c in file.plan.columns if c.name in header.names}
        self._small = file.head if len(file.head) < HEAD else None
        self._whole_tried = False
        self.broken = 0

    def plain_rows(self) -> PlainRows | None:
        block = None if self._small is None or self.leniency is not None else self.typed.plain_block(self._small)
        return None if block is None else PlainCsvRows(self.header, self.typed, block)

    def frames(self, *, typed: bool) -> Iterator[Rows]:
        self.broken = 0
        if typed and not self._whole_tried and self._source.compression == "none" and not self._may_have_trailer:
            self._whole_tried = True
            yield _Whole(self, self._source.path)
        else:
            yield from self.blocks(divide=typed)

    def blocks(self, *, divide: bool) -> Iterator[Rows]:
        """The file in blocks. Where there are quotes, a block takes over what the one before left of a record."""
        rows, line, rest = 0, self.header.line, b""
        trailer = self._trailer()
        with self._source.open() as stream:
            stream.read(self.header.end)
            for data, last in blocks(stream, size=BLOCK):
                block = rest + data
                if trailer is not None and last:
                    block = trailer.cut(block, first_line=line)
                part = _Part(self, block, line, divide=divide, complete=last)
                yield part
                rows, line, rest = rows + part.rows, line + part.lines, part.rest
        if rows + self.broken == 0:
            raise self.findings.reject("no_rows", line=1)
        if trailer is not None:
            trailer.check(rows + self.broken, self.findings)

    @property
    def _may_have_trailer(self) -> bool:
        return self.leniency is not None and self.leniency.trailer is not None

    def _trailer(self) -> TrailerRow | None:
        declared = None if self.leniency is None else self.leniency.trailer
        return None if declared is None else TrailerRow(declared, self.header.separator)

    def rows_of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows that are no repetitions of the header."""
        again = self.repetitions(frame)
        for line in again[LINE]:
            self.findings.add("repeated_header", line=line)
        self.broken += again.height
        return frame if again.is_empty() else frame.join(again, on=LINE, how="anti")

    def repetitions(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows that repeat the header in all of the frame's columns. Few rows have even one cell like it."""
        wanted = {index: name for index, name in self.wanted.items() if name in frame.columns}
        for index, name in wanted.items():
            if frame.is_empty():
                break
            frame = frame.filter(pl.col(name).str.contains(self.header.sent[index], literal=True))
        return frame.filter(
            pl.col(name).str.strip_chars(AROUND_NAMES) == self.header.sent[index] for index, name in wanted.items()
        )

    def surely_rows(self, found: UnprovenRows | None, rows: pl.Series, names: Collection[str]) -> pl.DataFrame | None:
        """Those of the columns that the file has, of some rows that were read with types; None if one of them is not
        surely a row: it may repeat the header."""
        present = [name for name in self.wanted.values() if name in names]
        cells = found.cells(rows, present) if found is not None and present else None
        return cells if cells is not None and self.repetitions(cells).is_empty() else None

    def unproven(self, found: UnprovenRows | None, rows: pl.Series, *, first_line: int) -> pl.DataFrame | None:
        """The same with all columns, and the lines."""
        cells = self.surely_rows(found, rows, self.wanted.values())
        return None if cells is None else cells.select((rows.cast(pl.Int64) + first_line).alias(LINE), pl.all())


class _Whole:
    """The whole file, if it is plain and not too large."""

    alone = True

    def __init__(self, file: _Csv, path: Path) -> None:
        self._file = file
        self._path = path
        self._unproven: UnprovenRows | None = None

    def typed(self) -> pl.DataFrame | None:
        typed, path = self._file.typed, self._path
        if path.stat().st_size > WHOLE or not typed.is_plain(path):
            return None
        frame = typed.read_file(path)
        if frame is None or frame.is_empty():
            return None
        self._unproven = UnprovenRows(typed, path, frame, lambda: typed.lines_of_file(path))
        return frame

    def sent(self, rows: Sequence[int]) -> pl.DataFrame:
        cells = self._unproven.far(rows, [*self._file.wanted.values()]) if self._unproven is not None else None
        return self._file.typed.cells_of_file(self._path, rows) if cells is None else cells

    def line(self, row: int) -> int:
        return self._file.header.line + row

    def unproven(self, rows: pl.Series) -> pl.DataFrame | None:
        return self._file.unproven(self._unproven, rows, first_line=self.line(0))

    def unproven_columns(self, rows: pl.Series, names: Sequence[str]) -> pl.DataFrame | None:
        return self._file.surely_rows(self._unproven, rows, names)

    def closer(self) -> Iterator[Rows]:
        return self._file.blocks(divide=True)


class _Part:
    """Whole lines. Once they have been taken, `lines` says how many, `rows` how many rows they held, and `rest` is what
    is left of the last record, which goes on in what follows."""

    alone = False

    def __init__(self, file: _Csv, block: bytes, first_line: int, *, divide: bool, complete: bool) -> None:
        """`divide`: whether smaller parts may prove more. `complete`: whether the last record ends in the block."""
        self._file = file
        self._block = block
        self._first_line = first_line
        self._divide = divide
        self._complete = complete
        self.lines = self.rows = 0
        self.rest = b""
        self._unproven: UnprovenRows | None = None

    def typed(self) -> pl.DataFrame | None:
        frame = self._file.typed.read_block(self._block) if self._block else None
        # The typed reader lets nothing pass but rows of one line each. Some polars leave out empty lines before them.
        if frame is None or frame.height != count_lines(self._block):
            return None
        self.lines = self.rows = frame.height
        block = self._block
        self._unproven = UnprovenRows(self._file.typed, block, frame, lambda: _pieces(block))
        return frame

    def sent(self, rows: Sequence[int]) -> pl.DataFrame:
        return self._file.typed.cells_of_block(self._block, rows)

    def line(self, row: int) -> int:
        return self._first_line + row

    def unproven(self, rows: pl.Series) -> pl.DataFrame | None:
        return self._file.unproven(self._unproven, rows, first_line=self.line(0))

    def unproven_columns(self, rows: pl.Series, names: Sequence[str]) -> pl.DataFrame | None:
        return self._file.surely_rows(self._unproven, rows, names)

    def closer(self) -> Iterator[Rows]:
        self.lines = self.rows = 0
        # Where there are quotes, lines need not be records: such a block stays in one piece.
        if not self._divide or b'"' in self._block or len(self._block) <= PIECE:
            yield self._as_sent()
            return
        simple = self._simple()
        if simple is not None:
            yield self._counted(simple)
            return
        for piece in _pieces(self._block):
            part = _Part(self._file, piece, self._first_line + self.lines, divide=False, complete=True)
            yield part
            self.lines, self.rows = self.lines + part.lines, self.rows + part.rows

    def _simple(self) -> pl.DataFrame | None:
        """The rows as they were sent, if each is a line and its cells are plain."""
        frame = simple_rows(self._block, self._file.header, self._file.wanted, first_line=self._first_line)
        if frame is not None:
            self.lines = frame.height
        return frame

    def _as_sent(self) -> pl.DataFrame:
        file = self._file
        frame = self._simple()
        if frame is None:
            text = decoded(self._block, first_line=self._first_line, findings=file.findings)
            tokenised = Tokenised(
                text,
                file.header,
                file.wanted,
                first_line=self._first_line,
                complete=self._complete,
                findings=file.findings,
                hint=DECIMAL_COMMA if file.leniency is not None and file.leniency.comma else None,
            )
            file.broken += tokenised.broken
            self.rest = text[tokenised.end :].encode("utf-8")
            self.lines = text.count("\n", 0, tokenised.end)
            frame = tokenised.frame()
        return self._counted(frame)

    def _counted(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows without the repetitions of the header, and counted."""
        frame = self._file.rows_of(frame)
        self.rows = frame.height
        return frame


def _header(file: OpenedFile) -> Header:
    """The header, also of a file whose first line is longer than the head that every file is told by."""
    head, complete = file.head, len(file.head) < HEAD
    if not complete and b"\n" not in head.lstrip(b"\r\n"):
        head = file.source.head(LONGEST_HEADER)
        complete = len(head) < LONGEST_HEADER
    return read_header(head, complete=complete, plan=file.plan, findings=file.findings, leniency=file.leniency)


def _pieces(block: bytes) -> Iterator[bytes]:
    """The block in pieces that end with a line end."""
    start = 0
    while start < len(block):
        end = block.rfind(b"\n", start, start + PIECE) + 1
        if end == 0:
            end = block.find(b"\n", start) + 1 or len(block)
        yield block[start:end]
        start = end
