"""The index of keys of a curated table: complete, in few segments, without what is damaged or of no use."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pos_job_runtime.document import given
from pos_transformation.key_index.of_table import added, index_of
from pos_transformation.load.keys import within
from pos_transformation.load.runner import Runner
from pos_transformation.steps import read_statements
from pos_transformation.store.table_specs import curated_spec

if TYPE_CHECKING:
    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.plan import Plan
    from pos_job_runtime.storage import Storage
    from pos_transformation.store.protocol import Store


def tend_index(plan: Plan, store: Store, storage: Storage, log: JsonLog) -> None:
    """Bring the index up to date, if the plan asks for keys beyond their date. Raises `JobError`.

    Whatever is done stays done; what is not, a load or the next time does.
    """
    days = given(plan.curated.key_days, 0)
    table = store.table(curated_spec(plan.curated))
    if not days or not table.exists():
        return
    runner = Runner(store.session, read_statements(plan, store.dialect))
    with tempfile.TemporaryDirectory(prefix="pos-keys-") as folder:
        index = index_of(table.snapshot(), runner, storage, log, folder=Path(folder))
        index.open()
        # After that: a load that commits meanwhile may have added a segment for files that are not in an older one.
        snapshot = table.snapshot()
        newest = max(snapshot.dates, default=None)
        if newest is None:
            return
        index.drop_damaged()
        recent = within(days, [newest], snapshot.dates)
        for _ in added(index, snapshot, runner, index.unknown(snapshot.paths(recent))):
            pass
        files = snapshot.paths(snapshot.dates)
        merged = index.merge(files)
        deleted = index.drop_useless(files)
        log.info("keys-tended", table=table.spec.name, segments=len(index.stored), merged=merged, deleted=deleted)
