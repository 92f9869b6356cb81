"""What Delta's log says about the commits between two versions of a table."""

from __future__ import annotations

import json
from typing import Any

from pos_job_runtime.document import decode
from pos_job_runtime.errors import DocumentError, ObjectMissingError
from pos_job_runtime.generated.documents import CommitNote
from pos_job_runtime.storage import Location, Storage, prefetch

THREADS = 8
# How many commits are searched for the one that loaded a run. A run is repeated soon, or not at all.
SEARCHED = 200


def touched_partitions(storage: Storage, table: Location, *, column: str, after: int, until: int) -> set[str] | None:
    """Values of the partition `column` whose rows changed in the versions `after` + 1 to `until`.

    `None` when the log does not reach back that far (it was cleaned up), so that any partition may have changed.
    """
    changed: set[str] = set()
    versions = range(after + 1, until + 1)

    def read(version: int) -> list[dict[str, Any]] | None:
        return _actions(storage, table, version)

    with prefetch(versions, read, threads=THREADS, depth=2 * THREADS) as commits:
        for _, commit in commits:
            actions = commit.result()
            if actions is None:
                return None
            for action in actions:
                file = action.get("add") or action.get("remove")
                # A compaction moves rows to other files and changes none.
                if file is None or not file["dataChange"]:
                    continue
                value = (file.get("partitionValues") or {}).get(column)
                # `remove` may leave the values out.
                if value is None:
                    return None
                changed.add(value)
    return changed


def files_added_by(storage: Storage, table: Location, *, application: str, after: int, until: int) -> list[str]:
    """The data files, by their paths in the table, of the commit with `application`'s transaction, if it only appended.

    It is looked for in the versions `after` + 1 to `until`, the newest first. None where it is not there, or did more.
    """
    for version in range(until, after, -1):
        actions = _actions(storage, table, version) or []
        if any(action.get("txn", {}).get("appId") == application for action in actions):
            if any("remove" in action for action in actions):
                return []
            return [action["add"]["path"] for action in actions if "add" in action]
    return []


def note_of(storage: Storage, table: Location, *, application: str, newest: int) -> CommitNote | None:
    """The note that the commit with `application`'s transaction carries; `None` when it is not found nearby."""
    for version in range(newest, max(-1, newest - SEARCHED), -1):
        actions = _actions(storage, table, version)
        if actions is None:
            return None
        if any(action.get("txn", {}).get("appId") == application for action in actions):
            notes = [action["commitInfo"].get("userMetadata") for action in actions if "commitInfo" in action]
            return _parsed(notes[0]) if notes else None
    return None


def transactions_of(storage: Storage, table: Location, version: int) -> dict[str, int]:
    """The transactions that one commit carries, by their applications; none where the log has been cleaned up."""
    marks = (action["txn"] for action in _actions(storage, table, version) or [] if "txn" in action)
    return {mark["appId"]: int(mark["version"]) for mark in marks}


def _actions(storage: Storage, table: Location, version: int) -> list[dict[str, Any]] | None:
    try:
        text = storage.get(table.child("_delta_log", f"{version:020d}.json"))
    except ObjectMissingError:
        return None
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _parsed(note: str | None) -> CommitNote | None:
    try:
        return decode(CommitNote, note or "null", origin="the note of a commit")
    except DocumentError:
        # Somebody else's commit, or one that was damaged: the run is then compared with the table again.
        return None
