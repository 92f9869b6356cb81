"""Gzip: its members, its optional fields, and the ways in which it is damaged."""

from __future__ import annotations

import gzip
import struct
import zlib
from typing import TYPE_CHECKING

from pos_corpus.case import H, error, gz, lines, rejected, row, sale, valid

if TYPE_CHECKING:
    from collections.abc import Callable

CSV = lines(H, sale(1), sale(2))
TWO = (row(1), row(2))
FHCRC, FEXTRA, FNAME, FCOMMENT = 2, 4, 8, 16


def member(data: bytes, *, flags: int = 0, crc: int = 0, size: int = 0) -> bytes:
    """A member with the optional fields that `flags` names; `crc` and `size` are added to its own."""
    head = b"\x1f\x8b\x08" + bytes([flags]) + b"\0\0\0\0\0\xff"
    head += struct.pack("<H", 6) + b"POS\x02\x00x"[:6] if flags & FEXTRA else b""
    head += b"sales.csv\0" if flags & FNAME else b""
    head += b"a comment\0" if flags & FCOMMENT else b""
    head += struct.pack("<H", zlib.crc32(head) & 0xFFFF) if flags & FHCRC else b""
    deflated = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflated.compress(data) + deflated.flush()
    return head + body + struct.pack("<II", (zlib.crc32(data) + crc) & 0xFFFFFFFF, (len(data) + size) & 0xFFFFFFFF)


def flagged(flags: int) -> Callable[[bytes], bytes]:
    """Packs as one member with those fields."""
    return lambda data: member(data, flags=flags)


def cut(count: int) -> Callable[[bytes], bytes]:
    """Packs, and drops the last bytes."""
    return lambda data: gz(data)[:-count]


def split(data: bytes) -> bytes:
    """A member for each half, cut within a line."""
    middle = len(data) // 2
    return gz(data[:middle]) + gz(data[middle:])


DAMAGED = error("unreadable")
CASES = [
    valid("one-member.csv.gz", CSV, *TWO, pack=gz),
    valid("gzip-under-csv.csv", CSV, *TWO, pack=gz),
    valid("gzip-without-extension", CSV, *TWO, pack=gz),
    valid("two-members.csv.gz", CSV, *TWO, pack=split),
    valid("a-member-a-byte.csv.gz", lines(H, sale(1)),
        pack=lambda data: b"".join(gz(data[at : at + 1]) for at in range(len(data)))),
    valid("empty-members.csv.gz", CSV, *TWO, pack=lambda data: gz(b"") + gz(data) + gz(b"")),
    valid("zeros-behind.csv.gz", CSV, *TWO, pack=lambda data: gz(data) + bytes(1000)),
    valid("zeros-between.csv.gz", CSV, *TWO, pack=lambda data: gz(data[:50]) + bytes(7) + gz(data[50:])),
    valid("stored.csv.gz", CSV, *TWO, pack=lambda data: gzip.compress(data, 0, mtime=0)),
    valid("with-name.csv.gz", CSV, *TWO, pack=flagged(FNAME)),
    valid("with-comment.csv.gz", CSV, *TWO, pack=flagged(FCOMMENT)),
    valid("with-extra.csv.gz", CSV, *TWO, pack=flagged(FEXTRA)),
    valid("with-header-checksum.csv.gz", CSV, *TWO, pack=flagged(FHCRC)),
    valid("with-every-field.csv.gz", CSV, *TWO, pack=flagged(FHCRC | FEXTRA | FNAME | FCOMMENT)),
    valid("json-packed.jsonl.gz", lines('{"transaction_id":"@1","store_id":1,"product_id":2,"quantity":3,"revenue":4.5,'
        '"timestamp":1748650000}'), pack=gz),
    rejected("nothing-in-it.csv.gz", b"", error("empty_file"), pack=gz),
    rejected("members-of-nothing.csv.gz", b"", error("empty_file"), pack=lambda _: gz(b"") * 3),
    rejected("header-in-it.csv.gz", lines(H), error("no_rows", None, 1), pack=gz),
    # Damage.
    rejected("magic-only.csv.gz", b"\x1f\x8b", DAMAGED),
    rejected("head-only.csv.gz", gz(b"")[:10], DAMAGED),
    rejected("cut-in-the-data.csv.gz", CSV, DAMAGED, pack=cut(30)),
    rejected("without-checksum.csv.gz", CSV, DAMAGED, pack=cut(8)),
    rejected("cut-in-the-size.csv.gz", CSV, DAMAGED, pack=cut(1)),
    rejected("cut-in-the-second-member.csv.gz", CSV, DAMAGED, pack=lambda data: split(data)[:-20]),
    rejected("wrong-checksum.csv.gz", CSV, DAMAGED, pack=lambda data: member(data, crc=1)),
    rejected("wrong-size.csv.gz", CSV, DAMAGED, pack=lambda data: member(data, size=1)),
    rejected("wrong-header-checksum.csv.gz", CSV, DAMAGED,
        pack=lambda data: (made := member(data, flags=FHCRC))[:10] + bytes([made[10] ^ 1]) + made[11:]),
    rejected("garbage-behind.csv.gz", CSV, DAMAGED, pack=lambda data: gz(data) + b"more"),
    rejected("garbage-after-zeros.csv.gz", CSV, DAMAGED, pack=lambda data: gz(data) + bytes(9) + b"more"),
    rejected("half-a-magic-behind.csv.gz", CSV, DAMAGED, pack=lambda data: gz(data) + b"\x1f"),
    rejected("unknown-method.csv.gz", CSV, DAMAGED, pack=lambda data: gz(data)[:2] + b"\x07" + gz(data)[3:]),
    rejected("reserved-flags.csv.gz", CSV, DAMAGED, pack=lambda data: gz(data)[:3] + b"\xe0" + gz(data)[4:]),
    rejected("flipped-bit.csv.gz", CSV, DAMAGED,
        pack=lambda data: (made := gz(data))[:40] + bytes([made[40] ^ 0x10]) + made[41:]),
]  # fmt: skip
