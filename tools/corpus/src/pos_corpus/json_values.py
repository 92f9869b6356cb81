"""JSON lines: a value at a time. Numbers keep the text that they were written with."""

from __future__ import annotations

from pos_corpus.case import Case, Landed, error, lines, rejected, row, valid, warning

ORDINARY = {
    "transaction_id": '"@1"',
    "store_id": "1",
    "product_id": "2",
    "quantity": "3",
    "revenue": "4.5",
    "timestamp": "1748650000",
}


def line(**values: str) -> bytes:
    """A line with JSON values as they are written."""
    return lines("{" + ",".join(f'"{name}":{value}' for name, value in {**ORDINARY, **values}.items()) + "}")


def lands(name: str, landed: Landed, **values: str) -> Case:
    """Those values land as that row."""
    return valid(name + ".jsonl", line(**values), landed)


def rounds(name: str, landed: Landed, **values: str) -> Case:
    """Those values land as that row, and the report says that they were rounded."""
    column = next(iter(values))
    return valid(name + ".jsonl", line(**values), landed, told=(warning("precision_lost", column, 1),))


def refused(name: str, code: str, **values: str) -> Case:
    """The value is wrong."""
    column = next(iter(values))
    return rejected(name + ".jsonl", line(**values), error(code, column, 1), total=1, invalid=1)


CASES = [
    # Texts.
    lands("escapes", row(r'@"\/1'), transaction_id=r'"@\"\\\/1"'),
    lands("unicode-escape", row("@é"), transaction_id=r'"@\u00e9"'),
    lands("pair-of-escapes", row("@😀"), transaction_id=r'"@\ud83d\ude00"'),
    lands("digits-as-text", row("000777"), transaction_id='"000777"'),
    refused("escaped-line-end", "control_characters", transaction_id=r'"@\n1"'),
    refused("escaped-zero", "control_characters", transaction_id=r'"@\u00001"'),
    refused("escaped-delete", "control_characters", transaction_id=r'"@\u007f1"'),
    refused("text-empty", "missing_value", transaction_id='""'),
    refused("text-of-spaces", "missing_value", transaction_id='"  "'),
    refused("text-null", "missing_value", transaction_id="null"),
    refused("text-as-number", "wrong_type", transaction_id="17"),
    refused("text-as-word", "wrong_type", transaction_id="true"),
    refused("text-as-array", "wrong_type", transaction_id='["@1"]'),
    refused("text-as-object", "wrong_type", transaction_id='{"id":"@1"}'),
    # Whole numbers.
    lands("whole-with-zeros-behind", row(quantity=3), quantity="3.000"),
    lands("whole-with-exponent", row(quantity=3000), quantity="3e3"),
    lands("whole-with-negative-exponent", row(quantity=3), quantity="300E-2"),
    valid("minus-zero-revenue.jsonl", line(revenue="-0"), row(revenue="0.0000")),
    refused("whole-with-fraction", "not_an_integer", quantity="3.5"),
    refused("whole-as-text", "wrong_type", quantity='"3"'),
    refused("whole-as-word", "wrong_type", quantity="false"),
    refused("whole-null", "missing_value", quantity="null"),
    refused("whole-as-array", "wrong_type", store_id="[1]"),
    refused("whole-as-object", "wrong_type", store_id='{"a":[1.50]}'),
    refused("whole-deep", "wrong_type", store_id="[" * 700 + "]" * 700),
    refused("whole-beyond-64-bits", "out_of_range", store_id="9223372036854775808"),
    refused("whole-of-many-digits", "out_of_range", store_id="9" * 100),
    refused("whole-exponent-far", "not_an_integer", store_id="1e999999999"),
    refused("whole-exponent-far-below", "not_an_integer", quantity="1e-999999999"),
    lands("whole-at-64-bits", row(store=9223372036854775807), store_id="9223372036854775807"),
    lands("whole-beyond-doubles", row(store=9007199254740993), store_id="9007199254740993"),
    # Money.
    lands("money-whole", row(revenue="4.0000"), revenue="4"),
    lands("money-exponent", row(revenue="450.0000"), revenue="4.5e2"),
    lands("money-negative-exponent", row(revenue="0.0450"), revenue="4.5E-2"),
    lands("money-capital-exponent-plus", row(revenue="45.0000"), revenue="4.5E+1"),
    rounds("money-fifth-digit", row(revenue="4.5001"), revenue="4.50005"),
    rounds("money-from-a-double", row(revenue="0.3000"), revenue="0.30000000000000004"),
    rounds("money-nearly-nothing", row(revenue="0.0000"), revenue="1e-400"),
    refused("money-far", "out_of_range", revenue="1e400"),
    refused("money-as-text", "wrong_type", revenue='"4.5"'),
    refused("money-as-text-with-currency", "wrong_type", revenue='"EUR 4.50"'),
    refused("discount-negative", "negative_discount", discount_applied="-0.01"),
    refused("discount-as-text", "wrong_type", discount_applied='""'),
    # Moments.
    lands("moment-with-fraction", row(us=1748650000_500000), timestamp="1748650000.5"),
    lands("moment-with-exponent", row(at=1748650000), timestamp="1.74865e9"),
    refused("moment-in-milliseconds", "timestamp_in_milliseconds", timestamp="1748650000000"),
    refused("moment-as-text", "wrong_type", timestamp='"2025-05-31T00:06:40Z"'),
    refused("moment-as-digits-in-a-text", "wrong_type", timestamp='"1748650000"'),
    refused("moment-null", "missing_value", timestamp="null"),
]  # fmt: skip
