"""Every dataset of the plan is loaded, repeated and maintained, whatever its key, its business date and its columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from upkeep import arguments
from world import PLAN, World

from pos_job_runtime.storage import Storage
from pos_transformation.maintain import maintenance

DAY = 86_400_000_000
ROWS = 40


def plans() -> dict[str, Any]:
    """The plans of the datasets that are facts."""
    found: dict[str, Any] = json.loads(PLAN.read_text())["datasets"]
    return {name: plan for name, plan in found.items() if plan["kind"] == "facts"}


def validated(plan: Mapping[str, Any], *, first: int, count: int) -> pl.DataFrame:
    """Rows with numbers from `first` on. Each has a key of its own, of which no single column need differ."""
    numbers = range(first, first + count)
    key = plan["key"]

    def column(name: str, kind: str) -> pl.Series:
        # The last column of the key tells the rows of a group apart, the others are shared by some.
        of = [n // 4 if name in key[:-1] else n for n in numbers]
        if kind == "VARCHAR":
            return pl.Series(name, [f"{name}-{n}" for n in of])
        if kind == "DATE":
            return pl.Series(name, [19_800 + n for n in of], dtype=pl.Int32).cast(pl.Date)
        if kind == "BOOLEAN":
            return pl.Series(name, [n % 2 == 0 for n in of])
        if kind.startswith("DECIMAL"):
            return pl.Series(name, of, dtype=pl.Int64).cast(pl.Decimal(18, 4))
        micros = name.endswith("_us")
        return pl.Series(name, [1_710_000_000_000_000 + (n % 3) * DAY + n if micros else n for n in of], dtype=pl.Int64)

    return pl.DataFrame([column(one["name"], one["type"]) for one in plan["validation"]["exact"]["columns"]])


@pytest.mark.parametrize("dataset", sorted(plans()))
def test_each_row_once_and_the_figures_with_it(world: World, dataset: str) -> None:
    plan = plans()[dataset]
    of = replace(world, plan=plan)
    curated = plan["tables"]["curated"]["path"]
    of.deliver("one", validated(plan, first=0, count=ROWS))
    of.deliver("two", validated(plan, first=ROWS // 2, count=ROWS))
    assert of.load("one")["rows"]["appended"] == ROWS
    second = of.load("two")["rows"]
    assert (second["appended"], second["duplicates"], second["conflicts"]) == (ROWS // 2, ROWS // 2, 0)
    frame = of.frame(curated)
    assert frame.height == ROWS + ROWS // 2
    assert frame.select(plan["tables"]["curated"]["keyScope"] + plan["key"]).is_duplicated().sum() == 0
    for kpi in plan["tables"]["kpis"]:
        assert set(of.frame(kpi["path"])["date"]) == set(frame["date"])
    version = of.table(curated).version()
    assert of.load("two")["rows"] == second
    assert of.table(curated).version() == version


def test_maintenance_goes_over_the_tables_of_all_datasets(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    for name, plan in plans().items():
        of = replace(world, plan=plan)
        of.deliver(name, validated(plan, first=0, count=ROWS))
        of.load(name)
    words = arguments(world)
    Storage().put(world.home.child("plan.json"), PLAN.read_bytes())
    capsys.readouterr()
    assert maintenance.main(words) == 0
    done = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    tables = {line["table"] for line in done if line.get("event") == "maintained"}
    every = json.loads(PLAN.read_text())["datasets"].values()
    assert tables == {t["name"] for p in every for t in (p["tables"]["curated"], *p["tables"]["kpis"])}
