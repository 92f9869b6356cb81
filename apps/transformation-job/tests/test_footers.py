"""Between which values the keys of a part are, and which instants, is read off its footer; where that does not tell it,
off its rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import polars as pl
import pytest

from pos_job_runtime.generated.plan import ValidatedColumn
from pos_job_runtime.storage import Location, Storage
from pos_transformation.store.duckdb_delta_rs.local_files import LocalFiles
from pos_transformation.store.duckdb_delta_rs.session import Session
from pos_transformation.store.validated_files import ValidatedFile

TEXT = ValidatedColumn(name="id", type="VARCHAR")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = Session(spill=tmp_path / "spill", local=LocalFiles(storage=Storage(), folder=tmp_path / "files"))
    yield session
    session.close()


def file_of(folder: Path, name: str, ids: list[object], *, statistics: bool = True) -> Location:
    path = folder / f"{name}.parquet"
    frame = pl.DataFrame({"id": ids}, schema={"id": pl.Int64 if isinstance(ids[0], int) else pl.String})
    frame.write_parquet(path, statistics=statistics, row_group_size=2)
    return Location.parse(path.as_uri())


def ends(session: Session, column: ValidatedColumn, rest: Location, *parts: Location) -> list[tuple[object, ...]]:
    files = [ValidatedFile(rest, 0), ValidatedFile(rest, 1, parts=parts)]
    session.read_run(files, [column], lead=column.name)
    return session.rows("SELECT source_file, min(id), max(id), count(*) FROM ends GROUP BY 1 ORDER BY 1")


def test_of_a_part_only_the_bounds_are_looked_at(session: Session, tmp_path: Path) -> None:
    rest, part = file_of(tmp_path, "rest", ["m"]), file_of(tmp_path, "part", ["c", "b", "e", "d", "it's"])
    # Two ends of each of three groups.
    assert ends(session, TEXT, rest, part) == [(0, "m", "m", 1), (1, "b", "m", 1 + 6)]


def test_numbers_have_bounds_too(session: Session, tmp_path: Path) -> None:
    rest, part = file_of(tmp_path, "rest", [5]), file_of(tmp_path, "part", [-(2**63), 2**63 - 1])
    found = ends(session, ValidatedColumn(name="id", type="BIGINT"), rest, part)
    assert found == [(0, 5, 5, 1), (1, -(2**63), 2**63 - 1, 1 + 2)]


def test_a_part_without_statistics_is_read(session: Session, tmp_path: Path) -> None:
    rest = file_of(tmp_path, "rest", ["m"])
    silent, told = file_of(tmp_path, "silent", ["a", "b", "c"], statistics=False), file_of(tmp_path, "told", ["x", "y"])
    assert ends(session, TEXT, rest, silent, told) == [(0, "m", "m", 1), (1, "a", "y", 1 + 3 + 2)]


@pytest.mark.parametrize("odd", ["é", "a\nb", "\x00"])
def test_a_part_whose_bounds_can_not_be_shown_is_read(session: Session, tmp_path: Path, odd: str) -> None:
    rest, part = file_of(tmp_path, "rest", ["m"]), file_of(tmp_path, "part", [odd, "n", "n"])
    least, greatest = sorted([odd, "m", "n"])[::2]
    assert ends(session, TEXT, rest, part)[1] == (1, least, greatest, 1 + 3)


def test_a_column_of_another_type_is_read(session: Session, tmp_path: Path) -> None:
    rest, part = file_of(tmp_path, "rest", [5]), file_of(tmp_path, "part", [1, 2, 3])
    assert ends(session, ValidatedColumn(name="id", type="DECIMAL(18,4)"), rest, part)[1] == (1, 1, 5, 1 + 3)


def part_of(
    folder: Path, name: str, moments: list[int | None], *, unit: str = "us", statistics: bool = True
) -> Location:
    """A part whose rows have these instants, in microseconds."""
    path = folder / f"{name}.parquet"
    kind = pl.Datetime("us", "UTC")
    series = pl.Series("at", moments, dtype=pl.Int64).cast(kind)
    pl.DataFrame({"at": series.cast(pl.Int64) if unit == "number" else series}).write_parquet(
        path, statistics=statistics, row_group_size=2
    )
    return Location.parse(path.as_uri())


def test_of_a_part_its_first_and_last_instant_are_known_and_its_number_of_rows(
    session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "rest.parquet"
    pl.DataFrame({"at_us": [5]}).write_parquet(path)
    early = round(datetime(1899, 12, 31, 23, 59, 59, 999_999, timezone.utc).timestamp()) * 1_000_000 - 1
    told = part_of(tmp_path, "told", [1_735_689_600_000_001, early, 9, 7, 8])
    silent = part_of(tmp_path, "silent", [1, 2, 3], statistics=False)
    lacking, numbers = part_of(tmp_path, "lacking", [1, None, 3]), part_of(tmp_path, "numbers", [1, 2], unit="number")
    parts = (silent, told, lacking, numbers)
    rest = ValidatedFile(Location.parse(path.as_uri()), 0, parts=parts)
    session.read_run([rest], [], instants={"at": "at_us"}, moment="at_us")
    assert session.rows("SELECT source_part, at_us, line_count FROM spans ORDER BY ALL") == [
        (1, early, 5),
        (1, 1_735_689_600_000_001, 5),
    ]
    # Where no part has instants, none is known.
    session.read_run([rest], [], instants={}, moment="at_us")
    assert session.rows("SELECT * FROM spans") == []
