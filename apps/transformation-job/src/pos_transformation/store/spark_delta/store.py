"""The lake as Spark reads and writes it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, TypeVar

from pos_transformation.errors import all_of
from pos_transformation.store.retry import same_version
from pos_transformation.store.spark_delta.adopting import adoptable
from pos_transformation.store.spark_delta.commits import PendingCommit
from pos_transformation.store.spark_delta.reshaping import Rebuild, extend
from pos_transformation.store.spark_delta.tables import LakeTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pos_job_runtime.generated.documents import CommitNote
    from pos_job_runtime.storage import Location
    from pos_transformation.store.spark_delta.tables import Snapshot
    from pos_transformation.store.spark_delta.views import Views
    from pos_transformation.store.table_specs import TableSpec

A = TypeVar("A")
B = TypeVar("B")

AT_ONCE = 4


class SparkStore:
    """See `protocol.Store`."""

    dialect = "spark"

    def __init__(self, *, lake: Location, views: Views) -> None:
        self.session = views
        self._lake = lake

    def table(self, spec: TableSpec) -> LakeTable:
        """See `protocol.Store.table`."""
        return LakeTable(session=self.session.session, lake=self._lake, spec=spec)

    def reading(self, spec: TableSpec, *, since: int | None) -> Snapshot:
        """See `protocol.Store.reading`."""
        return self.table(spec).snapshot()

    def commit(self, snapshot: Snapshot) -> PendingCommit:
        """See `protocol.Store.commit`."""
        return PendingCommit(snapshot, self.session)

    def extended(self, snapshot: Snapshot, *, note: CommitNote) -> Snapshot:
        """See `protocol.Store.extended`."""
        if not snapshot.fit.incomplete:
            return snapshot
        extend(snapshot, self.session, note)
        return self.table(snapshot.spec).snapshot()

    def adoptable(self, snapshot: Snapshot, parts: Sequence[Location]) -> Sequence[Location]:
        """See `protocol.Store.adoptable`."""
        return adoptable(snapshot, self.session, parts)

    def rebuild(self, snapshot: Snapshot) -> Rebuild:
        """See `protocol.Store.rebuild`."""
        return Rebuild(snapshot, self.session)

    def following(self, snapshot: Snapshot, *, version: int) -> Snapshot:
        """See `protocol.Store.following`."""
        return same_version(self.table(snapshot.spec).snapshot(), version)

    def portions(
        self,
        snapshot: Snapshot,
        dates: Iterable[str],
        *,
        most_dates: int | None = None,
    ) -> list[list[str]]:
        """See `protocol.Store.portions`. A cluster takes whatever there is."""
        every = list(dates)
        return [every] if every else []

    def passing(self) -> AbstractContextManager[None]:
        """See `protocol.Store.passing`. Nothing is fetched."""
        return nullcontext()

    @contextmanager
    def opening(self, specs: Sequence[TableSpec]) -> Iterator[None]:
        """See `protocol.Store.opening`. Reads the tables' logs too, so that whoever needs them finds that done."""

        def open_all() -> None:
            own = SparkStore(lake=self._lake, views=self.session.beside())
            for spec in specs:
                own.table(spec).snapshot().read_log()

        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="tables") as pool:
            opened = pool.submit(open_all)
            yield
            opened.result()

    def each(self, items: Iterable[A], work: Callable[[SparkStore, A], B]) -> list[B]:
        """See `protocol.Store.each`. Side by side: each is mostly waiting for small jobs."""

        def one(item: A) -> B:
            own = SparkStore(lake=self._lake, views=self.session.beside())
            try:
                return work(own, item)
            finally:
                own.session.release()

        with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="item") as pool:
            return all_of([pool.submit(one, item) for item in items], lambda future: future.result())
