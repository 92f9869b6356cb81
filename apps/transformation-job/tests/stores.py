"""Lists of stores for the tests, and the tables that they lead to, computed with nothing but Python."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timezone
from typing import Any, NamedTuple

import polars as pl
from world import Delivery

STORES = "curated/stores"
SCHEMA: dict[str, Any] = {
    "store_id": pl.Int64,
    "name": pl.String,
    "region": pl.String,
    "time_zone": pl.String,
    "opened": pl.Date,
    "closed": pl.Date,
}


class Store(NamedTuple):
    """A validated row."""

    id: int
    name: str = "Mitte"
    region: str = "North"
    zone: str = "Europe/Berlin"
    opened: date = date(2020, 1, 1)
    closed: date | None = None


class Sent(NamedTuple):
    """A file of stores, and the minute at which it was sent."""

    minute: int
    stores: Sequence[Store]

    @property
    def order(self) -> int:
        """As the table keeps it."""
        return int(datetime(2024, 3, 4, 6, self.minute, tzinfo=timezone.utc).timestamp()) * 1_000_000

    @property
    def delivery(self) -> Delivery:
        """As the validation job leaves it."""
        frame = pl.DataFrame(self.stores, schema=SCHEMA, orient="row")
        return Delivery(frame, "stores.csv", arrived=f"2024-03-04T06:{self.minute:02d}:00.000Z")


def managed(sent: Sent, manager: str | None) -> Delivery:
    """The file under a contract that got a column: the same manager in each store."""
    frame = pl.DataFrame(sent.stores, schema=SCHEMA, orient="row").with_columns(manager=pl.lit(manager, pl.String))
    return Delivery(frame, "stores.csv", arrived=sent.delivery.arrived)


def table_of(sent: Iterable[Sent], *, delivers: str) -> list[tuple[object, ...]]:
    """The rows of the table after all of these, whatever the order in which they are loaded."""
    rows = {(one.order, store) for one in sent for store in one.stores}
    if delivers == "wholeList":
        newest = max((order for order, _ in rows), default=0)
        rows = {(order, store) for order, store in rows if order == newest}
    # Of what was sent in one moment the larger values stay; a missing one is the smallest.
    ranked = sorted(rows, key=lambda row: (row[0], [(value is not None, value) for value in row[1]]))
    held = {store.id: (*store, order) for order, store in ranked}
    return [held[key] for key in sorted(held)]
