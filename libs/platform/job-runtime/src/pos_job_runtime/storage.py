"""Objects by URI: `s3://bucket/key` and `file:///path`, with one meaning for both."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

from pos_job_runtime.errors import StorageError
from pos_job_runtime.locations import Location, ObjectVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from pos_job_runtime.locations import Scheme

__all__ = ["Location", "ObjectVersion", "Storage", "Store", "prefetch"]

T = TypeVar("T")
R = TypeVar("R")


class Store(Protocol):
    """What a kind of store can do. Methods raise `StorageError`, or `ObjectMissingError` where that is the case."""

    def get(self, version: ObjectVersion) -> bytes: ...
    def check(self, version: ObjectVersion) -> None: ...
    def download(self, version: ObjectVersion, path: Path) -> None: ...
    def put(self, location: Location, data: bytes, content_type: str) -> None: ...
    def create(self, location: Location, data: bytes, content_type: str) -> bool: ...
    def upload(self, location: Location, path: Path, content_type: str) -> None: ...
    def publish(self, location: Location, path: Path) -> None: ...
    def list(self, prefix: Location) -> Iterator[ObjectVersion]: ...
    def copy_verified(self, source: ObjectVersion, target: Location) -> None: ...
    def delete_version(self, version: ObjectVersion) -> None: ...
    def delete(self, location: Location) -> None: ...


class Storage:
    """Object storage for both schemes. The S3 client is made on first use: importing boto3 takes 0.3 s."""

    def __init__(self, *, connections: int = 16) -> None:
        self._connections = connections
        self._stores: dict[Scheme, Store] = {}

    def get(self, location: Location, *, version_id: str | None = None) -> bytes:
        """The whole object."""
        return self._store(location).get(ObjectVersion(location, version_id))

    def check(self, version: ObjectVersion) -> None:
        """Raises `ObjectMissingError` when that version is gone."""
        self._store(version.location).check(version)

    def download(self, version: ObjectVersion, path: Path) -> None:
        """Write exactly that version to `path`. Raises `ObjectMissingError` when the version is gone."""
        self._store(version.location).download(version, path)

    def put(self, location: Location, data: bytes, *, content_type: str = "application/json") -> None:
        """Create or replace the object, whole or not at all."""
        self._store(location).put(location, data, content_type)

    def create(self, location: Location, data: bytes, *, content_type: str = "application/json") -> bool:
        """Create the object, whole or not at all; False, and nothing is written, where there is one already.

        An answer that got lost is False too, although the object is there: read it to know whose it is.
        """
        return self._store(location).create(location, data, content_type)

    def upload(self, location: Location, path: Path, *, content_type: str = "application/octet-stream") -> None:
        """Create or replace the object by the file's content, whole or not at all; in parts when it is large."""
        self._store(location).upload(location, path, content_type)

    def local(self, version: ObjectVersion, path: Path) -> Path:
        """A file with exactly that version's content: the file itself for `file://`, else a download to `path`.

        Raises `ObjectMissingError` when the version is gone. `release` it when it was read.
        """
        if version.location.scheme == "file":
            from pos_job_runtime._files import current

            return current(version)
        self.download(version, path)
        return path

    def release(self, version: ObjectVersion, path: Path) -> None:
        """Remove what `local` downloaded."""
        if version.location.scheme != "file":
            path.unlink(missing_ok=True)

    def publish(self, location: Location, path: Path) -> None:
        """As `upload`, but the file at `path` is gone afterwards: within a file system it is just renamed."""
        self._store(location).publish(location, path)

    def list(self, prefix: Location) -> Iterator[ObjectVersion]:
        """All objects below `prefix` (a folder, or the beginning of S3 keys), however many, ordered by name."""
        return self._store(prefix).list(prefix)

    def copy_verified(self, source: ObjectVersion, target: Location) -> None:
        """Copy that version and check the copy. Raises `CopyVerificationError`, and then nothing may be deleted."""
        if source.location.scheme != target.scheme:
            raise StorageError(f"Can't copy {source.location} to {target}: they are different kinds of storage.")
        self._store(target).copy_verified(source, target)

    def delete_version(self, version: ObjectVersion) -> None:
        """Delete that version only; no error when it is gone already. A newer version under the same name stays."""
        self._store(version.location).delete_version(version)

    def delete(self, location: Location) -> None:
        """Delete the object; no error when there is none."""
        self._store(location).delete(location)

    def _store(self, location: Location) -> Store:
        found = self._stores.get(location.scheme)
        if found is None:
            found = self._open(location.scheme)
            self._stores[location.scheme] = found
        return found

    def _open(self, scheme: Scheme) -> Store:
        if scheme == "file":
            from pos_job_runtime._files import FileStore

            return FileStore()
        from pos_job_runtime._s3 import S3Store

        return S3Store(connections=self._connections)


@contextmanager
def prefetch(
    items: Iterable[T],
    work: Callable[[T], R],
    *,
    threads: int,
    depth: int,
    weigh: Callable[[T], int] | None = None,
    weight: int = 0,
) -> Iterator[Iterator[tuple[T, Future[R]]]]:
    """Run `work` on threads for a few items ahead of the consumer, who gets them in order.

    At most `depth` items are ahead, and if `weigh` is given, no more than `weight` altogether (but always one). The
    future carries the item's own error, so that one failed download does not end the others. Leaving the context
    cancels what has not begun.
    """
    pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="prefetch")
    heavy = weigh or (lambda _: 0)

    def results() -> Iterator[tuple[T, Future[R]]]:
        waiting: deque[tuple[T, Future[R]]] = deque()
        load = 0
        for item in items:
            while waiting and (len(waiting) >= depth or (weigh is not None and load + heavy(item) > weight)):
                first, future = waiting.popleft()
                yield first, future
                load -= heavy(first)
            load += heavy(item)
            waiting.append((item, pool.submit(work, item)))
        yield from waiting

    try:
        yield results()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
