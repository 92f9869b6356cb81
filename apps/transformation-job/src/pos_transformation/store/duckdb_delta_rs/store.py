"""The lake as DuckDB and delta-rs read and write it, with a folder for what is fetched and spilled."""

from __future__ import annotations

import tempfile
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pos_transformation.errors import all_of
from pos_transformation.store.duckdb_delta_rs.adopting import adoptable
from pos_transformation.store.duckdb_delta_rs.checkpoints import Checkpoints
from pos_transformation.store.duckdb_delta_rs.local_files import LocalFiles
from pos_transformation.store.duckdb_delta_rs.log_writer import Rebuild, extend
from pos_transformation.store.duckdb_delta_rs.opening import Opening
from pos_transformation.store.duckdb_delta_rs.pending import PendingCommit
from pos_transformation.store.duckdb_delta_rs.session import Session
from pos_transformation.store.duckdb_delta_rs.sql import quoted, text
from pos_transformation.store.duckdb_delta_rs.staging import Staged
from pos_transformation.store.duckdb_delta_rs.tables import LakeTable
from pos_transformation.store.portions import portions
from pos_transformation.store.retry import same_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pos_job_runtime.generated.documents import CommitNote
    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.storage import Location, Storage
    from pos_transformation.store.duckdb_delta_rs.tables import Snapshot
    from pos_transformation.store.table_specs import TableSpec

A = TypeVar("A")
B = TypeVar("B")

# Curated rows of which a KPI is merged, or that are examined, in one go. More (a KPI that is new to a long history)
# take several commits.
ROWS_AT_ONCE = 25_000_000


class DuckDbStore:
    """See `protocol.Store`. One thing after the other: DuckDB uses all processors for each."""

    dialect = "duckdb"

    def __init__(self, *, lake: Location, storage: Storage, folder: Path, log: JsonLog) -> None:
        self.session = Session(spill=folder / "spill", local=LocalFiles(storage=storage, folder=folder / "files"))
        self._lake = lake
        self._storage = storage
        self._folder = folder
        self._checkpoints = Checkpoints(log)
        self._opening: Opening[Snapshot] = Opening()
        self._read: dict[str, Snapshot] = {}
        self._last: PendingCommit | None = None

    def close(self) -> None:
        """Wait for what is written beside, and free what is held."""
        try:
            self._opening.close()
            self._checkpoints.close()
        finally:
            self.session.close()

    def table(self, spec: TableSpec) -> LakeTable:
        """See `protocol.Store.table`."""
        return LakeTable(lake=self._lake, spec=spec, storage=self._storage, opening=self._opening)

    def reading(self, spec: TableSpec, *, since: int | None) -> Snapshot:
        """See `protocol.Store.reading`. Opening a table reads its log back to a checkpoint."""
        last, known = self._last, self._read.get(spec.path)
        if last is not None and last.snapshot.spec.path == spec.path:
            known, self._last = last.following(), None
        if known is None or (since is not None and since > known.version):
            known = self.table(spec).snapshot()
        self._read[spec.path] = known
        return known

    def commit(self, snapshot: Snapshot) -> PendingCommit:
        """See `protocol.Store.commit`."""
        self._read.pop(snapshot.spec.path, None)
        # Of one table at most: it may be large.
        self._last = PendingCommit(snapshot, self.session, self._storage, self._folder, self._checkpoints)
        return self._last

    def adoptable(self, snapshot: Snapshot, parts: Sequence[Location]) -> list[Location]:
        """See `protocol.Store.adoptable`."""
        return adoptable(snapshot, self.session, parts)

    def extended(self, snapshot: Snapshot, *, note: CommitNote) -> Snapshot:
        """See `protocol.Store.extended`."""
        if not snapshot.fit.incomplete:
            return snapshot
        self._read.pop(snapshot.spec.path, None)
        extend(snapshot, self._storage, note)
        self._checkpoints.committed(snapshot, after=snapshot.version, until=snapshot.version + 1)
        return self.table(snapshot.spec).snapshot()

    def rebuild(self, snapshot: Snapshot) -> Rebuild:
        """See `protocol.Store.rebuild`."""
        self._read.pop(snapshot.spec.path, None)
        return Rebuild(Staged(snapshot, self.session, self._storage, self._folder), self._checkpoints)

    def following(self, snapshot: Snapshot, *, version: int) -> Snapshot:
        """See `protocol.Store.following`."""
        return same_version(self.table(snapshot.spec).snapshot(), version)

    def portions(self, snapshot: Snapshot, dates: Iterable[str], *, most_dates: int | None = None) -> list[list[str]]:
        """See `protocol.Store.portions`."""
        listed = list(dates)
        weights = snapshot.files.rows_by_date(listed)
        return list(portions(listed, weigh=lambda date: weights.get(date, 0), weight=ROWS_AT_ONCE, count=most_dates))

    @contextmanager
    def passing(self) -> Iterator[None]:
        """See `protocol.Store.passing`."""
        usual = self.session.local
        with tempfile.TemporaryDirectory(prefix="files-", dir=self._folder) as name:
            self.session.local = LocalFiles(storage=self._storage, folder=Path(name))
            try:
                yield
            finally:
                self.session.local = usual

    def opening(self, specs: Sequence[TableSpec]) -> AbstractContextManager[None]:
        """See `protocol.Store.opening`. Goes on beyond the context: the next table is opened beside work on another."""
        self._opening.begin(map(self.table, specs))
        return nullcontext()

    def each(self, items: Iterable[A], work: Callable[[DuckDbStore, A], B]) -> list[B]:
        """See `protocol.Store.each`."""
        return all_of(items, lambda item: work(self, item))

    def export(self, relation: str, target: Location) -> None:
        """Write the rows of `relation` to a Parquet file."""
        with tempfile.TemporaryDirectory(prefix="export-", dir=self._folder) as name:
            copy = Path(name) / "rows.parquet"
            self.session.rows(f"COPY {quoted(relation)} TO {text(str(copy))} (FORMAT parquet, COMPRESSION zstd)")
            self._storage.upload(target, copy)
