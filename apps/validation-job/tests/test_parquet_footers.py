"""Parquet footers: what they say is checked before it is believed, and what nobody asked for is not read."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest
from msgspec.structs import replace
from parquet_support import (
    CHILDREN,
    CHUNKS,
    CODEC,
    COMPRESSED,
    CONVERTED,
    DATA_PAGE,
    ENCODINGS,
    GROUP_ROWS,
    GROUPS,
    LENGTH,
    LOGICAL,
    META,
    PATH,
    PHYSICAL,
    PRECISION,
    ROWS,
    SCALE,
    SCHEMA,
    UNCOMPRESSED,
    VALUES,
    renamed,
    with_footer,
)  # fmt: skip
from support import EVENT_TIME, gz, parquet, row, validate, with_policies

from pos_job_runtime.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TWO = pl.DataFrame([row(), row("T2")])
PLAIN = parquet(TWO)
EXTRA = parquet(TWO.with_columns(pl.Series("extra", [1, 2])))


def changed(data: bytes, change: Callable[[dict[int, Any]], object]) -> bytes:
    return with_footer(data, lambda fields: change(fields) and None)


def of_all_rows(count: int) -> Callable[[dict[int, Any]], None]:
    def change(fields: dict[int, Any]) -> None:
        fields[ROWS] = count
        for group in fields[GROUPS]:
            group[GROUP_ROWS] = count
            for chunk in group[CHUNKS]:
                chunk[META][VALUES] = count

    return change


def of_chunk(column: int, **said: Any) -> Callable[[dict[int, Any]], None]:
    numbers = {
        "codec": CODEC, "values": VALUES, "encodings": ENCODINGS, "compressed": COMPRESSED,
        "uncompressed": UNCOMPRESSED,
        "data_page": DATA_PAGE, "path": PATH, "physical": PHYSICAL,
    }  # fmt: skip

    def change(fields: dict[int, Any]) -> None:
        for name, value in said.items():
            fields[GROUPS][0][CHUNKS][column][META][numbers[name]] = value

    return change


DAMAGED: dict[str, tuple[Callable[[dict[int, Any]], object], str]] = {
    "more rows in a group than in the file": (
        lambda f: f[GROUPS][0].update({GROUP_ROWS: 2_251_782_633_824_244}),
        "it says 2 rows, but its row groups add up to 2,251,782,633,824,244",
    ),
    "fewer rows than none": (lambda f: (f.update({ROWS: -2}), f[GROUPS][0].update({GROUP_ROWS: -2})), "-2"),
    "a column with other rows": (of_chunk(3, values=3), "a row group of 2 rows has 3 values of quantity"),
    "a part behind the end": (of_chunk(3, compressed=1 << 40), "a part of quantity lies outside of the file"),
    "a part before the beginning": (of_chunk(3, data_page=-4), "a part of quantity lies outside of the file"),
    "a size below none": (of_chunk(3, uncompressed=-1), "a part of quantity lies outside of the file"),
    "another column's name": (of_chunk(3, path=[b"revenue"]), "said to be of another column or type"),
    "another type": (of_chunk(3, physical=5), "said to be of another column or type"),
    "a column too few in a row group": (lambda f: f[GROUPS][0][CHUNKS].pop(), "another number of columns"),
    "more children than there are": (lambda f: f[SCHEMA][0].update({CHILDREN: 9}), "damaged"),
    "fewer children than there are": (lambda f: f[SCHEMA][0].update({CHILDREN: 6}), "its schema does not add up"),
    "no schema": (lambda f: f.pop(SCHEMA), "it lacks what every Parquet file has"),
    "numbers where names belong": (lambda f: f[SCHEMA][1].update({4: 7}), "it lacks what every Parquet file has"),
}


@pytest.mark.parametrize(("change", "words"), DAMAGED.values(), ids=DAMAGED.keys())
def test_a_footer_that_does_not_add_up_is_told_as_damage(
    change: Callable[[dict[int, Any]], object], words: str
) -> None:
    found = validate("x.parquet", changed(PLAIN, change))
    assert (found["verdict"], found["reasons"]) == ("rejected", [("unreadable", None, [None], [None])])
    assert words in found["messages"][0]


def test_rows_that_are_promised_but_not_there_are_told_as_damage() -> None:
    for count in (3, 1000, 100_000_000):
        found = validate("x.parquet", changed(PLAIN, of_all_rows(count)))
        assert [reason[0] for reason in found["reasons"]] == ["unreadable"], count


def test_more_rows_than_a_file_may_have_are_refused_unread() -> None:
    found = validate("x.parquet", changed(PLAIN, of_all_rows(1_500_000_000)))
    assert found["messages"] == ["The file has 1,500,000,000 rows; at most 200,000,000 rows are accepted."]


def test_more_bytes_than_a_file_may_unpack_to_are_refused_unread() -> None:
    found = validate("x.parquet", changed(PLAIN, of_chunk(3, uncompressed=10**12)))
    assert found["messages"] == ["The file has 1,000 GB; at most 20 GB are accepted."]


OTHER_KINDS: dict[str, tuple[bytes, str]] = {
    "encrypted": (b"PARE" + PLAIN[4:-4] + b"PARE", "it is encrypted Parquet; send it without encryption"),
    "encrypted columns": (changed(PLAIN, lambda f: f.update({8: {1: {}}})), "it is encrypted Parquet"),
    "LZO": (changed(PLAIN, of_chunk(3, codec=3)), "compressed with LZO; use Snappy, gzip, Zstandard or none"),
    "a codec of tomorrow": (changed(PLAIN, of_chunk(3, codec=99)), "compressed with codec 99"),
    "an encoding of tomorrow": (changed(PLAIN, of_chunk(3, encodings=[0, 77])), "in a newer encoding (number 77)"),
    "data in other files": (
        changed(PLAIN, lambda f: f[GROUPS][0][CHUNKS][3].update({1: b"other.parquet"})),
        "whose data lie in other files",
    ),
}


@pytest.mark.parametrize(("data", "words"), OTHER_KINDS.values(), ids=OTHER_KINDS.keys())
def test_parquet_of_another_kind_is_told_as_what_it_is(data: bytes, words: str) -> None:
    found = validate("x.parquet", data)
    assert [reason[0] for reason in found["reasons"]] == ["unsupported_format"]
    assert words in found["messages"][0]


def as_type(element: dict[int, Any]) -> Callable[[dict[int, Any]], None]:
    """The last column, said to be of another type, in its chunk as well."""

    def change(fields: dict[int, Any]) -> None:
        last = fields[SCHEMA][-1]
        for number in (PHYSICAL, LENGTH, CONVERTED, SCALE, PRECISION, LOGICAL):
            last.pop(number, None)
        last.update(element)
        fields[GROUPS][0][CHUNKS][-1][META][PHYSICAL] = element[PHYSICAL]

    return change


TYPES = {
    "date": {PHYSICAL: 1, LOGICAL: {6: {}}},
    "time": {PHYSICAL: 2, LOGICAL: {7: {1: True, 2: {2: {}}}}},
    "timestamp": {PHYSICAL: 3},
    "boolean": {PHYSICAL: 0},
    "binary": {PHYSICAL: 6},
    "string": {PHYSICAL: 6, CONVERTED: 0},
    "json": {PHYSICAL: 6, LOGICAL: {12: {}}},
    "uuid": {PHYSICAL: 7, LENGTH: 16, LOGICAL: {14: {}}},
    "float16": {PHYSICAL: 7, LENGTH: 2, LOGICAL: {15: {}}},
    "variant": {PHYSICAL: 6, LOGICAL: {16: {}}},
    "geometry": {PHYSICAL: 6, LOGICAL: {17: {}}},
    "interval": {PHYSICAL: 7, LENGTH: 12, CONVERTED: 21},
    "decimal(60,4)": {PHYSICAL: 7, LENGTH: 26, CONVERTED: 5, SCALE: 4, PRECISION: 60},
    "of the unknown number 42": {PHYSICAL: 42},
}


@pytest.mark.parametrize(("name", "element"), TYPES.items(), ids=TYPES.keys())
def test_a_type_that_is_not_read_harms_only_where_the_contract_needs_the_column(
    name: str, element: dict[int, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    ignored = validate("x.parquet", changed(EXTRA, as_type(element)))
    assert (ignored["verdict"], [reason[:2] for reason in ignored["reasons"]]) == (
        "valid",
        [("unexpected_column", "extra")],
    )
    wanted = validate("x.parquet", changed(PLAIN, as_type(element)))
    assert wanted["reasons"] == [("wrong_column_type", "timestamp", [None], [name])]
    assert f'The column "timestamp" has the type {name};' in wanted["messages"][0]
    assert capfd.readouterr().err == ""


def test_nested_columns_are_told_by_their_kind_and_passed_when_they_are_not_needed(tmp_path: Path) -> None:
    path = tmp_path / "nested.parquet"
    columns = "'T1' AS transaction_id, 1 AS store_id, 2 AS product_id, 3 AS quantity, 4.5 AS revenue"
    nested = "{'b': 1, 'c': [{'revenue': 9}]} AS a, MAP {'k': MAP {'x': 1}} AS m, INTERVAL 1 DAY AS i, [] AS l"
    sold = int(EVENT_TIME) - 1000
    duckdb.execute(f"COPY (SELECT {nested}, {columns}, {sold} AS timestamp) TO '{path}'")
    assert validate("x.parquet", path.read_bytes())["rows"] == (1, 1, 0)
    for value, kind in (("{'b': 1}", "struct"), ("[1]", "list"), ("MAP {'k': 1}", "map")):
        duckdb.execute(f"COPY (SELECT {columns}, {value} AS timestamp) TO '{path}'")
        found = validate("x.parquet", path.read_bytes())
        assert found["reasons"] == [("wrong_column_type", "timestamp", [None], [kind])]


def test_a_time_zone_that_nobody_knows_in_an_ignored_column(capfd: pytest.CaptureFixture[str]) -> None:
    moments = pl.Series("extra", [1, 2]).cast(pl.Datetime("us")).dt.replace_time_zone("Asia/Kolkata")
    found = validate("x.parquet", parquet(TWO.with_columns(moments)))
    assert (found["verdict"], capfd.readouterr().err) == ("valid", "")


ODD_NAMES = ("Revenue", "a.b", "line", "source_file", "file_index", "filename", "revenue__wrong", "revenue__value",
             "revenue__reason", "__index_level_0__", "schema", "revenue ", "*", "extra=1", "ä")  # fmt: skip


@pytest.mark.parametrize("name", ODD_NAMES)
@pytest.mark.parametrize("always_exact", [False, True], ids=["fast", "exact"])
def test_a_column_that_is_called_like_something_of_ours_is_just_ignored(name: str, always_exact: bool) -> None:
    data = parquet(TWO.with_columns(pl.Series(name, [70, 80])).select(pl.col(name), pl.exclude(name)))
    found = validate("x.parquet", data, always_exact=always_exact, collect=True)
    reasons = [reason[:2] for reason in found["reasons"]]
    assert (found["verdict"], reasons) == ("valid", [("unexpected_column", visible(name))])
    assert [str(value) for value in found["validated"]["revenue"]] == ["4.5000", "4.5000"]


def test_two_columns_of_one_name_are_refused_and_two_without_a_name_are_not() -> None:
    twice = renamed(EXTRA, {"extra": "revenue"})
    assert validate("x.parquet", twice)["reasons"] == [("duplicate_column", "revenue", [None], ["revenue"])]
    two_more = parquet(TWO.with_columns(pl.Series("e1", [1, 2]), pl.Series("e2", [1, 2])))
    assert validate("x.parquet", renamed(two_more, {"e1": "", "e2": ""}))["verdict"] == "valid"
    assert validate("x.parquet", renamed(two_more, {"e2": "e1"}))["verdict"] == "rejected"


@pytest.mark.parametrize("codec", ["uncompressed", "snappy", "gzip", "brotli", "zstd", "lz4"])
def test_every_codec_that_is_read(codec: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    frame = pl.concat([TWO.with_columns(pl.lit(f"K{n}").alias("transaction_id")).head(1) for n in range(500)])
    frame.write_parquet(path, compression=codec, row_group_size=60)
    assert validate("x.parquet", path.read_bytes())["rows"] == (500, 500, 0)
    assert validate("x.parquet.gz", gz(path.read_bytes()))["rows"] == (500, 500, 0)


def test_lines_count_on_over_row_groups_that_are_read_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("pos_validation.formats.parquet_rows.SLICE", 7)
    monkeypatch.setattr("pos_validation.formats.parquet_rows.LARGEST_IN_MEMORY", 700)
    path = tmp_path / "x.parquet"
    frame = pl.DataFrame([row(f"T{n}", quantity=None if n in (4, 33) else 1) for n in range(1, 41)])
    for size in (1, 3, 10, 40):
        frame.write_parquet(path, row_group_size=size)
        found = validate("x.parquet", path.read_bytes())
        assert found["reasons"] == [("missing_value", "quantity", [4, 33], [None, None])]
        assert found["rows"] == (40, 38, 2)


def test_a_claim_of_order_misleads_nobody() -> None:
    keys = pl.DataFrame([row("T1"), row("T2"), row("T1", quantity=9)])
    data = changed(parquet(keys), lambda f: f[GROUPS][0].update({4: [{1: 0, 2: False, 3: False}]}))
    assert validate("x.parquet", data)["reasons"] == [("duplicate_key", "transaction_id", [3], ["T1"])]


def test_a_limit_on_columns_holds() -> None:
    limits = with_policies().policies.largest_file
    few = with_policies(largest_file=replace(limits, columns=7))
    assert validate("x.parquet", EXTRA, plan_=few)["reasons"] == [("too_many_columns", None, [None], ["8"])]


def test_no_damage_is_unforeseen_or_reaches_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(7)
    footer = len(PLAIN) - 8 - int.from_bytes(PLAIN[-8:-4], "little")
    for _ in range(600):
        data = bytearray(EXTRA)
        for _ in range(chance.choice((1, 1, 2, 8))):
            data[chance.randrange(footer, len(data))] = chance.randrange(256)
        validate("x.parquet", bytes(data))
    assert capfd.readouterr().err == ""
