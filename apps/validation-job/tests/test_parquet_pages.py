"""Parquet pages: a header that lies is told as damage, before a reader believes it."""

from __future__ import annotations

import random
import zlib
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from parquet_support import (
    CHUNKS,
    COMPRESSED,
    DATA_PAGE,
    DICTIONARY_PAGE,
    GROUPS,
    META,
    UNCOMPRESSED,
    encoded,
    with_footer,
)
from support import row, validate

from pos_validation.formats.thrift import ThriftReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

QUANTITY = 3


@pytest.fixture
def plain(tmp_path: Path) -> bytes:
    """Not compressed, and without dictionaries: numbers are pages of their values."""
    path = tmp_path / "x.parquet"
    frame = pl.DataFrame([row(f"T{n}", quantity=n + 1) for n in range(40)])
    frame.write_parquet(path, compression="uncompressed", statistics=False)
    return path.read_bytes()


def with_page(data: bytes, change: Callable[[dict[int, Any], bytes], tuple[dict[int, Any], bytes]]) -> bytes:
    """The file with the first data page of `quantity` changed. The column's part then lies behind all others."""
    length = int.from_bytes(data[-8:-4], "little")
    body, said = data[: -8 - length], {}
    with_footer(data, lambda fields: said.update(fields[GROUPS][0][CHUNKS][QUANTITY][META]))
    start = min(said[DATA_PAGE], said.get(DICTIONARY_PAGE, said[DATA_PAGE]))
    part = body[start : start + said[COMPRESSED]]
    begin, header = 0, {1: 2, 3: 0}
    reader = ThriftReader(part)
    while header[1] == 2:
        begin = reader.at + header[3]
        reader = ThriftReader(part, begin)
        header = reader.structure()
    end = reader.at + header[3]
    header, page = change(header, part[reader.at : end])
    new = part[:begin] + encoded(header) + page + part[end:]

    def footer(fields: dict[int, Any]) -> None:
        meta = fields[GROUPS][0][CHUNKS][QUANTITY][META]
        meta.update({COMPRESSED: len(new), UNCOMPRESSED: len(new), DATA_PAGE: len(body) + begin})
        if begin:
            meta[DICTIONARY_PAGE] = len(body)

    return with_footer(body + new + data[-8 - length :], footer)


def of_header(**said: Any) -> Callable[[dict[int, Any], bytes], tuple[dict[int, Any], bytes]]:
    numbers = {"kind": 1, "unpacked": 2, "size": 3, "checksum": 4, "of_data": 5}
    return lambda header, page: ({**header, **{numbers[name]: value for name, value in said.items()}}, page)


def of_values(count: int) -> Callable[[dict[int, Any], bytes], tuple[dict[int, Any], bytes]]:
    def change(header: dict[int, Any], page: bytes) -> tuple[dict[int, Any], bytes]:
        inner = 5 if 5 in header else 8
        return {**header, inner: {**header[inner], 1: count}}, page

    return change


DAMAGED = {
    "a size beyond the part": (of_header(size=1 << 30, unpacked=1 << 30), "a page's size can't be right"),
    "a size below none": (of_header(size=-5, unpacked=-5), "a page's size can't be right"),
    "more unpacked than 32 bits say": (of_header(unpacked=1 << 31), "a page's size can't be right"),
    "two sizes where nothing is compressed": (of_header(unpacked=0), "a page's sizes contradict each other"),
    "an unknown kind": (of_header(kind=9), "a page is of the unknown kind 9"),
    "a wrong checksum": (of_header(checksum=1), "a page fails its checksum"),
    "text in place of a size": (of_header(size=b"x"), "a page's header is damaged"),
    "a list in place of a header": (of_header(of_data=[1], kind=0), "a page's header is damaged"),
    "a page of zeros": (lambda header, page: ({}, page), "a page's header is damaged"),
}


@pytest.mark.parametrize(("change", "words"), DAMAGED.values(), ids=DAMAGED.keys())
def test_a_page_that_lies_is_told_as_damage(plain: bytes, change: Any, words: str, capfd: Any) -> None:
    found = validate("x.parquet", with_page(plain, change))
    assert [reason[0] for reason in found["reasons"]] == ["unreadable"]
    assert f"its data are damaged: in a part of quantity, {words}" in found["messages"][0]
    assert capfd.readouterr().err == ""


def test_a_page_as_it_was_and_one_with_its_checksum_are_read(plain: bytes) -> None:
    assert validate("x.parquet", with_page(plain, lambda header, page: (header, page)))["rows"] == (40, 40, 0)
    checked = with_page(plain, lambda header, page: ({**header, 4: zlib.crc32(page)}, page))
    assert validate("x.parquet", checked)["rows"] == (40, 40, 0)
    signed = with_page(plain, lambda header, page: ({**header, 4: zlib.crc32(page) - (1 << 32)}, page))
    assert validate("x.parquet", signed)["rows"] == (40, 40, 0)


@pytest.mark.parametrize("count", [-1, 0, 39, 41, 1 << 40])
def test_pages_with_other_numbers_of_values_are_damage(plain: bytes, count: int) -> None:
    found = validate("x.parquet", with_page(plain, of_values(count)))
    assert [reason[0] for reason in found["reasons"]] == ["unreadable"]


@pytest.mark.parametrize("compression", ["snappy", "zstd"])
def test_bytes_that_change_in_headers_never_end_the_process(compression: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    frame = pl.DataFrame([row(f"T{n}", quantity=n % 5 + 1) for n in range(300)])
    frame.write_parquet(path, compression=compression, row_group_size=100)
    data, chance = path.read_bytes(), random.Random(5)
    for _ in range(150):
        changed = bytearray(data)
        changed[chance.randrange(4, len(data))] = chance.randrange(256)
        assert validate("x.parquet", bytes(changed))["verdict"] in ("valid", "rejected")
