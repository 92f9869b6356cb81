"""The lake's Delta tables: made to the plan's shape, opened as snapshots."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from deltalake import CommitProperties, DeltaTable, Field, Schema
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.schema import PrimitiveType
from msgspec import Struct

from pos_job_runtime.errors import ObjectMissingError, StorageError
from pos_job_runtime.storage import Location, ObjectVersion
from pos_transformation.errors import LakeCutOffError, LakeError, TableMismatchError
from pos_transformation.store.delta_log import transactions_of
from pos_transformation.store.duckdb_delta_rs.local_files import DataFile
from pos_transformation.store.duckdb_delta_rs.options import storage_options, uri_of
from pos_transformation.store.duckdb_delta_rs.table_files import TableFiles
from pos_transformation.store.duckdb_delta_rs.translating import translated
from pos_transformation.store.retry import reading_again
from pos_transformation.store.shape import ADDED, DELTA_TYPES, Fit, Shape, StoredColumn, fit_of
from pos_transformation.store.table_specs import KEY, partition_columns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pos_job_runtime.plan import TableColumn
    from pos_job_runtime.storage import Storage
    from pos_transformation.store.duckdb_delta_rs.opening import Opening
    from pos_transformation.store.duckdb_delta_rs.table_files import Entry
    from pos_transformation.store.table_specs import TableSpec

# delta-rs makes URLs of local paths without escaping all that means something there.
UNUSABLE = frozenset("%#?[]^|<>\\")

PLAN_TYPES = {name: kind for kind, name in DELTA_TYPES.items()}


class OwnCommit(Struct, frozen=True):
    """What a commit of the job's own has made of a table of which delta-rs knows the version before."""

    version: int
    files: TableFiles


class Snapshot(Struct, frozen=True, dict=True):
    """One version of a table. Everything that is read and committed through it refers to that version."""

    location: Location
    spec: TableSpec
    delta: DeltaTable
    storage: Storage
    own: OwnCommit | None = None

    @property
    def version(self) -> int:
        """The version in Delta's log."""
        return self.delta.version() if self.own is None else self.own.version

    def after(self, actions: Iterable[Mapping[str, Any]]) -> Snapshot:
        """The next version, which a commit of these actions has made: to read from, without reading the log again."""
        files = self.files.after(actions, partition=self.shape.partition)
        return Snapshot(self.location, self.spec, self.delta, self.storage, OwnCommit(self.version + 1, files))

    @property
    def table_id(self) -> str:
        """What tells this table from another one at the same place."""
        return str(self.delta.metadata().id)

    @cached_property
    def shape(self) -> Shape:
        """What the table looks like."""
        metadata = self.delta.metadata()
        return Shape(
            columns=[
                StoredColumn(field.name, _type_name(field.type), field.nullable, ADDED in field.metadata)
                for field in self.delta.schema().fields
            ],
            partitions=metadata.partition_columns,
            key=metadata.configuration.get(KEY),
        )

    @cached_property
    def fit(self) -> Fit:
        """How the table and the plan go together. Raises `TableMismatchError` where they can't."""
        return fit_of(self.spec, self.shape, str(self.location))

    def transaction(self, application: str) -> int | None:
        """The last version that `application` committed to the table, `None` if it never did.

        delta-rs reads the log back to the newest checkpoint for each answer. What a load asks for stands in the newest
        commit, as a rule, and one answer holds as long as the version does.
        """
        version, known = self.version, self._transactions
        if version not in known:
            known[version] = dict(transactions_of(self.storage, self.location, version))
        if application not in known[version]:
            with translated(self.spec.name):
                known[version][application] = self.delta.transaction_version(application)
        return known[version][application]

    @cached_property
    def _transactions(self) -> dict[int, dict[str, int | None]]:
        """What is known of them, by the version that delta-rs has moved the snapshot on to."""
        return {}

    @property
    def dates(self) -> set[str]:
        """All partitions, as ISO dates."""
        return self.files.dates

    @property
    def rows(self) -> int | None:
        """The number of rows; `None` when a foreign writer left a file without statistics."""
        return self.files.rows

    @cached_property
    def files(self) -> TableFiles:
        """The data files."""
        return TableFiles.of(self.delta, partition=self.shape.partition) if self.own is None else self.own.files

    def entries_on(self, dates: Collection[str]) -> list[Entry]:
        """The data files on `dates`."""
        return self.files.on(dates)

    def files_of(self, entries: Iterable[Entry]) -> list[DataFile]:
        """Where these files are."""
        partition = self.shape.partition
        return [
            DataFile(self._place(entry.path), f"{partition}={entry.date}" if partition else "", entry.size)
            for entry in entries
        ]

    def paths(self, dates: Collection[str]) -> dict[str, str]:
        """See `protocol.Snapshot.paths`."""
        return {entry.path: entry.date for entry in self.entries_on(dates)}

    def rows_on(self, dates: Collection[str]) -> int:
        """See `protocol.Snapshot.rows_on`."""
        return sum(self._rows_by_date.get(date, 0) for date in dates)

    @cached_property
    def _rows_by_date(self) -> Mapping[str, int]:
        return self.files.rows_by_date(self.dates)

    def _place(self, path: str) -> Location:
        return Location.parse(path) if "://" in path else self.location.child(path)


class LakeTable:
    """A table that is created when it is first opened."""

    def __init__(
        self, *, lake: Location, spec: TableSpec, storage: Storage, opening: Opening[Snapshot] | None = None
    ) -> None:
        self.spec = spec
        self._opening = opening
        self._storage = storage
        self.location = lake.child(spec.path)
        odd = UNUSABLE.intersection(self.location.key) if lake.scheme == "file" else frozenset()
        if odd:
            raise LakeError(
                f"The lake's folder {lake.path} has {' and '.join(sorted(odd))} in its path, which the Delta library "
                "can't handle: choose another folder."
            )

    def exists(self) -> bool:
        """Whether somebody has made the table."""
        # delta-rs takes a folder that is not there for an error of its own.
        if self.location.scheme == "file" and not self.location.path.is_dir():
            return False
        with translated(self.spec.name):
            return DeltaTable.is_deltatable(self._uri, storage_options(self.location))

    def snapshot(self) -> Snapshot:
        """The newest version. Raises `TableMismatchError` when its shape is not the plan's, else `LakeError`."""
        opened = None if self._opening is None else self._opening.take(self.spec.path)
        if opened is not None and self._is_newest(opened):
            return opened

        def read() -> DeltaTable:
            with translated(self.spec.name):
                return self._open()

        delta = reading_again(read)
        snapshot = Snapshot(self.location, self.spec, delta, self._storage)
        _check(snapshot)
        return snapshot

    def read(self) -> Snapshot | None:
        """The table with its files; `None` where nobody has made it, or an answer ended early. Raises as `snapshot`."""
        try:
            with translated(self.spec.name):
                try:
                    delta = DeltaTable(self._uri, storage_options=storage_options(self.location))
                except TableNotFoundError:
                    return None
        except LakeCutOffError:
            return None
        snapshot = Snapshot(self.location, self.spec, delta, self._storage)
        _check(snapshot)
        _ = snapshot.files
        return snapshot

    def _is_newest(self, snapshot: Snapshot) -> bool:
        """Whether nobody has committed since it was read. delta-rs 1.2 takes for that what opening takes."""
        following = self.location.child("_delta_log", f"{snapshot.version + 1:020d}.json")
        try:
            self._storage.check(ObjectVersion(following))
        except ObjectMissingError:
            return True
        except StorageError:
            # Opening it again tells whether that was all.
            pass
        return False

    def _open(self) -> DeltaTable:
        options = storage_options(self.location)
        try:
            return DeltaTable(self._uri, storage_options=options)
        except TableNotFoundError:
            return self._created(options)

    def _created(self, options: dict[str, str] | None) -> DeltaTable:
        """The table, made by whoever came first.

        Another process may create it in the same moment, and a commit whose answer got lost is sent again and meets
        itself: whatever keeps the creation from succeeding, a table that opens is one, and its shape is checked.
        """
        try:
            self._create(options)
        except (DeltaError, OSError) as error:
            try:
                return DeltaTable(self._uri, storage_options=options)
            except TableNotFoundError:
                raise error from None
        return DeltaTable(self._uri, storage_options=options)

    def _create(self, options: dict[str, str] | None) -> None:
        if self.location.scheme == "file":
            self.location.path.mkdir(parents=True, exist_ok=True)
        words = self.spec.words()
        DeltaTable.create(
            self._uri,
            schema=schema_of(self.spec, words.comments),
            partition_by=list(partition_columns(self.spec)),
            mode="ignore",
            name=self.spec.name,
            description=words.description,
            configuration=dict(self.spec.configuration),
            storage_options=options,
            # Of our own properties it knows nothing.
            raise_if_key_not_exists=False,
            # delta-rs would create it once more as the next version, with another identity.
            commit_properties=CommitProperties(max_commit_retries=0),
        )

    @property
    def _uri(self) -> str:
        return uri_of(self.location)


def schema_of(table: TableSpec, comments: Mapping[str, str]) -> Schema:
    """The columns as Delta names them, with these comments by name."""
    return Schema([_field(column, comments.get(column.name)) for column in table.columns])


def _field(column: TableColumn, comment: str | None) -> Field:
    metadata = {"comment": comment} if comment else None
    name = DELTA_TYPES.get(column.type, column.type)
    return Field(column.name, PrimitiveType(name), nullable=column.nullable, metadata=metadata)


def _check(snapshot: Snapshot) -> None:
    spec, delta = snapshot.spec, snapshot.delta
    protocol = delta.protocol()
    if protocol.min_reader_version > 1:
        # Deletion vectors or mapped columns: the Parquet files alone would not tell the truth.
        features = ", ".join(protocol.reader_features or []) or f"reader version {protocol.min_reader_version}"
        raise TableMismatchError(
            f"The table {spec.name} at {snapshot.location} needs {features}, which this job does not read: "
            "create the table anew without it."
        )
    _ = snapshot.fit


def _type_name(kind: Any) -> str:
    name = str(kind.type) if isinstance(kind, PrimitiveType) else str(kind)
    return PLAN_TYPES.get(name, name)
