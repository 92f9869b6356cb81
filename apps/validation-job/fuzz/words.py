"""What cells are made of: ordinary values, and those on which readers disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

SOLD = 1_748_650_000
WHOLE = [
    "3", "+3", "-3", "003", " 3", "3 ", "\t3", "3.0", "3.", "1e3", "0x10", "1_000", "-0", "", " ", "nan", "inf",
    "1000000000", "1000000001", "-1000000001", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
    "12345678901234567890123", "true", "null", "\u0663", "3\u00a0", "\u22123", "3\u200b", "=3", "'3", "#", "99999",
]  # fmt: skip
AMOUNTS = [
    "4.5", "4.50000", "-4.5", ".5", "4.", "4,5", "1e-400", "1e400", "45e-1", "0.30000000000000004", "4.00005",
    "4.00004999", "99999999999999.9999", "99999999999999.99994", "99999999999999.99995", "100000000000000",
    "90000000000.000105", "19.989999999999998436805981327779591083526611328125", "-0.00001", "1e999999999", "nan",
    "Infinity", "", "0", "-0", "$4", "4.5.0", "0e5", "4.5000000000000001", "123456789012345678901234567890",
]  # fmt: skip
MOMENTS = [
    str(SOLD), f"{SOLD}.5", f"{SOLD}.0000004", f"{SOLD}.0000005", f"{SOLD}.0000004999", "946684800", "946684799.999999",
    "1748908800", "1748908800.000001", "1.74865e9", "1748650000000", "99999999999", "-1", "0", "", "1e400", "now",
]  # fmt: skip
KEYS = [
    "", " ", "x" * 64, "x" * 65, "é", "e\u0301", "😀" * 64, "\ufeffA", "A\u200b", "A\tB", "A\x1bB", "\u2028", "A B",
    " A", "A ", '"', "'", ",", ";", "#A", "NULL", "A\x7f", "A\x85", "\u00ad", "=A", "\U0010ffff",
]  # fmt: skip
# What every file has; `receipt_id` comes and goes.
NAMES = ("transaction_id", "store_id", "product_id", "quantity", "revenue", "discount_applied", "timestamp")
ODD = {
    "transaction_id": KEYS,
    "receipt_id": KEYS,
    "revenue": AMOUNTS,
    "discount_applied": AMOUNTS,
    "timestamp": MOMENTS,
}


def cell(dice: Random, name: str, number: int, hostile: float) -> str:
    """A cell of row `number`: odd with the chance `hostile`, now and then by two mutations of an odd one."""
    if dice.random() < hostile:
        text = dice.choice(ODD.get(name, WHOLE))
        while dice.random() < 0.15:
            at = dice.randrange(len(text) + 1)
            text = text[:at] + dice.choice("0159.-+eE \t,;'x\u00a0\u200b") + text[at:]
        return text
    return {
        "transaction_id": f"k{number}",
        "receipt_id": dice.choice(["", f"r{number // 3}"]),
        "revenue": f"{dice.randrange(1, 99999)}.{dice.randrange(10**4):04d}",
        "discount_applied": dice.choice(["", "0", "0.25"]),
        "timestamp": str(SOLD - dice.randrange(10**6)),
    }.get(name, str(dice.randrange(1, 99)))
