"""Engines load a run's rows into the lake. Each is a module of its own, imported when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pos_transformation.errors import EngineMissingError

if TYPE_CHECKING:
    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.plan import Plan
    from pos_job_runtime.storage import Location, Storage
    from pos_transformation.load.report import LoadReport
    from pos_transformation.load.results import Validation

NAMES = ("embedded", "spark")


@dataclass(frozen=True)
class LoadRequest:
    """Load `validation`'s files, as run `run_id`, into the tables below `lake`."""

    run_id: str
    plan: Plan
    validation: Validation
    lake: Location


class Engine(Protocol):
    """Loads a run. Repeating a load, or dying in one at any point, must lead to the same tables."""

    def load(self, request: LoadRequest) -> LoadReport:
        """Append to the curated table and let the KPI tables catch up. Raises `JobError`."""
        ...


def engine_named(name: str, *, storage: Storage, log: JsonLog) -> Engine:
    """The engine called `name`. Raises `EngineMissingError` for one that this build lacks."""
    if name == "embedded":
        from pos_transformation.load.engine import EmbeddedEngine

        return EmbeddedEngine(storage=storage, log=log)
    if name == "spark":
        from pos_transformation.engines.spark.engine import SparkEngine

        return SparkEngine(storage=storage, log=log)
    raise EngineMissingError(f"This build of the job has no engine {name!r}; run it with --engine embedded.")
