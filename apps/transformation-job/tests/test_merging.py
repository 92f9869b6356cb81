"""What the job's own merges do to a table, beside delta-rs' MERGE: rows, counts, files and what the log says."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from deltalake import DeltaTable, QueryBuilder, write_deltalake
from msgspec.structs import replace

from pos_job_runtime.generated.documents import CommitNote
from pos_job_runtime.generated.plan import Merge, Step
from pos_job_runtime.logs import JsonLog
from pos_job_runtime.plan import TableColumn
from pos_job_runtime.storage import Location, Storage
from pos_job_runtime.words import TableText
from pos_transformation.errors import EngineError
from pos_transformation.store.duckdb_delta_rs.store import DuckDbStore
from pos_transformation.store.duckdb_delta_rs.versions import arrow_stream
from pos_transformation.store.protocol import Committed
from pos_transformation.store.table_specs import CONFIGURATION, TableSpec

DAYS = [f"2024-03-0{day}" for day in range(1, 6)]
COLUMNS = [("date", "date"), ("id", "bigint"), ("amount", "decimal(18,4)"), ("name", "string"), ("at", "timestamp")]
SPEC = TableSpec(
    name="figures",
    path="kpi/figures",
    columns=[TableColumn(name=name, type=kind, nullable=name != "date") for name, kind in COLUMNS],
    partition="date",
    configuration=CONFIGURATION,
    key=("date", "id"),
    words=lambda: TableText("", {}),
    derived=True,
)
KEY = 't."date" = s."date" AND t."id" = s."id"'
NOTE = CommitNote(run_id="r")
Row = tuple[str, int, str, "str | None"]


def values(rows: Iterable[Sequence[object]], columns: str) -> str:
    texts = (f"({', '.join('NULL' if value is None else repr(value) for value in row)})" for row in rows)
    return f"SELECT * FROM (VALUES {', '.join(texts)}) AS given({columns})"


def as_table(rows: Iterable[Row]) -> str:
    """SQL: the rows in the table's columns."""
    return (
        'SELECT CAST("date" AS DATE) AS "date", CAST(id AS BIGINT) AS id, CAST(amount AS DECIMAL(18,4)) AS amount, '
        f"CAST(name AS VARCHAR) AS name, CAST('2024-03-01 12:00:00.000001+00' AS TIMESTAMPTZ) AS at "
        f"FROM ({values(rows, 'date, id, amount, name')}) AS typed"
    )


@dataclass
class Tables:
    """A table of the job's and a copy of it, which delta-rs merges into."""

    folder: Path
    spec: TableSpec = SPEC

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.storage = Storage()
        self.connection = duckdb.connect()
        self.connection.execute("SET TimeZone = 'UTC'")

    def store(self, lake: str = "own") -> DuckDbStore:
        return DuckDbStore(
            lake=Location("file", "", str(self.folder / lake)),
            storage=self.storage,
            folder=self.folder / "work",
            log=JsonLog(job="transformation", run_id="r"),
        )

    def table(self, lake: str = "own") -> DeltaTable:
        return DeltaTable(str(self.folder / lake / self.spec.path))

    def fill(self, *files: Sequence[Row]) -> None:
        for lake in ("own", "other"):
            delta = self.store(lake).table(self.spec).snapshot().delta
            for rows in files:
                write_deltalake(delta, self._stream(as_table(rows)), mode="append")

    def merge(self, step: Step, dates: Sequence[str], **marks: int) -> Committed:
        store = self.store()
        commit = store.commit(store.table(self.spec).snapshot())
        commit.merge(step, dates=dates)
        done = commit.finish(transactions=marks, note=NOTE)
        store.close()
        return done

    def merge_by_delta_rs(self, step: Step) -> tuple[int, int, int]:
        merge = step.merge
        assert isinstance(merge, Merge)
        merger = self.table("other").merge(self._stream(step.sql), merge.on, source_alias="s", target_alias="t")
        if merge.update is not None:
            merger = merger.when_matched_update(dict(merge.set), predicate=merge.update)
        if merge.delete is not None:
            merger = merger.when_matched_delete(merge.delete)
        if merge.insert is not None:
            merger = merger.when_not_matched_insert(dict(merge.set), predicate=merge.insert)
        done = merger.execute()
        return tuple(int(done[f"num_target_rows_{kind}"]) for kind in ("inserted", "updated", "deleted"))  # type: ignore[return-value]

    def rows(self, lake: str = "own") -> list[str]:
        read = QueryBuilder().register("t", self.table(lake)).execute("SELECT * FROM t").read_all()
        columns = {name: read[name].to_pylist() for name in ("date", "id", "amount", "name", "at")}
        return sorted(repr(row) for row in zip(*columns.values()))

    def log(self) -> list[dict[str, Any]]:
        """The actions of the newest commit."""
        newest = max((self.folder / "own" / self.spec.path / "_delta_log").glob("*.json"))
        return [json.loads(line) for line in newest.read_text().splitlines()]

    def _stream(self, sql: str) -> Any:
        return arrow_stream(self.connection, sql, folder=self.folder)


def step(rows: Sequence[Sequence[object]], dates: Sequence[str], **clauses: str | None) -> Step:
    """Rows with what is to be done to them."""
    listed = ", ".join(f"DATE '{day}'" for day in dates)
    usual = {"update": "s.change = 'update'", "delete": "s.change = 'delete'", "insert": "s.change = 'insert'"}
    merge = Merge(
        on=f't."date" IN ({listed}) AND {KEY}',
        set={name: f's."{name}"' for name, _ in COLUMNS},
        **{**usual, **clauses},  # type: ignore[arg-type]
    )
    given = values([(*row, number) for number, row in enumerate(rows)], "date, id, amount, name, change, number")
    sql = (
        'SELECT CAST("date" AS DATE) AS "date", CAST(id AS BIGINT) AS id, CAST(amount AS DECIMAL(18,4)) AS amount, '
        "CAST(name AS VARCHAR) AS name, CAST('2024-03-02 01:02:03.5+00' AS TIMESTAMPTZ) AS at, change "
        f"FROM ({given}) AS typed"
    )
    return Step(name="changes", kind="merge", sql=sql, reads=(), over="dates", merge=merge)


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    (tmp_path / "work").mkdir()
    return Tables(tmp_path)


def ids(numbers: Iterable[int], day: str, name: str | None = "as it was") -> list[Row]:
    return [(day, number, f"{number}.0625", name) for number in numbers]


@pytest.mark.parametrize("small_dates", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_a_merge_does_what_that_of_delta_rs_does(tmp_path: Path, seed: int, *, small_dates: bool) -> None:
    """Rows with a partner and without, whatever is to be done to them; keys that stand twice, and none at all."""
    (tmp_path / "work").mkdir()
    tables, dice = Tables(tmp_path, replace(SPEC, small_dates=small_dates)), random.Random(seed)
    keys = [(day, number) for day in DAYS for number in range(8)]
    standing = [(day, number, f"{number}.5", dice.choice([None, "é", ""])) for day, number in dice.sample(keys, 25)]
    if seed % 3 == 0:
        standing.append(standing[0])
    if seed % 4 == 0:
        standing.append((DAYS[0], None, "1.0", "no key"))  # type: ignore[arg-type]
    half = len(standing) // 2
    tables.fill(standing[:half], standing[half:])
    dates = dice.sample(DAYS, 3)
    changes = ["update", "delete", "insert", "none"]
    changed = [
        (day, number, f"{number}.75", dice.choice([None, "new"]), dice.choice(changes))
        for day, number in dice.sample(keys, 20)
    ]
    merge = step(
        changed, dates, **({"update": None} if seed % 5 == 0 else {}), **({"delete": None} if seed % 5 == 1 else {})
    )
    done = tables.merge(merge, dates, mark=1)
    assert (done.inserted, done.updated, done.deleted) == tables.merge_by_delta_rs(merge)
    assert tables.rows() == tables.rows("other")
    assert done.version == tables.table().version()
    assert tables.table().transaction_version("mark") == 1


def test_dates_of_which_no_row_changes_keep_their_files(tables: Tables) -> None:
    tables.fill([row for day in DAYS for row in ids(range(4), day)])
    before = set(tables.table().file_uris())
    tables.merge(step([(DAYS[1], 2, "9.0", "new", "update"), (DAYS[2], 9, "9.0", "new", "insert")], DAYS), DAYS)
    after = set(tables.table().file_uris())
    assert {path.split("date=")[1][:10] for path in before - after} == {DAYS[1]}
    assert sorted(path.split("date=")[1][:10] for path in after - before) == [DAYS[1], DAYS[2]]


def test_of_a_large_date_only_files_with_a_changed_row_are_written_again(tables: Tables) -> None:
    tables.fill(*(ids(range(4 * part, 4 * part + 4), DAYS[0]) for part in range(3)))
    before = set(tables.table().file_uris())
    done = tables.merge(step([(DAYS[0], 5, "9.0", "new", "update")], DAYS), DAYS)
    after = set(tables.table().file_uris())
    assert (done.updated, len(before - after), len(after - before)) == (1, 1, 1)


def test_the_log_says_what_was_done_and_what_is_removed(tables: Tables) -> None:
    tables.fill(ids(range(4), DAYS[0]), ids(range(4), DAYS[1]))
    sizes = {
        Path(path).name: size
        for path, size in zip(
            *(tables.table().get_add_actions(flatten=True)[name].to_pylist() for name in ("path", "size_bytes"))
        )
    }
    rows = [
        (DAYS[0], 1, "9.0", None, "update"),
        (DAYS[0], 2, "0.0", None, "delete"),
        (DAYS[1], 9, "9.0", "new", "insert"),
    ]
    tables.merge(step(rows, DAYS), DAYS, mark=7)
    (info,) = (action["commitInfo"] for action in tables.log() if "commitInfo" in action)
    assert info["operation"] == "MERGE"
    assert info["operationParameters"]["predicate"].endswith(KEY)
    assert json.loads(info["operationParameters"]["matchedPredicates"])[1]["actionType"] == "delete"
    counts = {"Inserted": "1", "Updated": "1", "Deleted": "1", "Copied": "2"}
    assert info["operationMetrics"] == {f"numTargetRows{name}": count for name, count in counts.items()}
    assert json.loads(info["userMetadata"])["runId"] == "r"
    (removed,) = (action["remove"] for action in tables.log() if "remove" in action)
    assert removed["dataChange"]
    assert removed["deletionTimestamp"] > 0
    # Without these a reader can't tell which date has changed, nor a vacuum whose file it is.
    assert removed["partitionValues"] == {"date": DAYS[0]}
    assert removed["size"] == sizes[Path(removed["path"]).name]
    added = [action["add"] for action in tables.log() if "add" in action]
    assert all(add["dataChange"] for add in added)
    assert sorted(json.loads(add["stats"])["numRecords"] for add in added) == [1, 3]
    assert {action["txn"]["appId"] for action in tables.log() if "txn" in action} == {"mark", "writer:figures"}


def test_a_merge_that_changes_nothing_makes_no_commit_by_itself(tables: Tables) -> None:
    tables.fill(ids(range(4), DAYS[0]))
    before = tables.table()
    nothing = step([(DAYS[0], 7, "9.0", "new", "update"), (DAYS[0], 1, "9.0", "new", "insert")], DAYS)
    assert tables.merge(nothing, DAYS).version == before.version()
    done = tables.merge(nothing, DAYS, mark=1)
    assert done == Committed(before.version() + 1)
    assert tables.table().file_uris() == before.file_uris()


def test_a_row_with_two_partners_is_a_defect_and_changes_nothing(tables: Tables) -> None:
    tables.fill(ids(range(4), DAYS[0]))
    twice = step([(DAYS[0], 1, "8.0", "one", "update"), (DAYS[0], 1, "9.0", "other", "update")], DAYS)
    before = tables.table().version()
    with pytest.raises(EngineError, match="Nothing was committed; this is a defect"):
        tables.merge(twice, DAYS)
    assert tables.table().version() == before
