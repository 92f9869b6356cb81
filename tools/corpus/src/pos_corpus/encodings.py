"""Byte order marks, and texts that are not UTF-8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_corpus.case import H, error, gz, lines, rejected, row, sale, valid

if TYPE_CHECKING:
    from collections.abc import Callable

BOM = b"\xef\xbb\xbf"
CSV = lines(H, sale(1))


def written_as(encoding: str) -> Callable[[bytes], bytes]:
    """Packs the text in another encoding."""
    return lambda data: data.decode().encode(encoding)


def with_byte(byte: bytes) -> bytes:
    """A file whose second row has that byte in its key."""
    return lines(H, sale(1), sale(2, transaction_id="%")).replace(b"%", byte)


CASES = [
    valid("mark.csv", BOM + CSV),
    valid("bom-and-quoted-header.csv", BOM + lines('"' + H.replace(",", '","') + '"', sale(1))),
    valid("bom-and-empty-line.csv", BOM + b"\n" + CSV),
    valid("bom-in-gzip.csv.gz", BOM + CSV, pack=gz),
    valid("bom.jsonl", BOM + lines('{"transaction_id":"@1","store_id":1,"product_id":2,"quantity":3,"revenue":4.5,'
        '"timestamp":1748650000}')),
    rejected("bom-only.csv", BOM, error("empty_file")),
    rejected("bom-and-line-end.csv", BOM + b"\n", error("empty_file")),
    valid("two-byte-characters.csv", lines(H, sale(1, transaction_id="@é")), row("@é")),
    valid("three-byte-characters.csv", lines(H, sale(1, transaction_id="@€")), row("@€")),
    valid("four-byte-characters.csv", lines(H, sale(1, transaction_id="@😀")), row("@😀")),
    valid("greek.csv", lines(H, sale(1, transaction_id="@Ωμέγα")), row("@Ωμέγα")),
    valid("chinese.csv", lines(H, sale(1, transaction_id="@收据")), row("@收据")),
    valid("arabic.csv", lines(H, sale(1, transaction_id="@إيصال")), row("@إيصال")),
    # Other encodings.
    rejected("latin-1.csv", with_byte(b"caf\xe9"), error("not_utf8", None, 3)),
    rejected("windows-1252.csv", with_byte(b"\x80 5"), error("not_utf8", None, 3)),
    rejected("latin-1-in-the-header.csv", CSV.replace(b"quantity", b"quantit\xe9"), error("not_utf8", None, 1)),
    rejected("shift-jis.csv", with_byte("レシート".encode("shift-jis")), error("not_utf8", None, 3)),
    rejected("utf-16.csv", CSV, error("not_utf8", None, 1), pack=written_as("utf-16")),
    rejected("utf-16-be.csv", BOM + CSV, error("not_utf8", None, 1), pack=written_as("utf-16-be")),
    rejected("utf-16-without-mark.csv", CSV, error("not_utf8", None, 1), pack=written_as("utf-16-le")),
    rejected("utf-16-be-without-mark.csv", CSV, error("not_utf8", None, 1), pack=written_as("utf-16-be")),
    rejected("utf-32.csv", CSV, error("not_utf8", None, 1), pack=written_as("utf-32")),
    rejected("utf-16.jsonl", '{"transaction_id":"1"}\n'.encode("utf-16"), error("not_utf8", None, 1)),
    rejected("latin-1.jsonl", b'{"transaction_id":"caf\xe9"}\n', error("not_utf8", None, 1)),
    # UTF-8 that is none.
    rejected("overlong.csv", with_byte(b"\xc0\xaf"), error("not_utf8", None, 3)),
    rejected("surrogate-in-utf-8.csv", with_byte(b"\xed\xa0\x80"), error("not_utf8", None, 3)),
    rejected("pair-of-surrogates-in-utf-8.csv", with_byte(b"\xed\xa0\xbd\xed\xb8\x80"), error("not_utf8", None, 3)),
    rejected("beyond-unicode.csv", with_byte(b"\xf4\x90\x80\x80"), error("not_utf8", None, 3)),
    rejected("lonely-continuation.csv", with_byte(b"\x80"), error("not_utf8", None, 3)),
    rejected("cut-character.csv", with_byte(b"\xe2\x82"), error("not_utf8", None, 3)),
    rejected("cut-character-at-the-end.csv", CSV + b"\xf0\x9f", error("not_utf8", None, 3)),
    rejected("byte-ff.csv", with_byte(b"\xff"), error("not_utf8", None, 3)),
]  # fmt: skip
