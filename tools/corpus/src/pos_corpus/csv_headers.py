"""CSV: the names of columns."""

from __future__ import annotations

from pos_corpus.case import Case, H, error, lines, rejected, row, sale, valid, warning

REQUIRED = tuple(name for name in H.split(",") if name != "discount_applied")
REVERSED = ",".join(reversed(H.split(",")))


def misspelt(name: str, column: str, sent: str) -> Case:
    """A header in which `column` stands as `sent`."""
    return rejected(name, lines(H.replace(column, sent), sale(1)), error("missing_column", column, 1))


CASES = [
    valid("header-reversed.csv", lines(REVERSED, ",".join(reversed(sale(1).split(","))))),
    valid("header-shuffled.csv", lines(
        "revenue,timestamp,transaction_id,discount_applied,quantity,product_id,store_id",
        "4.5,1748650000,@1,0.25,3,2,1"), row(discount="0.25")),
    valid("header-with-spaces.csv", lines(H.replace(",", " ,\t "), sale(1))),
    valid("header-with-spaces-around.csv", lines(f"  {H}  ", sale(1))),
    valid("optional-column-absent.csv", lines(H.replace("discount_applied,", ""), "@1,1,2,3,4.5,1748650000")),
    # Columns that the contract does not name.
    valid("unknown-column.csv", lines(H + ",note", sale(1) + ",hello"),
        told=(warning("unexpected_column", "note", 1),)),
    valid("unknown-columns.csv", lines(f"a,{H},b", f"x,{sale(1)},y"),
        told=(warning("unexpected_column", "a", 1), warning("unexpected_column", "b", 1))),
    valid("unnamed-last-column.csv", lines(H + ",", sale(1) + ","),
        told=(warning("unexpected_column", "(unnamed)", 1),)),
    valid("unnamed-columns.csv", lines(H + ",,", sale(1) + ",,"),
        told=(warning("unexpected_column", "(unnamed)", 1),)),
    valid("unknown-column-with-quotes.csv", lines(H + ',"no, ""te"""', sale(1) + ","),
        told=(warning("unexpected_column", 'no, "te"', 1),)),
    valid("unknown-column-over-two-lines.csv", lines(H + ',"no\nte"', sale(1) + ","),
        told=(warning("unexpected_column", "no\\nte", 1),)),
    rejected("line-number-after-a-long-header.csv", lines(H + ',"no\nte"', sale(1, quantity="x") + ","),
        error("not_an_integer", "quantity", 3), warning("unexpected_column", "no\\nte", 1), total=1, invalid=1),
    valid("unknown-column-of-hostile-cells.csv", lines(H + ",note", sale(1) + ',"a ""b"", c"'),
        told=(warning("unexpected_column", "note", 1),)),
    valid("unknown-name-like-a-known-one.csv", lines(H + ",Store ID", sale(1) + ",9"),
        told=(warning("unexpected_column", "Store ID", 1),)),
    valid("discount-misspelt.csv", lines(H.replace("discount_applied", "Discount-Applied"), sale(1)),
        told=(warning("unexpected_column", "Discount-Applied", 1),)),
    # Columns that are missing, or nearly.
    *(rejected(f"without-{name}.csv", lines(
        ",".join(other for other in H.split(",") if other != name),
        ",".join(cell for other, cell in zip(H.split(","), sale(1).split(",")) if other != name)),
        error("missing_column", name, 1)) for name in REQUIRED),
    misspelt("name-in-capitals.csv", "store_id", "STORE_ID"),
    misspelt("name-with-a-space.csv", "store_id", "store id"),
    misspelt("name-with-a-dash.csv", "store_id", "store-id"),
    misspelt("name-in-camels.csv", "transaction_id", "transactionId"),
    misspelt("name-with-a-space-within.csv", "quantity", "quan tity"),
    misspelt("name-with-a-zero-width-space.csv", "quantity", "quantity\u200b"),
    rejected("name-in-full-width.csv", lines(H.replace("quantity", "ｑuantity"), sale(1)),
        error("missing_column", "quantity", 1), warning("unexpected_column", "ｑuantity", 1)),
    rejected("no-header.csv", lines(sale(1), sale(2)), *(error("missing_column", name, 1) for name in REQUIRED)),
    rejected("header-of-one-word.csv", lines("sales", "1"), *(error("missing_column", name, 1) for name in REQUIRED),
        warning("unexpected_column", "sales", 1)),
    # Names that come twice.
    rejected("name-twice.csv", lines(H + ",store_id", sale(1) + ",1"), error("duplicate_column", "store_id", 1)),
    rejected("name-thrice.csv", lines(H + ",store_id,store_id", sale(1) + ",1,1"),
        error("duplicate_column", "store_id", 1)),
    rejected("name-twice-by-spaces.csv", lines(H + ", store_id", sale(1) + ",1"),
        error("duplicate_column", "store_id", 1)),
    rejected("unknown-name-twice.csv", lines(H + ",note,note", sale(1) + ",,"),
        error("duplicate_column", "note", 1), warning("unexpected_column", "note", 1)),
    # Two files, one behind the other.
    rejected("header-twice.csv", lines(H, H, sale(1)), error("repeated_header", None, 2), total=2, invalid=1),
    rejected("files-joined.csv", lines(H, sale(1), H, sale(2)), error("repeated_header", None, 3), total=3, invalid=1),
    rejected("files-joined-with-mark.csv", lines(H, sale(1)) + b"\xef\xbb\xbf" + lines(H, sale(2)),
        error("repeated_header", None, 3), total=3, invalid=1),
    rejected("files-joined-thrice.csv", lines(H, sale(1), H, sale(2), H, sale(3)),
        error("repeated_header", None, 3, 5), total=5, invalid=2),
    rejected("files-joined-quoted.csv", lines(H, sale(1), '"' + H.replace(",", '","') + '"', sale(2)),
        error("repeated_header", None, 3), total=3, invalid=1),
    rejected("files-joined-before-no-rows.csv", lines(H, sale(1), sale(2), H), error("repeated_header", None, 4),
        total=3, invalid=1),
    # Long headers.
    rejected("header-of-1-mb-without-end.csv", (H + "x" * 1_500_000).encode(), error("header_too_long", None, 1)),
    valid("header-of-100-kb.csv", lines(H + ",note" + "x" * 100_000, sale(1) + ","),
        told=(warning("unexpected_column", "note" + "x" * 95 + "…", 1),)),
    # What stands before the header.
    rejected("sep-comma.csv", lines("sep=,", H, sale(1)), error("header_not_first", None, 1)),
    rejected("sep-semicolon.csv", lines("sep=;", H, sale(1)).replace(b",", b";"), error("header_not_first", None, 1)),
    rejected("sep-tab.csv", lines("sep=\t", H, sale(1)).replace(b",", b"\t"), error("header_not_first", None, 1)),
    rejected("sep-quoted.csv", lines('"sep=,"', H, sale(1)), error("header_not_first", None, 1)),
    rejected("title.csv", lines("Sales of store 17", H, sale(1)), error("header_not_first", None, 1)),
    rejected("title-with-commas.csv", lines("Sales,of,store,17", H, sale(1)), error("header_not_first", None, 1)),
    rejected("title-with-empty-cells.csv", lines("Sales,,,,,,", H, sale(1)), error("header_not_first", None, 1)),
    rejected("title-and-empty-line.csv", lines("Sales of store 17", "", H, sale(1)),
        error("header_not_first", None, 1)),
    rejected("three-title-lines.csv", lines("Sales", "store 17", "May", H, sale(1)),
        error("header_not_first", None, 1)),
    rejected("title-over-crlf.csv", lines("Sales of store 17", H, sale(1), end="\r\n"),
        error("header_not_first", None, 1)),
    rejected("comment-before.csv", lines("# exported by till 7", H, sale(1)), error("header_not_first", None, 1)),
    rejected("mark-twice.csv", b"\xef\xbb\xbf" * 2 + lines(H, sale(1)), error("header_not_first", None, 1)),
    rejected("zero-width-space-before.csv", lines("\u200b" + H, sale(1)), error("header_not_first", None, 1)),
    rejected("quote-open-in-header.csv", lines('"' + H, sale(1)), error("broken_quote", None, 1)),
    rejected("text-after-quote-in-header.csv", lines(H.replace("quantity", '"quantity"x'), sale(1)),
        error("broken_quote", None, 1)),
    # What only looks like another format's magic.
    valid("orc-first-column.csv", lines("ORCA," + H, "x," + sale(1)), told=(warning("unexpected_column", "ORCA", 1),)),
    valid("date-tag-first-column.csv", lines("<DATE>," + H, "x," + sale(1)),
        told=(warning("unexpected_column", "<DATE>", 1),)),
    valid("bzh-first-column.csv", lines("BZh9," + H, "x," + sale(1)), told=(warning("unexpected_column", "BZh9", 1),)),
    valid("par1-first-column.csv", lines("PAR1," + H, "x," + sale(1)),
        told=(warning("unexpected_column", "PAR1", 1),)),
    valid("obj-first-column.csv", lines("Object," + H, "x," + sale(1)),
        told=(warning("unexpected_column", "Object", 1),)),
    valid("pk-first-column.csv", lines("PK," + H, "x," + sale(1)), told=(warning("unexpected_column", "PK", 1),)),
]  # fmt: skip
