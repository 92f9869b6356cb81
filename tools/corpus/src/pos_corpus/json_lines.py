"""JSON lines: what a line may be, and what it is not."""

from __future__ import annotations

from pos_corpus.case import Case, error, lines, rejected, row, valid, warning

R1 = '{"transaction_id":"@1","store_id":1,"product_id":2,"quantity":3,"revenue":4.5,"timestamp":1748650000}'
R2 = R1.replace("@1", "@2")
TWO = (row(1), row(2))


def broken(name: str, text: str | bytes, *, also: int = 1) -> Case:
    """A good line, then one that is no JSON object."""
    line = text.encode() if isinstance(text, str) else text
    return rejected(name, lines(R1) + line + b"\n", error("broken_json", None, 2), total=1 + also, invalid=also)


CASES = [
    valid("two-objects.jsonl", lines(R1, R2), *TWO),
    valid("no-last-line-end.jsonl", lines(R1, R2)[:-1], *TWO),
    valid("crlf-lines.jsonl", lines(R1, R2, end="\r\n"), *TWO),
    valid("lines-between.jsonl", lines("", R1, "", "  \t", R2, ""), *TWO),
    valid("spaces-around.jsonl", lines("  " + R1 + " \t ", R2), *TWO),
    valid("spaces-within.jsonl", lines(R1.replace(":", " :\t").replace(",", " , ").replace("}", " }")),),
    valid("name-ndjson.ndjson", lines(R1)),
    valid("name-json.json", lines(R1)),
    valid("no-name-but-json", lines(R1)),
    valid("names-in-any-order.jsonl", lines('{"timestamp":1748650000,"revenue":4.5,"quantity":3,"product_id":2,'
        '"store_id":1,"discount_applied":0.25,"transaction_id":"@1"}'), row(discount="0.25")),
    valid("discount-null.jsonl", lines(R1.replace('"revenue"', '"discount_applied":null,"revenue"'))),
    valid("escaped-names.jsonl", lines(R1.replace('"quantity"', r'"quan\u0074ity"'))),
    valid("unknown-name.jsonl", lines(R1[:-1] + ',"note":[1,{"a":"}\\""}]}'),
        told=(warning("unexpected_column", "note", 1),)),
    valid("empty-name.jsonl", lines(R1[:-1] + ',"":1}'), told=(warning("unexpected_column", "(unnamed)", 1),)),
    valid("unknown-names-on-some-lines.jsonl", lines(R1, R2[:-1] + ',"note":1}'), *TWO,
        told=(warning("unexpected_column", "note", 2),)),
    valid("deep-in-an-unknown-name.jsonl", lines(R1[:-1] + ',"note":' + "[" * 200 + "]" * 200 + "}"),
        told=(warning("unexpected_column", "note", 1),)),
    valid("unknown-name-of-half-a-pair.jsonl", lines(R1[:-1] + r',"n\ud800":1}'),
        told=(warning("unexpected_column", r"n\ud800", 1),)),
    # Not an object, or not JSON.
    broken("cut-off.jsonl", R2[:-20]),
    broken("cut-in-a-text.jsonl", '{"transaction_id":"@2'),
    broken("cut-after-a-colon.jsonl", '{"transaction_id":'),
    broken("brace-alone.jsonl", "{"),
    broken("closing-brace-alone.jsonl", "}"),
    broken("number.jsonl", "17"),
    broken("text.jsonl", '"text"'),
    broken("null.jsonl", "null"),
    broken("true.jsonl", "true"),
    broken("array.jsonl", "[1]"),
    broken("array-of-an-object.jsonl", "[" + R2 + "]"),
    broken("two-objects-on-a-line.jsonl", R2 + R2),
    broken("two-objects-with-comma.jsonl", R2 + "," + R2),
    broken("comma-behind.jsonl", R2 + ","),
    broken("word-behind.jsonl", R2 + " x"),
    broken("comment-behind.jsonl", R2 + " // note"),
    broken("comment-within.jsonl", R2.replace(",", "/* */,", 1)),
    broken("trailing-comma.jsonl", R2[:-1] + ",}"),
    broken("comma-twice.jsonl", R2.replace(",", ",,", 1)),
    broken("single-quotes.jsonl", R2.replace('"', "'")),
    broken("names-without-quotes.jsonl", '{transaction_id:"@2"}'),
    broken("equals-for-colon.jsonl", R2.replace(":", "=", 1)),
    broken("python-words.jsonl", R2.replace("4.5", "None")),
    broken("undefined.jsonl", R2.replace("4.5", "undefined")),
    broken("nan.jsonl", R2.replace("4.5", "NaN")),
    broken("infinity.jsonl", R2.replace("4.5", "Infinity")),
    broken("minus-infinity.jsonl", R2.replace("4.5", "-Infinity")),
    broken("plus-sign.jsonl", R2.replace("4.5", "+4.5")),
    broken("leading-zero.jsonl", R2.replace("4.5", "04.5")),
    broken("point-first.jsonl", R2.replace("4.5", ".5")),
    broken("point-last.jsonl", R2.replace("4.5", "4.")),
    broken("hexadecimal.jsonl", R2.replace("4.5", "0x10")),
    broken("exponent-without-digits.jsonl", R2.replace("4.5", "4e")),
    broken("minus-alone.jsonl", R2.replace("4.5", "-")),
    broken("thousands.jsonl", R2.replace("4.5", "1_000")),
    broken("bad-escape.jsonl", R2.replace("@2", r"\x41")),
    broken("short-escape.jsonl", R2.replace("@2", r"\u00")),
    broken("escape-not-hexadecimal.jsonl", R2.replace("@2", r"\u00g0")),
    broken("tab-in-a-text.jsonl", R2.replace("@2", "@\t2")),
    broken("zero-byte-in-a-text.jsonl", R2.replace("@2", "@\x002")),
    broken("zero-byte-behind.jsonl", R2 + "\0"),
    broken("no-break-space-before.jsonl", "\u00a0" + R2),
    broken("mark-on-a-later-line.jsonl", "\ufeff" + R2),
    broken("half-of-a-pair.jsonl", R2.replace("@2", r"\ud800")),
    broken("pair-the-wrong-way-round.jsonl", R2.replace("@2", r"\ude00\ud83d")),
    broken("nested-without-end.jsonl", "[" * 2000),
    broken("braces-without-end.jsonl", '{"a":' * 2000),
    broken("form-feed.jsonl", "\x0c" + R2),
    rejected("over-many-lines.json", b'{\n"transaction_id": "@1"\n}\n', error("broken_json", None, 1, 2, 3)),
    rejected("whole-array.json", b"[" + R1.encode() + b"]", error("broken_json", None, 1)),
    rejected("array-over-many-lines.json", b"\n [\n" + R1.encode() + b"\n]", error("broken_json", None, 2)),
    rejected("empty.jsonl", b"", error("empty_file")),
    rejected("white-space.jsonl", b" \n\t\n", error("empty_file")),
    # Names.
    rejected("name-twice.jsonl", lines(R1, R2[:-1] + ',"store_id":1}'), error("duplicate_column", "store_id", 2),
        total=2, invalid=1),
    rejected("unknown-name-twice.jsonl", lines(R1[:-1] + ',"a":1,"a":2}'), error("duplicate_column", "a", 1)),
    rejected("name-twice-by-escape.jsonl", lines(R1[:-1] + r',"store\u005fid":1}'),
        error("duplicate_column", "store_id", 1)),
    rejected("name-nowhere.jsonl", lines(R1.replace('"store_id":1,', "")), error("missing_column", "store_id", 1)),
    rejected("name-on-one-line-only.jsonl", lines(R1, R2.replace('"store_id":1,', "")),
        error("missing_value", "store_id", 2), total=2, invalid=1),
    rejected("empty-object.jsonl", lines(R1, "{}"),
        *(error("missing_value", name, 2) for name in
            ("transaction_id", "store_id", "product_id", "quantity", "revenue", "timestamp")), total=2, invalid=1),
    rejected("only-an-empty-object.jsonl", lines("{}"),
        *(error("missing_column", name, 1) for name in
            ("transaction_id", "store_id", "product_id", "quantity", "revenue", "timestamp"))),
    rejected("name-in-capitals.jsonl", lines(R1.replace("quantity", "Quantity")),
        error("missing_column", "quantity", 1), warning("unexpected_column", "Quantity", 1)),
]  # fmt: skip
