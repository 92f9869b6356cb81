"""Many small files become few, old files go, the log stays short, and what the tables say stays the same."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from urllib.parse import unquote

import duckdb
import pytest
from ageing import age, age_files
from rows import Sale, at, some_sales
from upkeep import TABLES, copied, folder, log_files, maintained, stored, told
from world import BY_PRODUCT, CURATED, World, read_plan

from pos_job_runtime.storage import Location
from pos_transformation.errors import LakeError
from pos_transformation.maintain.compaction import SMALL_FILES
from pos_transformation.maintain.maintenance import Maintained
from pos_transformation.store.duckdb_delta_rs import maintenance as embedded

DAYS = 2
SHARES = [some_sales(seed=seed, count=60, days=DAYS) for seed in range(SMALL_FILES + 1)]
SALES = [sale for share in SHARES for sale in share]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A lake whose dates have a file of each run. It is made once: each test takes a copy."""
    made = World(Location("file", "", str(tmp_path_factory.mktemp("template") / "home")), read_plan())
    for number, share in enumerate(SHARES):
        made.deliver(f"run-{number}", share)
        made.load(f"run-{number}")
    return made


@pytest.fixture
def crowded(world: World, template: World) -> World:
    return copied(template, world)


def read(files: Sequence[str]) -> list[str]:
    """The ids in these data files, as a reader finds them that has opened the table before."""
    paths = [unquote(file.removeprefix("file://")) for file in files]
    with duckdb.connect() as connection:
        found = connection.execute("SELECT transaction_id FROM read_parquet(?)", [paths]).fetchall()
    return sorted(row[0] for row in found)


def test_small_files_become_one_a_date_and_no_row_changes(crowded: World) -> None:
    assert len(crowded.table(CURATED).file_uris()) == DAYS * len(SHARES)
    assert maintained(crowded) == Maintained(dates=DAYS, removed=DAYS * len(SHARES), added=DAYS)
    assert len(crowded.table(CURATED).file_uris()) == DAYS
    crowded.assert_holds(SALES)


def test_a_date_with_few_files_is_left_alone(crowded: World) -> None:
    few = [Sale(f"few-{number}", at=at(9, number)) for number in range(SMALL_FILES - 1)]
    for sale in few:
        crowded.deliver(sale.id, [sale])
        crowded.load(sale.id)
    assert maintained(crowded).dates == DAYS
    assert len(crowded.table(CURATED).file_uris()) == DAYS + len(few)
    crowded.assert_holds([*SALES, *few])


def test_with_nothing_to_do_there_is_no_commit(crowded: World) -> None:
    maintained(crowded)
    versions = crowded.versions()
    assert maintained(crowded) == Maintained()
    assert crowded.versions() == versions


def test_tables_that_nobody_has_made_are_not_made_by_it(world: World) -> None:
    code, log = told(world)
    assert code == 0
    assert log[-1]["tables"] == 3
    assert not world.lake.path.exists()


def test_a_kpi_takes_no_compaction_for_a_change(crowded: World) -> None:
    maintained(crowded)
    files = crowded.table(BY_PRODUCT).file_uris()
    crowded.deliver("none")
    crowded.load("none")
    assert crowded.table(BY_PRODUCT).file_uris() == files
    late = [Sale("late", at=at(0))]
    crowded.deliver("late", late)
    crowded.load("late")
    crowded.assert_holds([*SALES, *late])


def test_kpis_that_lag_behind_a_compaction_catch_up(crowded: World) -> None:
    """A run dies after its rows are in; then its very files are compacted before any KPI has seen them."""
    late = some_sales(seed=77, count=40, days=DAYS + 3)
    crowded.deliver("late", late)
    process = crowded.start("late", script="tests/crashing.py", environment={"CRASH_AT": "2", "CRASH_WHEN": "after"})
    process.communicate(timeout=60)
    maintained(crowded)
    crowded.deliver("none")
    crowded.load("none")
    crowded.assert_holds([*SALES, *late])


def test_kpis_that_lag_behind_a_log_that_was_cleaned_up_are_computed_anew(crowded: World) -> None:
    crowded.deliver("late", some_sales(seed=77, count=40, days=DAYS))
    process = crowded.start("late", script="tests/crashing.py", environment={"CRASH_AT": "2", "CRASH_WHEN": "after"})
    process.communicate(timeout=60)
    for path in TABLES:
        age(folder(crowded, path), days=40)
    maintained(crowded)
    assert f"{1:020d}.json" not in log_files(crowded)
    crowded.deliver("none")
    crowded.load("none")
    crowded.assert_holds([*SALES, *some_sales(seed=77, count=40, days=DAYS)])


def test_the_log_becomes_short(crowded: World) -> None:
    """Opening a table reads a checkpoint and the commits since; those older than a month and a checkpoint go."""
    maintained(crowded)
    first = crowded.table(CURATED).version()
    late = [Sale(f"late-{number}", at=at(9)) for number in range(3)]
    for number, sale in enumerate(late):
        if number == 1:
            age_files(folder(crowded) / "_delta_log", days=40)
        crowded.deliver(sale.id, [sale])
        crowded.load(sale.id)
    maintained(crowded)
    newest = crowded.table(CURATED).version()
    hint = folder(crowded) / "_delta_log" / "_last_checkpoint"
    assert json.loads(hint.read_text())["version"] == newest
    commits = [name for name in log_files(crowded) if name.endswith(".json")]
    assert commits == [f"{version:020d}.json" for version in range(first, newest + 1)]
    crowded.assert_holds([*SALES, *late])
    # What is left of the past can still be opened.
    past = crowded.table(CURATED)
    past.load_as_version(first)
    assert len(past.file_uris()) == DAYS


def test_files_that_left_the_table_go_after_the_retention_and_not_before(crowded: World) -> None:
    small = stored(crowded)
    maintained(crowded)
    age(folder(crowded), days=6)
    assert maintained(crowded).deleted == 0
    assert small < stored(crowded)
    age(folder(crowded), days=2)
    assert maintained(crowded).deleted == len(small)
    assert len(stored(crowded)) == DAYS
    crowded.assert_holds(SALES)


def test_files_written_long_ago_and_replaced_just_now_stay(crowded: World) -> None:
    """A reader may have opened the table a moment before the compaction, and reads on after all of it."""
    age(folder(crowded), days=20)
    small = stored(crowded)
    reader = crowded.table(CURATED)
    files = reader.file_uris()
    for _ in range(2):
        assert maintained(crowded).deleted == 0
    assert small < stored(crowded)
    assert reader.file_uris() == files
    assert read(files) == sorted(sale.id for sale in SALES)


def test_a_longer_retention_outlives_checkpoints(crowded: World) -> None:
    """Delta's checkpoints forget after a week that a file was removed, unless the table says otherwise."""
    age(folder(crowded), days=20)
    small = stored(crowded)
    maintained(crowded, days=14)
    age(folder(crowded), days=9)
    for _ in range(2):
        assert maintained(crowded, days=14).deleted == 0
    assert small < stored(crowded)
    assert maintained(crowded, days=7).deleted == len(small)
    crowded.assert_holds(SALES)


def test_files_of_a_load_that_has_not_committed_stay_and_of_one_that_died_go(crowded: World) -> None:
    whole = next(folder(crowded).glob("date=*/*.parquet"))
    orphan = whole.with_name("part-00000-orphan.parquet")
    shutil.copyfile(whole, orphan)
    assert maintained(crowded).deleted == 0
    assert orphan.exists()
    age(folder(crowded), days=8)
    maintained(crowded)
    assert not orphan.exists()
    crowded.assert_holds(SALES)


def test_marks_of_runs_and_of_kpis_outlive_maintenance(crowded: World) -> None:
    """A run that comes again after a compaction, a checkpoint and a clean-up is known."""
    for path in TABLES:
        age(folder(crowded, path), days=40)
    for _ in range(2):
        maintained(crowded)
    versions = crowded.versions()
    assert crowded.load("run-3")["rows"]["in"] == len(SHARES[3])
    crowded.assert_holds(SALES)
    assert crowded.versions()[CURATED] == versions[CURATED]


def test_one_table_that_can_not_be_maintained_keeps_no_other_from_it(
    crowded: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = embedded.MaintainedTable.exists

    def broken(self: embedded.MaintainedTable) -> bool:
        if self._spec.name != "sales":
            raise LakeError(f"The Delta table {self._spec.name} is broken.")
        return real(self)

    monkeypatch.setattr(embedded.MaintainedTable, "exists", broken)
    code, log = told(crowded)
    assert code == 1
    assert "is broken" in capsys.readouterr().err
    (done,) = (line for line in log if line.get("event") == "done")
    assert (done["tables"], done["failed"], done["dates"]) == (1, 2, DAYS)


def test_the_log_ends_with_what_was_done_to_all_tables(crowded: World) -> None:
    code, log = told(crowded, "--stage", "prod")
    assert code == 0
    tables = [line for line in log if line.get("event") == "maintained"]
    assert [line["table"] for line in tables] == ["sales", *(path.removeprefix("kpi/") for path in TABLES[1:])]
    done = log[-1]
    assert done["event"] == "done"
    assert done["removed"] == sum(line["removed"] for line in tables) >= DAYS * len(SHARES)
    (metrics,) = (line for line in log if "_aws" in line)
    assert (metrics["Job"], metrics["Stage"]) == ("maintenance", "prod")
    assert metrics["FilesCompacted"] == done["removed"]
    assert metrics["FilesDeleted"] == 0
    assert metrics["MaintenanceSeconds"] > 0


@pytest.mark.parametrize("days", ["6", "0", "-8", "a week", "7.5"])
def test_a_retention_that_endangers_readers_is_refused(
    crowded: World, days: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = stored(crowded)
    code, _ = told(crowded, "--retention_days", days)
    assert code == 2
    assert "--retention_days must be a whole number of days, at least 7" in capsys.readouterr().err
    assert stored(crowded) == files
