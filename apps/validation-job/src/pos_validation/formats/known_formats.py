"""What a file is: its compression and its format, by its name where that says so, else by its content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_validation.formats.foreign import foreign_kind, is_json, is_parquet
from pos_validation.formats.source import GZIP_MAGIC, HEAD, UTF8_BOM, SourceFile

if TYPE_CHECKING:
    from pathlib import Path

    from pos_job_runtime.generated.documents import FileFormat
    from pos_validation.findings.findings import Findings

FORMATS: dict[str, FileFormat] = {
    "csv": "csv",
    "txt": "csv",
    "tsv": "csv",
    "psv": "csv",
    "json": "jsonl",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "parquet": "parquet",
}


def identify(*, name: str, path: Path, largest: int, findings: Findings) -> SourceFile:
    """The file with its compression. Raises `FileRejectedError` when it is empty or not what its name says.

    `largest` is how many bytes it may have decompressed.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise findings.reject("unreadable", detail=error.strerror or str(error)) from None
    if not head:
        raise findings.reject("empty_file", detail="it has no bytes")
    if head.startswith(GZIP_MAGIC):
        return SourceFile(name, path, "gzip", largest, findings)
    if name.lower().endswith(".gz"):
        kind = foreign_kind(head)
        if kind is not None:
            raise findings.reject("unsupported_format", detail=f"its name ends in .gz, but it is {kind}")
        hint = "leave .gz off its name, or compress it"
        raise findings.reject("unreadable", detail=f"its name ends in .gz, but its content is not gzip; {hint}")
    return SourceFile(name, path, "none", largest, findings)


def named_format(name: str) -> FileFormat | None:
    """The format that the name's extension stands for, if it is a known one."""
    stem = name.rsplit("/", 1)[-1].lower()
    if stem.endswith(".gz"):
        stem = stem[:-3]
    _, dot, extension = stem.rpartition(".")
    return FORMATS.get(extension) if dot else None


def content_format(head: bytes, known_columns: list[str]) -> FileFormat | None:
    """The format that the content looks like: Parquet by its magic, JSON by its first character, CSV by its header."""
    if is_parquet(head):
        return "parquet"
    text = (head[len(UTF8_BOM) :] if head.startswith(UTF8_BOM) else head).lstrip()
    header = text.split(b"\n", 1)[0].lower()
    if not is_json(head) and any(name.lower().encode() in header for name in known_columns):
        return "csv"
    return "jsonl" if text[:1] in (b"{", b"[") else None


def misnamed(head: bytes, named: FileFormat | None) -> str | None:
    """What the content is, and what to do, when it is an accepted format but not the one that the name stands for."""
    if named in ("csv", "jsonl") and is_parquet(head):
        return "Parquet under another name; let its name end in .parquet"
    if named == "csv" and is_json(head):
        return "JSON under another name; write one object a line, and let the name end in .jsonl"
    return None
