"""Reading objects from S3 over connections that break: what has arrived stays, and the rest is asked for by range."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, BinaryIO

from botocore.exceptions import ClientError, FlexibleChecksumError

from pos_job_runtime._s3_errors import BROKEN, WAITS, code_of, is_passing, pause

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

BLOCK = 1 << 20
# Below this an object travels in one request; above it in parallel parts.
PART = 16 << 20


class _CutError(Exception):
    """The answer ended early. `anew`: nothing of it can be used."""

    def __init__(self, cause: BaseException, *, anew: bool = False) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.anew = anew


def read_into(
    sink: BinaryIO, client: Any, place: Mapping[str, str], *, etag: str | None, first: int = 0, size: int | None = None
) -> None:
    """Write the object at `place` to `sink`, or `size` bytes of it from `first` on.

    `etag` is what the object must still be, for places without a version. A broken connection is followed by a request
    for the bytes that are missing, of the same version; the attempts are counted anew after each block that arrived.
    Raises botocore's and urllib3's errors.
    """
    start = sink.tell()
    written, failures, pinned = 0, 0, etag
    while True:
        before = written
        try:
            for block, found in _blocks(client, place, pinned, first=first, skip=written, size=size):
                pinned = pinned or found
                sink.write(block)
                written += len(block)
            return
        except (_CutError, ClientError) as raised:
            cut = raised if isinstance(raised, _CutError) else _replaced(raised, named=etag, pinned=pinned)
            if cut.anew:
                written, pinned = 0, etag
                sink.seek(start)
                if size is None:
                    sink.truncate()
            failures = 0 if written - before >= BLOCK else failures + 1
            if failures > len(WAITS):
                raise cut.cause from None
            pause(max(0, failures - 1))


def read_parts(path: Path, client: Any, place: Mapping[str, str], *, etag: str | None, size: int, threads: int) -> None:
    """Write an object of `size` bytes to `path`, several parts of it at a time."""
    with path.open("wb") as file:
        file.truncate(size)

    def read(first: int) -> None:
        with path.open("r+b") as file:
            file.seek(first)
            read_into(file, client, place, etag=etag, first=first, size=min(PART, size - first))

    with ThreadPoolExecutor(threads, thread_name_prefix="part") as pool:
        parts = [pool.submit(read, first) for first in range(0, size, PART)]
        try:
            for part in parts:
                part.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _blocks(
    client: Any, place: Mapping[str, str], etag: str | None, *, first: int, skip: int, size: int | None
) -> Iterator[tuple[bytes, str]]:
    """The object's bytes after the first `skip` ones, each block with the entity tag of what it is part of."""
    if size is not None and skip >= size:
        return
    ranged = size is not None or skip > 0
    wanted = f"bytes={first + skip}-{'' if size is None else first + size - 1}"
    answer = _answer(client, place, etag, wanted if ranged else None)
    begin = f"bytes {first + skip}-"
    if ranged and not str(answer.get("ContentRange", "")).startswith(begin):
        answer["Body"].close()
        raise _CutError(OSError(f"asked for {wanted}, the answer is {answer.get('ContentRange')}"), anew=True)
    body = answer["Body"]
    try:
        while True:
            try:
                block = body.read(BLOCK)
            except FlexibleChecksumError as error:
                raise _CutError(error, anew=True) from error
            except BROKEN as error:
                raise _CutError(error) from error
            if not block:
                return
            yield block, answer["ETag"]
    finally:
        body.close()


def _replaced(error: ClientError, *, named: str | None, pinned: str | None) -> _CutError:
    """Whoever names no version takes the object as it is now, should it be replaced while it is read."""
    if named is None and pinned is not None and code_of(error) == "PreconditionFailed":
        return _CutError(error, anew=True)
    raise error


def _answer(client: Any, place: Mapping[str, str], etag: str | None, wanted: str | None) -> Any:
    condition = {} if etag is None or "VersionId" in place else {"IfMatch": etag}
    ranged = {} if wanted is None else {"Range": wanted}
    try:
        return client.get_object(**place, **condition, **ranged)
    except ClientError as error:
        if is_passing(error):
            raise _CutError(error) from error
        raise
    except BROKEN as error:
        raise _CutError(error) from error
