"""The next tables are opened while one is worked on: the longer a history, the longer that takes."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pos_transformation.store.table_specs import TableSpec

S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)

# So many tables are open that nobody has asked for yet: each may be large.
AHEAD = 2


class Openable(Protocol[S_co]):
    """A table, of which snapshots are of the type `S_co`."""

    spec: TableSpec

    def read(self) -> S_co | None:
        """The newest snapshot, with all that takes time; `None` where whoever asks for it is to open it."""
        ...


class Opening(Generic[S]):
    """Opens tables in the order in which they will be asked for."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="opening")
        self._waiting: deque[Openable[S]] = deque()
        self._begun: deque[tuple[str, Future[S | None]]] = deque()

    def begin(self, tables: Iterable[Openable[S]]) -> None:
        """Open the first of these, and each other when one before it is taken."""
        self._waiting, self._begun = deque(tables), deque()
        self._go_on()

    def take(self, path: str) -> S | None:
        """The table at `path` as it was when it was opened; `None` where it is not the next one, or is to be opened.

        Raises what has kept it from being opened: delta-rs 1.2 never comes back from a second try at a damaged log.
        """
        if not self._begun or self._begun[0][0] != path:
            return None
        _, future = self._begun.popleft()
        self._go_on()
        return future.result()

    def close(self) -> None:
        """Wait for what has begun."""
        self._waiting.clear()
        self._thread.shutdown()

    def _go_on(self) -> None:
        while self._waiting and len(self._begun) < AHEAD:
            table = self._waiting.popleft()
            self._begun.append((table.spec.path, self._thread.submit(table.read)))
