"""The store for `file://`: folders on this machine."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pos_job_runtime.errors import CopyVerificationError, ObjectMissingError, StorageError
from pos_job_runtime.locations import Location, ObjectVersion

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class FileStore:
    """Writes go to a temporary name beside the target and are renamed, so that a reader never sees half an object."""

    def get(self, version: ObjectVersion) -> bytes:
        path = current(version)
        with _translated(version.location):
            return path.read_bytes()

    def check(self, version: ObjectVersion) -> None:
        current(version)

    def download(self, version: ObjectVersion, path: Path) -> None:
        source = current(version)
        with _translated(version.location):
            shutil.copyfile(source, path)

    def put(self, location: Location, data: bytes, content_type: str) -> None:
        with _translated(location), _replacing(location.path) as temporary:
            temporary.write_bytes(data)

    def create(self, location: Location, data: bytes, content_type: str) -> bool:
        with _translated(location):
            location.path.parent.mkdir(parents=True, exist_ok=True)
            temporary = location.path.with_name(f".writing-{uuid.uuid4().hex}")
            try:
                temporary.write_bytes(data)
                # A rename would replace what is there.
                os.link(temporary, location.path)
            except FileExistsError:
                return False
            finally:
                temporary.unlink(missing_ok=True)
        return True

    def upload(self, location: Location, path: Path, content_type: str) -> None:
        with _translated(location), _replacing(location.path) as temporary:
            shutil.copyfile(path, temporary)

    def publish(self, location: Location, path: Path) -> None:
        with _translated(location):
            location.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                path.replace(location.path)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                self.upload(location, path, "")
                path.unlink()

    def list(self, prefix: Location) -> Iterator[ObjectVersion]:
        root = prefix.path
        if not root.is_dir():
            return
        for folder, folders, names in os.walk(root):
            folders.sort()
            for name in sorted(names):
                if name.startswith(".writing-"):
                    continue
                path = os.path.join(folder, name)  # noqa: PTH118 - a Path for each of many thousand names is slow
                yield ObjectVersion(Location("file", "", path), size=os.stat(path).st_size)  # noqa: PTH116

    def copy_verified(self, source: ObjectVersion, target: Location) -> None:
        origin = current(source)
        with _translated(target), _replacing(target.path) as temporary:
            shutil.copyfile(origin, temporary)
            if not _same_content(origin, temporary):
                raise CopyVerificationError(f"The copy of {source.location} differs from it; the source stays.")

    def delete_version(self, version: ObjectVersion) -> None:
        try:
            path = current(version)
        except ObjectMissingError:
            return
        with _translated(version.location):
            path.unlink(missing_ok=True)

    def delete(self, location: Location) -> None:
        with _translated(location):
            location.path.unlink(missing_ok=True)


def current(version: ObjectVersion) -> Path:
    """The version's path. Raises `ObjectMissingError` when the file is gone or has another size than was listed."""
    path = version.location.path
    try:
        size = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        raise ObjectMissingError(f"{version.location} does not exist.") from None
    except OSError as error:
        raise StorageError(f"{version.location}: {error.strerror or error}.") from error
    if not path.is_file():
        raise StorageError(f"{version.location} is not a file.")
    if version.size is not None and version.size != size:
        raise ObjectMissingError(f"{version.location} has {size} bytes now, not the {version.size} that were listed.")
    return path


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".writing-{uuid.uuid4().hex}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def _translated(location: Location) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise ObjectMissingError(f"{location} does not exist.") from None
    except OSError as error:
        raise StorageError(f"{location}: {error.strerror or error}.") from error


def _same_content(left: Path, right: Path, *, block: int = 1 << 20) -> bool:
    with left.open("rb") as one, right.open("rb") as two:
        while True:
            a, b = one.read(block), two.read(block)
            if a != b:
                return False
            if not a:
                return True
