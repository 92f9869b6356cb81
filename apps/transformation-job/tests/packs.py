"""Small files whose rows lie together, beside others that lie alone, with keys that come in several of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from parts import DAY
from rows import Sale, at, some_sales
from world import Delivery

# When each of the files arrived, in minutes: the order in which they are listed is another one.
MINUTES = (9, 3, 5, 1, 8, 2, 7, 7, 4)
# The places of those whose rows lie together. The others keep them apart.
TOGETHER = (0, 1, 3, 4, 5, 7)
# The places of files that have a key, with other values in each: any two, and all of them.
SHARED = (*combinations(range(len(MINUTES)), 2), tuple(range(len(MINUTES))))


def small_files(*, packed: bool) -> list[Delivery]:
    """The files, as validation leaves them: packed, or each by itself."""
    rows = [some_sales(seed=40 + place, count=6, prefix="P") for place in range(len(MINUTES))]
    for number, places in enumerate(SHARED):
        for place in places:
            rows[place].append(Sale(f"shared-{number}", revenue=Decimal(place + 1).scaleb(-4), at=at(1, number)))
    # One row comes twice, value for value.
    rows[5].append(rows[3][0])
    files = [
        Delivery(sales, arrived=f"2024-03-04T06:{minute:02d}:00.000Z", packed=packed and place in TOGETHER)
        for place, (sales, minute) in enumerate(zip(rows, MINUTES))
    ]
    files[6] = replace(files[6], parts=[DAY])
    return files


def kept(files: Sequence[Delivery], *, latest: bool = False) -> list[Sale]:
    """Of each key the row of the file that arrived first, or last; of those of one moment, in the order of the list."""
    found: dict[str, Sale] = {}
    arrived = sorted(enumerate(files), key=lambda one: (one[1].arrived, one[0]), reverse=latest)
    for _, file in arrived:
        for sale in (row for rows in (file.sales, *file.parts) for row in rows):
            assert isinstance(sale, Sale)
            found.setdefault(sale.id, sale)
    return [*found.values()]
