"""CSV: line ends, empty lines, the number of cells in a line, and separators."""

from __future__ import annotations

from pos_corpus.case import H, error, lines, rejected, row, sale, valid

TWO = (row(1), row(2))
S = H.replace(",", ";")
NO_DISCOUNT = H.replace("discount_applied,", "")

CASES = [
    # Line ends.
    valid("lf.csv", lines(H, sale(1), sale(2)), *TWO),
    valid("crlf.csv", lines(H, sale(1), sale(2), end="\r\n"), *TWO),
    valid("crlf-then-lf.csv", lines(H + "\r", sale(1), sale(2) + "\r"), *TWO),
    valid("lf-then-crlf.csv", lines(H, sale(1) + "\r", sale(2)), *TWO),
    valid("no-last-end.csv", lines(H, sale(1), sale(2))[:-1], *TWO),
    valid("last-cr-alone.csv", lines(H, sale(1), sale(2), end="\r\n")[:-1], *TWO),
    rejected("cr-alone.csv", lines(H, sale(1), sale(2), end="\r"), error("unsupported_format", None, 1)),
    rejected(
        "cr-then-lf.csv",
        lines(H, sale(1) + "\r" + sale(2), sale(3)),
        error("row_width", None, 2),
        total=2,
        invalid=1,
    ),
    rejected(
        "two-crs.csv",
        lines(H, sale(1) + "\r\r"),
        error("not_a_number", "timestamp", 2),
        total=1,
        invalid=1,
    ),
    rejected(
        "cr-in-a-cell.csv",
        lines(H, sale(1, quantity="3\r")),
        error("not_an_integer", "quantity", 2),
        total=1,
        invalid=1,
    ),
    rejected(
        "line-separator-is-no-line-end.csv",
        (H + "\n" + sale(1) + "\u2028" + sale(2) + "\n").encode(),
        error("row_width", None, 2),
        total=1,
        invalid=1,
    ),
    rejected(
        "next-line-is-no-line-end.csv",
        (H + "\n" + sale(1) + "\x85" + sale(2) + "\n").encode(),
        error("row_width", None, 2),
        total=1,
        invalid=1,
    ),
    rejected(
        "form-feed-is-no-line-end.csv",
        lines(H, sale(1) + "\x0c", sale(2)),
        error("not_a_number", "timestamp", 2),
        total=2,
        invalid=1,
    ),
    # Empty lines are no rows, and count as lines.
    valid("empty-lines-first.csv", lines("", "", H, sale(1), sale(2)), *TWO),
    valid("empty-lines-between.csv", lines(H, "", sale(1), "", "", sale(2)), *TWO),
    valid("empty-lines-last.csv", lines(H, sale(1), sale(2), "", "", ""), *TWO),
    valid("empty-crlf-lines.csv", lines("", H, "", sale(1), "", sale(2), "", end="\r\n"), *TWO),
    rejected(
        "line-number-after-empty-lines.csv",
        lines("", H, "", sale(1), "", sale(2, quantity="x"), ""),
        error("not_an_integer", "quantity", 6),
        total=2,
        invalid=1,
    ),
    rejected("line-of-spaces.csv", lines(H, sale(1), "   "), error("row_width", None, 3), total=2, invalid=1),
    rejected("line-of-separators.csv", lines(H, ",,,,,,"),
        error("missing_value", "transaction_id", 2), error("missing_value", "store_id", 2),
        error("missing_value", "product_id", 2), error("missing_value", "quantity", 2),
        error("missing_value", "revenue", 2), error("missing_value", "timestamp", 2), total=1, invalid=1),
    # Cells.
    rejected("row-short.csv", lines(H, sale(1), "@2,1,2", sale(3)), error("row_width", None, 3), total=3, invalid=1),
    rejected("row-long.csv", lines(H, sale(1) + ",x", sale(2)), error("row_width", None, 2), total=2, invalid=1),
    rejected("row-long-by-an-empty-cell.csv", lines(H, sale(1) + ","), error("row_width", None, 2), total=1, invalid=1),
    rejected("all-rows-long.csv", lines(H, sale(1) + ",", sale(2) + ","), error("row_width", None, 2, 3),
        total=2, invalid=2),
    rejected("row-of-one-cell.csv", lines(H, "@1"), error("row_width", None, 2), total=1, invalid=1),
    rejected(
        "short-before-the-optional.csv",
        lines(NO_DISCOUNT + ",discount_applied", "@1,1,2,3,4.5,1748650000"),
        error("row_width", None, 2),
        total=1,
        invalid=1,
    ),
    rejected("thousands-separator.csv", lines(H, sale(1, revenue="1,234.5")), error("row_width", None, 2),
        total=1, invalid=1),
    valid("comment-lines-are-data.csv", lines(H, sale(1, transaction_id="#@1")), row("#@1")),
    rejected("comment-line.csv", lines(H, sale(1), "# end of file"), error("row_width", None, 3), total=2, invalid=1),
    rejected(
        "footer-line.csv", lines(H, sale(1), "Total: 1 row(s)"), error("row_width", None, 3), total=2, invalid=1
    ),
    rejected("many-bad-lines.csv", lines(H, *("x" for _ in range(30))),
        error("row_width", None, *range(2, 22), count=30), total=30, invalid=30),
    # Separators.
    valid("semicolons.csv", lines(S, sale(1).replace(",", ";"), sale(2).replace(",", ";")), *TWO),
    valid("tabs.tsv", lines(H, sale(1), sale(2)).replace(b",", b"\t"), *TWO),
    valid("pipes.psv", lines(H, sale(1), sale(2)).replace(b",", b"|"), *TWO),
    valid("tabs-under-csv.csv", lines(H, sale(1)).replace(b",", b"\t")),
    valid("semicolons-and-commas-quoted.csv", lines(S, '"@1,x";1;2;3;4.5;;1748650000'), row("@1,x")),
    rejected(
        "decimal-commas.csv",
        lines(S, "@1;1;2;3;4,5;;1748650000"),
        error("not_a_number", "revenue", 2),
        total=1,
        invalid=1,
    ),
    rejected(
        "two-separators.csv",
        lines(H, sale(1).replace(",", ";")),
        error("row_width", None, 2),
        total=1,
        invalid=1,
    ),
    rejected("colons.csv", lines(H.replace(",", ":"), sale(1).replace(",", ":")),
        error("unsupported_format", None, 1)),
    rejected("spaces.csv", lines(H.replace(",", " "), sale(1).replace(",", " ")), error("unsupported_format", None, 1)),
    rejected("pairs-of-spaces.csv", lines(H.replace(",", "  "), sale(1).replace(",", "  ")),
        error("unsupported_format", None, 1)),
    # Names.
    valid("txt.txt", lines(H, sale(1))),
    valid("no-extension", lines(H, sale(1))),
    valid("capitals.CSV", lines(H, sale(1))),
    valid("odd-extension.dat", lines(H, sale(1))),
    valid("two.dots.csv", lines(H, sale(1))),
    rejected("header-only.csv", lines(H), error("no_rows", None, 1)),
    rejected("header-without-end.csv", H.encode(), error("no_rows", None, 1)),
    rejected("header-and-empty-lines.csv", lines(H, "", ""), error("no_rows", None, 1)),
    rejected("empty.csv", b"", error("empty_file")),
    rejected("one-line-end.csv", b"\n", error("empty_file")),
    rejected("white-space.csv", b" \t\r\n \n", error("empty_file")),
]  # fmt: skip
