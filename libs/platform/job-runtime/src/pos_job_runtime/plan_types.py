"""The plan as values: what a contract compiles to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pos_job_runtime.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Mapping

InputKind = Literal["text", "integer", "decimal", "epochSeconds"]
Scope = Literal["file", "row"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Contract:
    """Which contract this plan was compiled from. `hash` is the plan's content hash."""

    name: str
    version: str
    description: str
    hash: str


@dataclass(frozen=True)
class Column:
    """A column that a supplier sends. `input` is how its text is read, `type` how it is stored."""

    name: str
    input: InputKind
    type: str
    required: bool
    # Its values say something about a person: reports, messages and logs don't show them.
    personal: bool = False


@dataclass(frozen=True)
class LargestFile:
    """What one file may have: `plain` and `gzip` are bytes as it is sent, `decompressed` bytes once it is unpacked."""

    plain: int
    gzip: int
    decompressed: int
    rows: int
    columns: int


@dataclass(frozen=True)
class Policies:
    """`file_tolerance`: the share of invalid rows (0..1) up to which a file is still loaded."""

    file_tolerance: float
    unexpected_column: Severity
    across_files: Literal["keepFirst", "latestWins"]
    largest: LargestFile


@dataclass(frozen=True)
class Reason:
    """A reason code. `message` is a template with {column}, {value} and {detail}."""

    code: str
    scope: Scope
    severity: Severity
    message: str
    meaning: str
    remedy: str

    def words(self, *, column: str | None = None, value: str | None = None, detail: str | None = None) -> str:
        """The template filled in. A value is data, not a template: braces inside it stay as they are."""
        filled = {"{column}": column or "", "{value}": value or "", "{detail}": detail or ""}
        text, rest = "", self.message
        while rest:
            at, name = min(((rest.find(n), n) for n in filled if n in rest), default=(-1, ""))
            if at < 0:
                return text + rest
            text, rest = text + rest[:at] + filled[name], rest[at + len(name) :]
        return text


@dataclass(frozen=True)
class FastColumn:
    """A column of the typed read; `dtype` is a polars type name. A text of more than `longest` bytes may say more than
    the number that it's read as."""

    name: str
    dtype: str
    longest: int | None = None


@dataclass(frozen=True)
class FastWarning:
    """`sql` is true on the rows that earn the warning; `value` and `detail` are SQL of texts for the report."""

    rule: str
    code: str
    column: str
    value: str
    detail: str | None
    sql: str


@dataclass(frozen=True)
class FastOutput:
    """A column of the validated Parquet, computed from the typed read."""

    name: str
    dtype: str
    sql: str


@dataclass(frozen=True)
class FastPlan:
    """polars SQL: a proof that a file is clean. It never says that a file is bad."""

    columns: tuple[FastColumn, ...]
    clean: tuple[str, ...]
    warnings: tuple[FastWarning, ...]
    select: tuple[FastOutput, ...]
    unique_by: str


@dataclass(frozen=True)
class ExactRule:
    """`sql` over the typed rows is true where the rule is violated; `value` and `detail` are SQL for the report."""

    id: str
    code: str
    severity: Severity
    columns: tuple[str, ...]
    column: str
    value: str
    detail: str | None
    sql: str


@dataclass(frozen=True)
class ValidatedColumn:
    """A column of the validated Parquet; `type` is DuckDB's name for it."""

    name: str
    type: str


@dataclass(frozen=True)
class ExactPlan:
    """DuckDB SQL over a table `raw` of text cells: the verdict, rule by rule and row by row."""

    typed: str
    rules: tuple[ExactRule, ...]
    select: str
    columns: tuple[ValidatedColumn, ...]
    identity: tuple[str, ...]


@dataclass(frozen=True)
class TableColumn:
    """A column of a Delta table."""

    name: str
    type: str
    nullable: bool
    comment: str
    personal: bool = False


@dataclass(frozen=True)
class CuratedTable:
    """The curated table. `key` is unique within each value of `key_scope`."""

    name: str
    path: str
    columns: tuple[TableColumn, ...]
    partition_by: tuple[str, ...]
    key: tuple[str, ...]
    key_scope: tuple[str, ...]


@dataclass(frozen=True)
class KpiTable:
    """A KPI table: one row for each `key`."""

    name: str
    path: str
    description: str
    columns: tuple[TableColumn, ...]
    partition_by: tuple[str, ...]
    key: tuple[str, ...]


@dataclass(frozen=True)
class Canary:
    """The rows by which a deployment is tried out: those of `date` whose columns have the values of `where`."""

    date: str
    where: Mapping[str, int]


@dataclass(frozen=True)
class Plan:
    """A dataset's compiled contract. `transformation` maps an engine to its statements; its reader gives them types."""

    contract: Contract
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    policies: Policies
    reasons: Mapping[str, Reason]
    fast: FastPlan
    exact: ExactPlan
    curated: CuratedTable
    kpis: tuple[KpiTable, ...]
    transformation: Mapping[str, Any]
    canary: Canary | None = None
    kind: Literal["facts", "reference"] = "facts"

    @property
    def dataset(self) -> str:
        """The dataset's id: the name of its curated table."""
        return self.curated.name

    def reason(self, code: str) -> Reason:
        """The reason with this code. Raises `PlanError` when the plan has no words for it."""
        try:
            return self.reasons[code]
        except KeyError:
            raise PlanError(f"The plan has no words for reason code {code!r}; build the plan again.") from None
