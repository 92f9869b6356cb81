"""Keys are compared where the ranges of two files overlap, and nowhere else."""

from __future__ import annotations

import re

import pytest
from rows import Sale, at
from world import Delivery, World

from pos_transformation.store.duckdb_delta_rs.session import Session

LATER = "2024-03-04T07:00:00.000Z"


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The statements whose rows are kept, by their names, as they are run."""
    found: list[tuple[str, str]] = []
    table = Session.table

    def noted(session: Session, name: str, sql: str) -> int:
        found.append((name, sql))
        return table(session, name, sql)

    monkeypatch.setattr(Session, "table", noted)
    return found


def hashed(statements: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """The ranges of which hashes were made."""
    return [ranges(sql) for name, sql in statements if name == "key_hashes"]


def sales(first: int, last: int, *, prefix: str = "T") -> list[Sale]:
    return [Sale(f"{prefix}{number:04d}", at=at(number % 5)) for number in range(first, last)]


def ranges(sql: str) -> list[tuple[str, str]]:
    return re.findall(r"BETWEEN '([^']+)' AND '([^']+)'", sql)


def test_only_what_files_share_is_compared(world: World, statements: list[tuple[str, str]]) -> None:
    """Of three files in a row each begins with some rows of the one before; another repeats what two of them share."""
    files = [sales(0, 100), sales(90, 200), sales(195, 300), sales(95, 97)]
    world.deliver("one", *(Delivery(rows, name=f"{number}.csv") for number, rows in enumerate(files)))
    summary = world.load("one")
    assert summary["rows"] == {"in": 317, "appended": 300, "duplicates": 17, "conflicts": 0, "updated": 0}
    assert hashed(statements) == [[("T0090", "T0099"), ("T0195", "T0199")]]
    world.assert_holds(sales(0, 300))


def test_only_where_the_batch_and_the_table_overlap_they_are_compared(
    world: World, statements: list[tuple[str, str]]
) -> None:
    """Ids that go on where they ended, but for some late ones."""
    world.deliver("one", sales(0, 100))
    world.load("one")
    again = [sale._replace(store=9) for sale in sales(80, 82)]
    world.deliver("two", [*sales(60, 70), *again, *sales(100, 150)])
    summary = world.load("two")
    assert summary["rows"] == {"in": 62, "appended": 50, "duplicates": 10, "conflicts": 2, "updated": 0}
    world.assert_holds(sales(0, 150))
    (matched,) = [sql for name, sql in statements if name == "matched_keys" and "LIMIT 0" not in sql]
    found = ranges(matched)
    assert 1 <= len(found) <= 5
    assert (min(low for low, _ in found), max(high for _, high in found)) == ("T0060", "T0081")
    nearby = [ranges(sql) for name, sql in statements if name == "nearby"]
    assert nearby[-1] == [("T0060", "T0149")]


def test_files_apart_are_not_compared_at_all(world: World, statements: list[tuple[str, str]]) -> None:
    world.deliver("one", Delivery(sales(0, 10), name="a.csv"), Delivery(sales(10, 20), name="b.csv"))
    world.load("one")
    assert hashed(statements) == []
    world.assert_holds(sales(0, 20))


def test_of_very_many_overlaps_everything_is_compared(world: World, statements: list[tuple[str, str]]) -> None:
    files = [sales(number * 10, number * 10 + 11) for number in range(70)]
    world.deliver("one", *(Delivery(rows, name=f"{number:03d}.csv") for number, rows in enumerate(files)))
    assert world.load("one")["rows"]["duplicates"] == 69
    assert hashed(statements) == [[]]
    world.assert_holds(sales(0, 701))


@pytest.mark.parametrize("prefix", ["T'", "''", "T\\", 'T"', "%", "{dates}"])
def test_keys_with_characters_that_mean_something_to_sql(world: World, prefix: str) -> None:
    changed = [sale._replace(store=9) for sale in sales(5, 15, prefix=prefix)]
    world.deliver(
        "one",
        Delivery(sales(0, 10, prefix=prefix), name="a.csv"),
        Delivery(changed, name="b.csv", arrived=LATER),
    )
    assert world.load("one")["rows"]["conflicts"] == 5
    world.assert_holds([*sales(0, 10, prefix=prefix), *changed[5:]])
