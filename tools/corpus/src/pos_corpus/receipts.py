"""Rows that name the receipt that they are on, and rows that do not."""

from __future__ import annotations

from pos_corpus.case import SOLD, Case, H, error, lines, rejected, row, sale, valid, warning
from pos_corpus.parquet_bytes import BYTES, DOUBLE, INT64, UTF8, Column, parquet

RH = "receipt_id," + H
LONGEST = 64


def json(name: str, receipt: str) -> str:
    """A JSON line."""
    return (
        f'{{"transaction_id":"@{name}","receipt_id":{receipt},"store_id":1,"product_id":2,"quantity":3,"revenue":4.5,'
        f'"timestamp":{SOLD}}}'
    )


def in_parquet(prefix: str) -> bytes:
    """Two rows, of which the second is on no receipt."""
    return parquet(
        Column("transaction_id", BYTES, [f"{prefix}1", f"{prefix}2"], converted=UTF8),
        Column("receipt_id", BYTES, [f"{prefix}R", None], converted=UTF8),
        Column("store_id", INT64, [1, 1]),
        Column("product_id", INT64, [2, 2]),
        Column("quantity", INT64, [3, 3]),
        Column("revenue", DOUBLE, [4.5, 4.5]),
        Column("timestamp", INT64, [SOLD, SOLD]),
    )


def lands(name: str, receipt: str, cell: str | None = None) -> Case:
    """The receipt is kept as it is."""
    return valid(f"receipt-{name}.csv", lines(RH, f"{cell or receipt},{sale(1)}"), row(receipt=receipt))


def refused(name: str, receipt: str, code: str) -> Case:
    """A receipt can't be called so."""
    return rejected(f"receipt-{name}.csv", lines(RH, f"{receipt},{sale(1)}"), error(code, "receipt_id", 2), total=1,
        invalid=1)  # fmt: skip


CASES = [
    lands("as-usual", "@R"),
    lands("in-quotes", "@R,1", '"@R,1"'),
    lands("of-64-letters", "r" * LONGEST),
    lands("with-an-accent", "@é"),
    lands("of-digits", "0017"),
    refused("of-65-letters", "r" * (LONGEST + 1), "too_long"),
    refused("with-a-tab", "@\tR", "control_characters"),
    refused("with-a-zero-width-space", "@R\u200b", "invisible_characters"),
    refused("of-a-space", " ", "missing_value"),
    valid("receipt-on-some-rows.csv", lines(RH, f"@R,{sale(1)}", f",{sale(2)}", f"@R,{sale(3)}"),
        row(1, receipt="@R"), row(2), row(3, receipt="@R")),
    valid("receipt-on-no-row.csv", lines(RH, f",{sale(1)}", f",{sale(2)}"), row(1), row(2)),
    valid("receipt-in-the-last-column.csv", lines(f"{H},receipt_id", f"{sale(1)},@R", f"{sale(2)},"),
        row(1, receipt="@R"), row(2)),
    valid("receipt-of-two-stores.csv", lines(RH, f"R,{sale(1)}", f"R,{sale(2, store_id=7)}"),
        row(1, receipt="R"), row(2, store=7, receipt="R")),
    valid("receipt-in-json.jsonl", lines(json("1", '"@R"'), json("2", "null")), row(1, receipt="@R"), row(2)),
    rejected("receipt-as-a-number.jsonl", lines(json("1", "17")), error("wrong_type", "receipt_id", 1), total=1,
        invalid=1),
    valid("receipt-in-parquet.parquet", in_parquet, row(1, receipt="@R"), row(2)),
    # The same row says another receipt, or none: something else under the same key.
    rejected("receipt-contradiction.csv", lines(RH, f"@R,{sale(1)}", f"@S,{sale(1)}"),
        error("duplicate_key", "transaction_id", 3), total=2, invalid=1),
    valid("receipt-copy.csv", lines(RH, f"@R,{sale(1)}", f"@R,{sale(1)}"), row(1, receipt="@R"),
        told=(warning("repeated_row", "transaction_id", 3),), total=2),
]  # fmt: skip
