"""A Parquet file's footer: its names and its arithmetic are checked before any reader believes them.

Readers differ in what they make of a bad footer: they take the last of two columns of one name, allocate what it says,
or never come back. What is passed on to them is therefore written anew (`parquet_extract`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pos_validation.formats.parquet_pages import READ_ENCODINGS
from pos_validation.formats.parquet_types import ColumnType, column_type
from pos_validation.formats.source import ENCRYPTED_MAGIC, PARQUET_MAGIC, UnreadableError
from pos_validation.formats.thrift import MALFORMED, ThriftError, ThriftReader, number

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from pos_validation.findings.findings import Findings

TAIL = 8
# A footer of a million column chunks. It is read whole, and no file that is fit to be read needs more.
LARGEST_FOOTER = 64 << 20
CODECS = {0: "none", 1: "Snappy", 2: "gzip", 3: "LZO", 4: "Brotli", 5: "LZ4", 6: "Zstandard", 7: "LZ4 raw"}
READ_CODECS = {0, 1, 2, 4, 5, 6, 7}

REPETITIONS = REQUIRED, OPTIONAL, REPEATED = (0, 1, 2)


class StoredColumn(Struct, frozen=True):
    """A column of the top level. Its first leaf is number `leaf` in each row group."""

    name: str
    type: ColumnType
    optional: bool
    leaf: int
    leaves: int


class Chunk(Struct, frozen=True):
    """A column's part of a row group: where its bytes lie, and what a reader must know of them."""

    start: int
    size: int
    uncompressed: int
    codec: int
    encodings: list[int]


class RowGroup(Struct, frozen=True):
    """Rows that are stored together. `chunks` has one for each leaf, unread."""

    rows: int
    chunks: list[Any]


class Footer:
    """The names, types and row groups of a file. `end` is the offset at which its data end."""

    def __init__(self, path: Path, *, findings: Findings) -> None:
        """Raises `UnreadableError` if it is damaged, and `FileRejectedError` if it is of a kind that can't be read."""
        with path.open("rb") as file:
            data, self.end = _footer_bytes(file, path.stat().st_size, findings)
        try:
            fields = ThriftReader(data).structure()
            self.rows = number(fields, 3)
            self.columns, self._leaves = _columns(fields[2])
            self.groups = [RowGroup(number(group, 3), group[1]) for group in fields[4]]
            self._check_rows()
        except ThriftError as error:
            raise _damaged(str(error)) from None
        except MALFORMED:
            raise _damaged("it lacks what every Parquet file has") from None
        if 8 in fields:
            raise findings.reject("unsupported_format", detail=ENCRYPTED)

    def _check_rows(self) -> None:
        if any(group.rows < 0 for group in self.groups) or self.rows != sum(group.rows for group in self.groups):
            said = sum(group.rows for group in self.groups)
            raise _damaged(f"it says {self.rows:,} rows, but its row groups add up to {said:,}")
        if any(len(group.chunks) != self._leaves for group in self.groups):
            raise _damaged("a row group has another number of columns than the file")

    def chunk(self, group: RowGroup, column: StoredColumn, findings: Findings) -> Chunk:
        """A column's part of a row group. Raises as the constructor does."""
        try:
            return self._chunk(group, column, findings)
        except MALFORMED:
            raise _damaged(f"a part of {column.name} lacks what every part has") from None

    def _chunk(self, group: RowGroup, column: StoredColumn, findings: Findings) -> Chunk:
        stored = group.chunks[column.leaf]
        if 8 in stored and 3 not in stored:
            raise findings.reject("unsupported_format", detail=ENCRYPTED)
        if stored.get(1):
            raise findings.reject("unsupported_format", detail="it is Parquet whose data lie in other files")
        said = stored[3]
        codec, encodings = number(said, 4), said[2]
        if codec not in READ_CODECS:
            named = CODECS.get(codec, f"codec {codec}")
            hint = f"it is Parquet compressed with {named}; use Snappy, gzip, Zstandard or none"
            raise findings.reject("unsupported_format", detail=hint)
        if not set(encodings) <= READ_ENCODINGS:
            newer = max(set(encodings) - READ_ENCODINGS)
            hint = f"it is Parquet in a newer encoding (number {newer}); write it for Parquet 2.9 or earlier"
            raise findings.reject("unsupported_format", detail=hint)
        data_page = number(said, 9)
        # 0 stands for none: some writers say so.
        dictionary = (number(said, 11) if 11 in said else 0) or data_page
        start, last_page = min(data_page, dictionary), max(data_page, dictionary)
        size, uncompressed = number(said, 7), number(said, 6)
        if said[3] != [column.name.encode("utf-8")] or said[1] != column.type.physical:
            raise _damaged(f"a part of {column.name} is said to be of another column or type")
        if number(said, 5) != group.rows:
            raise _damaged(f"a row group of {group.rows:,} rows has {said[5]:,} values of {column.name}")
        outside = start < len(PARQUET_MAGIC) or start + size > self.end or last_page >= start + max(size, 1)
        if uncompressed < 0 or size < 0 or outside:
            raise _damaged(f"a part of {column.name} lies outside of the file")
        return Chunk(start, size, uncompressed, codec, encodings)


ENCRYPTED = "it is encrypted Parquet; send it without encryption"


def _footer_bytes(file: BinaryIO, size: int, findings: Findings) -> tuple[bytes, int]:
    """The footer, and where it begins."""
    head = file.read(len(PARQUET_MAGIC))
    if head == ENCRYPTED_MAGIC:
        raise findings.reject("unsupported_format", detail=ENCRYPTED)
    if head != PARQUET_MAGIC:
        raise UnreadableError("its name ends in .parquet, but its content is not Parquet")
    file.seek(max(size - TAIL, 0))
    tail = file.read(TAIL)
    if tail[4:] == ENCRYPTED_MAGIC:
        raise findings.reject("unsupported_format", detail=ENCRYPTED)
    if size < len(PARQUET_MAGIC) + TAIL or tail[4:] != PARQUET_MAGIC:
        raise UnreadableError("it is Parquet that ends too early; the file was cut off")
    length = int.from_bytes(tail[:4], "little")
    begin = size - TAIL - length
    if begin < len(PARQUET_MAGIC):
        raise _damaged("it is longer than the file")
    if length > LARGEST_FOOTER:
        raise findings.reject(
            "file_too_large", words=f"a footer of {length >> 20} MiB", detail=f"{LARGEST_FOOTER >> 20} MiB"
        )
    file.seek(begin)
    return file.read(length), begin


def _columns(elements: list[dict[int, Any]]) -> tuple[list[StoredColumn], int]:
    """The columns of the top level, and the number of leaves. Raises `ThriftError` if the tree does not add up."""
    columns, at, leaf = [], 1, 0
    for _ in range(number(elements[0], 5)):
        element = elements[at]
        begun = at
        remaining = 1
        leaves = 0
        while remaining:
            children = elements[at].get(5) or 0
            if children < 0:
                raise ThriftError("its schema does not add up")
            leaves += 1 in elements[at]
            remaining += children - 1
            at += 1
        if element.get(3) not in REPETITIONS:
            # Readers differ in what they take it for, and then in what they read.
            raise ThriftError("its schema does not say whether a column has a value in every row")
        name = elements[begun][4].decode("utf-8", "backslashreplace")
        columns.append(StoredColumn(name, column_type(element), element[3] != REQUIRED, leaf, leaves))
        leaf += leaves
    if at != len(elements):
        raise ThriftError("its schema does not add up")
    return columns, leaf


def _damaged(detail: str) -> UnreadableError:
    return UnreadableError(f"its Parquet footer is damaged: {detail}")
