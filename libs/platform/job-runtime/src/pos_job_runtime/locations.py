"""Where objects are, and which version of one is meant.

A *version* of an S3 object is its version id (or its entity tag in an unversioned bucket). A file has no versions: it
counts as another version once its size differs from the one that was listed.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Literal
from urllib.parse import quote, unquote

from msgspec import Struct

from pos_job_runtime.errors import StorageError, UsageError

Scheme = Literal["s3", "file"]


class Location(Struct, frozen=True):
    """Where an object is, or what names begin with. For files `bucket` is empty and `key` the absolute path."""

    scheme: Scheme
    bucket: str
    key: str

    @staticmethod
    def parse(uri: str) -> Location:
        """The location that `uri` names. Raises `UsageError` on another scheme. S3 keys are taken literally."""
        scheme, separator, rest = uri.partition("://")
        if separator and scheme == "s3":
            bucket, _, key = rest.partition("/")
            if bucket:
                return Location("s3", bucket, key)
        if separator and scheme == "file" and rest.startswith("/"):
            return Location("file", "", unquote(rest))
        raise UsageError(f"{uri!r} is not a location: give s3://bucket/key or file:///absolute/path.")

    def child(self, *parts: str) -> Location:
        """The object named `parts`, joined by slashes, under this location. S3 keys are joined literally."""
        name = "/".join(parts)
        if self.scheme == "file" and ".." in PurePosixPath(name).parts:
            raise StorageError(f"The name {name!r} leads out of its folder.")
        base = self.key.rstrip("/") if self.scheme == "file" else self.key
        glue = "" if not base and self.scheme == "s3" else "" if base.endswith("/") else "/"
        return Location(self.scheme, self.bucket, f"{base}{glue}{name}")

    def beside(self, name: str) -> Location:
        """The object `name` in the same folder."""
        return Location(self.scheme, self.bucket, f"{self.key[: self.key.rfind('/') + 1]}{name}")

    @property
    def path(self) -> Path:
        """The path of a file location."""
        if self.scheme != "file":
            raise StorageError(f"{self} is not a file.")
        return Path(self.key)

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}" if self.scheme == "s3" else f"file://{quote(self.key)}"


class ObjectVersion(Struct, frozen=True):
    """One exact version of an object. `size` is in bytes; `None` where it is not known."""

    location: Location
    version_id: str | None = None
    etag: str | None = None
    size: int | None = None
