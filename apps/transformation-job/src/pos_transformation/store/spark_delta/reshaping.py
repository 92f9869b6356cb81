"""Commits that change a table's columns: with metadata alone, or together with all of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct

from pos_transformation.store.protocol import Committed
from pos_transformation.store.shape import delta_fields, delta_schema, key_text
from pos_transformation.store.spark_delta.commits import PendingCommit
from pos_transformation.store.spark_delta.scala import DELTA, java, metadata, translated
from pos_transformation.store.spark_delta.tables import rows_in, schema_document
from pos_transformation.store.table_specs import KEY, partition_columns

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pos_job_runtime.generated.documents import CommitNote
    from pos_transformation.store.spark_delta.tables import Snapshot
    from pos_transformation.store.spark_delta.views import Views


def extend(snapshot: Snapshot, views: Views, note: CommitNote) -> None:
    """Commit metadata by which the table has all that it lacks. Raises `LostRaceError`."""
    fit, fields = snapshot.fit, schema_document(snapshot)["fields"]
    for one in fields:
        one["nullable"] = one["nullable"] or one["name"] in fit.relaxed
    fields += delta_fields(fit.missing, snapshot.spec.words().comments, added=True)
    commit = PendingCommit(snapshot, views)
    _reshape(commit, fields, partitions=snapshot.shape.partitions)
    commit.finish(transactions={}, note=note, metadata=True)


class Rebuild(Struct):
    """See `protocol.Rebuild`."""

    snapshot: Snapshot
    views: Views
    rows: int = 0
    _commit: PendingCommit = cast("PendingCommit", None)

    def __post_init__(self) -> None:
        self._commit = PendingCommit(self.snapshot, self.views)
        if self.snapshot.fit.rebuild or self.snapshot.fit.unkeyed:
            spec = self.snapshot.spec
            fields = delta_fields(spec.columns, spec.words().comments)
            _reshape(self._commit, fields, partitions=partition_columns(spec))

    def append(self, relation: str, *, rows: int) -> None:
        """See `protocol.Rebuild.append`."""
        self._commit.write(self.views.session.table(relation), count=rows)
        self.rows += rows

    def finish(self, *, keep: Collection[str], transactions: Mapping[str, int], note: CommitNote) -> Committed:
        """See `protocol.Rebuild.finish`."""
        removed = self.snapshot.files(self.snapshot.dates - set(keep))
        gone = rows_in(removed)
        if gone is None:
            gone = self.snapshot.read(removed).count()
        self._commit.remove_files(removed)
        self._commit.operation = self._commit.write_operation("Overwrite")
        done = self._commit.finish(transactions=transactions, note=note)
        return Committed(done.version, inserted=self.rows, deleted=gone)


def _reshape(commit: PendingCommit, fields: Sequence[Mapping[str, Any]], *, partitions: Sequence[str]) -> None:
    """Let `commit` give the table these columns, and the property that tells its key."""
    snapshot = commit.snapshot
    session = snapshot.session
    with translated(session, snapshot.spec.name):
        found = snapshot.delta.metadata()
        wanted = metadata(
            session,
            found,
            name=found.name(),
            description=found.description(),
            schema=delta_schema(fields),
            partitions=partitions,
            properties={KEY: key_text(snapshot.spec)},
        )
        commit.transaction.updateMetadata(wanted, False)
        operations = java(session, f"{DELTA}.DeltaOperations")
        commit.operation = operations.UpdateSchema(found.schema(), wanted.schema())
