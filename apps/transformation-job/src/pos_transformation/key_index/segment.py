"""A segment of a key index: entries in ascending order, in a file that never changes once it is written.

An entry is a number of 64 bits: a hash of the key, then the days from 1970 to the row's date, of which the lowest 16
bits are kept. The file is read in place. It holds the entries; then their hashes alone where they are few, or else a
filter; what the segment is about as JSON; and 16 bytes that say how long that is, so that a file that was cut off is
known as such.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from array import array
from bisect import bisect_left
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

MAGIC = b"POSKEYS1"
ENDING = struct.Struct("<II8s")
DATE_BITS = 16
DATE = (1 << DATE_BITS) - 1
# Of so many entries all hashes are compared with those that are looked for, which is quicker than looking each of these
# up. More entries have a filter.
FEW = 1 << 18
# A filter has so many bits for an entry, or up to twice as many. The first bits of its hash say which of them is set.
# Of keys that are new 12 % pass, or fewer.
FILTER_BITS = 8
# What is read whole to compare its checksum. A larger file is compared by maintenance alone.
CHECKED = 8 * 1024 * 1024
# Entries in memory at a time, as numbers.
PORTION = 1_000_000


class DamagedSegmentError(Exception):
    """The file is no segment, or not a whole one."""


class About(msgspec.Struct, frozen=True):
    """What a segment is about: every row of these data `files` of the `table` has its entry.

    `hashes` and `filter` say how many bytes these take, one of them none.
    """

    table: str
    files: tuple[str, ...]
    entries: int
    hashes: int
    filter: int
    checksum: int


class Sought:
    """Entries of keys that are looked for, in ascending order. Their dates mean nothing."""

    def __init__(self, entries: Sequence[int]) -> None:
        self.entries = entries

    @cached_property
    def hashes(self) -> frozenset[int]:
        """Their hashes alone: entries with no date."""
        return frozenset(map((~DATE).__and__, self.entries))


class Segment:
    """A segment that is open for reading. What was mapped stays readable when the file is deleted."""

    def __init__(self, path: Path) -> None:
        """Raises `DamagedSegmentError`, or `OSError` where the file can't be read."""
        with path.open("rb") as file:
            try:
                self._bytes = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            except ValueError:
                raise DamagedSegmentError("it is empty") from None
        self.size = len(self._bytes)
        self.about = self._read_about()
        content = 8 * self.about.entries
        self._entries = self._bytes[:content].cast("Q")
        self._hashes = self._bytes[content : content + self.about.hashes].cast("Q")
        self._filter = self._bytes[content + self.about.hashes : self._end]
        if self.size <= CHECKED:
            self.check()

    def check(self) -> None:
        """Compare the whole content with its checksum. Raises `DamagedSegmentError`."""
        if zlib.crc32(self._bytes[: self._end]) != self.about.checksum:
            raise DamagedSegmentError("its content is not what was written")

    def dates(self, sought: Sought) -> set[int]:
        """The dates, as the days' lowest 16 bits, on which a key stands that has a hash of `sought`."""
        entries = self._entries
        found: set[int] = set()
        place, end = 0, len(entries)
        for entry in self._passing(sought):
            first = entry & ~DATE
            place = bisect_left(entries, first, place)
            at = place
            while at < end and (standing := entries[at]) <= first | DATE:
                found.add(standing & DATE)
                at += 1
        return found

    def part(self, number: int, of: int) -> list[int]:
        """The entries in one of `of` equal ranges of all hashes, counted from 0."""
        entries = self._entries
        first, last = (_bound(border, of) for border in (number, number + 1))
        return entries[bisect_left(entries, first) : bisect_left(entries, last)].tolist()

    @property
    def _end(self) -> int:
        return 8 * self.about.entries + self.about.hashes + self.about.filter

    def _passing(self, sought: Sought) -> Sequence[int]:
        """Those of the entries that are worth looking up, in ascending order."""
        if self._filter:
            bits, byte, bit = self._filter, *_shifts(self.about.filter)
            return [entry for entry in sought.entries if bits[entry >> byte] >> (entry >> bit & 7) & 1]
        if len(self._hashes) < 16 * len(sought.entries):
            return sorted(sought.hashes.intersection(self._hashes))
        return sought.entries

    def _read_about(self) -> About:
        if self.size < ENDING.size:
            raise DamagedSegmentError("it is too short")
        length, checksum, magic = ENDING.unpack(self._bytes[-ENDING.size :])
        words = self._bytes[max(0, self.size - ENDING.size - length) : self.size - ENDING.size]
        if magic != MAGIC or zlib.crc32(words) != checksum:
            raise DamagedSegmentError("it does not end as a segment does")
        try:
            about = msgspec.json.decode(words, type=About)
        except msgspec.MsgspecError:
            raise DamagedSegmentError("it was written by another release") from None
        if 8 * about.entries + about.hashes + about.filter + length + ENDING.size != self.size:
            raise DamagedSegmentError("it is not as long as it says")
        return about


def write(path: Path, portions: Iterable[array[int]], *, most: int, table: str, files: Iterable[str]) -> None:
    """Write a segment of `portions`, entries that ascend from the first to the last, at most so many."""
    size = _filter_bytes(most)
    filtered = bytearray(size)
    byte, bit = _shifts(size) if size else (0, 0)
    hashes = bytearray()
    checksum = count = 0
    with path.open("wb") as file:
        for portion in portions:
            data = portion.tobytes()
            checksum = zlib.crc32(data, checksum)
            file.write(data)
            count += len(portion)
            if size:
                for entry in portion:
                    filtered[entry >> byte] |= 1 << (entry >> bit & 7)
            else:
                hashes += array("Q", map((~DATE).__and__, portion)).tobytes()
        file.write(hashes)
        file.write(filtered)
        checksum = zlib.crc32(filtered, zlib.crc32(hashes, checksum))
        about = About(table, tuple(files), count, len(hashes), size, checksum)
        words = msgspec.json.encode(about)
        file.write(words)
        file.write(ENDING.pack(len(words), zlib.crc32(words), MAGIC))


def merged(segments: Sequence[Segment]) -> Iterator[array[int]]:
    """The entries of all segments, each once, in portions."""
    total = sum(segment.about.entries for segment in segments)
    parts = max(1, -(-total // PORTION))
    for number in range(parts):
        # The sorting finds ascending runs and merges them.
        entries = sorted(chain.from_iterable(segment.part(number, parts) for segment in segments))
        yield array("Q", dict.fromkeys(entries))


def ranges(rows: int) -> Iterator[tuple[int, int]]:
    """The range of all entries, of which there are so many, cut into as many that a portion has in memory."""
    parts = max(1, -(-rows // PORTION))
    return ((_bound(number, parts), _bound(number + 1, parts) - 1) for number in range(parts))


def _bound(number: int, of: int) -> int:
    return (number << 64) // of


def _filter_bytes(entries: int) -> int:
    if entries <= FEW:
        return 0
    return 1 << ((FILTER_BITS * entries - 1).bit_length() - 3)


def _shifts(size: int) -> tuple[int, int]:
    """By how many bits an entry is shifted to give its byte in a filter of so many, and its bit."""
    byte = 64 - (size.bit_length() - 1)
    return byte, byte - 3
