"""A file's bytes, decompressed, and cut at line ends."""

from __future__ import annotations

import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from pos_validation.findings.limits import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from pos_job_runtime.generated.documents import Compression
    from pos_validation.findings.findings import Findings

GZIP_MAGIC = b"\x1f\x8b"
PARQUET_MAGIC = b"PAR1"
ENCRYPTED_MAGIC = b"PARE"
UTF8_BOM = b"\xef\xbb\xbf"
HEAD = 1 << 16
# Compressed bytes that are read at a time: what is left of them is copied at the end of each member.
GZIP_BLOCK = 1 << 16
# No line of data is this long; a file without line ends must not be read whole into memory.
LONGEST_LINE = 64 << 20


class Readable(Protocol):
    """As much of a binary file as is needed here."""

    def read(self, size: int) -> bytes: ...


class UnreadableError(Exception):
    """The bytes can't be had. The message says why, for the report."""


class SourceFile(Struct, frozen=True):
    """A file on this machine. `name` is what the supplier called it; `path` where its bytes are.

    `largest` is how many bytes it may have decompressed; whoever reads on raises `FileRejectedError`.
    """

    name: str
    path: Path
    compression: Compression
    largest: int
    findings: Findings

    @contextmanager
    def open(self) -> Iterator[Readable]:
        """Its bytes, decompressed. Reading raises `UnreadableError` on damaged gzip."""
        with self.path.open("rb") as file:
            yield Limited(GzipStream(file), self.largest, self.findings) if self.compression == "gzip" else file

    def head(self, size: int = HEAD) -> bytes:
        """Its first bytes, decompressed."""
        with self.open() as stream:
            return stream.read(size)


class Limited:
    """Reads what was decompressed, up to a limit: a few KB can hold more than a disk."""

    def __init__(self, stream: Readable, largest: int, findings: Findings) -> None:
        self._stream = stream
        self._largest = largest
        self._left = largest
        self._findings = findings

    def read(self, size: int) -> bytes:
        """Up to `size` bytes. Raises `FileRejectedError` when they are more than the limit in all."""
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            limit = in_words(self._largest)
            raise self._findings.reject("file_too_large", words=f"more than {limit} once unpacked", detail=limit)
        return data


class GzipStream:
    """Decompresses gzip of one or several members, and checks that every member is whole and sums up right."""

    def __init__(self, file: BinaryIO, *, block: int = GZIP_BLOCK) -> None:
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
        # Copied once: a block is large.
        yield b"".join((rest, memoryview(data)[:cut])), False
        rest = data[cut:] + following


def count_lines(block: bytes) -> int:
    """How many lines a block has, of which the last one may lack its end."""
    return block.count(b"\n") + (not block.endswith(b"\n"))
