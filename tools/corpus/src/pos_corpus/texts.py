"""Keys as texts: their length, and characters that nobody sees."""

from __future__ import annotations

from pos_corpus.case import Case, H, error, lines, rejected, row, sale, valid

LONGEST = 64


def lands(name: str, text: str) -> Case:
    """The text lands as it is."""
    return valid(f"key-{name}.csv", lines(H, sale(1, transaction_id=text)), row(text))


def refused(name: str, text: str, code: str) -> Case:
    """The text is wrong."""
    return rejected(f"key-{name}.csv", lines(H, sale(1, transaction_id=text)), error(code, "transaction_id", 2),
        total=1, invalid=1)  # fmt: skip


CASES = [
    # Length, in characters: not in bytes, not in UTF-16 units.
    lands("of-one-letter", "A"),
    lands("of-64-letters", "x" * LONGEST),
    refused("of-65-letters", "x" * (LONGEST + 1), "too_long"),
    lands("of-64-two-byte-characters", "é" * LONGEST),
    refused("of-65-two-byte-characters", "é" * (LONGEST + 1), "too_long"),
    lands("of-64-pairs-in-utf-16", "😀" * LONGEST),
    refused("of-65-pairs-in-utf-16", "😀" * (LONGEST + 1), "too_long"),
    lands("of-64-with-accents-apart", "e\u0301" * (LONGEST // 2)),
    refused("of-66-with-accents-apart", "e\u0301" * (LONGEST // 2 + 1), "too_long"),
    refused("of-a-kilobyte", "x" * 1024, "too_long"),
    # The same to the eye, two keys to the tables: composed and decomposed stay what they are.
    valid("key-composed-and-decomposed.csv",
        lines(H, sale(1, transaction_id="@\u00e9"), sale(2, transaction_id="@e\u0301")),
        row("@\u00e9"), row("@e\u0301")),
    valid("key-in-both-cases.csv", lines(H, sale(1, transaction_id="@a"), sale(2, transaction_id="@A")),
        row("@a"), row("@A")),
    valid("key-with-and-without-space.csv", lines(H, sale(1, transaction_id="@1"), sale(2, transaction_id="@1 ")),
        row("@1"), row("@1 ")),
    valid("key-with-and-without-zeros.csv", lines(H, sale(1, transaction_id="01"), sale(2, transaction_id="001")),
        row("01"), row("001")),
    # Control characters.
    *(refused(f"with-{ord(character):02x}", f"@{character}1", "control_characters")
        for character in "\x01\x07\x08\t\x0b\x0c\x1b\x1f\x7f\x80\x85\x9f"),
    refused("that-begins-with-tab", "\t@1", "control_characters"),
    refused("that-ends-with-tab", "@1\t", "control_characters"),
    refused("with-colours", "@\x1b[31m1", "control_characters"),
    # Characters that take no room, or turn the text around.
    *(refused(f"with-{ord(character):04x}", f"@1{character}", "invisible_characters")
        for character in "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff\U000e0041"),
    refused("that-begins-with-feff", "\ufeff@1", "invisible_characters"),
    # Odd characters that are seen, and stay.
    lands("with-a-no-break-space", "@\u00a01"),
    lands("with-an-ideographic-space", "@\u30001"),
    lands("with-a-line-separator", "@\u20281"),
    lands("with-a-replacement-character", "@\ufffd1"),
    lands("with-private-use", "@\ue0001"),
    lands("of-the-last-plane", "@\U0010fffd1"),
    lands("of-a-noncharacter", "@\uffff1"),
    lands("with-markup", "<b>@1</b>"),
    lands("with-sql", "@1'; DROP TABLE sales; --"),
    lands("with-a-path", "../../@1"),
    lands("with-percents", "%40%2F@"),
    lands("with-braces", "{column} {value} @"),
]  # fmt: skip
