from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pos_job_runtime.errors import ObjectMissingError, StorageError, UsageError
from pos_job_runtime.storage import Location, ObjectVersion, Storage, prefetch

if TYPE_CHECKING:
    from pathlib import Path


def folder(path: Path) -> Location:
    return Location.parse(path.as_uri())


def test_uris_survive_a_round_trip() -> None:
    for uri in ("s3://bucket/a/b c%20#?.csv", "s3://bucket/", "file:///tmp/a%20b/%C3%A9.csv"):
        assert str(Location.parse(uri)) == uri


@pytest.mark.parametrize("uri", ["", "bucket/key", "http://x/y", "file://relative", "s3:///key"])
def test_other_locations_are_refused(uri: str) -> None:
    with pytest.raises(UsageError, match="is not a location"):
        Location.parse(uri)


def test_children_join_by_one_slash() -> None:
    assert str(Location.parse("s3://b").child("x", "y")) == "s3://b/x/y"
    assert str(Location.parse("s3://b/p/").child("x")) == "s3://b/p/x"
    assert str(Location.parse("file:///d/").child("x")) == "file:///d/x"


def test_a_name_cant_leave_its_folder() -> None:
    with pytest.raises(StorageError, match="leads out of its folder"):
        Location.parse("file:///d").child("../etc/passwd")


def test_what_was_put_is_read_and_listed(tmp_path: Path) -> None:
    storage, root = Storage(), folder(tmp_path)
    storage.put(root.child("b", "two.json"), b"22")
    storage.put(root.child("a.json"), b"1")
    assert storage.get(root.child("b", "two.json")) == b"22"
    assert [(v.location.path.name, v.size) for v in storage.list(root)] == [("a.json", 1), ("two.json", 2)]


def test_a_copy_is_made_and_only_the_listed_version_deleted(tmp_path: Path) -> None:
    storage, root = Storage(), folder(tmp_path)
    source, target = root.child("in", "f.csv"), root.child("out", "f.csv")
    storage.put(source, b"old!")
    listed = ObjectVersion(source, size=4)
    storage.copy_verified(listed, target)
    assert storage.get(target) == b"old!"
    storage.put(source, b"a newer one")
    storage.delete_version(listed)
    assert storage.get(source) == b"a newer one"
    with pytest.raises(ObjectMissingError):
        storage.download(listed, tmp_path / "x")
    storage.delete_version(ObjectVersion(source, size=11))
    with pytest.raises(ObjectMissingError):
        storage.get(source)


def test_work_ahead_keeps_order_and_each_items_own_error() -> None:
    def work(n: int) -> int:
        if n == 3:
            raise ValueError("three")
        return n * n

    seen: list[object] = []
    with prefetch([1, 2, 3, 4], work, threads=2, depth=3) as results:
        for item, future in results:
            error = future.exception()
            seen.append((item, str(error) if error else future.result()))
    assert seen == [(1, 1), (2, 4), (3, "three"), (4, 16)]
