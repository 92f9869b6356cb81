"""Parquet whose bytes or arithmetic are wrong: each is told within moments, and none is believed."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from pos_corpus.case import Case, Told, error, rejected, warning
from pos_corpus.parquet_bytes import (
    BYTES,
    GZIP,
    MAGIC,
    UTF8,
    Column,
    chunk,
    edited,
    element,
    group,
    opened,
    parquet,
)
from pos_corpus.parquet_files import columns
from pos_corpus.thrift import I32, I64, LIST, STRUCT, Reader, Struct, written

if TYPE_CHECKING:
    from collections.abc import Callable

REVENUE = 4


def whole(prefix: str) -> bytes:
    return parquet(*columns(prefix))


def damaged(name: str, change: Callable[[bytes], bytes], *, of: Callable[[str], bytes] = whole) -> Case:
    """The file after its bytes were changed."""
    return rejected(f"{name}.parquet", lambda prefix: change(of(prefix)), error("unreadable"))


def says(name: str, change: Callable[[Struct], object], *told: Told, of: Callable[[str], bytes] = whole) -> Case:
    """The file with a footer that says something else."""
    return rejected(f"{name}.parquet", lambda prefix: edited(of(prefix), change), *(told or [error("unreadable")]))


def put(fields: Struct, number: int, kind: int, value: object) -> None:
    fields[number] = (kind, value)


def millions(footer: Struct) -> None:
    """File and row group agree on a number that the columns don't have."""
    put(footer, 3, I64, 3_000_000)
    put(group(footer), 3, I64, 3_000_000)


def length(value: int) -> Callable[[bytes], bytes]:
    """Another length of the footer."""
    return lambda data: data[:-8] + struct.pack("<I", value & 0xFFFFFFFF) + MAGIC


def page_of(data: bytes, column: int) -> int:
    """Where the column's page begins."""
    offset: int = chunk(opened(data)[1], column)[9][1]
    return offset


def flipped(column: int, at: int) -> Callable[[bytes], bytes]:
    """A byte of the column's page turned round."""

    def change(data: bytes) -> bytes:
        place = page_of(data, column) + at
        return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]

    return change


def values_in_page(data: bytes, column: int, count: int) -> bytes:
    """The column's page with a header that counts its values otherwise, and a footer that fits the header's length."""
    body, footer = opened(data)
    place = page_of(data, column)
    reader = Reader(data, place)
    head = reader.struct()
    put(head[5][1], 1, I32, count)
    changed = written(head)
    grown = len(changed) - (reader.at - place)
    for other in range(len(group(footer)[1][1][1])):
        said = chunk(footer, other)
        put(said, 9, I64, said[9][1] + (grown if said[9][1] > place else 0))
    for size in (6, 7):
        put(chunk(footer, column), size, I64, chunk(footer, column)[size][1] + grown)
    end = written(footer)
    return body[:place] + changed + body[reader.at :] + end + struct.pack("<I", len(end)) + MAGIC


def bad_key(*_: object) -> bytes:
    """A key that is no UTF-8."""
    rest = columns("x", rows=1)[1:]
    return parquet(Column("transaction_id", BYTES, [b"caf\xe9"], converted=UTF8), *rest)


def with_dictionary(prefix: str) -> bytes:
    return parquet(*columns(prefix, dictionary=True))


def without_rows(data: bytes) -> bytes:
    """A footer alone, of a file whose pages are elsewhere."""
    _, footer = opened(data)
    end = written(footer)
    return MAGIC + end + struct.pack("<I", len(end)) + MAGIC


CASES = [
    # The frame around everything.
    damaged("empty-with-name", lambda _: MAGIC),
    damaged("two-magics", lambda _: MAGIC * 2),
    damaged("magics-and-a-length", lambda _: MAGIC + bytes(4) + MAGIC),
    damaged("cut-in-half", lambda data: data[: len(data) // 2]),
    damaged("cut-by-a-byte", lambda data: data[:-1]),
    damaged("cut-first-byte", lambda data: data[1:]),
    damaged("without-last-magic", lambda data: data[:-4]),
    damaged("other-last-magic", lambda data: data[:-4] + b"PARX"),
    rejected("encrypted-footer.parquet", lambda prefix: b"PARE" + whole(prefix)[4:-4] + b"PARE",
        error("unsupported_format")),
    damaged("zeros-behind", lambda data: data + bytes(16)),
    damaged("line-end-behind", lambda data: data + b"\n"),
    damaged("line-ends-rewritten", lambda data: data.replace(b"\n", b"\r\n") + b"\r\n"),
    damaged("read-as-text", lambda data: data.decode("utf-8", "replace").encode(),
        of=lambda prefix: parquet(*columns(prefix), codec=GZIP)),
    damaged("footer-longer-than-the-file", length(1 << 30)),
    damaged("footer-length-negative", length(-1)),
    damaged("footer-length-zero", length(0)),
    damaged("footer-length-short", length(20)),
    damaged("footer-of-zeros", lambda data: MAGIC + bytes(200) + struct.pack("<I", 200) + MAGIC),
    damaged("footer-of-ones", lambda data: MAGIC + b"\xff" * 200 + struct.pack("<I", 200) + MAGIC),
    damaged("footer-alone", without_rows),
    # What the footer says.
    says("row-group-of-quadrillions", lambda footer: put(group(footer), 3, I64, 2251782633824244)),
    says("row-group-of-minus-one", lambda footer: put(group(footer), 3, I64, -1)),
    says("row-group-of-one-too-many", lambda footer: put(group(footer), 3, I64, 4)),
    says("row-group-of-one-too-few", lambda footer: put(group(footer), 3, I64, 2)),
    says("rows-of-quadrillions", lambda footer: put(footer, 3, I64, 2251782633824244)),
    says("rows-of-minus-one", lambda footer: put(footer, 3, I64, -1)),
    says("rows-one-too-many", lambda footer: put(footer, 3, I64, 4)),
    says("rows-one-too-few", lambda footer: put(footer, 3, I64, 2)),
    says("rows-and-group-of-millions", millions),
    says("column-of-one-value-too-few", lambda footer: put(chunk(footer, REVENUE), 5, I64, 2)),
    says("column-of-minus-one-values", lambda footer: put(chunk(footer, REVENUE), 5, I64, -1)),
    says("column-of-quadrillions", lambda footer: put(chunk(footer, REVENUE), 5, I64, 1 << 50)),
    says("page-beyond-the-file", lambda footer: put(chunk(footer, REVENUE), 9, I64, 1 << 40)),
    says("page-before-the-file", lambda footer: put(chunk(footer, REVENUE), 9, I64, -8)),
    says("page-in-the-magic", lambda footer: put(chunk(footer, REVENUE), 9, I64, 0)),
    says("page-in-the-middle", lambda footer: put(chunk(footer, REVENUE), 9, I64,
        chunk(footer, REVENUE)[9][1] + 3)),
    says("column-longer-than-the-file", lambda footer: put(chunk(footer, REVENUE), 7, I64, 1 << 40)),
    says("column-of-negative-size", lambda footer: put(chunk(footer, REVENUE), 7, I64, -1)),
    says("other-codec", lambda footer: put(chunk(footer, REVENUE), 4, I32, 1)),
    says("unknown-codec", lambda footer: put(chunk(footer, REVENUE), 4, I32, 99), error("unsupported_format")),
    says("group-without-columns", lambda footer: put(group(footer), 1, LIST, (STRUCT, []))),
    says("group-without-the-last-column", lambda footer: group(footer)[1][1][1].pop()),
    says("more-children-than-columns", lambda footer: put(element(footer, -1), 5, I32, 99)),
    says("fewer-children-than-columns", lambda footer: put(element(footer, -1), 5, I32, 5)),
    says("negative-children", lambda footer: put(element(footer, -1), 5, I32, -1)),
    says("no-schema", lambda footer: put(footer, 2, LIST, (STRUCT, []))),
    says("repetition-unknown", lambda footer: put(element(footer, REVENUE), 3, I32, 7)),
    says("repetition-of-the-key-unknown", lambda footer: put(element(footer, 0), 3, I32, 7)),
    says("repetition-left-out", lambda footer: element(footer, REVENUE).pop(3)),
    says("repeated-column", lambda footer: put(element(footer, REVENUE), 3, I32, 2),
        error("wrong_column_type", "revenue")),
    says("unknown-type", lambda footer: put(element(footer, REVENUE), 1, I32, 77),
        error("wrong_column_type", "revenue")),
    says("name-that-is-no-utf-8", lambda footer: put(element(footer, REVENUE), 4, 8, b"\xff\xfe"),
        error("missing_column", "revenue"), warning("unexpected_column", "\\xff\\xfe")),
    says("dictionary-beyond-the-file", lambda footer: put(chunk(footer, REVENUE), 11, I64, 1 << 40),
        of=with_dictionary),
    # What the pages hold.
    damaged("page-header-damaged", flipped(REVENUE, 0)),
    damaged("page-size-damaged", flipped(REVENUE, 3)),
    damaged("page-of-one-value-too-many", lambda data: values_in_page(data, REVENUE, 4)),
    damaged("page-of-one-value-too-few", lambda data: values_in_page(data, REVENUE, 2)),
    damaged("page-of-millions", lambda data: values_in_page(data, REVENUE, 60_000_000)),
    damaged("page-of-no-values", lambda data: values_in_page(data, REVENUE, 0)),
    damaged("page-of-minus-one-values", lambda data: values_in_page(data, REVENUE, -1)),
    damaged("gzip-page-damaged", flipped(REVENUE, 40), of=lambda prefix: parquet(*columns(prefix), codec=GZIP)),
    damaged("key-is-no-utf-8", lambda data: data, of=bad_key),
]  # fmt: skip
