"""The key index of a table: its segments, in a folder beside the data that Delta's readers and vacuum leave alone.

Data files never change, and a segment names those whose keys it holds. So nothing in it can be out of date: a file that
is no longer in the table is one too many, and one that no segment names is read. Segments are added under new names,
put together, and deleted when they are of no use. Whatever is missing or damaged is made again from the table.
"""

from __future__ import annotations

import contextlib
import uuid
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pos_job_runtime.errors import StorageError
from pos_job_runtime.storage import ObjectVersion, prefetch
from pos_transformation.key_index.segment import DamagedSegmentError, Segment, merged, write

if TYPE_CHECKING:
    from array import array
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.storage import Location, Storage

# Below the table's folder, and there for each way of making entries. Neither vacuum looks into folders with such names.
FOLDER = "_key_index"
ENDING = ".keys"
THREADS = 8
# Smaller segments are put together with a larger one once they hold one entry for so many of its own.
SHARE = 8
# A list of segments is soon out of date beside other runs.
LISTINGS = 3


class Stored(Struct, frozen=True):
    """A segment and where it lies."""

    place: Location
    segment: Segment


class KeyIndex(Struct):
    """The index of one table, made in one way. `folder` on this machine is for what is written and fetched."""

    storage: Storage
    place: Location
    table_id: str
    folder: Path
    log: JsonLog
    stored: list[Stored] = field(default_factory=list)
    damaged: list[Location] = field(default_factory=list)

    def open(self) -> None:
        """Open all segments of the table. One that can't be read counts as missing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for _ in range(LISTINGS):
            if self._open_listed():
                return

    def covered(self) -> set[str]:
        """The data files, by their paths in the table, whose keys the index holds."""
        return {file for one in self.stored for file in one.segment.about.files}

    def unknown(self, files: Mapping[str, str]) -> list[str]:
        """The dates, in order, of those `files` whose keys the index does not hold: paths, each with its date."""
        covered = self.covered()
        return sorted({day for file, day in files.items() if file not in covered})

    def chosen(self, files: Collection[str]) -> list[Segment]:
        """As few segments as it takes to hold the keys of those `files` that the index has."""
        missing = set(files)
        found = []
        for one in sorted(self.stored, key=lambda one: -one.segment.about.entries):
            if not missing.isdisjoint(one.segment.about.files):
                missing.difference_update(one.segment.about.files)
                found.append(one.segment)
        return found

    def add(self, portions: Iterable[array[int]], *, most: int, files: Iterable[str]) -> Segment:
        """Write a segment: ascending entries, at most so many, of all rows of these files.

        It can be used even where it could not be stored, which is only logged: without it the next run makes it again.
        """
        path = self._path()
        write(path, portions, most=most, table=self.table_id, files=files)
        segment = Segment(path)
        place = self.place.child(f"{uuid.uuid4().hex}{ENDING}")
        try:
            self.storage.publish(place, path)
        except StorageError as error:
            self.log.warning("key-index-not-written", place=str(place), problem=str(error))
        else:
            self.stored.append(Stored(place, segment))
        return segment

    def merge(self, files: Collection[str]) -> int:
        """Put small segments together, so that each has several times as many entries as all smaller ones.

        `files` are those of the table now: others are forgotten. Returns how many segments were merged.
        """
        small = _to_merge(self.stored)
        if not small:
            return 0
        segments = [one.segment for one in small]
        most = sum(segment.about.entries for segment in segments)
        known = {file for segment in segments for file in segment.about.files}
        before = len(self.stored)
        self.add(merged(segments), most=most, files=sorted(known.intersection(files)))
        if len(self.stored) == before:
            return 0
        self._drop(small)
        return len(small)

    def drop_damaged(self) -> None:
        """Read every segment whole, and delete those that are not what was written."""
        for one in list(self.stored):
            try:
                one.segment.check()
            except DamagedSegmentError as error:
                self._warn(one.place, error)
                self._drop([one])
        for place in self.damaged:
            self._delete(place)
        self.damaged.clear()

    def drop_useless(self, files: Collection[str]) -> int:
        """Delete what it does not take to cover `files`, those of the table now. Returns how many segments."""
        needed = self.chosen(files)
        useless = [one for one in self.stored if one.segment not in needed]
        self._drop(useless)
        return len(useless)

    def _drop(self, stored: Sequence[Stored]) -> None:
        for one in stored:
            self._delete(one.place)
            self.stored.remove(one)

    def _delete(self, place: Location) -> None:
        """What stays is in nobody's way."""
        try:
            self.storage.delete(place)
        except StorageError as error:
            self.log.warning("key-index-not-deleted", place=str(place), problem=str(error))

    def _open_listed(self) -> bool:
        """Whether all that was listed was there."""
        self.stored.clear()
        self.damaged.clear()
        listed = [one for one in self.storage.list(self.place) if one.location.key.endswith(ENDING)]
        whole = True
        with prefetch(listed, self._fetched, threads=THREADS, depth=4 * THREADS) as fetched:
            for version, path in fetched:
                try:
                    segment = Segment(path.result())
                except DamagedSegmentError as error:
                    self._warn(version.location, error)
                    self.damaged.append(version.location)
                except (StorageError, OSError):
                    # Another run has just put it together with others.
                    whole = False
                else:
                    if segment.about.table == self.table_id:
                        self.stored.append(Stored(version.location, segment))
                    else:
                        self.damaged.append(version.location)
                finally:
                    if version.location.scheme != "file":
                        with contextlib.suppress(StorageError, OSError):
                            # It stays readable without a name.
                            path.result().unlink()
        return whole

    def _fetched(self, version: ObjectVersion) -> Path:
        if version.location.scheme == "file":
            return version.location.path
        path = self._path()
        self.storage.download(version, path)
        return path

    def _path(self) -> Path:
        return self.folder / f"{uuid.uuid4().hex}{ENDING}"

    def _warn(self, place: Location, problem: DamagedSegmentError) -> None:
        self.log.warning("key-index-damaged", place=str(place), problem=str(problem))


def _to_merge(stored: Sequence[Stored]) -> list[Stored]:
    """The smaller ones, as many as add up to a share of the next; none where each is large enough to stand alone."""
    chosen: list[Stored] = []
    total = 0
    last = 0
    for number, one in enumerate(sorted(stored, key=lambda one: one.segment.about.entries), start=1):
        if number > 1 and total * SHARE >= one.segment.about.entries:
            last = number
        chosen.append(one)
        total += one.segment.about.entries
    return chosen[:last]
