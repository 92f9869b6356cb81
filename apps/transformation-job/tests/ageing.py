"""Tables as if time had passed: nobody can wait a week for a file to be old enough."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

DAY_MS = 86_400_000
# Where Delta's actions say when something happened, in milliseconds.
MOMENTS = {
    "commitInfo": "timestamp",
    "add": "modificationTime",
    "remove": "deletionTimestamp",
    "txn": "lastUpdated",
}


def age(table: Path, *, days: int) -> None:
    """As if all that was done to the table so far had been done so many days earlier.

    Checkpoints say when files were removed as well: they go, which a table with its whole log gets over.
    """
    log = table / "_delta_log"
    for file in {*log.glob("*.checkpoint*"), *log.glob("_last_*"), *log.glob("*.crc"), *log.glob(".*.crc")}:
        file.unlink()
    commits = sorted(log.glob("*.json"))
    assert commits[0].name == f"{0:020d}.json", "a log that was cleaned up needs its checkpoint"
    for commit in commits:
        before = commit.stat()
        actions = [json.loads(line) for line in commit.read_text().splitlines()]
        commit.write_text("".join(json.dumps(_aged(action, days)) + "\n" for action in actions))
        os.utime(commit, (before.st_atime, before.st_mtime))
    age_files(table, days=days)


def age_files(folder: Path, *, days: int) -> None:
    """The files alone, which is what the clean-up of a log goes by."""
    for file in folder.rglob("*"):
        if file.is_file():
            seconds = file.stat().st_mtime - days * 86_400
            os.utime(file, (seconds, seconds))


def data_files(table: Path) -> set[str]:
    """The Parquet files in a table's folder, whether they belong to it still or not."""
    return {str(file.relative_to(table)) for file in table.glob("*/*.parquet") if file.parent.name != "_delta_log"}


def _aged(action: dict[str, Any], days: int) -> dict[str, Any]:
    for kind, moment in MOMENTS.items():
        if kind in action and action[kind].get(moment) is not None:
            action[kind][moment] -= days * DAY_MS
    return action
