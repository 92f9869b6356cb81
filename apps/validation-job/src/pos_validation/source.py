"""What a file is: its compression and its format, by its name where that says so, else by its content."""

from __future__ import annotations

import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from pos_validation.findings import Compression, Findings, Format

GZIP_MAGIC = b"\x1f\x8b"
PARQUET_MAGIC = b"PAR1"
UTF8_BOM = b"\xef\xbb\xbf"
HEAD = 1 << 16
# No line of data is this long; a file without line ends must not be read whole into memory.
LONGEST_LINE = 64 << 20

FORMATS: dict[str, Format] = {
    "csv": "csv",
    "txt": "csv",
    "tsv": "csv",
    "psv": "csv",
    "json": "jsonl",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "parquet": "parquet",
}
# Content that is surely something else, whatever the name says.
FOREIGN = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"7z\xbc\xaf": "a 7z archive",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ": "an xz file",
    b"\x28\xb5\x2f\xfd": "a Zstandard file",
    b"ORC": "an ORC file",
    b"Obj\x01": "an Avro file",
}


class Readable(Protocol):
    """As much of a binary file as is needed here."""

    def read(self, size: int) -> bytes: ...


class UnreadableError(Exception):
    """The bytes can't be had. The message says why, for the report."""


@dataclass(frozen=True)
class SourceFile:
    """A file on this machine. `name` is what the supplier called it; `path` where its bytes are."""

    name: str
    path: Path
    compression: Compression

    @contextmanager
    def open(self) -> Iterator[Readable]:
        """Its bytes, decompressed. Reading raises `UnreadableError` on damaged gzip."""
        with self.path.open("rb") as file:
            yield GzipStream(file) if self.compression == "gzip" else file

    def head(self) -> bytes:
        """Its first bytes, decompressed."""
        with self.open() as stream:
            return stream.read(HEAD)


class GzipStream:
    """Decompresses gzip of one or several members, and checks that every member is whole and sums up right."""

    def __init__(self, file: BinaryIO, *, block: int = 1 << 20) -> None:
        self._file = file
        self._block = block
        self._member = zlib.decompressobj(wbits=31)
        self._begun = False
        self._input = b""
        self._ended = False

    def read(self, size: int) -> bytes:
        """Up to `size` bytes, fewer only at the end."""
        parts: list[bytes] = []
        missing = size
        while missing > 0 and not self._ended:
            part = self._some(missing)
            parts.append(part)
            missing -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _some(self, size: int) -> bytes:
        if self._member.eof:
            self._next_member()
            if self._ended:
                return b""
        data = self._input or self._file.read(self._block)
        if not data:
            if self._begun:
                raise UnreadableError("the gzip data end too early; the file was cut off")
            self._ended = True
            return b""
        self._begun = True
        try:
            part = self._member.decompress(data, size)
        except zlib.error as error:
            raise UnreadableError(f"the gzip data are damaged ({error})") from None
        self._input = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
        return part

    def _next_member(self) -> None:
        """Go on after a member. Some writers pad with zeros at the end; anything else but a member is damage."""
        self._input = self._input.lstrip(b"\0")
        while len(self._input) < len(GZIP_MAGIC):
            more = self._file.read(self._block)
            if not more:
                break
            self._input = (self._input + more).lstrip(b"\0")
        if not self._input:
            self._ended = True
        elif not self._input.startswith(GZIP_MAGIC):
            raise UnreadableError("the gzip data are followed by something else")
        else:
            self._member = zlib.decompressobj(wbits=31)


def identify(*, name: str, path: Path, findings: Findings) -> SourceFile:
    """The file with its compression. Raises `FileRejectedError` when it is empty or not what its name says."""
    try:
        with path.open("rb") as file:
            magic = file.read(len(GZIP_MAGIC))
    except OSError as error:
        raise findings.reject("unreadable", detail=error.strerror or str(error)) from None
    if not magic:
        raise findings.reject("empty_file", detail="it has no bytes")
    if magic == GZIP_MAGIC:
        return SourceFile(name, path, "gzip")
    if name.lower().endswith(".gz"):
        raise findings.reject("unreadable", detail="its name ends in .gz, but its content is not gzip")
    return SourceFile(name, path, "none")


def named_format(name: str) -> Format | None:
    """The format that the name's extension stands for, if it is a known one."""
    stem = name.rsplit("/", 1)[-1].lower()
    if stem.endswith(".gz"):
        stem = stem[:-3]
    _, dot, extension = stem.rpartition(".")
    return FORMATS.get(extension) if dot else None


def content_format(head: bytes, known_columns: list[str]) -> Format | None:
    """The format that the content looks like: Parquet by its magic, JSON by its first character, CSV by its header."""
    if head.startswith(PARQUET_MAGIC):
        return "parquet"
    text = (head[3:] if head.startswith(UTF8_BOM) else head).lstrip()
    first = text[:1]
    if first in (b"{", b"["):
        return "jsonl"
    header = text.split(b"\n", 1)[0].lower()
    return "csv" if any(name.lower().encode() in header for name in known_columns) else None


def foreign_kind(head: bytes) -> str | None:
    """What the content is, when it is surely none of our formats."""
    return next((kind for magic, kind in FOREIGN.items() if head.startswith(magic)), None)


def blocks(stream: Readable, *, size: int) -> Iterator[tuple[bytes, bool]]:
    """The stream in pieces that end with a line end (but for the last), each with whether it is the last.

    Raises `UnreadableError` on a line that no data has.
    """
    rest = b""
    while True:
        data = stream.read(size)
        if not data:
            yield rest, True
            return
        cut = data.rfind(b"\n") + 1
        if cut == 0:
            rest += data
            if len(rest) > LONGEST_LINE + size:
                raise UnreadableError(f"it has a line of more than {LONGEST_LINE >> 20} MiB")
            continue
        following = stream.read(1)
        if not following:
            yield rest + data, True
            return
        yield rest + data[:cut] if rest else data[:cut], False
        rest = data[cut:] + following
