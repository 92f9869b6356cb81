"""A segment of a key index: entries in a file that never changes once it is written.

An entry is a number of 64 bits: a hash of the key, then the days from 1970 to the row's date, of which the lowest 16
bits are kept. The file is read in place. Few entries stand date by date, as hashes without their date, so that dates
which nobody asks for are passed over. Many stand in one ascending order, with a filter. Then comes what the segment is
about, as JSON, and 16 bytes that say how long that is, so that a file that was cut off is known as such.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from array import array
from bisect import bisect_left
from collections import defaultdict
from functools import cached_property
from itertools import chain
from math import isqrt
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

MAGIC = b"POSKEYS2"
ENDING = struct.Struct("<II8s")
DATE_BITS = 16
DATE = (1 << DATE_BITS) - 1
# So many entries stand date by date.
FEW = 1 << 18
# A filter has so many bits for an entry, or up to twice as many. Two of them are set: the first bits of its hash say
# which one, and the last ones which other one among the 64 around it. Of keys that are new 7 % pass, or fewer; to look
# for one reads pages all over the file.
FILTER_BITS = 8
WORD = 8
BITS = tuple(1 << number for number in range(8 * WORD))
# Where one list is so many times as long as another, each of the shorter one is looked up in it.
LONGER = 16
# What is read whole to compare its checksum. A larger file is compared by maintenance alone.
CHECKED = 8 * 1024 * 1024
# Entries in memory at a time, as numbers.
PORTION = 1_000_000


class DamagedSegmentError(Exception):
    """The file is no segment, or not a whole one."""


class About(msgspec.Struct, frozen=True):
    """What a segment is about: every row of these data `files` of the `table` has its entry.

    `dates` are those that the entries stand by, with the number of entries of each; none where they stand in one order.
    `filter` is in bytes. An entry has so many `bits` in it; one in segments of earlier releases, which read both kinds.
    """

    table: str
    files: tuple[str, ...]
    entries: int
    dates: tuple[tuple[int, int], ...]
    filter: int
    checksum: int
    bits: int = 1


class Sought:
    """Entries of keys that are looked for, in ascending order. Their dates mean nothing."""

    def __init__(self, entries: Sequence[int]) -> None:
        self.entries = entries

    @cached_property
    def hashes(self) -> frozenset[int]:
        """Their hashes alone: entries without a date."""
        return frozenset(map((~DATE).__and__, self.entries))

    def any_of(self, hashes: memoryview) -> bool:
        """Whether one of these hashes, which ascend, is looked for."""
        if len(hashes) * LONGER < len(self.entries):
            return any(_has(self.entries, one) for one in hashes)
        if len(self.entries) * LONGER < len(hashes):
            return any(_has(hashes, entry & ~DATE) for entry in self.entries)
        return not self.hashes.isdisjoint(hashes)


class Segment:
    """A segment that is open for reading. What was mapped stays readable when the file is deleted."""

    def __init__(self, path: Path) -> None:
        """Raises `DamagedSegmentError`, or `OSError` where the file can't be read."""
        with path.open("rb") as file:
            try:
                self._mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError:
                raise DamagedSegmentError("it is empty") from None
        self._bytes = memoryview(self._mapped)
        self.size = len(self._bytes)
        self.about = self._read_about()
        content = 8 * self.about.entries
        self._entries = self._bytes[:content].cast("Q")
        self._filter = self._bytes[content : content + self.about.filter]
        if self.size <= CHECKED:
            self.check()

    def check(self) -> None:
        """Compare the whole content with its checksum. Raises `DamagedSegmentError`."""
        if zlib.crc32(self._bytes[: 8 * self.about.entries + self.about.filter]) != self.about.checksum:
            raise DamagedSegmentError("its content is not what was written")

    def dates(self, sought: Sought, among: Collection[int]) -> set[int]:
        """Those dates `among` these on which a key stands that has a hash of `sought`, as the days' lowest 16 bits.

        What was read of the file takes no memory any more.
        """
        try:
            return self._dates(sought, among)
        finally:
            self._release()

    def _dates(self, sought: Sought, among: Collection[int]) -> set[int]:
        if not self._filter:
            return {day for day, hashes in self._by_date() if day in among and sought.any_of(hashes)}
        found: set[int] = set()
        entries = self._entries
        end, place = len(entries), 0
        reach = isqrt(end)
        for entry in self.passing(sought.entries):
            first = entry & ~DATE
            # Hashes lie evenly: most are within this reach of their share. So few pages of the file are looked at.
            guess = first * end >> 64
            low, high = max(place, guess - reach), min(end, guess + reach)
            at = bisect_left(entries, first, low, high) if low < high else high
            if (at == low and low > place) or (at == high and high < end):
                at = bisect_left(entries, first, place)
            place = at
            while at < end and (standing := entries[at]) <= first | DATE:
                found.add(standing & DATE)
                at += 1
        return found.intersection(among)

    def part(self, number: int, of: int) -> list[int]:
        """The entries in one of `of` equal ranges of all hashes, counted from 0, in ascending runs."""
        first, last = (_bound(border, of) for border in (number, number + 1))

        def within(hashes: memoryview) -> list[int]:
            return hashes[bisect_left(hashes, first) : bisect_left(hashes, last)].tolist()

        if self._filter:
            return within(self._entries)
        return [one | day for day, hashes in self._by_date() for one in within(hashes)]

    def _release(self) -> None:
        """Give back the memory of what was read. It is read again where need be."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._mapped.madvise(mmap.MADV_DONTNEED)

    def _by_date(self) -> Iterator[tuple[int, memoryview]]:
        place = 0
        for day, count in self.about.dates:
            yield day, self._entries[place : place + count]
            place += count

    def passing(self, sought: Sequence[int]) -> list[int]:
        """Those entries that the filter lets pass: all that stand, and a few others."""
        bits, byte, bit = self._filter, *_shifts(self.about.filter)
        passing = [entry for entry in sought if bits[entry >> byte] >> (entry >> bit & 7) & 1]
        if self.about.bits == 1:
            return passing
        words, word = bits.cast("Q"), bit + 6
        return [entry for entry in passing if words[entry >> word] >> (entry >> DATE_BITS & 63) & 1]

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
        by_date = sum(count for _, count in about.dates)
        if 8 * about.entries + about.filter + length + ENDING.size != self.size or (
            not about.filter and by_date != about.entries
        ):
            raise DamagedSegmentError("it is not as long as it says")
        return about


def write(path: Path, portions: Iterable[array[int]], *, most: int, table: str, files: Iterable[str]) -> None:
    """Write a segment of `portions`, entries that ascend from the first to the last, about so many at most."""
    with path.open("wb") as file:
        if most <= FEW:
            dates, checksum = _write_by_date(file, portions)
            count, size = sum(dates.values()), 0
        else:
            dates = {}
            count, size, checksum = _write_in_order(file, portions, most=most)
        words = msgspec.json.encode(About(table, tuple(files), count, tuple(dates.items()), size, checksum, bits=2))
        file.write(words)
        file.write(ENDING.pack(len(words), zlib.crc32(words), MAGIC))


def _write_by_date(file: BinaryIO, portions: Iterable[array[int]]) -> tuple[dict[int, int], int]:
    """The number of entries of each date, and the checksum."""
    by_date: dict[int, array[int]] = defaultdict(lambda: array("Q"))
    for portion in portions:
        for entry in portion:
            by_date[entry & DATE].append(entry & ~DATE)
    checksum = 0
    for hashes in by_date.values():
        data = hashes.tobytes()
        checksum = zlib.crc32(data, checksum)
        file.write(data)
    return {day: len(hashes) for day, hashes in by_date.items()}, checksum


def _write_in_order(file: BinaryIO, portions: Iterable[array[int]], *, most: int) -> tuple[int, int, int]:
    """The number of entries, the bytes of their filter, and the checksum."""
    size = _filter_bytes(most)
    filtered = array("Q", [0]) * (size // WORD)
    bit = _shifts(size)[1]
    word = bit + 6
    checksum = count = at = bits = 0
    for portion in portions:
        data = portion.tobytes()
        checksum = zlib.crc32(data, checksum)
        file.write(data)
        count += len(portion)
        for entry in portion:
            # As they ascend, each word is touched once.
            if (place := entry >> word) != at:
                filtered[at] |= bits
                at, bits = place, 0
            bits |= BITS[entry >> bit & 63] | BITS[entry >> DATE_BITS & 63]
    filtered[at] |= bits
    file.write(filtered)
    return count, size, zlib.crc32(filtered, checksum)


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


def _has(ascending: Sequence[int] | memoryview, one: int) -> bool:
    """Whether a hash without a date is among these, whatever their dates."""
    place = bisect_left(ascending, one)
    return place < len(ascending) and ascending[place] & ~DATE == one


def _filter_bytes(entries: int) -> int:
    return max(WORD, 1 << ((FILTER_BITS * entries - 1).bit_length() - 3))


def _shifts(size: int) -> tuple[int, int]:
    """By how many bits an entry is shifted to give its byte in a filter of so many, and its bit."""
    byte = 64 - (size.bit_length() - 1)
    return byte, byte - 3
