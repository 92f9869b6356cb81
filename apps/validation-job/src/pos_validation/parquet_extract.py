"""Some columns of some row groups as a Parquet file of their own, with a footer that says nothing else.

A reader then meets no column, type, statistic or sort order but what was checked: what the contract does not name can't
trouble it, and what a writer claimed beyond the data can't mislead it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_validation.source import PARQUET_MAGIC
from pos_validation.thrift import ThriftWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from pos_validation.parquet_footer import Chunk, StoredColumn

READ_AT_ONCE = 4 << 20


def write_extract(
    source: BinaryIO, target: BinaryIO, columns: Sequence[StoredColumn], groups: Sequence[tuple[int, Sequence[Chunk]]]
) -> None:
    """Copy the chunks to `target`. Each group is its number of rows and one chunk for each of the columns."""
    target.write(PARQUET_MAGIC)
    at = len(PARQUET_MAGIC)
    written = []
    for rows, chunks in groups:
        parts = []
        for column, chunk in zip(columns, chunks):
            _copy(source, target, chunk)
            parts.append(_column_chunk(column, chunk, rows, moved=at - chunk.start))
            at += chunk.size
        size = sum(chunk.uncompressed for chunk in chunks)
        written.append(ThriftWriter().structures(1, parts).i64(2, size).i64(3, rows).end())
    schema = [ThriftWriter().binary(4, b"schema").i32(5, len(columns)).end(), *map(_element, columns)]
    total = sum(rows for rows, _ in groups)
    footer = ThriftWriter().i32(1, 1).structures(2, schema).i64(3, total).structures(4, written).end()
    target.write(footer + len(footer).to_bytes(4, "little") + PARQUET_MAGIC)


def _copy(source: BinaryIO, target: BinaryIO, chunk: Chunk) -> None:
    source.seek(chunk.start)
    remaining = chunk.size
    while remaining > 0:
        data = source.read(min(remaining, READ_AT_ONCE))
        if not data:
            # The file was as long as its footer says a moment ago.
            raise OSError("the file became shorter while it was read")
        target.write(data)
        remaining -= len(data)


def _element(column: StoredColumn) -> bytes:
    kind = column.type
    element = ThriftWriter().i32(1, kind.physical).i32(2, kind.length).i32(3, int(column.optional))
    element.binary(4, column.name.encode("utf-8"))
    return element.i32(6, kind.converted).i32(7, kind.scale).i32(8, kind.precision).end()


def _column_chunk(column: StoredColumn, chunk: Chunk, rows: int, *, moved: int) -> bytes:
    dictionary = None if chunk.dictionary_page is None else chunk.dictionary_page + moved
    said = ThriftWriter().i32(1, column.type.physical).i32s(2, chunk.encodings)
    said.binaries(3, [column.name.encode("utf-8")]).i32(4, chunk.codec).i64(5, rows)
    said.i64(6, chunk.uncompressed).i64(7, chunk.size).i64(9, chunk.data_page + moved).i64(11, dictionary)
    return ThriftWriter().i64(2, 0).structure(3, said.end()).end()
