"""Many valid rows of one date lie in a part, a file as the curated table has them; the others in the file beside."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest
from runs import World
from support import NAMES, SOLD, parquet, plan

from pos_validation.evaluation import parts, validated
from pos_validation.evaluation.part_names import part_of
from pos_validation.evaluation.parts import ROWS_OF_A_PART, DatedParts
from pos_validation.evaluation.validated import StagedRows, polars_type

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400
# 2025-05-31 and the day before, in UTC.
FIRST = SOLD - SOLD % DAY
UTC = timezone.utc


def sent(rows: int, *, late: int, first: int = 0) -> pl.DataFrame:
    """Rows of one date, of which the first ones came late by a day."""
    number = pl.int_range(first, first + rows, eager=True)
    moments = FIRST + number % DAY - pl.when(number < first + late).then(DAY).otherwise(0)
    frame = pl.DataFrame({"number": number}).select(
        transaction_id=pl.format("T{}", "number"),
        store_id=1 + pl.col("number") % 7,
        product_id=pl.lit(2, pl.Int64),
        quantity=pl.lit(3, pl.Int64),
        revenue=pl.lit(4.5),
        discount_applied=pl.lit(None, pl.Float64),
        timestamp=moments,
    )
    assert tuple(frame.columns) == NAMES
    return frame


def typed(count: int, *, day: int = 0, first: int = 0) -> pl.DataFrame:
    """Rows in the plan's validated columns, on one date."""
    number = pl.int_range(first, first + count, eager=True)
    columns: dict[str, Any] = {column.name: polars_type(column.type) for column in plan().exact.columns}
    micros = (FIRST + day * DAY + number % DAY) * 1_000_000
    values = {"transaction_id": pl.format("T{}", pl.lit(number)), "event_time_us": pl.lit(micros)}
    return pl.select(values.get(name, pl.lit(1)).cast(kind).alias(name) for name, kind in columns.items())


def table_form(frame: pl.DataFrame) -> pl.DataFrame:
    instant = pl.col("event_time_us").cast(pl.Datetime("us", "UTC")).alias("event_time")
    return frame.select(instant if name == "event_time_us" else pl.col(name) for name in frame.columns)


def test_a_large_file_leaves_a_part_and_its_late_rows_beside(tmp_path: Path) -> None:
    rows, late = ROWS_OF_A_PART + 500, 400
    world = World(
        tmp_path, {"large.parquet": parquet(sent(rows, late=late)), "small.parquet": parquet(sent(9, late=1))}
    )
    world.run()
    large, small = world.lines()
    assert "parts" not in small
    (name,) = large["parts"]
    part, others = (pl.read_parquet(place.removeprefix("file://")) for place in (name, large["validated"]))
    assert (part.height, others.height) == (rows - late, late)
    assert part.schema["event_time"] == pl.Datetime("us", "UTC")
    assert part["event_time"].dt.date().unique().to_list() == [date(2025, 5, 31)]
    whole = pl.concat([part, table_form(others)])
    assert whole["transaction_id"].n_unique() == rows
    assert world.summary()["validated"]["rows"] == rows + 9
    written = sum(path.stat().st_size for path in (world.validation / "validated").iterdir())
    assert world.summary()["validated"]["bytes"] == written


def test_parts_that_an_earlier_attempt_left_are_removed(tmp_path: Path) -> None:
    files = {"a.parquet": parquet(sent(5, late=0)), "b.parquet": parquet(sent(5, late=0, first=10))}
    world = World(tmp_path, files, shards=(1, 1))
    folder = world.validation / "validated"
    folder.mkdir(parents=True)
    for name in ("000000.part-00000.parquet", "000001.part-00000.parquet"):
        (folder / name).write_bytes(b"left")
    world.run(shard=0, shards=2)
    assert sorted(path.name for path in folder.iterdir()) == ["000000.parquet", "000001.part-00000.parquet"]
    world.run(shard=1, shards=2)
    assert sorted(path.name for path in folder.iterdir()) == ["000000.parquet", "000001.parquet"]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part has ten rows at least, and memory room for twenty-five."""
    monkeypatch.setattr(parts, "ROWS_OF_A_PART", 10)
    monkeypatch.setattr(validated, "ROWS_OF_A_PART", 10)
    monkeypatch.setattr(validated, "ROWS_IN_MEMORY", 25)


@pytest.mark.usefixtures("few")
def test_what_has_no_room_in_memory_is_divided_as_it_comes(tmp_path: Path) -> None:
    rows = StagedRows(plan(), tmp_path, name="rows")
    blocks = [typed(8, day=number % 3, first=8 * number) for number in range(14)]
    for block in blocks:
        rows.add(block)
    out = tmp_path / "out.parquet"
    rows.write(out)
    assert rows.parts > 1
    written = [pl.read_parquet(part_of(out, number)) for number in range(rows.parts)]
    for part in written:
        assert part.height >= 10
        assert part["event_time"].dt.date().n_unique() == 1
    everything = pl.concat([*written, table_form(pl.read_parquet(out))]).sort("transaction_id")
    assert everything.equals(table_form(pl.concat(blocks)).sort("transaction_id"))
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("rows")] == []


@pytest.mark.usefixtures("few")
def test_rows_on_many_dates_have_no_parts_and_do_not_stay_in_memory(tmp_path: Path) -> None:
    rows = StagedRows(plan(), tmp_path, name="rows")
    blocks = [typed(3, day=number, first=3 * number) for number in range(30)]
    for block in blocks:
        rows.add(block)
        assert sum(frame.height for frame in rows._held) <= 30
    out = tmp_path / "out.parquet"
    rows.write(out)
    assert rows.parts == 0
    assert pl.read_parquet(out).equals(pl.concat(blocks))


@pytest.mark.parametrize(("dates", "in_memory", "told"), [(5, 1000, False), (30, 1000, True), (30, 30, True)])
def test_of_many_rows_the_footer_says_between_which_keys_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dates: int, in_memory: int, told: bool
) -> None:
    """Of few rows that would take longer than to read them."""
    monkeypatch.setattr(validated, "ROWS_PER_GROUP", 40)
    monkeypatch.setattr(validated, "ROWS_IN_MEMORY", in_memory)
    rows = StagedRows(plan(), tmp_path, name="rows")
    for number in range(dates):
        rows.add(typed(7, day=number, first=7 * number))
    out = tmp_path / "out.parquet"
    rows.write(out)
    assert rows.parts == 0
    ends = "min(stats_min_value), max(stats_max_value)"
    where = "path_in_schema = 'transaction_id'"
    found = duckdb.execute(f"SELECT {ends} FROM parquet_metadata('{out}') WHERE {where}").fetchone()
    keys = pl.read_parquet(out)["transaction_id"]
    assert found == ((keys.min(), keys.max()) if told else (None, None))


@pytest.mark.usefixtures("few")
def test_rows_that_are_forgotten_leave_no_part(tmp_path: Path) -> None:
    rows = StagedRows(plan(), tmp_path, name="rows")
    for number in range(4):
        rows.add(typed(12, day=number, first=12 * number))
    rows.clear()
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("zone", "cutoff", "moment", "day"),
    [
        ("UTC", 0, datetime(2025, 3, 30, 23, 59, 59, 999_999, UTC), date(2025, 3, 30)),
        ("UTC", 4, datetime(2025, 3, 30, 3, 59, tzinfo=UTC), date(2025, 3, 29)),
        ("Europe/Berlin", 0, datetime(2025, 3, 29, 23, 0, tzinfo=UTC), date(2025, 3, 30)),
        ("Europe/Berlin", 0, datetime(2025, 3, 30, 22, 0, tzinfo=UTC), date(2025, 3, 31)),
        ("America/Sao_Paulo", 3, datetime(2025, 3, 30, 5, 30, tzinfo=UTC), date(2025, 3, 29)),
    ],
)
def test_rows_are_divided_by_the_contracts_business_date(
    few: None, zone: str, cutoff: int, moment: datetime, day: date
) -> None:
    found = DatedParts.of(plan())
    assert found is not None
    micros = int(moment.timestamp()) * 1_000_000 + moment.microsecond
    noon = int(datetime(day.year, day.month, day.day, 15, tzinfo=UTC).timestamp()) * 1_000_000
    frame = pl.DataFrame({"event_time_us": [micros, *[noon] * 12]})
    dates, others = found._replace(zone=zone, cutoff=cutoff).divided(frame)
    assert [rows.height for rows in dates] == [13]
    assert others.is_empty()


@pytest.mark.parametrize(("zone", "cutoff"), [("UTC", 0), ("UTC", 5), ("Europe/Berlin", 0), ("Pacific/Auckland", 3)])
@pytest.mark.parametrize("days", [1, 2, 9, 20])
def test_each_row_is_divided_once(few: None, zone: str, cutoff: int, days: int) -> None:
    """Whatever the number of dates: with one, all rows are of it or too few."""
    found = DatedParts.of(plan())
    assert found is not None
    divide = found._replace(zone=zone, cutoff=cutoff)
    for rows in (0, 1, 9, 10, 60, 250):
        number = pl.int_range(rows, eager=True)
        # Between eight and ten in the evening, UTC: no date ends then in any of these places.
        micros = (FIRST + 20 * 3600 + number % days * DAY + number * 37 % 7200) * 1_000_000
        frame = pl.DataFrame({"event_time_us": micros, "number": number})
        dates, others = divide.divided(frame)
        numbers = [part["number"].to_list() for part in (*dates, others)]
        assert sorted(number for some in numbers for number in some) == list(range(rows))
        by_date = [[place for place in range(rows) if place % days == day] for day in range(days)]
        assert numbers[:-1] == [some for some in by_date if len(some) >= 10]
