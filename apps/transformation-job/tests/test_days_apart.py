"""Large dates are read one by one, as one relation: the same rows, whatever the order of the columns in their files."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from rows import some_sales
from test_merging import COLUMNS, DAYS, SPEC, Tables, ids
from world import World

from pos_transformation.store.duckdb_delta_rs import session as sessions
from pos_transformation.store.duckdb_delta_rs.store import DuckDbStore


@pytest.fixture
def filled(tmp_path: Path) -> DuckDbStore:
    """Five dates of two files each. In those of one date the columns stand in another order, as a foreign writer may
    have them."""
    (tmp_path / "work").mkdir()
    tables = Tables(tmp_path)
    tables.fill([row for day in DAYS for row in ids(range(6), day, "é")])
    tables.fill([row for day in DAYS for row in [(day, 7, "1.5", None), (day, 8, "2.25", "x")]])
    names = [f'"{name}"' for name, _ in reversed(COLUMNS) if name != "date"]
    for path in tmp_path.glob(f"own/{SPEC.path}/date={DAYS[1]}/*.parquet"):
        turned = path.with_suffix(".turned")
        read = f"read_parquet('{path}', hive_partitioning = false)"
        duckdb.sql(f"COPY (SELECT {', '.join(names)} FROM {read}) TO '{turned}' (FORMAT parquet)")
        turned.replace(path)
    return tables.store(lake="own")


def test_dates_apart_have_the_same_rows(filled: DuckDbStore, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot, session = filled.table(SPEC).snapshot(), filled.session
    for dates in (DAYS, DAYS[:2], DAYS[3:4]):
        together = session.stored(snapshot, dates)
        assert session.stored(snapshot, dates, apart=True) == together
        with monkeypatch.context() as few:
            few.setattr(sessions, "ROWS_OF_A_DAY_APART", 8)
            assert session.stored(snapshot, dates) == together
            apart = session.stored(snapshot, dates, apart=True)
            assert apart.count("UNION ALL") == len(dates) - 1
            few.setattr(sessions, "ROWS_OF_A_DAY_APART", 9)
            assert session.stored(snapshot, dates, apart=True) == together
            few.setattr(sessions, "ROWS_OF_A_DAY_APART", 8)
            few.setattr(sessions, "DAYS_APART", len(dates) - 1)
            assert session.stored(snapshot, dates, apart=True) == together
        assert sorted(map(repr, session.rows(apart))) == sorted(map(repr, session.rows(together)))
        assert session.records(f"DESCRIBE {apart}") == session.records(f"DESCRIBE {together}")
        assert len(session.rows(apart)) == 8 * len(dates)


def test_kpis_read_dates_apart(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing else does: what is joined with other rows is found faster among all."""
    monkeypatch.setattr(sessions, "ROWS_OF_A_DAY_APART", 1)
    apart: list[str] = []
    view = sessions.Session.view

    def noted(session: sessions.Session, name: str, sql: str) -> None:
        apart.extend([name] * ("UNION ALL BY NAME" in sql))
        view(session, name, sql)

    monkeypatch.setattr(sessions.Session, "view", noted)
    sales = some_sales(seed=9, count=400)
    world.deliver("one", sales[:300])
    world.load("one")
    world.deliver("two", sales[200:])
    world.load("two")
    world.assert_holds(sales)
    assert apart == ["touched"] * 4
