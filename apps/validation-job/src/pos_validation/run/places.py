"""Where the rejected bucket keeps what a run rejects. No key that a supplier may choose reaches another file's place.

Each version has a folder of its own, named by its place in the manifest: keys that differ in nothing but a version, a
bucket or an upper-case letter, or that are folders of one another, stay apart. What follows is for people.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pos_job_runtime.generated.constants import FILES, QUARANTINE, REPORTS

if TYPE_CHECKING:
    from pos_job_runtime.storage import Location
    from pos_validation.run.manifest import Entry, Manifest

# Bytes of UTF-8: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
LONGEST_KEY = 1024
# Bytes of one name in a folder: most file systems take 255, and a report's has a number and a suffix beside it.
LONGEST_NAME = 180
# Names that lead to another folder, or to none, and characters that do so somewhere or can't be shown.
_NO_NAME = re.compile(r"(?:^|(?<=/))\.{0,2}(?=/|$)")
_NO_CHARACTER = re.compile(r"[\\\x00-\x1f\x7f]")


class Places:
    """The part of the rejected bucket that belongs to one run."""

    def __init__(self, rejected: Location, manifest: Manifest) -> None:
        self._folder = rejected.child(f"date={manifest.event_time[:10]}", f"run={manifest.run_id}")
        self._old_names = _old_names(manifest)

    def file(self, entry: Entry) -> Location:
        """The rejected file itself."""
        folder = self._folder.child(FILES, f"{entry.index:06d}")
        room = LONGEST_KEY - len(folder.key.encode()) - 1 if folder.scheme == "s3" else LONGEST_KEY
        return folder.child(cut(readable(entry.key), room))

    def report(self, entry: Entry) -> Location:
        """The report on it."""
        return self._folder.child(REPORTS, f"{self._numbered(entry)}.report.json")

    def quarantine(self, entry: Entry) -> Location:
        """The bad rows of a file that is loaded without them."""
        return self._folder.child(QUARANTINE, f"{self._numbered(entry)}.parquet")

    def earlier(self, entry: Entry) -> tuple[Location, Location] | None:
        """Where earlier releases put the file and its report; None if they could not."""
        name = self._old_names[entry.index]
        report_name = f"{name}.report.json"
        local = self._folder.scheme == "file"
        if local and any(part == ".." or len(part.encode()) > 255 for part in f"{name}/{report_name}".split("/")):
            return None
        report = self._folder.child(report_name)
        if not local and len(report.key.encode()) > LONGEST_KEY:
            return None
        return self._folder.child(name), report

    def _numbered(self, entry: Entry) -> str:
        return f"{entry.index:06d}-{readable(entry.key).rpartition('/')[2]}"


def readable(key: str) -> str:
    """The key as a path that any file system can hold; other keys may give the same."""
    named = _NO_CHARACTER.sub("_", _NO_NAME.sub("_", key))
    return "/".join(cut(name, LONGEST_NAME) for name in named.split("/"))


def cut(name: str, room: int) -> str:
    """The name in at most `room` bytes of UTF-8: its beginning and its end, with a digest of the whole between them."""
    data = name.encode("utf-8", "backslashreplace")
    if len(data) <= room:
        return name
    # Few runs need it, and importing it starts OpenSSL.
    import hashlib

    digest = f"~{hashlib.sha256(data).hexdigest()[:16]}~"
    tail = min(40, (room - len(digest)) // 2)
    head = room - len(digest) - tail
    return data[:head].decode("utf-8", "ignore") + digest + data[-tail:].decode("utf-8", "ignore")


def _old_names(manifest: Manifest) -> dict[int, str]:
    """Of several versions (or buckets) with one key, all but the first got a suffix."""
    names: dict[int, str] = {}
    taken: set[str] = set()
    for entry in manifest.entries:
        name = entry.key
        if name in taken:
            name = f"{entry.key}.{entry.version.version_id or entry.index}"
        taken.add(name)
        names[entry.index] = name
    return names
