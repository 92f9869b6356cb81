"""Content that is surely none of the accepted formats: what it is, and what to do about it.

A few bytes of magic are not enough where they are letters: a CSV may well begin with `ORC` or `BZh`.
"""

from __future__ import annotations

import re

from pos_validation.formats.source import UTF8_BOM

SAVE_AS_CSV = "save it as CSV (UTF-8)"
UNPACK = "unpack it, and send the files one by one"
# Magic that holds bytes which no text has.
MAGIC = {
    b"PK\x05\x06": f"an empty ZIP archive; {UNPACK}",
    b"\xd0\xcf\x11\xe0": f"an old Excel workbook; {SAVE_AS_CSV}",
    b"7z\xbc\xaf": f"a 7z archive; {UNPACK}",
    b"Rar!\x1a": f"a RAR archive; {UNPACK}",
    b"\xfd7zXZ": "an xz file; unpack it, or use gzip",
    b"\x28\xb5\x2f\xfd": "a Zstandard file; unpack it, or use gzip",
    b"\x04\x22\x4d\x18": "an LZ4 file; unpack it, or use gzip",
    b"\x1f\x8b": "gzip within gzip; compress it once",
    b"Obj\x01": "an Avro file; write Parquet, JSON lines or CSV instead",
    b"SQLite format 3\0": f"an SQLite database; export its table and {SAVE_AS_CSV}",
}
BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
# Control characters that text files don't hold: all but tab, line ends, form feed and escape.
NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
TAR_MAGIC, TAR_OFFSET = b"ustar", 257
HTML = re.compile(rb"\s*(?:<!doctype\s+html|<(?:html|head|body|table|title|meta)\b)", re.IGNORECASE)
# A tag, after which a CSV would go on with a separator: some name their columns `<DATE>`.
XML = re.compile(rb"\s*<(?:\?xml|!--|!DOCTYPE|[A-Za-z][\w:.-]*(?:\s[^<>]*)?/?>(?!\s*[,;|\t]))")
XML_ERROR = re.compile(rb"<Error>.{0,200}?<Code>(\w{1,64})</Code>", re.DOTALL)
BASE64 = re.compile(rb"[A-Za-z0-9+/]{60,}(?:\r?\n[A-Za-z0-9+/]+)*={0,2}\s*")
ZIPPED = {
    b"application/vnd.oasis.opendocument": f"an OpenDocument file; {SAVE_AS_CSV}",
    b".iwa": f"a Numbers document; {SAVE_AS_CSV}",
    b"[Content_Types].xml": f"an Excel workbook; {SAVE_AS_CSV}",
    b"xl/": f"an Excel workbook; {SAVE_AS_CSV}",
}


def foreign_kind(head: bytes) -> str | None:
    """What the content is and what to do, when it is surely none of our formats."""
    found = next((kind for magic, kind in MAGIC.items() if head.startswith(magic)), None)
    if found is not None:
        return found
    if head.startswith(b"PK\x03\x04"):
        return next((kind for mark, kind in ZIPPED.items() if mark in head), f"a ZIP archive; {UNPACK}")
    if head[TAR_OFFSET : TAR_OFFSET + len(TAR_MAGIC)] == TAR_MAGIC:
        return f"a tar archive; {UNPACK}"
    if BZIP2.match(head):
        return "a bzip2 file; unpack it, or use gzip"
    if head.startswith(b"%PDF-"):
        return "a PDF; export the data as CSV"
    if head.startswith(b"ORC") and NO_TEXT.search(head[:512]):
        return "an ORC file; write Parquet, JSON lines or CSV instead"
    return _foreign_text(head[len(UTF8_BOM) :] if head.startswith(UTF8_BOM) else head)


def _foreign_text(text: bytes) -> str | None:
    if text.startswith(b"{\\rtf"):
        return f"a rich text document; {SAVE_AS_CSV}"
    if text.startswith(b"-----BEGIN "):
        return "encrypted or signed (PEM or PGP); send it without that"
    if text.startswith(b"version https://git-lfs"):
        return "a Git LFS pointer, not the file that it stands for"
    if HTML.match(text):
        return "a web page; it may be an error page that was saved in place of the download"
    if XML.match(text):
        error = XML_ERROR.search(text[:2000])
        if error is not None:
            return f"an XML error message ({error[1].decode()}); the download that made this file failed"
        return "XML; export the data as CSV"
    if BASE64.fullmatch(text[: text.rfind(b"\n", 0, 8192) + 1] or text[:8192]):
        return "base64 text; decode it first"
    return None
