"""Files that are something else than they seem: what they are, and what to do, in words that help."""

from __future__ import annotations

import base64
import bz2
import io
import json
import sqlite3
import tarfile
import zipfile
from typing import TYPE_CHECKING

import polars as pl
import pytest
from support import HEADER, csv, gz, json_lines, line, parquet, row, validate

if TYPE_CHECKING:
    from pathlib import Path

OK = line()
BOM = b"\xef\xbb\xbf"


def zipped(*files: tuple[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files:
            archive.writestr(name, content)
    return data.getvalue()


def tarred() -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        info = tarfile.TarInfo("a.csv")
        info.size = len(csv(OK))
        archive.addfile(info, io.BytesIO(csv(OK)))
    return data.getvalue()


def ebcdic() -> bytes:
    return csv(OK).decode().encode("cp037")


# name, content, words of the message
OTHER: dict[str, tuple[str, bytes, str]] = {
    "ZIP": ("x.csv", zipped(("a.csv", csv(OK))), "it is a ZIP archive; unpack it"),
    "ZIP without files": ("x.csv", zipped(), "it is an empty ZIP archive"),
    "ZIP called gzip": ("x.csv.gz", zipped(("a.csv", csv(OK))), "its name ends in .gz, but it is a ZIP archive"),
    "gzip within ZIP": ("x.zip", zipped(("a.csv.gz", gz(csv(OK)))), "it is a ZIP archive"),
    "ZIP within gzip": ("x.csv.gz", gz(zipped(("a.csv", csv(OK)))), "it is a ZIP archive"),
    "ZIP called Parquet": ("x.parquet", zipped(("a.csv", csv(OK))), "it is a ZIP archive"),
    "Excel": ("x.csv", zipped(("[Content_Types].xml", b""), ("xl/workbook.xml", b"")), "an Excel workbook; save it as"),
    "OpenDocument": (
        "x.csv",
        zipped(("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"")),
        "an OpenDocument file; save it as CSV",
    ),
    "Numbers": ("x.csv", zipped(("Index/Document.iwa", b"")), "a Numbers document; save it as CSV"),
    "old Excel": ("x.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "an old Excel workbook"),
    "tar within gzip": ("x.csv.gz", gz(tarred()), "it is a tar archive; unpack it"),
    "tar": ("x.csv", tarred(), "it is a tar archive"),
    "gzip within gzip": ("x.csv.gz", gz(gz(csv(OK))), "it is gzip within gzip; compress it once"),
    "bzip2": ("x.csv", bz2.compress(csv(OK)), "it is a bzip2 file"),
    "bzip2 of nothing": ("x.csv", bz2.compress(b""), "it is a bzip2 file"),
    "ORC": ("x.csv", b"ORC\n\x1d\n\x04\x08\x05P\x00" + bytes(range(64)), "it is an ORC file"),
    "Parquet": ("x.csv", parquet(pl.DataFrame([row()])), "it is Parquet under another name"),
    "Parquet called JSON": ("x.json", parquet(pl.DataFrame([row()])), "Parquet under another name"),
    "JSON lines": ("x.csv", json_lines(row()), "it is JSON under another name; write one object a line"),
    "a JSON array": ("x.csv", json.dumps([row()]).encode(), "it is JSON under another name"),
    "an XML error": (
        "x.csv",
        b'<?xml version="1.0"?>\n<Error><Code>NoSuchKey</Code><Message>no</Message></Error>',
        "it is an XML error message (NoSuchKey); the download that made this file failed",
    ),
    "an error without a declaration": ("x.csv", b"<Error><Code>AccessDenied</Code></Error>", "(AccessDenied)"),
    "XML": ("x.csv", BOM + b"<sales><sale/></sales>", "it is XML; export the data as CSV"),
    "HTML": ("x.csv", b"\n<!DOCTYPE html>\n<html><body>Sign in</body></html>", "it is a web page; it may be an error"),
    "HTML called JSON": ("x.jsonl", b"<html><body>502</body></html>", "it is a web page"),
    "rich text": ("x.csv", b"{\\rtf1\\ansi transaction_id}", "it is a rich text document"),
    "rich text called JSON": ("x.json", b"{\\rtf1\\ansi transaction_id}", "it is a rich text document"),
    "PDF": ("x.csv", b"%PDF-1.7\n...", "it is a PDF"),
    "base64": ("x.csv", base64.encodebytes(csv(OK)), "it is base64 text; decode it first"),
    "base64 on one line": ("x.csv", base64.b64encode(csv(*[OK] * 4000)), "it is base64 text"),
    "base64 of gzip": ("x.csv.gz", base64.b64encode(gz(csv(OK))), "it is base64 text"),
    "PGP": ("x.csv", b"-----BEGIN PGP MESSAGE-----\n\nhQ\n", "it is encrypted or signed"),
    "a pointer": ("x.csv", b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "it is a Git LFS pointer"),
    "spaces": ("x.csv", csv("T1  1  2", header=HEADER.replace(",", "   ")), "columns are separated by spaces"),
    "colons": (
        "x.csv",
        csv("T1:1:2", header=HEADER.replace(",", ":")),
        "its columns are separated by ':'; use a comma",
    ),
    "control characters": ("x.csv", csv("a", header=HEADER.replace(",", "\x1f")), "separated by '\\x1f'; use a comma"),
}


@pytest.mark.parametrize(("name", "data", "words"), OTHER.values(), ids=OTHER.keys())
def test_another_format_is_told_as_what_it_is(name: str, data: bytes, words: str) -> None:
    found = validate(name, data)
    assert (found["verdict"], [reason[0] for reason in found["reasons"]]) == ("rejected", ["unsupported_format"])
    assert words in found["messages"][0]
    assert found["rows"] == (0, 0, 0)


def test_a_database(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE sales (transaction_id TEXT)")
    found = validate("x.csv", path.read_bytes())
    assert "it is an SQLite database; export its table" in found["messages"][0]


FIRST_NAMES = ("ORC_id", "BZh9", "PAR1", "Obj", "PK", "<DATE>", "%PDF", "GIF89a", "sep", "[1]", "{x}")


@pytest.mark.parametrize("first", FIRST_NAMES)
@pytest.mark.parametrize("name", ["x.csv", "x"])
def test_a_first_column_may_be_called_like_another_format(first: str, name: str) -> None:
    found = validate(name, csv("1," + OK, header=f"{first},{HEADER}"))
    assert (found["verdict"], [reason[:2] for reason in found["reasons"]]) == ("valid", [("unexpected_column", first)])


ENCODINGS: dict[str, tuple[bytes, str]] = {
    "UTF-16 without a mark and with an umlaut": (csv(line("Tä€ü")).decode().encode("utf-16-be"), "UTF-16 without"),
    "EBCDIC": (ebcdic(), "it is EBCDIC; convert it to UTF-8"),
    "UTF-32": (csv(OK).decode().encode("utf-32"), "it is UTF-32"),
}


@pytest.mark.parametrize(("data", "words"), ENCODINGS.values(), ids=ENCODINGS.keys())
def test_other_encodings_are_named(data: bytes, words: str) -> None:
    found = validate("x.csv", data)
    assert [reason[0] for reason in found["reasons"]] == ["not_utf8"]
    assert words in found["messages"][0]


def test_zeros_in_place_of_content_are_damage() -> None:
    for size in (1, 3000, 100_000):
        assert "it has only zero bytes" in validate("x.csv", bytes(size))["messages"][0]
