"""What a Parquet column holds, as its footer says, whatever any reader would make of it."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Literal

from msgspec import Struct


class Physical(IntEnum):
    """How values are stored."""

    BOOLEAN = 0
    INT32 = 1
    INT64 = 2
    INT96 = 3
    FLOAT = 4
    DOUBLE = 5
    BYTE_ARRAY = 6
    FIXED_LEN_BYTE_ARRAY = 7


PHYSICAL_NAMES = {
    Physical.BOOLEAN: "boolean",
    Physical.INT32: "int32",
    Physical.INT64: "int64",
    Physical.INT96: "timestamp",
    Physical.FLOAT: "float32",
    Physical.DOUBLE: "float64",
    Physical.BYTE_ARRAY: "binary",
    Physical.FIXED_LEN_BYTE_ARRAY: "binary",
}
# Numbers of the fields of the union LogicalType.
STRING, MAP, LIST, ENUM, DECIMAL, DATE, TIME, TIMESTAMP, INTEGER = 1, 2, 3, 4, 5, 6, 7, 8, 10
LOGICAL_NAMES = {
    MAP: "map", LIST: "list", DATE: "date", TIME: "time", TIMESTAMP: "timestamp", 11: "null", 12: "json",
    13: "bson", 14: "uuid", 15: "float16", 16: "variant", 17: "geometry", 18: "geography",
}  # fmt: skip
# The older annotations, by their numbers, as the newer ones: name, or (bits, signed) of an integer.
CONVERTED_NAMES = {
    0: "string", 1: "map", 2: "map", 3: "list", 4: "enum", 6: "date", 7: "time", 8: "time", 9: "timestamp",
    10: "timestamp", 19: "json", 20: "bson", 21: "interval",
}  # fmt: skip
CONVERTED_INTEGERS = {
    11: (8, False), 12: (16, False), 13: (32, False), 14: (64, False),
    15: (8, True), 16: (16, True), 17: (32, True), 18: (64, True),
}  # fmt: skip
CONVERTED_DECIMAL = 5
# Units of moments, by their numbers in the annotation, and the older annotations, which always mean UTC.
TIME_UNITS: dict[int, Literal["ms", "us", "ns"]] = {1: "ms", 2: "us", 3: "ns"}
CONVERTED_TIMESTAMPS: dict[int, Literal["ms", "us"]] = {9: "ms", 10: "us"}
# Signed and unsigned integers of 8 to 64 bits, as the older annotations write them.
INTEGER_ANNOTATIONS = {kind: number for number, kind in CONVERTED_INTEGERS.items()}
# What can be read as numbers: beyond 38 digits no engine of ours has a decimal.
MOST_DIGITS = 38


class ColumnType(Struct, frozen=True):
    """`kind` is how its values can be read, `name` what people call it. `ms`, `us` and `ns` are moments, in UTC.

    `converted`, `scale` and `precision` say the same to a reader of Parquet, in the annotations that all of them know.
    """

    kind: Literal[
        "text", "integer", "float32", "float64", "decimal", "boolean", "date", "ms", "us", "ns", "null", "other"
    ]
    name: str
    physical: int | None = None
    length: int | None = None
    converted: int | None = None
    scale: int | None = None
    precision: int | None = None


def column_type(element: dict[int, Any]) -> ColumnType:
    """The type of a column of the top level, by its element of the schema."""
    logical: dict[int, Any] = element.get(10, {})
    converted: int = element.get(6, -1)
    annotation = next(iter(logical), None)
    if element.get(5):
        nested = LOGICAL_NAMES.get(annotation or 0) or CONVERTED_NAMES.get(converted)
        return ColumnType("other", nested or "struct")
    if element.get(3) == 2:
        return ColumnType("other", "list")
    physical: int = element.get(1, -1)
    if physical not in PHYSICAL_NAMES:
        return ColumnType("other", f"of the unknown number {physical}")
    if annotation is not None and annotation not in (STRING, ENUM, DECIMAL, INTEGER):
        name = LOGICAL_NAMES.get(annotation, f"of the unknown number {annotation}")
        if name == "null":
            return ColumnType("null", name, physical, element.get(2))
        if annotation == DATE and physical == Physical.INT32:
            return ColumnType("date", name, physical)
        if annotation == TIMESTAMP and physical == Physical.INT64:
            return _timestamp(logical[TIMESTAMP])
        return ColumnType("other", name)
    if annotation == DECIMAL:
        return _decimal(element, scale=logical[DECIMAL].get(1), precision=logical[DECIMAL].get(2))
    if annotation is None and converted == CONVERTED_DECIMAL:
        return _decimal(element, scale=element.get(7), precision=element.get(8))
    if annotation == INTEGER:
        return _integer(physical, bits=logical[INTEGER].get(1), signed=logical[INTEGER].get(2))
    if annotation is None and converted in CONVERTED_INTEGERS:
        bits, signed = CONVERTED_INTEGERS[converted]
        return _integer(physical, bits=bits, signed=signed)
    named = "string" if annotation == STRING else "enum" if annotation == ENUM else CONVERTED_NAMES.get(converted)
    if named in ("string", "enum") and physical == Physical.BYTE_ARRAY:
        return ColumnType("text", named, physical, converted=0)
    if named == "date" and physical == Physical.INT32:
        return ColumnType("date", named, physical)
    if converted in CONVERTED_TIMESTAMPS and physical == Physical.INT64:
        return ColumnType(CONVERTED_TIMESTAMPS[converted], "timestamp", physical)
    if named is not None:
        return ColumnType("other", named)
    return _plain(physical)


def _timestamp(annotation: dict[int, Any]) -> ColumnType:
    """A moment, if the writer says that it is in UTC: without a zone nobody knows when it was."""
    unit = next((name for number, name in TIME_UNITS.items() if number in annotation.get(2, {})), None)
    if not annotation.get(1) or unit is None:
        return ColumnType("other", "timestamp")
    return ColumnType(unit, "timestamp", Physical.INT64)


def _plain(physical: int) -> ColumnType:
    name = PHYSICAL_NAMES[Physical(physical)]
    if physical in (Physical.INT32, Physical.INT64):
        return ColumnType("integer", name, physical)
    if physical == Physical.FLOAT:
        return ColumnType("float32", name, physical)
    if physical == Physical.BOOLEAN:
        return ColumnType("boolean", name, physical)
    return ColumnType("float64" if physical == Physical.DOUBLE else "other", name, physical)


def _integer(physical: int, *, bits: int | None, signed: bool | None) -> ColumnType:
    name = f"{'' if signed else 'u'}int{bits}"
    right = Physical.INT64 if bits == 64 else Physical.INT32
    converted = INTEGER_ANNOTATIONS.get((bits or 0, bool(signed)))
    if physical != right or converted is None:
        return ColumnType("other", name)
    return ColumnType("integer", name, physical, converted=converted)


def _decimal(element: dict[int, Any], *, scale: int | None, precision: int | None) -> ColumnType:
    name = f"decimal({precision},{scale or 0})"
    physical, length = element[1], element.get(2)
    stored = physical in (Physical.INT32, Physical.INT64, Physical.BYTE_ARRAY) or (
        physical == Physical.FIXED_LEN_BYTE_ARRAY and length is not None and 0 < length <= 16
    )
    if not stored or precision is None or not 0 <= (scale or 0) <= precision <= MOST_DIGITS or precision == 0:
        return ColumnType("other", name)
    return ColumnType("decimal", name, physical, length, CONVERTED_DECIMAL, scale or 0, precision)
