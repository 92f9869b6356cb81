"""Stores: the lake's tables as an engine reads and writes them. Loading and maintenance are written over `protocol.py`.

An engine is a package with a module `engine` (see `EngineModule`), imported when it is asked for, and a line here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from pos_transformation.errors import EngineMissingError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.storage import Location, Storage
    from pos_transformation.store.maintained import MaintainedTable
    from pos_transformation.store.protocol import Store
    from pos_transformation.store.table_specs import TableSpec

# By the name that `--engine` takes.
ENGINES: dict[str, str] = {
    "embedded": "pos_transformation.store.duckdb_delta_rs",
    "spark": "pos_transformation.store.spark_delta",
}
DEFAULT_ENGINE = "embedded"


class EngineModule(Protocol):
    """The module `engine` of an engine's package."""

    def open_store(self, *, lake: Location, storage: Storage, rows: int, log: JsonLog) -> AbstractContextManager[Store]:
        """A store of the tables below `lake`, for work on about so many rows. `log` is told what it passes over."""
        ...

    def maintained_table(self, lake: Location, spec: TableSpec) -> MaintainedTable:
        """A table of `lake`, for maintenance."""
        ...


def engine_names() -> tuple[str, ...]:
    """The engines that this build knows."""
    return tuple(ENGINES)


def engine_named(name: str) -> EngineModule:
    """The engine called `name`. Raises `EngineMissingError` for one that this build lacks."""
    if name not in ENGINES:
        known = " or ".join(f"--engine {one}" for one in ENGINES)
        raise EngineMissingError(f"This build of the job has no engine {name!r}; run it with {known}.")
    return cast("EngineModule", import_module(f"{ENGINES[name]}.engine"))
