"""Rows that validation lets through and that two engines, or two releases of one, could easily see differently."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal

from rows import Sale

# The largest amount that a contract's decimal(18,4) holds, and 64-bit integers.
MOST = Decimal("99999999999999.9999")
LEAST = Decimal("0.0001")
IDS = [
    "a", "A", " a", "a ", "ä", "a\u0308", "ß", "SS", "ſ", "İ", "i", "Ⅷ", "\u00a0", "\u200b", "\ufeff", "😀", "👩‍👩‍👧",
    "\U0010ffff", "'", '"', "\\", "\\n", "`", "%", "_", "${x}", "{dates}", "NULL", "null", "NaN", "0", "00", "1e3",
    "=1+1", "ﷺ" * 10, "x" * 128, "中文", "العربية", "é", "e\u0301",
]  # fmt: skip


def micros(text: str) -> int:
    """Microseconds since the epoch of a moment in UTC."""
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1)) // timedelta(microseconds=1)


def odd_sales(*, seed: int) -> list[Sale]:
    """Each id a few times, with extremes beside it, at fractions of a second."""
    dice = random.Random(seed)
    amounts = [MOST, -MOST, LEAST, -LEAST, Decimal("0.0000"), Decimal("-0.0000"), Decimal("0.1000"), Decimal("1E+3")]
    moments = [
        micros("2024-03-10T06:59:59.999999"),
        micros("2024-03-10T07:00:00"),
        micros("2024-11-03T05:59:59.999999"),
        micros("2024-11-03T06:00:00.000001"),
        micros("2024-02-29T23:59:59.999999"),
        micros("2024-12-31T23:59:59.999999"),
        micros("2025-01-01T00:00:00"),
        micros("2000-01-01T00:00:00.000001"),
        micros("2024-06-30T12:00:00.123457"),
    ]
    return [
        Sale(
            # An id is unique in its file: validation sees to that.
            id=f"{name}{'·' * number}",
            store=dice.choice([1, 2**63 - 1]),
            product=dice.choice([1, 2, 2**62]),
            quantity=dice.choice([1, -1, 0, 1_000_000_000]),
            revenue=dice.choice(amounts),
            discount=dice.choice([None, Decimal("0.0000"), LEAST, MOST]),
            at=dice.choice(moments),
            receipt=dice.choice([None, name, f"{name}·", "1"]),
        )
        for name in IDS
        for number in range(4)
    ]


def days_when_clocks_change() -> list[Sale]:
    """A sale each 7 minutes and a microsecond around changes of clocks in both hemispheres, and around midnight."""
    sales = []
    for place, day in enumerate(["2024-03-10", "2024-11-03", "2024-04-06", "2024-10-05", "2024-10-06", "2024-12-31"]):
        start = micros(f"{day}T00:00:00") - 3_600_000_000
        sales += [
            Sale(
                id=f"{place}-{step}", product=step % 7, at=start + step * 420_000_001, revenue=Decimal(step).scaleb(-4)
            )
            for step in range(250)
        ]
    return sales
