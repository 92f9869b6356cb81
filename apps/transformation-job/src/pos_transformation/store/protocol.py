"""What loading needs of a store: tables with snapshots and commits, and a session that evaluates statements.

A store is used by one thread. Everything that is special to an engine stays behind these protocols; the job knows no
engine but by its name in the registry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from pos_job_runtime.generated.documents import CommitNote
    from pos_job_runtime.generated.plan import Step
    from pos_job_runtime.plan import ValidatedColumn
    from pos_job_runtime.storage import Location
    from pos_transformation.store.shape import Fit
    from pos_transformation.store.table_specs import TableSpec
    from pos_transformation.store.validated_files import Part, ValidatedFile

A = TypeVar("A")
B = TypeVar("B")


class Session(Protocol):
    """Results have names; a statement refers to earlier results by theirs. Registering a name again replaces it."""

    def read_run(
        self,
        files: Sequence[ValidatedFile],
        columns: Sequence[ValidatedColumn],
        *,
        complete: bool = True,
        instants: Mapping[str, str] | None = None,
        lead: str | None = None,
        moment: str | None = None,
    ) -> None:
        """Register `validated`, the rows of these files with their `source_file`, and `sources`, the files' ages.

        Files that are not `complete` were validated by another plan: they may lack some of `columns`. `instants` are
        the names under which parts have instants, and those of `columns`, where they are microseconds.

        An engine that adopts parts registers `ends` as well, of the column `lead`, and, where its statements read
        them, `spans` of the column `moment`: the plan's Transform says what these are.
        """
        ...

    def without_parts(self, parts: Collection[Location]) -> AbstractContextManager[None]:
        """Within, `validated` lacks the rows of these parts."""
        ...

    def read(self, relations: Mapping[str, tuple[Any, Collection[str]]], *, grouped: Collection[str] = ()) -> set[str]:
        """Give names to the rows of snapshots on some dates, ISO dates. Returns the names that stand for no row.

        A table without partitions is read as a whole: its only "date" is `WHOLE`. The statements that follow read all
        of them, and group those of `grouped` by date and more: a session may tune itself to that.
        """
        ...

    def view(self, name: str, sql: str) -> None:
        """Give `sql` a name; it is evaluated where the name is used."""
        ...

    def table(self, name: str, sql: str) -> int:
        """Evaluate `sql` once and keep the rows under `name`. Returns their number."""
        ...

    def insert(self, name: str, sql: str) -> int:
        """Evaluate `sql` and add its rows to the table `name`. Returns how many rows that has now."""
        ...

    def empty(self, name: str, sql: str) -> None:
        """Give the name to no rows, in the shape of `sql`, which is not evaluated."""
        ...

    def drop(self, name: str) -> None:
        """Forget what `name` stands for, and free its memory."""
        ...

    @property
    def hashing(self) -> str:
        """What tells the engine's hashes, of which entries of a key index are made, from those of another engine."""
        ...

    @property
    def most_entries(self) -> int:
        """How many rows' entries the engine makes in one go, at most."""
        ...

    def entries(self, relation: str, *, rows: int) -> Iterator[array[int]]:
        """The only column of `relation`, of about so many rows, as unsigned numbers of 64 bits, in ascending order."""
        ...

    def records(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a small result by column name, instants in UTC."""
        ...

    def literal(self, value: int | str) -> str:
        """A value as the engine's SQL has it."""
        ...


class Snapshot(Protocol):
    """One version of a table. Everything that is read and committed through it refers to that version."""

    @property
    def spec(self) -> TableSpec:
        """What the table must look like."""
        ...

    @property
    def location(self) -> Location:
        """Where the table lies."""
        ...

    @property
    def fit(self) -> Fit:
        """How the table and the plan go together."""
        ...

    @property
    def version(self) -> int:
        """The version in Delta's log."""
        ...

    @property
    def table_id(self) -> str:
        """What tells this table from another one at the same place."""
        ...

    @property
    def dates(self) -> set[str]:
        """All partitions, as ISO dates; `WHOLE` for the rows of a table that has none."""
        ...

    @property
    def rows(self) -> int | None:
        """The number of rows; `None` when a foreign writer left a file without statistics."""
        ...

    def paths(self, dates: Collection[str]) -> Mapping[str, str]:
        """The data files on `dates` by their paths as the log has them, each with its date."""
        ...

    def rows_on(self, dates: Collection[str]) -> int:
        """The number of rows on `dates`, as far as their files' statistics tell."""
        ...

    def transaction(self, application: str) -> int | None:
        """The last version that `application` committed to the table, `None` if it never did."""
        ...


class Table(Protocol):
    """A table of the lake, which is created when its first snapshot is asked for."""

    @property
    def spec(self) -> TableSpec:
        """What the table must look like."""
        ...

    def exists(self) -> bool:
        """Whether somebody has made the table."""
        ...

    def snapshot(self) -> Any:
        """The newest version. Raises `TableMismatchError` when the plan can't be loaded into it, else `LakeError`."""
        ...


class Committed(Struct, frozen=True):
    """What a commit did. `version` is the table's newest by it."""

    version: int
    appended: int = 0
    inserted: int = 0
    updated: int = 0
    deleted: int = 0


class Commit(Protocol):
    """What is to be done to a table, in this order. Nothing counts before `finish`."""

    def merge(self, step: Step, *, dates: Sequence[str]) -> None:
        """Do with the rows of a `merge` step what it says. They were computed from this very snapshot."""
        ...

    def append(self, relation: str, *, rows: int, least: int = 0) -> None:
        """Add the rows of `relation`, of which there must be so many. `least`: see `Batch.least`."""
        ...

    def adopt(self, parts: Sequence[Part]) -> None:
        """Let the table take over parts, each of which `Store.adoptable` names."""
        ...

    def replace(self, relation: str, *, rows: int) -> None:
        """Put the rows of `relation`, of which there must be so many, in the place of all that the table holds."""
        ...

    def remove(self, date: str) -> None:
        """Remove all that stands on `date`, an ISO date."""
        ...

    def finish(self, *, transactions: Mapping[str, int], note: CommitNote) -> Committed:
        """Commit, with `transactions` in the last commit if the store needs several. `note` goes into each.

        Without any change it still commits the transactions, if there are any. Raises `LostRaceError` when another
        writer came in between.
        """
        ...


class Rebuild(Protocol):
    """A table that is computed anew, rows and columns. Nothing counts before `finish`."""

    def append(self, relation: str, *, rows: int) -> None:
        """Add the rows of `relation`, of which there must be so many."""
        ...

    def finish(self, *, keep: Collection[str], transactions: Mapping[str, int], note: CommitNote) -> Committed:
        """Put what was added in the place of all that the table holds, in one commit; what stands on `keep` stays.

        To keep anything the table must have the plan's shape. Raises `LostRaceError` when another writer came in
        between.
        """
        ...


class Store(Protocol):
    """The lake's tables as one engine reads and writes them."""

    @property
    def dialect(self) -> str:
        """The dialect of the plan that the session speaks."""
        ...

    @property
    def session(self) -> Session:
        """Evaluates statements."""
        ...

    def table(self, spec: TableSpec) -> Table:
        """A table of the lake."""
        ...

    def reading(self, spec: TableSpec, *, since: int | None) -> Any:
        """A snapshot to read from: the newest, or one that was the newest when this store last read or wrote it.

        It is of the version `since` at least, and has what this store has committed.
        """
        ...

    def commit(self, snapshot: Any) -> Commit:
        """A commit that rests on this snapshot."""
        ...

    def extended(self, snapshot: Any, *, note: CommitNote) -> Any:
        """The table with the columns of the plan that `snapshot` lacks, by a commit of metadata; else `snapshot`.

        Raises `LostRaceError` when another writer came in between.
        """
        ...

    def adoptable(self, snapshot: Any, parts: Sequence[Location]) -> Sequence[Location]:
        """Those of these parts that are as the table's own files are; none where the engine writes all rows itself."""
        ...

    def rebuild(self, snapshot: Any) -> Rebuild:
        """A new content for the table, which takes the place of what this snapshot has."""
        ...

    def following(self, snapshot: Any, *, version: int) -> Any:
        """The snapshot of the version that one's own commit has made. `LostRaceError` where that is not the newest."""
        ...

    def portions(self, snapshot: Any, dates: Iterable[str], *, most_dates: int | None = None) -> list[list[str]]:
        """`dates` in portions, each with so many of the snapshot's rows as the store computes in one go."""
        ...

    def passing(self) -> AbstractContextManager[None]:
        """What is fetched within is not kept beyond."""
        ...

    def opening(self, specs: Sequence[TableSpec]) -> AbstractContextManager[None]:
        """Make these tables, in the order in which they will be asked for, ready while other work is done."""
        ...

    def each(self, items: Iterable[A], work: Callable[[Any, A], B]) -> list[B]:
        """What `work` gives for each of `items`, with a store to use for it; side by side, if that helps.

        An item that fails keeps no other from being done; its error comes after.
        """
        ...
