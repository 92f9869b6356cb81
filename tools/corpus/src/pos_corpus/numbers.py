"""Numbers in CSV: a cell at a time, each in a file of its own, at every bound and in every spelling."""

from __future__ import annotations

from pos_corpus.case import Case, H, error, lines, rejected, row, sale, valid, warning

MAX, MIN = 2**63 - 1, -(2**63)
MOST_UNITS = 10**9


def _file(name: str, column: str, cell: str, more: dict[str, object]) -> tuple[str, bytes]:
    return f"{column.split('_', maxsplit=1)[0]}-{name}.csv", lines(H, sale(1, **{**more, column: cell}))


def whole(name: str, column: str, cell: str, value: int, **more: object) -> Case:
    """The cell lands as that whole number."""
    field = {"store_id": "store", "product_id": "product", "quantity": "quantity"}[column]
    landed = row(**{field: value}, **({"revenue": "-4.5000"} if more else {}))  # type: ignore[arg-type]
    return valid(*_file(name, column, cell, more), landed)


def money(name: str, cell: str, value: str, *, rounded: bool = False, column: str = "revenue") -> Case:
    """The cell lands as that amount, exactly or rounded with a warning."""
    told = (warning("precision_lost", column, 2),) if rounded else ()
    if column == "discount_applied":
        return valid(*_file(name, column, cell, {"revenue": "99999999999999.9999"}),
            row(revenue="99999999999999.9999", discount=value), told=told)  # fmt: skip
    more: dict[str, object] = {"quantity": "-3"} if value.startswith("-") else {}
    return valid(*_file(name, column, cell, more), row(revenue=value, quantity=-3 if more else 3), told=told)


def refused(code: str, column: str, name: str, cell: str) -> Case:
    """The cell is wrong."""
    return rejected(*_file(name, column, cell, {}), error(code, column, 2), total=1, invalid=1)


def no_integer(name: str, cell: str) -> Case:
    return refused("not_an_integer", "quantity", name, cell)


def no_number(name: str, cell: str) -> Case:
    return refused("not_a_number", "revenue", name, cell)


CASES = [
    # Bounds of whole numbers: each column's own, then those of 64 bits.
    whole("least", "store_id", "1", 1),
    whole("most", "store_id", str(MAX), MAX),
    refused("out_of_range", "store_id", "zero", "0"),
    refused("out_of_range", "store_id", "minus", "-1"),
    refused("out_of_range", "store_id", "one-too-many", str(MAX + 1)),
    refused("out_of_range", "store_id", "lowest", str(MIN)),
    refused("out_of_range", "store_id", "of-32-digits", "1" * 32),
    whole("beyond-32-bits", "product_id", str(2**32 + 1), 2**32 + 1),
    whole("beyond-doubles", "product_id", str(2**53 + 1), 2**53 + 1),
    whole("of-17-digits", "product_id", "12345678901234567", 12345678901234567),
    refused("out_of_range", "product_id", "zero", "-0"),
    refused("out_of_range", "product_id", "unsigned-64-bits", str(2**64 - 1)),
    whole("most", "quantity", str(MOST_UNITS), MOST_UNITS),
    whole("least", "quantity", str(-MOST_UNITS), -MOST_UNITS, revenue="-4.5"),
    refused("out_of_range", "quantity", "one-too-many", str(MOST_UNITS + 1)),
    refused("out_of_range", "quantity", "one-too-few", str(-MOST_UNITS - 1)),
    refused("out_of_range", "quantity", "of-64-bits", str(MAX)),
    refused("out_of_range", "quantity", "lowest-of-64-bits", str(MIN)),
    refused("out_of_range", "quantity", "beyond-64-bits", str(MAX + 1)),
    refused("out_of_range", "quantity", "far-beyond", "9" * 400),
    rejected("quantity-twice-at-64-bits.csv",
        lines(H, sale(1, quantity=MAX), sale(2, quantity=MAX)), error("out_of_range", "quantity", 2, 3),
        total=2, invalid=2),
    valid("quantity-of-nothing.csv", lines(H, sale(1, quantity="0")), row(quantity=0),
        told=(warning("zero_quantity", "quantity", 2),)),
    # Spellings of whole numbers.
    whole("plus", "quantity", "+3", 3),
    whole("zeros-before", "quantity", "0003", 3),
    whole("many-zeros-before", "quantity", "0" * 60 + "3", 3),
    whole("plus-zeros", "quantity", "+003", 3),
    whole("minus-zeros", "quantity", "-003", -3, revenue="-4.5"),
    no_integer("with-point", "3."),
    no_integer("with-zero-behind", "3.0"),
    no_integer("with-fraction", "3.5"),
    no_integer("with-exponent", "3e0"),
    no_integer("with-comma", '"3,000"'),
    no_integer("with-space-within", "3 000"),
    no_integer("with-apostrophe", "3'000"),
    no_integer("with-underscore", "3_000"),
    no_integer("hexadecimal", "0x10"),
    no_integer("octal", "0o7"),
    no_integer("two-signs", "+-3"),
    no_integer("sign-behind", "3-"),
    no_integer("sign-apart", "- 3"),
    no_integer("sign-alone", "-"),
    no_integer("in-brackets", "(3)"),
    no_integer("true-minus", "\u22123"),
    no_integer("arabic-digits", "\u0663"),
    no_integer("full-width-digits", "\uff13"),
    no_integer("superscript", "\u00b3"),
    no_integer("circled", "\u2462"),
    no_integer("word", "three"),
    no_integer("null-word", "NULL"),
    no_integer("true", "true"),
    no_integer("infinity", "inf"),
    no_integer("nan", "nan"),
    no_integer("error-of-a-workbook", "#REF!"),
    no_integer("formula", "=1+2"),
    no_integer("currency", "$3"),
    no_integer("percent", "3%"),
    no_integer("unit", "3kg"),
    no_integer("vertical-tab", "\x0b3"),
    no_integer("zero-width-space", "3\u200b"),
    no_integer("thin-space", "3\u2009"),
    no_integer("byte-order-mark", "\ufeff3"),
    # Amounts: bounds, 14 digits before the point and 4 behind it.
    money("most", "99999999999999.9999", "99999999999999.9999"),
    money("least", "-99999999999999.9999", "-99999999999999.9999"),
    money("smallest", "0.0001", "0.0001"),
    money("nothing", "0", "0.0000"),
    money("minus-nothing", "-0", "0.0000"),
    money("most", "99999999999999.9999", "99999999999999.9999", column="discount_applied"),
    refused("out_of_range", "revenue", "one-digit-too-many", "100000000000000"),
    refused("out_of_range", "revenue", "one-digit-too-few", "-100000000000000"),
    refused("out_of_range", "revenue", "rounds-over", "99999999999999.99995"),
    money("rounds-below", "99999999999999.99994", "99999999999999.9999", rounded=True),
    refused("out_of_range", "revenue", "exponent-far", "1e400"),
    refused("out_of_range", "revenue", "exponent-very-far", "1e999999999999"),
    refused("out_of_range", "revenue", "many-digits", "9" * 500),
    # Rounding: half away from zero, by all digits that were written, and never without a word.
    money("zeros-behind", "4.50000000", "4.5000"),
    money("many-zeros-behind", "4.5" + "0" * 300, "4.5000"),
    money("half-up", "4.00005", "4.0001", rounded=True),
    money("below-half", "4.00004999999999999999", "4.0000", rounded=True),
    money("above-half", "4.00005000000000000001", "4.0001", rounded=True),
    money("half-down", "-4.00005", "-4.0001", rounded=True),
    money("half-to-odd", "4.00015", "4.0002", rounded=True),
    money("as-a-double-shows-it", "0.30000000000000004", "0.3000", rounded=True),
    money("nearly-nothing", "1e-400", "0.0000", rounded=True),
    money("below-what-doubles-tell", "90000000000.000105", "90000000000.0001", rounded=True),
    money("all-digits-of-a-double", "19.989999999999998436805981327779591083526611328125", "19.9900", rounded=True),
    money("a-digit-of-seventeen", "4.5000000000000001", "4.5000", rounded=True),
    money("half-of-the-smallest", "0.00005", "0.0001", rounded=True),
    money("less-than-half", "0.0000499", "0.0000", rounded=True),
    money("discount-rounds", "0.12345", "0.1235", rounded=True, column="discount_applied"),
    # Spellings of amounts.
    money("plus", "+4.5", "4.5000"),
    money("point-last", "4.", "4.0000"),
    money("point-first", ".5", "0.5000"),
    money("zeros-before", "0004.5", "4.5000"),
    money("exponent", "45e-1", "4.5000"),
    money("exponent-capital", "4.5E2", "450.0000"),
    money("exponent-plus", "4.5e+2", "450.0000"),
    money("exponent-zeros", "4.5e0002", "450.0000"),
    money("exponent-of-nothing", "0e999999", "0.0000"),
    no_number("comma", '"4,5"'),
    no_number("thousands", '"1,234.50"'),
    no_number("german", '"1.234,50"'),
    no_number("swiss", "1'234.50"),
    no_number("space-within", "1 234.50"),
    no_number("currency-before", "$4.50"),
    no_number("currency-behind", "4.50 EUR"),
    no_number("in-brackets", "(4.50)"),
    no_number("two-points", "4.5.0"),
    no_number("point-alone", "."),
    no_number("exponent-alone", "e5"),
    no_number("exponent-empty", "4e"),
    no_number("exponent-with-fraction", "4e0.5"),
    no_number("hexadecimal-float", "0x1.8p1"),
    no_number("fortran", "4.5d0"),
    no_number("suffix", "4.5f"),
    no_number("word", "none"),
    no_number("dash", "-"),
    no_number("full-width-point", "4．5"),
    no_number("arabic-decimal", "٤٫٥"),
    no_number("not-available", "#N/A"),
    *(refused("not_finite", "revenue", name, name) for name in ("nan", "-inf", "Infinity")),
    refused("not_finite", "revenue", "plus-nan", "+NaN"),
    refused("negative_discount", "discount_applied", "minus", "-0.0001"),
    money("rounds-from-minus", "-0.00001", "0.0000", rounded=True, column="discount_applied"),
    # Signs and discounts beside each other: oddities that load.
    valid("signs-differ.csv", lines(H, sale(1, revenue="-4.5")), row(revenue="-4.5000"),
        told=(warning("sign_mismatch", "revenue", 2),)),
    valid("gift.csv", lines(H, sale(1, revenue="0")), row(revenue="0.0000")),
    valid("return.csv", lines(H, sale(1, quantity="-3", revenue="-4.5")), row(quantity=-3, revenue="-4.5000")),
    valid("discount-above-gross.csv", lines(H, sale(1, discount_applied="4.5001")), row(discount="4.5001"),
        told=(warning("discount_above_gross", "discount_applied", 2),)),
    valid("discount-equal-to-gross.csv", lines(H, sale(1, discount_applied="4.5")), row(discount="4.5000")),
]  # fmt: skip
