"""CSV: quotation marks, spaces around cells, and characters that other readers take for something else."""

from __future__ import annotations

from pos_corpus.case import Case, H, error, lines, rejected, row, sale, valid

Q = '"@1","1","2","3","4.5","","1748650000"'


def broken(name: str, data: bytes, column: str | None, *at: int, total: int = 1, invalid: int = 1) -> Case:
    """A file with quotes that can't be understood."""
    return rejected(name, data, error("broken_quote", column, *at), total=total, invalid=invalid)


CASES = [
    valid("all-quoted.csv", lines(H, Q)),
    valid("header-quoted.csv", lines('"' + H.replace(",", '","') + '"', Q)),
    valid("quoted-and-bare.csv", lines(H, '@1,"1",2,"3",4.5,"",1748650000')),
    valid("quote-doubled.csv", lines(H, sale(1, transaction_id='"@""1"')), row('@"1')),
    valid("quotes-only.csv", lines(H, sale(1, transaction_id='"@"""""')), row('@""')),
    valid("separator-quoted.csv", lines(H, sale(1, transaction_id='"@1,2"')), row("@1,2")),
    valid("other-separators-bare.csv", lines(H, sale(1, transaction_id="@1;|2")), row("@1;|2")),
    valid("apostrophes.csv", lines(H, sale(1, transaction_id="'@1'")), row("'@1'")),
    valid("back-slash.csv", lines(H, sale(1, transaction_id="@1\\")), row("@1\\")),
    valid("back-slash-n.csv", lines(H, sale(1, transaction_id="@1\\n")), row("@1\\n")),
    valid("back-slash-quoted.csv", lines(H, sale(1, transaction_id='"@1\\"')), row("@1\\")),
    valid("equals-sign.csv", lines(H, sale(1, transaction_id="=@1")), row("=@1")),
    valid("null-word.csv", lines(H, sale(1, transaction_id="NULL")), row("NULL")),
    valid("na-word.csv", lines(H, sale(1, transaction_id="NA")), row("NA")),
    valid("nan-word.csv", lines(H, sale(1, transaction_id="nan")), row("nan")),
    valid("true-word.csv", lines(H, sale(1, transaction_id="true")), row("true")),
    valid("digits-with-zeros.csv", lines(H, sale(1, transaction_id="000123")), row("000123")),
    valid("exponent-as-text.csv", lines(H, sale(1, transaction_id="1e5")), row("1e5")),
    valid("date-as-text.csv", lines(H, sale(1, transaction_id="2025-05-31")), row("2025-05-31")),
    # A quoted cell may hold line ends where its column may; a key may not.
    rejected(
        "lf-quoted.csv",
        lines(H, sale(1, transaction_id='"@\n1"'), sale(2)),
        error("control_characters", "transaction_id", 2),
        total=2,
        invalid=1,
    ),
    rejected(
        "crlf-quoted.csv",
        lines(H, sale(1, transaction_id='"@\r\n1"'), sale(2), end="\r\n"),
        error("control_characters", "transaction_id", 2),
        total=2,
        invalid=1,
    ),
    rejected(
        "line-number-after-a-quoted-line-end.csv",
        lines(H, sale(1, transaction_id='"@\n\n1"'), sale(2, quantity="x")),
        error("control_characters", "transaction_id", 2),
        error("not_an_integer", "quantity", 5),
        total=2,
        invalid=2,
    ),
    rejected(
        "numbers-with-quoted-line-end.csv",
        lines(H, sale(1, quantity='"3\n"')),
        error("not_an_integer", "quantity", 2),
        total=1,
        invalid=1,
    ),
    # Quotes that can't be understood.
    broken("quote-open.csv", lines(H, sale(1), sale(2, transaction_id='"@2'), sale(3)), "transaction_id", 3,
        total=3),
    broken("quote-open-last-line.csv", lines(H, sale(1), sale(2, timestamp='"1748650000')), "timestamp", 3, total=2),
    broken("quote-open-no-last-end.csv", lines(H, sale(1), sale(2, timestamp='"1748650000'))[:-1], "timestamp", 3,
        total=2),
    broken("quote-alone.csv", lines(H, sale(1, transaction_id='"')), "transaction_id", 2),
    broken("text-after-quote.csv", lines(H, sale(1, transaction_id='"@1"x')), "transaction_id", 2),
    broken("space-after-quote.csv", lines(H, sale(1, transaction_id='"@1" ')), "transaction_id", 2),
    broken("space-before-quote.csv", lines(H, sale(1, transaction_id=' "@1"')), "transaction_id", 2),
    broken("quote-inside.csv", lines(H, sale(1, transaction_id='@"1')), "transaction_id", 2),
    broken("inch-mark.csv", lines(H, sale(1, transaction_id='@19"')), "transaction_id", 2),
    broken("quote-escaped-by-back-slash.csv", lines(H, sale(1, transaction_id='"@\\"1"')), "transaction_id", 2),
    broken("quote-open-twice.csv", lines(H, sale(1, transaction_id='"@1'), sale(2, transaction_id='"@2')),
        "transaction_id", 2, 3, total=2, invalid=2),
    # Spaces: around numbers they say nothing, in a text they are the text's own.
    valid("spaces-around-numbers.csv", lines(H, "@1, 1 ,\t2\t, 3, 4.5 ,  , 1748650000 ")),
    valid("spaces-in-quoted-numbers.csv", lines(H, '@1," 1 ","2 "," 3"," 4.5 "," "," 1748650000"')),
    valid("space-before-key.csv", lines(H, sale(1, transaction_id=" @1")), row(" @1")),
    valid("space-after-key.csv", lines(H, sale(1, transaction_id="@1 ")), row("@1 ")),
    rejected("key-of-spaces.csv", lines(H, sale(1, transaction_id="  ")),
        error("missing_value", "transaction_id", 2), total=1, invalid=1),
    rejected("key-empty.csv", lines(H, sale(1, transaction_id="")),
        error("missing_value", "transaction_id", 2), total=1, invalid=1),
    rejected("key-empty-quoted.csv", lines(H, sale(1, transaction_id='""')),
        error("missing_value", "transaction_id", 2), total=1, invalid=1),
    rejected("no-break-space-around-a-number.csv", lines(H, sale(1, quantity="\u00a03")),
        error("not_an_integer", "quantity", 2), total=1, invalid=1),
    rejected("spaces-for-a-number.csv", lines(H, sale(1, quantity="   ")),
        error("missing_value", "quantity", 2), total=1, invalid=1),
    # Zero bytes and the like.
    rejected("zero-byte-in-a-key.csv", lines(H, sale(1, transaction_id="@\x001")),
        error("control_characters", "transaction_id", 2), total=1, invalid=1),
    rejected("zero-byte-in-a-number.csv", lines(H, sale(1, quantity="3\x00")),
        error("not_an_integer", "quantity", 2), total=1, invalid=1),
    rejected("zero-bytes-behind.csv", lines(H, sale(1)) + b"\0" * 20,
        error("row_width", None, 3), total=2, invalid=1),
    rejected("end-of-file-mark-of-old.csv", lines(H, sale(1)) + b"\x1a",
        error("row_width", None, 3), total=2, invalid=1),
]  # fmt: skip
