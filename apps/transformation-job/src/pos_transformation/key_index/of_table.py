"""The key index of a table as the plan and an engine make it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pos_transformation.key_index.index import FOLDER, KeyIndex
from pos_transformation.store.portions import portions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.storage import Storage
    from pos_transformation.key_index.segment import Segment
    from pos_transformation.load.runner import Runner
    from pos_transformation.store.protocol import Snapshot


def index_of(snapshot: Snapshot, runner: Runner, storage: Storage, log: JsonLog, *, folder: Path) -> KeyIndex:
    """The index of the snapshot's table, still to be opened.

    Another statement, or the hashes of another engine, make another index: entries of two kinds can't be compared.
    """
    text = "\n".join([*(step.sql for step in runner.statements.phase("indexed")), runner.session.hashing])
    place = snapshot.location.child(FOLDER, hashlib.sha256(text.encode()).hexdigest()[:16])
    return KeyIndex(storage, place, snapshot.table_id, folder, log)


def added(index: KeyIndex, snapshot: Snapshot, runner: Runner, dates: Sequence[str]) -> Iterator[Segment]:
    """New segments of what stands on these dates."""
    rows = {day: snapshot.rows_on([day]) for day in dates}
    for group in portions(dates, weigh=rows.__getitem__, weight=runner.session.most_entries):
        runner.read({"existing": (snapshot, group)})
        runner.phase("indexed")
        most = sum(rows[day] for day in group)
        index.log.info("keys-indexed", table=snapshot.spec.name, dates=len(group), rows=most)
        yield index.add(runner.session.entries("indexed", rows=most), most=most, files=snapshot.paths(group))
