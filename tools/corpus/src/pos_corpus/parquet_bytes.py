"""Parquet by hand: every byte of a file is ours to choose, as no library lets us choose it.

Values are stored plain or by dictionary, in one page a column and row group, uncompressed or by gzip.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pos_corpus.thrift import BINARY, I32, I64, LIST, STRUCT, TRUE, Reader, Struct, written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAGIC = b"PAR1"
BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE, BYTES, FIXED = range(8)
UTF8, DECIMAL, DATE, TIMESTAMP_MILLIS, UINT_8, UINT_64, INT_8, INT_16 = 0, 5, 6, 9, 11, 14, 15, 16
PLAIN, RLE, RLE_DICTIONARY = 0, 3, 8
UNCOMPRESSED, GZIP = 0, 2
DATA_PAGE, DICTIONARY_PAGE, DATA_PAGE_V2 = 0, 2, 3
FORMATS = {INT32: "<i", INT64: "<q", FLOAT: "<f", DOUBLE: "<d"}


@dataclass(frozen=True)
class Column:
    """A column: its physical type, and the values of all rows. A `None` needs `optional`."""

    name: str
    kind: int
    values: Sequence[object]
    optional: bool = True
    converted: int | None = None
    scale: int | None = None
    precision: int | None = None
    length: int | None = None
    logical: Struct | None = None
    dictionary: bool = False


def parquet(
    *columns: Column,
    groups: Sequence[int] = (),
    codec: int = UNCOMPRESSED,
    v2: bool = False,
    change: Callable[[Struct], object] | None = None,
) -> bytes:
    """A file of those columns. `groups` are the rows of each row group; `change` has the last word on the footer."""
    out = bytearray(MAGIC)
    sizes = list(groups) or [len(columns[0].values)]
    row_groups: list[Struct] = []
    start = 0
    for size in sizes:
        chunks = [_chunk(out, column, column.values[start : start + size], codec, v2) for column in columns]
        total = sum(chunk[3][1][6][1] for chunk in chunks)
        row_groups.append({1: (LIST, (STRUCT, chunks)), 2: (I64, total), 3: (I64, size)})
        start += size
    footer: Struct = {
        1: (I32, 2 if v2 else 1),
        2: (LIST, (STRUCT, [_root(len(columns)), *map(_element, columns)])),
        3: (I64, sum(sizes)),
        4: (LIST, (STRUCT, row_groups)),
        6: (BINARY, b"made by hand"),
    }
    return _closed(bytes(out), footer, change)


def edited(data: bytes, change: Callable[[Struct], object]) -> bytes:
    """The file with another footer; its pages stay where they are."""
    body, footer = opened(data)
    return _closed(body, footer, change)


def opened(data: bytes) -> tuple[bytes, Struct]:
    """What stands before the footer, and the footer."""
    (length,) = struct.unpack("<I", data[-8:-4])
    return data[: -8 - length], Reader(data[-8 - length : -8]).struct()


def _closed(body: bytes, footer: Struct, change: Callable[[Struct], object] | None) -> bytes:
    if change is not None:
        change(footer)
    end = written(footer)
    return body + end + struct.pack("<I", len(end)) + MAGIC


def group(footer: Struct, at: int = 0) -> Struct:
    """A row group: 2 total_byte_size, 3 num_rows."""
    found: Struct = footer[4][1][1][at]
    return found


def chunk(footer: Struct, column: int, at: int = 0) -> Struct:
    """A column chunk's metadata: 1 type, 2 encodings, 3 path, 4 codec, 5 num_values, 6 and 7 total uncompressed and
    compressed size, 9 data_page_offset, 11 dictionary_page_offset."""
    found: Struct = group(footer, at)[1][1][1][column][3][1]
    return found


def element(footer: Struct, column: int) -> Struct:
    """A column's schema: 1 type, 2 type_length, 3 repetition, 4 name, 5 num_children, 6 converted_type, 7 scale,
    8 precision, 10 logical type. Column -1 is the root."""
    found: Struct = footer[2][1][1][column + 1]
    return found


def _root(children: int) -> Struct:
    return {4: (BINARY, b"schema"), 5: (I32, children)}


def _element(column: Column) -> Struct:
    numbers = {2: column.length, 6: column.converted, 7: column.scale, 8: column.precision}
    fields: Struct = {
        1: (I32, column.kind),
        3: (I32, int(column.optional)),
        4: (BINARY, column.name.encode()),
        **{number: (I32, value) for number, value in numbers.items() if value is not None},
    }
    return fields if column.logical is None else {**fields, 10: (STRUCT, column.logical)}


def _chunk(out: bytearray, column: Column, values: Sequence[object], codec: int, v2: bool) -> Struct:
    begun = len(out)
    present = [value for value in values if value is not None]
    fields: Struct = {}
    if column.dictionary:
        distinct = list(dict.fromkeys(present))
        page = b"".join(_plain(column, value) for value in distinct)
        head = {7: (STRUCT, {1: (I32, len(distinct)), 2: (I32, PLAIN)})}
        _page(out, DICTIONARY_PAGE, head, b"", page, codec)
        fields[11] = (I64, begun)
        width = max(1, (len(distinct) - 1).bit_length())
        body = bytes([width]) + _runs([distinct.index(value) for value in present], width)
    else:
        body = b"".join(_plain(column, value) for value in present)
    if column.kind == BOOLEAN:
        body = _bits(present)
    offset = len(out)
    levels = _runs([int(value is not None) for value in values], 1) if column.optional else b""
    encoding = RLE_DICTIONARY if column.dictionary else PLAIN
    if v2:
        counts = {1: len(values), 2: len(values) - len(present), 3: len(values), 4: encoding, 5: len(levels), 6: 0}
        head = {8: (STRUCT, {**{number: (I32, value) for number, value in counts.items()}, 7: (TRUE, codec != 0)})}
        _page(out, DATA_PAGE_V2, head, levels, body, codec)
    else:
        counts = {1: len(values), 2: encoding, 3: RLE, 4: RLE}
        head = {5: (STRUCT, {number: (I32, value) for number, value in counts.items()})}
        prefix = struct.pack("<I", len(levels)) + levels if column.optional else b""
        _page(out, DATA_PAGE, head, b"", prefix + body, codec)
    size = len(out) - begun
    metadata: Struct = {
        1: (I32, column.kind),
        2: (LIST, (I32, [PLAIN, RLE, *([RLE_DICTIONARY] if column.dictionary else [])])),
        3: (LIST, (BINARY, [column.name.encode()])),
        4: (I32, codec),
        5: (I64, len(values)),
        6: (I64, size),
        7: (I64, size),
        9: (I64, offset),
        **fields,
    }
    return {2: (I64, begun), 3: (STRUCT, metadata)}


def _page(out: bytearray, kind: int, head: Struct, levels: bytes, body: bytes, codec: int) -> None:
    packed = body
    if codec == GZIP:
        deflated = zlib.compressobj(6, zlib.DEFLATED, 31)
        packed = deflated.compress(body) + deflated.flush()
    sizes = {2: (I32, len(levels) + len(body)), 3: (I32, len(levels) + len(packed))}
    out += written({1: (I32, kind), **sizes, **head}) + levels + packed


def _plain(column: Column, value: object) -> bytes:
    if column.kind in FORMATS:
        return struct.pack(FORMATS[column.kind], value)
    data = value if isinstance(value, bytes) else str(value).encode()
    if column.kind == BYTES:
        return struct.pack("<I", len(data)) + data
    return b"" if column.kind == BOOLEAN else data


def _bits(values: Sequence[object]) -> bytes:
    number = sum(1 << at for at, value in enumerate(values) if value)
    return number.to_bytes((len(values) + 7) // 8, "little")


def _runs(values: Sequence[int], width: int) -> bytes:
    """Run-length encoded, each value a run of its own."""
    return b"".join(b"\x02" + value.to_bytes((width + 7) // 8, "little") for value in values)
