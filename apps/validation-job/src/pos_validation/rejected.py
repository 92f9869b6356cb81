"""Rejected files: moved out of the source, each with a report beside it that also lets a rerun know the verdict."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from pos_job_runtime.errors import ObjectMissingError

if TYPE_CHECKING:
    from pathlib import Path

    from pos_job_runtime.plan import Plan
    from pos_job_runtime.storage import Location, Storage
    from pos_validation.manifest import Entry, Manifest


class RejectedFiles:
    """The part of the rejected bucket that belongs to one run."""

    def __init__(self, storage: Storage, rejected: Location, *, manifest: Manifest, plan: Plan) -> None:
        self._storage = storage
        self._folder = rejected.child(f"date={manifest.event_time[:10]}", f"run={manifest.run_id}")
        self._manifest = manifest
        self._plan = plan
        self._names = _distinct_names(manifest)

    def place(self, entry: Entry) -> Location:
        """Where this version lies once it is rejected."""
        return self._folder.child(self._names[entry.index])

    def reject(self, entry: Entry, line: dict[str, Any]) -> None:
        """Copy and verify, write the report, and only then delete the version from the source.

        Whenever this is cut off, either the version is still in the source, to be judged again, or the report is
        there, to be read again.
        """
        place = self.place(entry)
        self._storage.copy_verified(entry.version, place)
        self._storage.put(self._report(entry), self._words(line))
        self._storage.delete_version(entry.version)

    def recover(self, entry: Entry) -> dict[str, Any] | None:
        """The line of `files.jsonl` of a version that this run rejected before; None if it did not."""
        try:
            report = json.loads(self._storage.get(self._report(entry)))
        except ObjectMissingError:
            return None
        return cast("dict[str, Any]", report["file"])

    def quarantine(self, entry: Entry, rows: Path) -> None:
        """Keep the bad rows of a file that is loaded without them; the file `rows` is gone afterwards."""
        self._storage.publish(self._beside(entry, ".quarantine.parquet"), rows)

    def _report(self, entry: Entry) -> Location:
        return self._beside(entry, ".report.json")

    def _beside(self, entry: Entry, suffix: str) -> Location:
        return self._folder.child(self._names[entry.index] + suffix)

    def _words(self, line: dict[str, Any]) -> bytes:
        contract = self._plan.contract
        codes = dict.fromkeys(reason["code"] for reason in line["reasons"])
        report = {
            "runId": self._manifest.run_id,
            "eventTime": self._manifest.event_time,
            "contract": {"name": contract.name, "version": contract.version, "hash": contract.hash},
            "file": line,
            "help": {code: self._help(code) for code in codes},
        }
        return json.dumps(report, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace")

    def _help(self, code: str) -> dict[str, str]:
        reason = self._plan.reason(code)
        return {"meaning": reason.meaning, "remedy": reason.remedy}


def _distinct_names(manifest: Manifest) -> dict[int, str]:
    """The key of each entry; of several versions (or buckets) with one key, all but the first get a suffix."""
    names: dict[int, str] = {}
    taken: set[str] = set()
    for entry in manifest.entries:
        name = entry.key
        if name in taken:
            name = f"{entry.key}.{entry.version.version_id or entry.index}"
        taken.add(name)
        names[entry.index] = name
    return names
