"""What a case is: a file's bytes, and what is right about it.

In a file's text and in its rows, `@` stands for the case's own name: `@1` of `quoted.csv` is `quoted-1`. So every case
has keys of its own, and all of them can be loaded into one table.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

Severity = str

# The moment as of which all cases are judged: 2025-06-01T00:00:00Z.
EVENT_TIME = 1_748_736_000.0
# The moment of an ordinary sale: 2025-05-31T00:06:40Z.
SOLD = 1_748_650_000
H = "transaction_id,store_id,product_id,quantity,revenue,discount_applied,timestamp"
NAMES = tuple(H.split(","))
# What the contract's own columns can have; the rule's name then begins with the column's.
OF_A_COLUMN = {
    "missing_value",
    "wrong_type",
    "not_an_integer",
    "not_a_number",
    "not_finite",
    "out_of_range",
    "too_long",
    "control_characters",
    "invisible_characters",
    "precision_lost",
}


class Landed(NamedTuple):
    """A row as it must stand in the tables. `at` is in microseconds since 1970."""

    transaction_id: str
    store_id: int = 1
    product_id: int = 2
    quantity: int = 3
    revenue: Decimal = Decimal("4.5000")
    discount_applied: Decimal | None = None
    at: int = SOLD * 1_000_000
    receipt_id: str | None = None


def row(
    name: object = 1,
    *,
    store: int = 1,
    product: int = 2,
    quantity: int = 3,
    revenue: str = "4.5000",
    discount: str | None = None,
    at: float | None = None,
    us: int | None = None,
    receipt: str | None = None,
) -> Landed:
    """The row `@name`, ordinary but for what is given. `at` is in seconds, `us` in microseconds."""
    return Landed(
        f"@{name}" if isinstance(name, int) else str(name),
        store,
        product,
        quantity,
        Decimal(revenue),
        None if discount is None else Decimal(discount),
        us if us is not None else round((SOLD if at is None else at) * 1_000_000),
        receipt,
    )


def sale(name: object = 1, **cells: object) -> str:
    """The CSV line of the ordinary row `@name`, but for the cells given, which are written as they are."""
    ordinary: dict[str, object] = {
        "transaction_id": f"@{name}",
        "store_id": 1,
        "product_id": 2,
        "quantity": 3,
        "revenue": 4.5,
        "discount_applied": "",
        "timestamp": SOLD,
    }
    return ",".join(str(value) for value in {**ordinary, **cells}.values())


def lines(*texts: str, end: str = "\n") -> bytes:
    """The texts as lines of UTF-8."""
    return "".join(text + end for text in texts).encode()


@dataclass(frozen=True)
class Told:
    """A reason. `lines` are those of its samples, in order; none: it is about the file."""

    code: str
    column: str | None
    lines: tuple[int | None, ...]
    count: int
    rule: str
    severity: Severity


def error(code: str, column: str | None = None, *at: int, count: int | None = None) -> Told:
    """The file, or a row of it, is wrong."""
    return _told("error", code, column, at, count)


def warning(code: str, column: str | None = None, *at: int, count: int | None = None) -> Told:
    """It is odd, and loads."""
    return _told("warning", code, column, at, count)


def _told(severity: Severity, code: str, column: str | None, at: tuple[int, ...], count: int | None) -> Told:
    rule = f"{column}.{code}" if code in OF_A_COLUMN else code
    return Told(code, column, at or (None,), count or len(at) or 1, rule, severity)


@dataclass(frozen=True)
class Case:
    """`total` and `invalid` count rows. `data` is the file, or makes it from the prefix of its keys."""

    name: str
    data: bytes | Callable[[str], bytes]
    verdict: str
    total: int
    invalid: int
    told: tuple[Told, ...]
    landed: tuple[Landed, ...]
    pack: Callable[[bytes], bytes] = field(default=bytes)

    @property
    def prefix(self) -> str:
        """What `@` stands for."""
        return self.name.split(".")[0] + "-"

    def content(self) -> bytes:
        """The file's bytes."""
        made = self.data if isinstance(self.data, bytes) else self.data(self.prefix)
        return self.pack(made.replace(b"@", self.prefix.encode()) if isinstance(self.data, bytes) else made)

    def rows(self) -> list[Landed]:
        """The rows that it lands."""
        return [
            one._replace(
                transaction_id=one.transaction_id.replace("@", self.prefix),
                receipt_id=one.receipt_id and one.receipt_id.replace("@", self.prefix),
            )
            for one in self.landed
        ]


def valid(
    name: str,
    data: bytes | Callable[[str], bytes],
    *landed: Landed,
    told: tuple[Told, ...] = (),
    total: int | None = None,
    pack: Callable[[bytes], bytes] = bytes,
) -> Case:
    """A file whose rows load: without `landed`, the ordinary row `@1`."""
    rows = landed or (row(),)
    return Case(name, data, "valid", len(rows) if total is None else total, 0, told, rows, pack)


def rejected(
    name: str,
    data: bytes | Callable[[str], bytes],
    *told: Told,
    total: int = 0,
    invalid: int = 0,
    pack: Callable[[bytes], bytes] = bytes,
) -> Case:
    """A file that is rejected. `total` and `invalid` are 0 where reading ends before its rows are judged."""
    return Case(name, data, "rejected", total, invalid, told, (), pack)


def gz(data: bytes) -> bytes:
    """The data as one gzip member, the same at each run."""
    return gzip.compress(data, 1, mtime=0)
