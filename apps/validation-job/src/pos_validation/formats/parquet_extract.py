"""Some columns of some row groups as a Parquet file of their own, with a footer that says nothing else.

A reader then meets no column, type, statistic or sort order but what was checked: what the contract does not name can't
trouble it, and what a writer claimed beyond the data can't mislead it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_validation.formats.parquet_pages import PageError, Pages
from pos_validation.formats.source import PARQUET_MAGIC, UnreadableError
from pos_validation.formats.thrift import ThriftWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from pos_validation.formats.parquet_footer import Chunk, StoredColumn


def write_extract(
    source: BinaryIO, target: BinaryIO, columns: Sequence[StoredColumn], groups: Sequence[tuple[int, Sequence[Chunk]]]
) -> int:
    """Copy the chunks to `target`. Each group is its number of rows and one chunk for each of the columns.

    Returns the size in bytes that their pages have without compression. Raises `UnreadableError` where the pages are
    not what they should be.
    """
    target.write(PARQUET_MAGIC)
    at = len(PARQUET_MAGIC)
    unpacked = 0
    written = []
    for rows, chunks in groups:
        parts = []
        for column, chunk in zip(columns, chunks):
            data = _read(source, chunk)
            pages = _pages(data, column, chunk, rows)
            target.write(data[: pages.end])
            parts.append(_column_chunk(column, chunk, rows, at=at, pages=pages))
            at += pages.end
            unpacked += pages.unpacked
        size = sum(chunk.uncompressed for chunk in chunks)
        written.append(ThriftWriter().structures(1, parts).i64(2, size).i64(3, rows).end())
    schema = [ThriftWriter().binary(4, b"schema").i32(5, len(columns)).end(), *map(_element, columns)]
    total = sum(rows for rows, _ in groups)
    footer = ThriftWriter().i32(1, 1).structures(2, schema).i64(3, total).structures(4, written).end()
    target.write(footer + len(footer).to_bytes(4, "little") + PARQUET_MAGIC)
    return unpacked


def _read(source: BinaryIO, chunk: Chunk) -> bytes:
    source.seek(chunk.start)
    data = source.read(chunk.size)
    if len(data) < chunk.size:
        raise UnreadableError("it became shorter while it was read")
    return data


def _pages(data: bytes, column: StoredColumn, chunk: Chunk, rows: int) -> Pages:
    try:
        return Pages(data, rows=rows, compressed=chunk.codec != 0)
    except PageError as error:
        raise UnreadableError(f"its data are damaged: in a part of {column.name}, {error}") from None


def _element(column: StoredColumn) -> bytes:
    kind = column.type
    element = ThriftWriter().i32(1, kind.physical).i32(2, kind.length).i32(3, int(column.optional))
    element.binary(4, column.name.encode("utf-8"))
    return element.i32(6, kind.converted).i32(7, kind.scale).i32(8, kind.precision).end()


def _column_chunk(column: StoredColumn, chunk: Chunk, rows: int, *, at: int, pages: Pages) -> bytes:
    said = ThriftWriter().i32(1, column.type.physical).i32s(2, chunk.encodings)
    said.binaries(3, [column.name.encode("utf-8")]).i32(4, chunk.codec).i64(5, rows)
    said.i64(6, pages.unpacked).i64(7, pages.end).i64(9, at + pages.first)
    # A part that does not begin with its first data page begins with its dictionary.
    said.i64(11, at if pages.first > 0 else None)
    return ThriftWriter().i64(2, 0).structure(3, said.end()).end()
