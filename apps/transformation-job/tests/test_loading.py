"""What one run puts into the tables, and what it says about it."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from rows import Sale, at, some_sales
from world import BY_PRODUCT, BY_STORE, CURATED, WORDS, World


def test_a_run_fills_the_curated_table_and_every_kpi(world: World) -> None:
    sales = some_sales(seed=1, count=400)
    world.deliver("one", sales[:150], sales[150:])
    world.load("one")
    world.assert_holds(sales)


def test_tables_say_what_they_and_their_columns_hold(world: World) -> None:
    world.deliver("one", some_sales(seed=1, count=4))
    world.load("one")
    words = json.loads(WORDS.read_text())["datasets"]["sales"]["tables"]
    kpis = {BY_PRODUCT: words["kpis"][0], BY_STORE: words["kpis"][1]}
    for path, told in {CURATED: words["curated"], **kpis}.items():
        table = world.table(path)
        assert table.metadata().description == told.get("description", "Every valid row once")
        found = {field.name: field.metadata.get("comment") for field in table.schema().fields}
        assert found == {column["name"]: column["comment"] for column in told["columns"]}


def test_the_summary_tells_what_happened(world: World) -> None:
    sales = some_sales(seed=1, count=100, days=2)
    world.deliver("one", sales)
    summary = world.load("one")
    assert summary["runId"] == "one"
    assert summary["engine"] == "embedded"
    assert summary["contract"]["hash"] == world.plan["hash"]
    assert summary["outcome"] == "loaded"
    assert summary["rows"] == {"in": 100, "appended": 100, "duplicates": 0, "conflicts": 0, "updated": 0}
    assert summary["dates"] == ["2024-03-01", "2024-03-02"]
    assert summary["datesTouched"] == 2
    assert [(table["name"], table["path"], table["rows"]) for table in summary["tables"]] == [
        ("sales", CURATED, 100),
        ("total_sales_per_product_per_day", BY_PRODUCT, len(world.rows(BY_PRODUCT))),
        ("store_sales_per_day", BY_STORE, len(world.rows(BY_STORE))),
    ]
    assert summary["tables"][0]["appended"] == 100
    assert {"batch", "curated", "total"} <= summary["timings"].keys()


def test_money_and_time_keep_every_digit(world: World) -> None:
    sales = [
        Sale("large", revenue=Decimal("99999999999999.9999"), discount=Decimal("0.0001"), at=at(0) + 1),
        Sale("small", revenue=Decimal("-0.0001"), quantity=-1, at=at(0, 86_399) + 999_999),
        Sale("next day", revenue=Decimal("0.0000"), at=at(1)),
    ]
    world.deliver("one", sales)
    world.load("one")
    world.assert_holds(sales)


def test_equal_sales_with_ids_of_their_own_are_all_kept(world: World) -> None:
    sales = [Sale(f"T{number}", at=at(0)) for number in range(5)]
    world.deliver("one", sales)
    world.load("one")
    world.assert_holds(sales)


def test_the_same_id_on_another_date_is_the_same_sale_for_400_days(world: World) -> None:
    sales = [Sale("T1", at=at(0)), Sale("T1", at=at(400)), Sale("T1", at=at(401))]
    for number, sale in enumerate(sales):
        world.deliver(f"run{number}", [sale])
    told = [world.load(f"run{number}")["rows"] for number in range(len(sales))]
    assert [(rows["appended"], rows["conflicts"]) for rows in told] == [(1, 0), (0, 1), (1, 0)]
    world.assert_holds([sales[0], sales[2]])


def test_late_rows_change_the_kpis_of_their_own_dates_only(world: World) -> None:
    early, late = some_sales(seed=1, count=300, days=5), [Sale("late", store=2, product=3, at=at(1))]
    world.deliver("one", early)
    world.load("one")
    world.deliver("two", late)
    summary = world.load("two")
    assert summary["dates"] == ["2024-03-02"]
    changed = [(table["inserted"], table["updated"], table["deleted"]) for table in summary["tables"][1:]]
    assert changed == [(0, 1, 0), (0, 1, 0)]
    world.assert_holds([*early, *late])


def test_tables_can_be_read_and_written_by_other_engines(world: World) -> None:
    world.deliver("one", some_sales(seed=1, count=10))
    world.load("one")
    for path in (CURATED, BY_PRODUCT, BY_STORE):
        table = world.table(path)
        protocol = table.protocol()
        assert (protocol.min_reader_version, protocol.min_writer_version) == (1, 2)
        assert table.metadata().partition_columns == ["date"]
    fields = {field.name: (field.type.type, field.nullable) for field in world.table(CURATED).schema().fields}
    assert fields["event_time"] == ("timestamp", False)
    assert fields["discount_applied"] == ("decimal(18,4)", True)


def test_a_run_without_valid_files_changes_nothing(world: World) -> None:
    world.deliver("one", some_sales(seed=1, count=10))
    world.load("one")
    before = world.versions()
    world.deliver("none")
    assert world.load("none")["outcome"] == "nothing-new"
    assert world.versions() == before


def test_logs_are_json_with_the_run_and_end_with_metrics(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.deliver("one", some_sales(seed=1, count=10))
    world.load("one")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(line["runId"] == "one" for line in lines)
    assert [line["event"] for line in lines if "event" in line] == [
        "started",
        "curated-committed",
        "kpi-caught-up",
        "kpi-caught-up",
        "done",
    ]
    (metrics,) = (line for line in lines if "_aws" in line)
    assert metrics["RowsAppended"] == 10
    assert metrics["FreshnessSeconds"] > 0
