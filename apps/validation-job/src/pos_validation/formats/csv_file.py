"""CSV: the file in one go if that proves it clean, else block by block and piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from pos_validation.evaluation.raw_rows import LINE
from pos_validation.formats.csv_header import LONGEST_HEADER, read_header
from pos_validation.formats.csv_rows import Tokenised, simple_rows
from pos_validation.formats.csv_typed import TypedReader
from pos_validation.formats.source import HEAD, blocks
from pos_validation.formats.text import check_encoding, decoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pos_validation.evaluation.file_evaluation import FileEvaluation
    from pos_validation.findings.findings import RowCounts
    from pos_validation.formats.csv_header import Header
    from pos_validation.formats.source import SourceFile

# A file up to this size is read whole, by way of the page cache, if it is plain.
WHOLE = 64 << 20
BLOCK = 8 << 20
# What can't be proven of a block is looked for in pieces of this size: only they are tokenised.
PIECE = 1 << 19

# A file that was put behind another one brings its byte order mark along.
AROUND_NAMES = " \t\ufeff"


def examine_csv(source: SourceFile, head: bytes, evaluation: FileEvaluation) -> RowCounts:
    """The counts of the file's rows. Raises `FileRejectedError` and `UnreadableError`."""
    check_encoding(head, [column.name for column in evaluation.plan.columns], evaluation.findings)
    reading = _Reading(source, head, evaluation)
    return evaluation.validate(reading.read)


class _Reading:
    def __init__(self, source: SourceFile, head: bytes, evaluation: FileEvaluation) -> None:
        self._source = source
        self._evaluation = evaluation
        self._header = header = _header(source, head, evaluation)
        self._typed = TypedReader(header, evaluation.proof)
        self._wanted = {header.names.index(c.name): c.name for c in evaluation.plan.columns if c.name in header.names}
        self._whole_failed = False

    def read(self) -> int:
        if self._prove_whole():
            return 0
        broken = self._read_blocks()
        if self._evaluation.seen + broken == 0:
            raise self._evaluation.findings.reject("no_rows", line=1)
        return broken

    def _prove_whole(self) -> bool:
        if not self._evaluation.try_fast or self._whole_failed or self._source.compression != "none":
            return False
        self._whole_failed = True
        path = self._source.path
        if path.stat().st_size > WHOLE or not self._typed.is_plain(path):
            return False
        frame = self._typed.read_file(path)
        if frame is None or frame.is_empty():
            return False
        sent = partial(self._typed.cells_of_file, path)
        return self._evaluation.prove(frame, alone=True, lines=counting_from(self._header.line), sent=sent)

    def _read_blocks(self) -> int:
        broken, line, rest = 0, self._header.line, b""
        with self._source.open() as stream:
            stream.read(self._header.end)
            for data, last in blocks(stream, size=BLOCK):
                block = rest + data
                rest = b""
                proven = self._prove(block, line)
                if proven:
                    line += proven
                    continue
                # Where there are quotes, lines need not be records: such a block stays in one piece.
                whole = b'"' in block or len(block) <= PIECE or not self._evaluation.try_fast
                for piece in [block] if whole else _pieces(block):
                    lines = 0 if whole else self._prove(piece, line)
                    if lines == 0:
                        tokenised = self._tokenise(piece, line, complete=last or not whole)
                        lines, rest = tokenised.lines, tokenised.rest
                        broken += tokenised.broken
                    line += lines
        return broken

    def _prove(self, block: bytes, line: int) -> int:
        """The number of the block's rows, which are lines, if all of them are proven clean; else 0."""
        if not self._evaluation.try_fast or not block:
            return 0
        frame = self._typed.read_block(block)
        if frame is None:
            return 0
        sent = partial(self._typed.cells_of_block, block)
        return frame.height if self._evaluation.prove(frame, lines=counting_from(line), sent=sent) else 0

    def _tokenise(self, block: bytes, line: int, *, complete: bool) -> _Taken:
        frame = simple_rows(block, self._header, self._wanted, first_line=line)
        if frame is not None:
            return _Taken(lines=frame.height, broken=self._keep(frame))
        findings = self._evaluation.findings
        text = decoded(block, first_line=line, findings=findings)
        tokenised = Tokenised(text, self._header, self._wanted, first_line=line, complete=complete, findings=findings)
        broken = tokenised.broken + self._keep(tokenised.frame())
        rest = text[tokenised.end :].encode("utf-8")
        return _Taken(lines=text.count("\n", 0, tokenised.end), rest=rest, broken=broken)

    def _keep(self, frame: pl.DataFrame) -> int:
        """Keep the rows for the exact evaluation, but for repetitions of the header; returns their number."""
        names = self._wanted.values()
        again = frame.filter(pl.col(name).str.strip_chars(AROUND_NAMES) == name for name in names)
        for line in again[LINE]:
            self._evaluation.findings.add("repeated_header", line=line)
        self._evaluation.keep(frame if again.is_empty() else frame.join(again, on=LINE, how="anti"))
        return again.height


def _header(source: SourceFile, head: bytes, evaluation: FileEvaluation) -> Header:
    """The header, also of a file whose first line is longer than the head that every file is told by."""
    complete = len(head) < HEAD
    if not complete and b"\n" not in head.lstrip(b"\r\n"):
        head = source.head(LONGEST_HEADER)
        complete = len(head) < LONGEST_HEADER
    return read_header(head, complete=complete, plan=evaluation.plan, findings=evaluation.findings)


@dataclass(frozen=True)
class _Taken:
    """How many lines were taken, what is left of the block, and how many lines were no rows."""

    lines: int
    rest: bytes = b""
    broken: int = 0


def _pieces(block: bytes) -> Iterator[bytes]:
    """The block in pieces that end with a line end."""
    start = 0
    while start < len(block):
        end = block.rfind(b"\n", start, start + PIECE) + 1
        if end == 0:
            end = block.find(b"\n", start) + 1 or len(block)
        yield block[start:end]
        start = end


def counting_from(first: int) -> Callable[[int], int]:
    """Line numbers where every line is a row: the typed reader lets nothing else pass."""
    return lambda row: first + row
