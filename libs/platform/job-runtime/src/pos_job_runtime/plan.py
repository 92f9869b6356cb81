"""The plan: everything the contract says, compiled. The jobs execute it and know no rule and no column by name.

Its types are generated from the compiler's (`pos_job_runtime.generated.plan`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Union

import msgspec
from msgspec import Struct

from pos_job_runtime.document import UNSET, Document, decode, given
from pos_job_runtime.errors import DocumentError, ObjectMissingError, ObjectUnreadableError, PlanError
from pos_job_runtime.generated.constants import PLAN_FORMAT, WORDS
from pos_job_runtime.generated.documents import ContractReference
from pos_job_runtime.generated.plan import (
    Canary,
    CuratedTable,
    DatasetPlan,
    ExactRule,
    ExactValidation,
    FastValidation,
    FastWarning,
    GroupRules,
    KpiTable,
    PlanColumn,
    Policies,
    ReasonDefinition,
    TableColumn,
    ValidatedColumn,
)
from pos_job_runtime.locations import Location
from pos_job_runtime.words import NO_WORDS, Words, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pos_job_runtime.generated.plan import Transform
    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.storage import Storage

__all__ = [
    "Canary",
    "CuratedTable",
    "ExactRule",
    "ExactValidation",
    "FastValidation",
    "FastWarning",
    "GroupRules",
    "KpiTable",
    "Plan",
    "PlanColumn",
    "PlanDocument",
    "Policies",
    "ReasonDefinition",
    "TableColumn",
    "ValidatedColumn",
    "parse_plan",
    "read_plans",
    "read_run_plan",
]

_AGAIN = "build it again with `nx run plan:build`, and deploy it together with the jobs"


class Plan(Struct, frozen=True):
    """A dataset's compiled contract, as the jobs go through it, and its words."""

    content: DatasetPlan
    words: Words = NO_WORDS

    def silent(self) -> Plan:
        """The plan without its words, which another process can be given."""
        return Plan(self.content)

    @property
    def dataset(self) -> str:
        """The dataset's id: the name of its curated table."""
        return self.curated.name

    @property
    def is_reference(self) -> bool:
        """Whether its rows describe something by its key, and what was sent last counts."""
        return self.content.kind == "reference"

    @property
    def contract(self) -> ContractReference:
        """Which contract this plan was compiled from. `hash` is that of the dataset's plan."""
        contract = self.content.contract
        return ContractReference(name=contract.name, version=contract.version, hash=self.content.hash)

    @property
    def columns(self) -> Sequence[PlanColumn]:
        """The columns that a supplier sends."""
        return self.content.columns

    @property
    def key(self) -> Sequence[str]:
        return self.content.key

    @property
    def policies(self) -> Policies:
        """`file_tolerance` is the share of invalid rows (0..1) up to which a file is still loaded."""
        return self.content.policies

    @property
    def reasons(self) -> Mapping[str, ReasonDefinition]:
        return self.content.reasons

    @property
    def fast(self) -> FastValidation:
        """polars SQL: a proof that a file is clean. It never says that a file is bad."""
        return self.content.validation.fast

    @property
    def exact(self) -> ExactValidation:
        """DuckDB SQL over a table `raw` of text cells: the verdict, rule by rule and row by row."""
        return self.content.validation.exact

    @property
    def curated(self) -> CuratedTable:
        return self.content.tables.curated

    @property
    def kpis(self) -> Sequence[KpiTable]:
        return self.content.tables.kpis

    @property
    def transformation(self) -> Mapping[str, Transform]:
        """The statements of the transformation job, by dialect."""
        return self.content.transformation

    @property
    def canary(self) -> Canary | None:
        """The rows by which a deployment is tried out, if the contract has any."""
        return given(self.content.canary, None)

    def reason(self, code: str) -> ReasonDefinition:
        """The reason with this code. Raises `PlanError` when the plan does not know it."""
        try:
            return self.reasons[code]
        except KeyError:
            raise PlanError(f"The plan does not know the reason code {code!r}; build the plan again.") from None


class PlanDocument:
    """A plan file: the plans of all datasets. Each is read when it is asked for."""

    def __init__(
        self, datasets: Mapping[str, msgspec.Raw], *, default: str, origin: str, words: Callable[[], bytes | None]
    ) -> None:
        self._datasets = datasets
        self._origin = origin
        self._words = words
        self.default = default

    @property
    def ids(self) -> tuple[str, ...]:
        """The datasets' ids, in the order of the registry."""
        return tuple(self._datasets)

    def dataset(self, name: str | None = None) -> Plan:
        """The plan of this dataset, of the default one without a name. Raises `PlanError` when there is none, or when
        it is damaged."""
        wanted = name or self.default
        if wanted not in self._datasets:
            raise PlanError(f"{self._origin} has no dataset {wanted!r}; it has {', '.join(self.ids) or 'none'}.")
        origin = f"{self._origin}, dataset {wanted},"
        text = bytes(self._datasets[wanted])
        try:
            content = decode(DatasetPlan, text, origin=origin)
        except DocumentError as error:
            raise PlanError(f"{str(error).rstrip('.')}: {_AGAIN}.") from None
        return Plan(content, Words(partial(words_of, wanted, plan=text, beside=self._words)))


class _PlanFile(Document, frozen=True, kw_only=True, rename="camel"):
    """The outside of a plan file, so that of many datasets only the wanted one is read."""

    format: str = ""
    datasets: Union[dict[str, msgspec.Raw], msgspec.UnsetType] = UNSET  # noqa: UP007
    default_dataset: str = ""


def parse_plan(
    text: str | bytes, *, origin: str = "the plan", words: Callable[[], bytes | None] = lambda: None
) -> PlanDocument:
    """The plans in `text`; `words` reads the document with their words, if there is one.

    Raises `PlanError` with one sentence when it is not a plan of this format.
    """
    try:
        found = decode(_PlanFile, text, origin=origin)
    except DocumentError as error:
        raise PlanError(f"{str(error).rstrip('.')}: {_AGAIN}.") from None
    if found.format != PLAN_FORMAT or isinstance(found.datasets, msgspec.UnsetType):
        raise PlanError(
            f"{origin} has the format {found.format or None!r}, but this job reads {PLAN_FORMAT!r}: "
            "build and deploy the plan and the jobs together."
        )
    return PlanDocument(found.datasets, default=found.default_dataset, origin=origin, words=words)


def read_plans(storage: Storage, place: Location) -> PlanDocument:
    """The plans in the file at `place`. Raises `PlanError`, or what keeps it from being read."""

    def words() -> bytes | None:
        try:
            return storage.get(place.beside(WORDS))
        except (ObjectMissingError, ObjectUnreadableError):
            return None

    return parse_plan(storage.get(place), origin=f"The plan {place}", words=words)


def read_run_plan(storage: Storage, *, run: str, own: str, dataset: str | None, log: JsonLog) -> Plan:
    """The plan of a dataset that a run began with: of the file at `run`, or without one of `own`, the job's own.

    A plan that another release has written in a way that this job does not know, or that is gone, can't be gone on
    with: then it is `own`, and the log says so. Raises as `read_plans` does.
    """
    if run and run != own:
        try:
            return read_plans(storage, Location.parse(run)).dataset(dataset)
        except (PlanError, ObjectMissingError) as error:
            log.warning("plan-of-another-release", plan=run, problem=str(error), instead=own)
    return read_plans(storage, Location.parse(own)).dataset(dataset)
