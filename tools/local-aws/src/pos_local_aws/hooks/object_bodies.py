"""Object bodies stay on disk, and ranges are read as ranges.

The emulator keeps every version's bytes in memory for as long as it runs, reads a whole object from disk for each
range of it, and answers a range of a named version with all of that version – which the SDKs' parallel downloads then
write several times over.
"""

import contextvars
import os
from dataclasses import dataclass
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.services.s3",
    "_object_versions",
    _get_object="bucket_name key headers query_params",
    _read_body="bucket_name key obj",
    _version_body="bucket bucket_name key v",
    _persist_object="bucket key obj",
    _object_disk_path="bucket key account_id",
    _version_disk_path="bucket key version_id account_id",
    _version_file_exists="bucket_name key version_id account_id",
    _parse_range="range_header total",
    _error="code message status resource extra headers",
)
_SMALL = 256 * 1024  # bytes; below, reading all of it costs nothing


@dataclass(frozen=True)
class FileBody:
    """Bytes of a file, read when a slice asks for them."""

    path: str
    size: int

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self.size)
        with open(self.path, "rb") as file:  # noqa: PTH123 - the hot path of every download
            return os.pread(file.fileno(), max(0, stop - start), start)


_reads_ranges: contextvars.ContextVar[bool] = contextvars.ContextVar("pos_reads_ranges", default=False)


def _file_body(path: str | None) -> FileBody | None:
    try:
        size = os.stat(path).st_size if path else 0  # noqa: PTH116
    except FileNotFoundError:
        return None
    return FileBody(path, size) if path and size > _SMALL else None


def _slice(answer: Any, wanted: str) -> Any:
    """A whole version's answer as the range of it that was asked for."""
    from ministack.services import s3

    _, headers, body = answer
    total = len(body)
    found = s3._parse_range(wanted, total)
    if found is None:
        more = {"Content-Range": f"bytes */{total}"}
        return s3._error("InvalidRange", "The requested range is not satisfiable", 416, headers=more)
    start, end = found
    part = body[start : end + 1]
    # A checksum is of the whole object, and SDKs would hold the slice against it.
    kept = {name: value for name, value in headers.items() if not name.lower().startswith("x-amz-checksum")}
    return 206, {**kept, "Content-Length": str(len(part)), "Content-Range": f"bytes {start}-{end}/{total}"}, part


def install(context: HookContext) -> None:
    """Replace the reads of bodies, and drop a version's bytes from memory once they are on disk."""
    from ministack.services import s3

    def getting(original: Any) -> Any:
        def get_object(bucket_name: str, key: str, headers: Any, query_params: Any = None) -> Any:
            token = _reads_ranges.set(True)
            try:
                answer = original(bucket_name, key, headers, query_params)
            finally:
                _reads_ranges.reset(token)
            wanted = headers.get("range", "")
            if answer[0] == 200 and wanted and (query_params or {}).get("versionId"):
                return _slice(answer, wanted)
            if isinstance(answer[2], FileBody):
                return answer[0], answer[1], answer[2][:]
            return answer

        return get_object

    def reading(original: Any) -> Any:
        def read_body(bucket_name: str, key: str, obj: Any) -> Any:
            if _reads_ranges.get() and obj.get("body") is None:
                found = _file_body(s3._object_disk_path(bucket_name, key))
                if found is not None:
                    return found
            return original(bucket_name, key, obj)

        return read_body

    def reading_version(original: Any) -> Any:
        def version_body(bucket: Any, bucket_name: str, key: str, v: Any) -> Any:
            if _reads_ranges.get() and v.get("data") is None:
                found = _file_body(s3._version_disk_path(bucket_name, key, v["version_id"]))
                if found is not None:
                    return found
            return original(bucket, bucket_name, key, v)

        return version_body

    def persisting(original: Any) -> Any:
        def persist_object(bucket: str, key: str, obj: Any) -> None:
            original(bucket, key, obj)
            if not isinstance(obj, dict) or obj.get("body") is not None:
                return  # it could not be written
            current = obj.get("version_id") or "null"
            for version in s3._object_versions.get((bucket, key)) or []:
                if version.get("data") is not None and (
                    version["version_id"] == current or s3._version_file_exists(bucket, key, version["version_id"])
                ):
                    version["data"] = None

        return persist_object

    context.patches.replace(s3, "_get_object", getting)
    context.patches.replace(s3, "_read_body", reading)
    context.patches.replace(s3, "_version_body", reading_version)
    context.patches.replace(s3, "_persist_object", persisting)
