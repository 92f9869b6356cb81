"""Parquet files with a footer that says something else."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from pos_validation.formats.thrift import BINARY, DOUBLE, FALSE, I64, LIST, STRUCT, TRUE, ThriftReader

if TYPE_CHECKING:
    from collections.abc import Callable

# Numbers of the fields that tests change: of the footer, a schema element, a row group, a chunk and its metadata.
VERSION, SCHEMA, ROWS, GROUPS = 1, 2, 3, 4
PHYSICAL, LENGTH, NAME, CHILDREN, CONVERTED, SCALE, PRECISION, LOGICAL = 1, 2, 4, 5, 6, 7, 8, 10
CHUNKS, GROUP_ROWS = 1, 3
META = 3
ENCODINGS, PATH, CODEC, VALUES, UNCOMPRESSED, COMPRESSED, DATA_PAGE, DICTIONARY_PAGE = 2, 3, 4, 5, 6, 7, 9, 11


def with_footer(data: bytes, change: Callable[[dict[int, Any]], None]) -> bytes:
    """The file with its footer changed."""
    length = int.from_bytes(data[-8:-4], "little")
    fields = ThriftReader(data[-8 - length : -8]).structure()
    change(fields)
    footer = encoded(fields)
    return data[: -8 - length] + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def renamed(data: bytes, names: dict[str, str]) -> bytes:
    """The file with columns called otherwise."""

    def change(fields: dict[int, Any]) -> None:
        new = {old.encode(): name.encode() for old, name in names.items()}
        for element in fields[SCHEMA][1:]:
            element[NAME] = new.get(element[NAME], element[NAME])
        for group in fields[GROUPS]:
            for chunk in group[CHUNKS]:
                chunk[META][PATH] = [new.get(part, part) for part in chunk[META][PATH]]

    return with_footer(data, change)


def encoded(fields: dict[int, Any]) -> bytes:
    """A structure in Thrift's compact protocol, all of its whole numbers as 64-bit ones: only our reader sees it."""
    parts = []
    for number, value in sorted(fields.items()):
        kind = _kind(value)
        # The long form of a field's head: no delta, then the number.
        parts += [bytes([kind]), _varint(number << 1), b"" if kind in (TRUE, FALSE) else _value(value)]
    return b"".join([*parts, b"\0"])


def _kind(value: Any) -> int:
    if isinstance(value, bool):
        return TRUE if value else FALSE
    return {int: I64, bytes: BINARY, list: LIST, dict: STRUCT, float: DOUBLE}[type(value)]


def _value(value: Any) -> bytes:
    if isinstance(value, bool):
        return bytes([value])
    if isinstance(value, int):
        return _varint(value << 1 if value >= 0 else (-value << 1) - 1)
    if isinstance(value, bytes):
        return _varint(len(value)) + value
    if isinstance(value, list):
        kind = _kind(value[0]) if value else STRUCT
        return bytes([0xF0 | kind]) + _varint(len(value)) + b"".join(map(_value, value))
    return struct.pack("<d", value) if isinstance(value, float) else encoded(value)


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])
