"""Paths of objects: those that the emulator would choose, with few questions to the disk."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pos_local_aws.hooks.object_paths import key_path, real

KEYS = [
    "a.csv",
    "runs/one/validation/validated/000001.parquet",
    "é/ü.csv",
    "a//b",
    "/a",
    "a/",
    "a/../b",
    "..",
    ".ministack-keys/a",
    "a.meta.json",
    "a.tmp/b",
    "n" * 201,
    "taken/below",
    "folder",
    "linked/a.csv",
    "linked-file",
    "encoded.csv",
]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    found = tmp_path / "account" / "bucket"
    (found / "folder" / "deep").mkdir(parents=True)
    (found / "taken").write_text("a file where another key has a folder")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("")
    (found / "linked").symlink_to(outside)
    (found / "linked-file").symlink_to(outside / "file")
    (found / ".ministack-keys").mkdir()
    (found / ".ministack-keys" / "encoded%2Ecsv").write_text("")
    return found


@pytest.mark.parametrize("key", KEYS)
def test_an_object_lies_where_the_emulator_puts_it(base: Path, key: str) -> None:
    from ministack.services import s3

    expected = s3._key_disk_path(str(base), key)
    assert (key_path(str(base), key) or expected) == expected


def test_a_bucket_that_is_reached_by_a_link_has_the_emulators_paths(base: Path) -> None:
    from ministack.services import s3

    link = base.parent / "link"
    link.symlink_to(base)
    assert (key_path(str(link), "a.csv") or "") in ("", s3._key_disk_path(str(link), "a.csv"))
    assert real(f"{link}/a.csv") == os.path.realpath(f"{link}/a.csv")


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    asked: list[Any] = []
    lstat = os.lstat

    def counted(path: Any, **more: Any) -> os.stat_result:
        asked.append(path)
        return lstat(path, **more)

    monkeypatch.setattr(os, "lstat", counted)
    return asked


def test_the_parts_of_a_path_are_not_looked_at_again_for_each_object(base: Path, questions: list[Any]) -> None:
    folder = "runs/one/validation/validated"
    key_path(str(base), f"{folder}/000001.parquet")
    questions.clear()
    assert key_path(str(base), f"{folder}/000002.parquet") == f"{base}/{folder}/000002.parquet"
    assert len(questions) <= 2  # the bucket's folder and the file
