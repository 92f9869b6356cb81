"""Keys that come twice in a file: copies are dropped with a word, contradictions reject."""

from __future__ import annotations

from pos_corpus.case import Case, H, error, gz, lines, rejected, row, sale, valid, warning

R1 = '{"transaction_id":"@1","store_id":1,"product_id":2,"quantity":3,"revenue":4.5,"timestamp":1748650000}'


def copied(name: str, second: str, *at: int, also: int = 0) -> Case:
    """A second line that says what the first said."""
    return valid(name, lines(H, sale(1), second), row(), told=(warning("repeated_row", "transaction_id", *at or (3,)),),
        total=2 + also)  # fmt: skip


def contradicted(name: str, second: str) -> Case:
    """A second line that says something else under the first one's key."""
    return rejected(name, lines(H, sale(1), second), error("duplicate_key", "transaction_id", 3), total=2, invalid=1)


MANY = [sale(number) for number in range(300)]

CASES = [
    copied("copy.csv", sale(1)),
    copied("copy-in-quotes.csv", '"@1","1","2","3","4.5","","1748650000"'),
    copied("copy-in-other-digits.csv", "@1,01,+2,003,4.5000,,1748650000.0"),
    copied("copy-with-spaces.csv", "@1, 1,2 , 3 ,4.5,  ,1748650000"),
    copied("copy-with-exponent.csv", "@1,1,2,3,45e-1,,1.74865e9"),
    valid("copy-thrice.csv", lines(H, sale(1), sale(1), sale(2), sale(1)), row(1), row(2),
        told=(warning("repeated_row", "transaction_id", 3, 5),), total=4),
    valid("copy-that-rounds-alike.csv", lines(H, sale(1), sale(1, revenue="4.50001")), row(),
        told=(warning("precision_lost", "revenue", 3), warning("repeated_row", "transaction_id", 3)), total=2),
    valid("json-copy.jsonl", lines(R1, R1), row(), told=(warning("repeated_row", "transaction_id", 2),), total=2),
    valid("copy-after-empty-lines.csv", lines(H, sale(1), "", "", sale(1)), row(),
        told=(warning("repeated_row", "transaction_id", 5),), total=2),
    valid("copy-far-away.csv", lines(H, *MANY, sale(0)), *(row(number) for number in range(300)),
        told=(warning("repeated_row", "transaction_id", 302),), total=301),
    valid("file-twice-in-gzip.csv.gz", lines(H, sale(1), sale(2), sale(1), sale(2)), row(1), row(2),
        told=(warning("repeated_row", "transaction_id", 4, 5),), total=4, pack=gz),
    contradicted("contradiction-store.csv", sale(1, store_id=9)),
    contradicted("contradiction-product.csv", sale(1, product_id=9)),
    contradicted("contradiction-quantity.csv", sale(1, quantity=9)),
    contradicted("contradiction-revenue.csv", sale(1, revenue="4.5001")),
    contradicted("contradiction-discount.csv", sale(1, discount_applied="0")),
    contradicted("contradiction-moment.csv", sale(1, timestamp="1748650000.000001")),
    contradicted("contradiction-day.csv", sale(1, timestamp="1748563600")),
    rejected("json-contradiction.jsonl", lines(R1, R1.replace('"quantity":3', '"quantity":4')),
        error("duplicate_key", "transaction_id", 2), total=2, invalid=1),
    rejected("contradiction-and-copy.csv", lines(H, sale(1), sale(1), sale(1, quantity=9)),
        error("duplicate_key", "transaction_id", 4), warning("repeated_row", "transaction_id", 3), total=3, invalid=1),
    rejected("contradiction-far-away.csv", lines(H, *MANY, sale(0, quantity=9)),
        error("duplicate_key", "transaction_id", 302), total=301, invalid=1),
    # A bad row is bad for its own reason; its key says nothing about others.
    rejected("copy-of-a-bad-row.csv", lines(H, sale(1, quantity="x"), sale(1, quantity="x")),
        error("not_an_integer", "quantity", 2, 3), total=2, invalid=2),
    rejected("good-row-with-a-bad-row-s-key.csv", lines(H, sale(1, quantity="x"), sale(1)),
        error("not_an_integer", "quantity", 2), total=2, invalid=1),
    rejected("two-missing-keys.csv", lines(H, sale(1, transaction_id=""), sale(2, transaction_id="")),
        error("missing_value", "transaction_id", 2, 3), total=2, invalid=2),
]  # fmt: skip
