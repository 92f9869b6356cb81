"""What is large in one dimension. Other readers get slow here, or stop."""

from __future__ import annotations

from pos_corpus.case import H, error, gz, lines, rejected, row, sale, valid, warning

MANY = 3000
MOST_COLUMNS = 10_000
J1 = '{"transaction_id":"@1","store_id":1,"product_id":2,"quantity":3,"revenue":4.5,"timestamp":1748650000'

CASES = [
    valid("cell-of-100-kb.csv", lines(H + ",note", sale(1) + "," + "x" * 100_000),
        told=(warning("unexpected_column", "note", 1),)),
    valid("quoted-cell-of-100-kb.csv", lines(H + ",note", sale(1) + ',"' + 'x""' * 30_000 + '"'),
        told=(warning("unexpected_column", "note", 1),)),
    valid("quoted-cell-of-many-lines.csv", lines(H + ",note", sale(1) + ',"' + "\n" * 5_000 + '"', sale(2) + ","),
        row(1), row(2), told=(warning("unexpected_column", "note", 1),)),
    rejected("quoted-cell-of-2-mb.csv", lines(H, sale(1, transaction_id='"' + "x" * 2_000_000 + '"'), sale(2)),
        error("broken_quote", "transaction_id", 2), total=2, invalid=1),
    rejected("key-of-1-mb.csv", lines(H, sale(1, transaction_id="x" * 1_000_000)),
        error("too_long", "transaction_id", 2), total=1, invalid=1),
    rejected("number-of-1-mb.csv", lines(H, sale(1, quantity="1" * 1_000_000)),
        error("out_of_range", "quantity", 2), total=1, invalid=1),
    rejected("bad-bytes-of-1-mb.csv", lines(H, "x" * 1_000_000), error("row_width", None, 2), total=1, invalid=1),
    rejected("number-of-100-kb.jsonl", lines(J1.replace('"store_id":1', '"store_id":' + "1" * 100_000) + "}"),
        error("out_of_range", "store_id", 1), total=1, invalid=1),
    valid("text-of-1-mb-in-an-unknown-name.jsonl", lines(J1 + ',"note":"' + "x" * 1_000_000 + '"}'),
        told=(warning("unexpected_column", "note", 1),)),
    rejected("too-many-columns.csv", lines(H + ",c" * MOST_COLUMNS, sale(1) + "," * MOST_COLUMNS),
        error("too_many_columns", None, 1)),
    rejected("empty-columns-by-the-thousand.csv", lines(H + "," * 30_000, sale(1) + "," * 30_000),
        error("too_many_columns", None, 1)),
    rejected("header-without-end.csv.gz", b"name;" * 8_000_000, error("header_too_long", None, 1), pack=gz),
    valid("many-rows.csv", lines(H, *(sale(number) for number in range(MANY))),
        *(row(number) for number in range(MANY))),
    valid("many-rows-packed.csv.gz",
        lines(H, *(sale(number) for number in range(MANY))), *(row(number) for number in range(MANY)), pack=gz),
    valid("many-rows-of-json.jsonl", lines(*(J1.replace("@1", f"@{number}") + "}" for number in range(MANY))),
        *(row(number) for number in range(MANY))),
    valid("many-empty-lines.csv", lines(H, *[""] * 20_000, sale(1))),
    rejected("many-bad-rows.csv", lines(H, *(sale(number, quantity="x") for number in range(MANY))),
        error("not_an_integer", "quantity", *range(2, 22), count=MANY), total=MANY, invalid=MANY),
    rejected("one-bad-row-of-many.csv",
        lines(H, *(sale(number, quantity="x" if number == MANY - 1 else 3) for number in range(MANY))),
        error("not_an_integer", "quantity", MANY + 1), total=MANY, invalid=1),
    valid("zeros-that-pack-well.csv.gz", lines(H + ",note", sale(1) + "," + "0" * 3_000_000), pack=gz,
        told=(warning("unexpected_column", "note", 1),)),
]  # fmt: skip
