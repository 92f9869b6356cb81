"""Files of other kinds, under names that promise ours."""

from __future__ import annotations

import base64
import bz2
import io
import lzma
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING

from pos_corpus.case import Case, H, error, gz, lines, rejected, sale

if TYPE_CHECKING:
    from collections.abc import Callable

CSV = lines(H, sale(1))
JSON = lines('{"transaction_id":"@1","store_id":1,"product_id":2,"quantity":3,"revenue":4.5,"timestamp":1748650000}')


def zipped(data: bytes) -> bytes:
    """A ZIP archive with one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("sales.csv"), data)
    return buffer.getvalue()


def tarred(data: bytes) -> bytes:
    """A tar archive with one file."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("sales.csv")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def foreign(name: str, data: bytes, *at: int, pack: Callable[[bytes], bytes] = bytes) -> Case:
    """A file of a format that we don't read."""
    return rejected(name, data, error("unsupported_format", None, *at), pack=pack)


CASES = [
    foreign("zip.csv", CSV, pack=zipped),
    foreign("zip.csv.gz", CSV, pack=lambda data: gz(zipped(data))),
    foreign("workbook.xlsx", zipped(b"<workbook/>")),
    foreign("old-workbook.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)),
    foreign("pdf.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"),
    foreign("seven-zip.csv", b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(64)),
    foreign("bzip2.csv", CSV, pack=bz2.compress),
    foreign("xz.csv", CSV, pack=lzma.compress),
    foreign("zstandard.csv", b"\x28\xb5\x2f\xfd\x04\x00" + bytes(32)),
    foreign("orc.csv", b"ORC\x08\x03\x10\x00\x18\x00" + bytes(64) + b"\x0a\x06\x12\x04\x08\x01\x50\x00\x03ORC\x17"),
    foreign("avro.csv", b"Obj\x01\x04\x16avro.schema" + bytes(64)),
    foreign("tar.csv", CSV, pack=tarred),
    foreign("tar.csv.gz", CSV, pack=lambda data: gz(tarred(data))),
    foreign("gzip-twice.csv.gz", CSV, pack=lambda data: gz(gz(data))),
    foreign("parquet-magic.csv", b"PAR1" + bytes(20) + b"\x08\0\0\0PAR1"),
    foreign("prose.bin", b"Dear supplier,\nplease find attached.\n"),
    foreign("json.csv", JSON),
    foreign("json-array.csv", b"[" + JSON.rstrip() + b"]\n"),
    foreign("xml-error.csv", b'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>\n'),
    foreign("web-page.csv", b"<!DOCTYPE html>\n<html><body>Not found</body></html>\n"),
    foreign("web-page.jsonl", b"<html><body>Not found</body></html>\n"),
    foreign("rich-text.json", b"{\\rtf1\\ansi sales}"),
    foreign("zip-called-gzip.csv.gz", CSV, pack=zipped),
    foreign("zip.parquet", CSV, pack=zipped),
    foreign("database.csv", b"SQLite format 3\0" + bytes(84)),
    foreign("base64.csv", CSV, pack=base64.encodebytes),
    foreign("large-file-pointer.csv", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"),
    foreign("xml-error-packed.csv.gz", b"<Error><Code>AccessDenied</Code></Error>\n", pack=gz),
    rejected("zeros.csv", bytes(3000), error("unreadable")),
    rejected("ebcdic.csv", CSV, error("not_utf8", None, 1), pack=lambda data: data.decode().encode("cp037")),
    rejected("zlib.csv.gz", CSV, error("unreadable"), pack=zlib.compress),
    rejected("plain.csv.gz", CSV, error("unreadable")),
    rejected("csv.parquet", CSV, error("unreadable")),
    rejected("csv.jsonl", lines(H, "1,2"), error("broken_json", None, 1, 2)),
]  # fmt: skip
