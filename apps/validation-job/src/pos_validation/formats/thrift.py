"""Thrift's compact protocol, as far as a Parquet footer needs it: strict, and bounded by the bytes that are there."""

from __future__ import annotations

import struct
from typing import Any

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT, UUID = range(1, 14)
# Parquet's own structures nest half as deep.
DEEPEST = 24
TOO_EARLY = "it ends too early"
_DOUBLE = struct.Struct("<d")


class ThriftError(Exception):
    """The bytes are not what they should be."""


# What reading a structure that is not the expected one may raise.
MALFORMED = (ThriftError, KeyError, IndexError, TypeError, ValueError, AttributeError)


def number(fields: dict[int, Any], at: int) -> int:
    """The whole number in a field. Raises one of `MALFORMED` if there is none."""
    value = fields[at]
    if type(value) is not int:
        raise ThriftError("a number is something else")
    return value


class ThriftReader:
    """Reads structures as dictionaries: field number → int, bool, float, bytes, list or dictionary."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        """Read from index `at` on."""
        self._data = data
        self._at = at

    @property
    def at(self) -> int:
        """The index after what was read."""
        return self._at

    def structure(self, depth: int = 0) -> dict[int, Any]:
        """The structure that begins here. Raises `ThriftError`."""
        try:
            return self._structure(depth)
        except IndexError:
            raise ThriftError(TOO_EARLY) from None

    def _structure(self, depth: int) -> dict[int, Any]:
        # Small numbers and texts are read here: a footer has thousands, and calls are what costs.
        if depth > DEEPEST:
            raise ThriftError("it is nested too deeply")
        data, at = self._data, self._at
        fields: dict[int, Any] = {}
        last = 0
        while True:
            head = data[at]
            if head == 0:
                self._at = at + 1
                return fields
            at += 1
            kind = head & 0x0F
            if head > 0x0F:
                last += head >> 4
            else:
                self._at = at
                last = self._number()
                at = self._at
            if last in fields:
                raise ThriftError(f"field {last} comes twice")
            if kind <= FALSE:
                fields[last] = kind == TRUE
            elif I16 <= kind <= I64 and data[at] < 0x80:
                fields[last] = (data[at] >> 1) ^ -(data[at] & 1)
                at += 1
            elif kind == BINARY and data[at] < 0x80:
                end = at + 1 + data[at]
                if end > len(data):
                    raise ThriftError(TOO_EARLY)
                fields[last] = data[at + 1 : end]
                at = end
            else:
                self._at = at
                fields[last] = self._value(kind, depth)
                at = self._at

    def _value(self, kind: int, depth: int) -> Any:
        if kind in (I16, I32, I64):
            return self._number()
        if kind == BINARY:
            return self._bytes(self._unsigned())
        if kind == STRUCT:
            return self._structure(depth + 1)
        if kind in (LIST, SET):
            return self._list(depth)
        if kind == DOUBLE:
            return _DOUBLE.unpack(self._bytes(8))[0]
        if kind in (TRUE, FALSE):
            return self._bytes(1) == b"\x01"
        if kind == BYTE:
            return self._bytes(1)[0]
        if kind == UUID:
            return self._bytes(16)
        if kind == MAP:
            return self._map(depth)
        raise ThriftError(f"it has a value of the unknown kind {kind}")

    def _list(self, depth: int) -> list[Any]:
        head = self._data[self._at]
        self._at += 1
        count, kind = head >> 4, head & 0x0F
        if count == 15:
            count = self._unsigned()
        self._there(count)
        if kind == STRUCT:
            return [self._structure(depth + 1) for _ in range(count)]
        if depth > DEEPEST:
            raise ThriftError("it is nested too deeply")
        return [self._value(kind, depth + 1) for _ in range(count)]

    def _map(self, depth: int) -> list[Any]:
        count = self._unsigned()
        if count == 0:
            return []
        self._there(count)
        kinds = self._bytes(1)[0]
        if depth > DEEPEST:
            raise ThriftError("it is nested too deeply")
        return [(self._value(kinds >> 4, depth + 1), self._value(kinds & 0x0F, depth + 1)) for _ in range(count)]

    def _number(self) -> int:
        value = self._unsigned()
        return (value >> 1) ^ -(value & 1)

    def _unsigned(self) -> int:
        data, at = self._data, self._at
        byte = data[at]
        at += 1
        value, shift = byte & 0x7F, 7
        while byte & 0x80:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if shift > 70:
                raise ThriftError("a number is longer than 64 bits")
        self._at = at
        return value

    def _bytes(self, size: int) -> bytes:
        self._there(size)
        value = self._data[self._at : self._at + size]
        self._at += size
        return value

    def _there(self, size: int) -> None:
        """Whatever is counted takes at least a byte each."""
        if size > len(self._data) - self._at:
            raise ThriftError(TOO_EARLY)


_BYTES = [bytes([value]) for value in range(0x100)]


class ThriftWriter:
    """Writes one structure; fields come in ascending order."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._last = 0

    def i32(self, number: int, value: int | None) -> ThriftWriter:
        return self._put(number, I32, None if value is None else _zigzag(value))

    def i64(self, number: int, value: int | None) -> ThriftWriter:
        return self._put(number, I64, None if value is None else _zigzag(value))

    def binary(self, number: int, value: bytes) -> ThriftWriter:
        return self._put(number, BINARY, _sized(value))

    def structure(self, number: int, value: bytes) -> ThriftWriter:
        return self._put(number, STRUCT, value)

    def structures(self, number: int, values: list[bytes]) -> ThriftWriter:
        return self._put(number, LIST, _list(STRUCT, values))

    def binaries(self, number: int, values: list[bytes]) -> ThriftWriter:
        return self._put(number, LIST, _list(BINARY, [_sized(value) for value in values]))

    def i32s(self, number: int, values: list[int]) -> ThriftWriter:
        return self._put(number, LIST, _list(I32, [_zigzag(value) for value in values]))

    def end(self) -> bytes:
        """The structure's bytes."""
        return b"".join([*self._parts, b"\0"])

    def _put(self, number: int, kind: int, value: bytes | None) -> ThriftWriter:
        if value is not None:
            self._parts += _BYTES[(number - self._last) << 4 | kind], value
            self._last = number
        return self


def _list(kind: int, values: list[bytes]) -> bytes:
    head = bytes([len(values) << 4 | kind]) if len(values) < 15 else bytes([0xF0 | kind]) + _varint(len(values))
    return b"".join([head, *values])


def _sized(value: bytes) -> bytes:
    return _varint(len(value)) + value


def _zigzag(value: int) -> bytes:
    return _varint(value << 1 if value >= 0 else (-value << 1) - 1)


def _varint(value: int) -> bytes:
    if value <= 0x7F:
        return _BYTES[value]
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)
