"""The index of keys: what it says, and what becomes of its segments."""

from __future__ import annotations

import json
import random
import zlib
from array import array
from pathlib import Path
from typing import Callable

import msgspec
import pytest

from pos_job_runtime.logs import JsonLog
from pos_job_runtime.storage import Location, Storage
from pos_transformation.key_index import segment
from pos_transformation.key_index.index import KeyIndex
from pos_transformation.key_index.segment import (
    DATE,
    ENDING,
    MAGIC,
    DamagedSegmentError,
    Segment,
    Sought,
    merged,
    write,
)

TABLE = "0123"


def entries(*, seed: int, count: int, days: int = 400) -> list[int]:
    """Entries of random keys on some of the days."""
    dice = random.Random(seed)
    return sorted((dice.getrandbits(48) << 16) | dice.randrange(days) for _ in range(count))


def written(folder: Path, found: list[int], *, files: tuple[str, ...] = ("a",), name: str = "one.keys") -> Segment:
    write(folder / name, [array("Q", found)], most=len(found), table=TABLE, files=files)
    return Segment(folder / name)


EVERY = range(DATE + 1)


def expected(standing: list[int], sought: list[int]) -> set[int]:
    hashes = {entry >> 16 for entry in sought}
    return {entry & DATE for entry in standing if entry >> 16 in hashes}


@pytest.mark.parametrize("filtered", [False, True])
@pytest.mark.parametrize("days", [1, 400])
@pytest.mark.parametrize("share", [0.001, 0.1, 1])
def test_a_segment_tells_the_dates_of_the_keys_that_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filtered: bool, days: int, share: float
) -> None:
    if filtered:
        monkeypatch.setattr(segment, "FEW", 100)
    standing = entries(seed=1, count=3000, days=days)
    # A key that stands on two dates, and one beside it.
    standing = sorted({*standing, standing[7] ^ 1, standing[7] ^ 2, standing[7] + (1 << 16)})
    one = written(tmp_path, standing)
    assert bool(one.about.filter) is filtered
    dice = random.Random(2)
    sought = sorted([*entries(seed=3, count=500), *dice.sample(standing, int(share * len(standing)))])
    found = expected(standing, sought)
    assert one.dates(Sought(sought), EVERY) == found
    assert one.dates(Sought(sought), {0, 7, 13}) == found & {0, 7, 13}
    assert one.dates(Sought([]), EVERY) == set()
    for few in (dice.sample(sought, 3), [standing[7], standing[-1]], [0, 2**64 - 1]):
        assert one.dates(Sought(sorted(few)), EVERY) == expected(standing, few)


def first_bits(size: int, standing: list[int]) -> bytearray:
    """A filter of so many bytes as earlier releases wrote it and read it: a bit for each entry."""
    byte = 64 - (size.bit_length() - 1)
    found = bytearray(size)
    for entry in standing:
        found[entry >> byte] |= 1 << (entry >> byte - 3 & 7)
    return found


def test_segments_of_earlier_releases_are_read_and_they_read_those_of_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment, "FEW", 100)
    standing = entries(seed=1, count=3000)
    new = written(tmp_path, standing)
    content = (tmp_path / "one.keys").read_bytes()
    end = 8 * new.about.entries
    bits = content[end : end + new.about.filter]
    earlier = first_bits(len(bits), standing)
    assert all(one & both == one for one, both in zip(earlier, bits))
    words = msgspec.to_builtins(new.about)
    del words["bits"]
    told = msgspec.json.encode({**words, "checksum": zlib.crc32(content[:end] + earlier)})
    place = tmp_path / "earlier.keys"
    place.write_bytes(content[:end] + earlier + told + ENDING.pack(len(told), zlib.crc32(told), MAGIC))
    sought = sorted([*entries(seed=3, count=500), *standing[::7]])
    assert Segment(place).dates(Sought(sought), EVERY) == expected(standing, sought)


def test_few_keys_that_are_new_are_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment, "FEW", 100)
    one = written(tmp_path, entries(seed=1, count=1 << 15))
    new = sorted(entries(seed=3, count=10_000))
    assert 0.03 < len(one.passing(new)) / len(new) < 0.08


@pytest.mark.parametrize("seed", range(8))
def test_keys_are_found_however_unevenly_their_hashes_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Where a hash is looked for is a guess. Each key stands on a date of its own, so that none is missed unseen."""
    monkeypatch.setattr(segment, "FEW", 10)
    dice = random.Random(seed)
    top = (1 << 48) - 1
    hashes = {dice.choice([h, top - h]) for h in (dice.getrandbits(48) >> dice.randrange(48) for _ in range(2000))}
    standing = sorted((one << 16) | number for number, one in enumerate(hashes))
    segment_of_all = written(tmp_path, standing)
    for count in (1, 2, 20, len(standing)):
        sought = sorted(dice.sample(standing, count))
        assert segment_of_all.dates(Sought(sought), EVERY) == expected(standing, sought)
    for entry in standing[:50] + standing[-50:]:
        assert segment_of_all.dates(Sought([entry]), EVERY) == {entry & DATE}


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="this system does not tell what a file takes")
@pytest.mark.parametrize("few", [1 << 20, 100])
def test_a_segment_takes_memory_only_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(segment, "FEW", few)
    standing = entries(seed=1, count=100_000)
    one = written(tmp_path, standing)
    one.check()
    assert resident(tmp_path) > 0.9 * one.size
    assert one.dates(Sought(standing), EVERY) == expected(standing, standing)
    assert resident(tmp_path) == 0


def resident(folder: Path) -> int:
    """Bytes of the segment's file that this process has in memory."""
    lines = Path("/proc/self/smaps").read_text().splitlines()
    places = [number for number, line in enumerate(lines) if line.endswith(str(folder / "one.keys"))]
    assert len(places) == 1
    rss = next(line for line in lines[places[0] :] if line.startswith("Rss:"))
    return 1024 * int(rss.split()[1])


def test_segments_are_put_together_portion_by_portion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment, "PORTION", 100)
    lists = [entries(seed=seed, count=250) for seed in range(3)]
    lists.append(lists[0][:50])
    segments = [written(tmp_path, found, name=f"{number}.keys") for number, found in enumerate(lists)]
    assert [entry for portion in merged(segments) for entry in portion] == sorted({*lists[0], *lists[1], *lists[2]})


def cut_off(data: bytes) -> bytes:
    return data[:-20]


def without_its_beginning(data: bytes) -> bytes:
    return data[8:]


def flipped(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


def of_something_else(data: bytes) -> bytes:
    return json.dumps({"entries": 3}).encode()


DAMAGES: list[Callable[[bytes], bytes]] = [cut_off, without_its_beginning, flipped, of_something_else, lambda _: b""]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_segment_is_none(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    written(tmp_path, entries(seed=1, count=100))
    path = tmp_path / "one.keys"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DamagedSegmentError):
        Segment(path)


def index_in(tmp_path: Path, *, table: str = TABLE) -> KeyIndex:
    log = JsonLog(job="transformation", run_id="run")
    place = Location("file", "", str(tmp_path / "index"))
    index = KeyIndex(Storage(), place, table, tmp_path / "local", log)
    index.open()
    return index


def added(index: KeyIndex, found: list[int], *files: str) -> Segment:
    return index.add([array("Q", found)], most=len(found), files=files)


def test_an_index_chooses_as_few_segments_as_cover_the_files(tmp_path: Path) -> None:
    index = index_in(tmp_path)
    large = added(index, entries(seed=1, count=90), "a", "b")
    small = added(index, entries(seed=2, count=10), "c")
    added(index, entries(seed=3, count=5), "b")
    again = index_in(tmp_path)
    assert again.covered() == {"a", "b", "c"}
    assert [one.about for one in again.chosen(["a", "b", "c"])] == [large.about, small.about]
    assert [one.about for one in again.chosen(["c", "d"])] == [small.about]
    assert index_in(tmp_path, table="another").covered() == set()


def test_small_segments_are_put_together_and_large_ones_left(tmp_path: Path) -> None:
    index = index_in(tmp_path)
    added(index, entries(seed=1, count=900), "a")
    small = {f"b{number}" for number in range(5)}
    for number, file in enumerate(sorted(small)):
        added(index, entries(seed=2 + number, count=10), file, "gone")
    assert index.merge({"a", *small}) == 5
    assert sorted(one.segment.about.entries for one in index_in(tmp_path).stored) == [50, 900]
    assert index_in(tmp_path).covered() == {"a", *small}
    assert index.merge({"a", *small}) == 0
    added(index, entries(seed=8, count=90), "c")
    assert index.merge({"a", "c", *small}) == 3
    assert index_in(tmp_path).covered() == {"a", "c", *small}


def test_what_is_of_no_use_is_deleted(tmp_path: Path) -> None:
    index = index_in(tmp_path)
    added(index, entries(seed=1, count=90), "a", "b")
    added(index, entries(seed=2, count=10), "gone")
    added(index, entries(seed=3, count=5), "b")
    damaged = tmp_path / "index" / "0.keys"
    damaged.write_bytes(b"nothing")
    index = index_in(tmp_path)
    index.drop_damaged()
    assert index.drop_useless({"a", "b"}) == 2
    assert len(list((tmp_path / "index").iterdir())) == 1
    assert index_in(tmp_path).covered() == {"a", "b"}
