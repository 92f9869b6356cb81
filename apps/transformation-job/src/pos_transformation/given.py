"""What the job is given in each of its modes: an engine, a lake and a plan, and what the mode asks for beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pos_job_runtime.args import parse_arguments
from pos_job_runtime.plan import read_plans
from pos_job_runtime.storage import Location
from pos_transformation.store import DEFAULT_ENGINE, engine_named, engine_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos_job_runtime.generated.constants import ArgumentName
    from pos_job_runtime.plan import Plan
    from pos_job_runtime.storage import Storage
    from pos_transformation.store import EngineModule


class Given(Struct, frozen=True):
    """The arguments of a call. `plan` is where the job's own plan lies, `stage` may be empty."""

    arguments: Mapping[ArgumentName, str]
    lake: Location
    plan: Location
    stage: str
    engine_name: str

    @property
    def engine(self) -> EngineModule:
        """Imported when it is asked for: each engine has libraries of its own."""
        return engine_named(self.engine_name)

    def location(self, name: ArgumentName) -> Location:
        """The place that an argument names."""
        return Location.parse(self.arguments[name])

    def dataset(self, storage: Storage) -> Plan:
        """The plan of `--dataset`, of the default one without. Raises as `read_plans` does."""
        return read_plans(storage, self.plan).dataset(self.arguments["dataset"])


def read_given(
    argv: Sequence[str],
    *,
    required: Sequence[ArgumentName] = (),
    optional: Mapping[ArgumentName, str] | None = None,
    choices: Mapping[ArgumentName, Sequence[str]] | None = None,
) -> Given:
    """The arguments of a mode; beside what every mode has, those that are named here. See `parse_arguments`."""
    found = parse_arguments(
        argv,
        required=(*required, "lake", "plan"),
        optional={"engine": DEFAULT_ENGINE, "stage": "", **(optional or {})},
        choices={"engine": engine_names(), **(choices or {})},
    )
    return Given(
        arguments=found,
        lake=Location.parse(found["lake"]),
        plan=Location.parse(found["plan"]),
        stage=found["stage"],
        engine_name=found["engine"],
    )
