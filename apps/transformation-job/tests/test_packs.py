"""Small files whose rows lie in one Parquet file: they are loaded as files of their own are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from changes import BACK, LATE, OLD, Wide, assert_wide, under, wide_table
from packs import kept, small_files
from plans import compiled_plans
from stores import STORES, Sent, Store
from world import Delivery, World

from pos_job_runtime.storage import Storage
from pos_transformation.errors import RunError
from pos_transformation.load.results import read_validation

if TYPE_CHECKING:
    from pos_job_runtime.storage import Location


def load(world: World, run: str, *files: Any) -> dict[str, Any]:
    world.deliver(run, *files)
    return world.load(run)


@pytest.mark.parametrize("latest", [False, True])
def test_each_row_is_of_its_own_file(world: World, latest_wins: World, home: Location, *, latest: bool) -> None:
    packed = latest_wins if latest else world
    apart = replace(packed, home=home.child("apart"))
    found = load(packed, "one", *small_files(packed=True))
    expected = load(apart, "one", *small_files(packed=False))
    assert found["rows"] == expected["rows"]
    assert found["rows"]["conflicts" if not latest else "duplicates"] > 0
    packed.assert_holds(kept(small_files(packed=True), latest=latest))
    assert packed.curated() == apart.curated()
    # Once more, beside the table's own rows.
    files = small_files(packed=True)
    again = [replace(file, sales=[sale._replace(product=5) for sale in file.sales]) for file in files]
    apart_again = [replace(file, packed=False) for file in again]
    assert load(packed, "two", *again)["rows"] == load(apart, "two", *apart_again)["rows"]
    assert packed.curated() == apart.curated()


def test_rows_that_lie_together_are_read_by_one_request(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    world.deliver("one", *(Delivery([sale], packed=True) for sale in OLD))
    monkeypatch.setattr(
        "pos_transformation.store.duckdb_delta_rs.local_files.LocalFiles._beside",
        lambda _, file: seen.append(str(file.location)) or str(file.location.path),
    )
    world.load("one")
    assert sum("/validated/" in place for place in seen) == 1
    world.assert_holds(OLD)


def test_files_that_another_plan_validated(world: World) -> None:
    """They lack columns, and the rows of others have them."""
    wide = under(world, "wider")
    of_old = [Delivery(OLD[:20], packed=True), Delivery(OLD[20:], packed=True), Delivery(LATE)]
    world.deliver("one", *of_old)
    wide.load("one")
    new = [Wide(sale, member=True) for sale in BACK]
    load(wide, "two", *(Delivery(wide_table(some), packed=True) for some in (new[:4], new[4:])))
    assert_wide(wide, [*(Wide(sale) for sale in [*OLD, *LATE]), *new])


@pytest.mark.parametrize("plan", ["stores", "stores-changes"])
def test_reference_data_follow_the_newest_of_them(home: Location, plan: str) -> None:
    newest = Sent(3, [Store(1, "Nord"), Store(4)])
    sent = [Sent(1, [Store(1), Store(2)]), newest, Sent(2, [Store(1, "Süd"), Store(3, closed=date(2024, 1, 31))])]
    worlds = [World(home.child(name), compiled_plans()[plan]) for name in ("packed", "apart")]
    for world, packed in zip(worlds, (True, False)):
        load(world, "one", *(replace(one.delivery, packed=packed) for one in sent))
    packed_rows, apart_rows = (sorted(world.frame(STORES).rows()) for world in worlds)
    assert packed_rows == apart_rows
    assert {row[1] for row in packed_rows if row[0] == 1} == {"Nord"}


def test_the_order_of_lines_is_of_no_account(world: World) -> None:
    world.deliver("one", *small_files(packed=True))
    place = world.results.child("runs", "one", "validation", "files.jsonl")
    lines = Storage().get(place).splitlines(keepends=True)
    Storage().put(place, b"".join(reversed(lines)))
    world.load("one")
    world.assert_holds(kept(small_files(packed=True)))


def test_a_file_that_is_missing_among_them_ends_the_load(world: World) -> None:
    world.deliver("one", *(Delivery([sale], packed=True) for sale in OLD[:4]))
    folder = world.results.child("runs", "one", "validation")
    lines = Storage().get(folder.child("files.jsonl")).splitlines(keepends=True)
    del lines[1]
    Storage().put(folder.child("files.jsonl"), b"".join(lines))
    with pytest.raises(RunError, match=r"are damaged: number 1 of the files that share .* is missing"):
        read_validation(Storage(), world.results, "one")
