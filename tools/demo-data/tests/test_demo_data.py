"""What a newcomer is shown must be real, complete and the same on every call."""

import csv
import datetime as dt
import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pos_demo.__main__ import main
from pos_demo.broken import BROKEN
from pos_demo.source import transactions_path


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo")
    assert main(["--out", str(out)]) == 0
    return out


def test_two_weeks_come_as_one_file_a_day_in_four_formats(written: Path) -> None:
    files = sorted((written / "good").iterdir())
    assert len(files) == 14
    assert {"".join(file.suffixes) for file in files} == {".csv", ".csv.gz", ".jsonl", ".parquet"}


def test_every_format_holds_every_transaction_of_its_day(written: Path) -> None:
    counts = {file["file"]: file["rows"] for file in expected(written)["files"] if file["rows"] is not None}
    for name, rows in counts.items():
        path = written / "good" / name
        if name.endswith(".parquet"):
            found = duckdb.sql(f"SELECT count(*) FROM '{path}'").fetchall()[0][0]
        else:
            data = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
            lines = data.decode().splitlines()
            found = len(lines) if name.endswith(".jsonl") else len(lines) - 1
        assert found == rows, name


def test_the_expected_totals_are_those_of_the_source(written: Path) -> None:
    totals = expected(written)["totals"]
    rows, revenue, units = duckdb.execute(
        f"""SELECT count(*), sum(cast(sales_value AS DECIMAL(18,4))), sum(quantity)
            FROM '{transactions_path()}' WHERE transaction_timestamp >= ? AND transaction_timestamp < ?""",
        [dt.datetime(2017, 1, 1), dt.datetime(2017, 1, 15)],
    ).fetchall()[0]
    assert (totals["rows"], Decimal(totals["revenue"]), totals["units"]) == (rows, revenue, units)


def test_no_row_of_a_broken_file_stands_in_a_good_one(written: Path) -> None:
    with (written / "broken" / "milliseconds.csv").open() as file:
        broken = {row["transaction_id"] for row in csv.DictReader(file)}
    good = {
        row["transaction_id"]
        for path in (written / "good").glob("*.csv")
        for row in csv.DictReader(path.read_text().splitlines())
    }
    assert good
    assert not good & broken


def test_every_broken_file_is_there_with_the_reasons_to_be_found(written: Path) -> None:
    listed = {file["file"]: tuple(file["codes"]) for file in expected(written)["files"] if file["codes"]}
    assert listed == {broken.name: broken.codes for broken in BROKEN}
    assert {path.name for path in (written / "broken").iterdir()} == set(listed)


def test_a_second_call_writes_the_same_bytes(written: Path, tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path)]) == 0
    for path in written.rglob("*.*"):
        assert (tmp_path / path.relative_to(written)).read_bytes() == path.read_bytes(), path.name


def expected(written: Path) -> dict[str, Any]:
    return json.loads((written / "expected.json").read_text())
