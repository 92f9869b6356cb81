"""Sales of a contract that got columns, and what its tables must hold, computed with nothing but Python's decimals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

import polars as pl
from plans import compiled_plans
from rows import VALIDATED, Sale, by_product, by_store, some_sales
from world import BY_PRODUCT, BY_STORE, CURATED, LAST_COLUMNS, World

TIPS = "kpi/tips_per_product"
NO_TIP = Decimal("0.00")


class Wide(NamedTuple):
    """A validated row with the columns that came later."""

    sale: Sale
    member: bool | None = None
    tip: Decimal | None = None


def under(world: World, plan: str) -> World:
    """The same lake, under another plan."""
    return replace(world, plan=compiled_plans()[plan])


def wide_table(rows: Sequence[Wide]) -> pl.DataFrame:
    """The rows as the validation job writes them under the wider contract."""
    schema: dict[str, Any] = {**dict(VALIDATED), "loyalty_member": pl.Boolean(), "tip": pl.Decimal(9, 2)}
    return pl.DataFrame([(*row.sale, row.member, row.tip) for row in rows], schema=schema, orient="row")


def wide_curated(rows: Iterable[Wide]) -> list[tuple[object, ...]]:
    """The curated table that holds exactly `rows`."""
    return sorted(((*row.sale.curated, row.member, row.tip) for row in rows), key=repr)


def assert_wide(world: World, rows: Iterable[Wide]) -> None:
    """The tables are those of `rows` under the wider contract."""
    rows, read = list(rows), world.rows
    # A column that was added stands behind the others.
    last = (*LAST_COLUMNS, "loyalty_member", "tip")
    curated = world.frame(CURATED).select(pl.exclude("source_order", *last), *last)
    assert sorted(curated.rows(), key=repr) == wide_curated(rows)
    assert read(BY_PRODUCT) == by_product(row.sale for row in rows)
    sums: dict[str, dict[tuple[Any, ...], list[Wide]]] = {"store": defaultdict(list), "product": defaultdict(list)}
    for row in rows:
        for name, groups in sums.items():
            groups[row.sale.date, getattr(row.sale, name)].append(row)
    assert read(BY_STORE) == sorted(
        (
            (*key, sum((row.sale.revenue for row in group), Decimal("0.0000")), len(group), tips(group))
            for key, group in sums["store"].items()
        ),
        key=repr,
    )
    assert read(TIPS) == sorted(((*key, tips(group)) for key, group in sums["product"].items()), key=repr)


def tips(rows: Iterable[Wide]) -> Decimal:
    return sum((row.tip or NO_TIP for row in rows), NO_TIP)


OLD = some_sales(seed=21, count=40)
LATE = some_sales(seed=22, count=10)
NEW = [
    Wide(sale, member=number % 3 == 0, tip=Decimal(number).scaleb(-2) if number % 2 else None)
    for number, sale in enumerate(some_sales(seed=23, count=20))
]
BACK = some_sales(seed=24, count=10)
FORWARD = [Wide(sale, tip=Decimal("1.50")) for sale in some_sales(seed=25, count=10)]


class Stage(NamedTuple):
    """A run, the plan that its files were validated by, the one that loads it, and what its summary must tell."""

    run: str
    validated: str
    loaded: str
    rows: pl.DataFrame | Sequence[Sale]
    told: tuple[int, ...]


def stages() -> list[Stage]:
    """A contract gets columns while a run is in flight, is rolled back, and deployed again."""
    resent = [Wide(sale, member=True, tip=Decimal("0.10")) for sale in OLD[:5]]
    other = [Wide(OLD[5]._replace(product=99), member=True)]
    again = [NEW[0], NEW[1]._replace(tip=Decimal("9.99"))]
    return [
        Stage("old", "as-it-is", "as-it-is", OLD, (40, 40, 0, 0, 0)),
        Stage("late", "as-it-is", "wider", LATE, (10, 10, 0, 0, 0)),
        Stage("new", "wider", "wider", wide_table([*NEW, *resent, *other]), (26, 20, 5, 1, 0)),
        Stage("again", "wider", "wider", wide_table(again), (2, 0, 1, 1, 0)),
        Stage("back", "wider", "as-it-is", wide_table([*map(Wide, BACK), NEW[2]]), (11, 10, 1, 0, 0)),
        Stage("forward", "wider", "wider", wide_table(FORWARD), (10, 10, 0, 0, 0)),
    ]


STANDING = [*map(Wide, OLD), *map(Wide, LATE), *NEW, *map(Wide, BACK), *FORWARD]


def narrow_figures(world: World, sales: Sequence[Sale]) -> None:
    """The KPIs are those of the contract as it was."""
    assert world.rows(BY_PRODUCT) == by_product(sales)
    assert world.rows(BY_STORE) == by_store(sales)
