"""The plan: everything the contract says, compiled. The jobs execute it and know no rule and no column by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pos_job_runtime.errors import PlanError
from pos_job_runtime.plan_types import (
    Canary,
    Column,
    Contract,
    CuratedTable,
    ExactPlan,
    ExactRule,
    FastColumn,
    FastOutput,
    FastPlan,
    FastWarning,
    InputKind,
    KpiTable,
    LargestFile,
    Plan,
    Policies,
    Reason,
    Scope,
    Severity,
    TableColumn,
    ValidatedColumn,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "FORMAT",
    "Canary",
    "Column",
    "Contract",
    "CuratedTable",
    "ExactPlan",
    "ExactRule",
    "FastColumn",
    "FastOutput",
    "FastPlan",
    "FastWarning",
    "InputKind",
    "KpiTable",
    "LargestFile",
    "Plan",
    "PlanDocument",
    "Policies",
    "Reason",
    "Scope",
    "Severity",
    "TableColumn",
    "ValidatedColumn",
    "parse_plan",
]

FORMAT = "pos-plan/2"

T = TypeVar("T")


class PlanDocument:
    """A plan file: the plans of all datasets. Each is read when it is asked for."""

    def __init__(self, datasets: Mapping[str, object], *, default: str, origin: str) -> None:
        self._datasets = datasets
        self._origin = origin
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
        try:
            return _plan(_Node(self._datasets[wanted], f"plan.datasets.{wanted}"))
        except _MalformedError as error:
            raise PlanError(f"{self._origin} is damaged: {error}. Build it again with `nx run plan:build`.") from None


def parse_plan(text: str | bytes, *, origin: str = "the plan") -> PlanDocument:
    """The plans in `text`. Raises `PlanError` with one sentence when it is not a plan of this format."""
    try:
        document = json.loads(text)
    except (ValueError, UnicodeDecodeError) as error:
        raise PlanError(f"{origin} is not JSON ({error}); build it with `nx run plan:build`.") from None
    found = document.get("format") if isinstance(document, dict) else None
    if found != FORMAT:
        raise PlanError(
            f"{origin} has the format {found!r}, but this job reads {FORMAT!r}: "
            "build and deploy the plan and the jobs together."
        )
    try:
        root = _Node(document, "plan")
        return PlanDocument(root.node("datasets").value, default=root.text("defaultDataset"), origin=origin)
    except _MalformedError as error:
        raise PlanError(f"{origin} is damaged: {error}. Build it again with `nx run plan:build`.") from None


class _MalformedError(Exception):
    """A field of the plan is missing or has another type."""


class _Node:
    """A JSON object of the plan, with its path for messages."""

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise _MalformedError(f"{path} is not an object")
        self.value = cast("dict[str, Any]", value)
        self.path = path

    def _get(self, name: str, kind: type[T] | tuple[type, ...]) -> T:
        where = f"{self.path}.{name}"
        if name not in self.value:
            raise _MalformedError(f"{where} is missing")
        found = self.value[name]
        if not isinstance(found, kind):
            raise _MalformedError(f"{where} has the wrong type ({type(found).__name__})")
        return cast("T", found)

    def text(self, name: str) -> str:
        return self._get(name, str)

    def text_or_none(self, name: str) -> str | None:
        return None if self.value.get(name) is None else self.text(name)

    def flag(self, name: str) -> bool:
        return self._get(name, bool)

    def number(self, name: str) -> float:
        return float(self._get(name, (int, float)))

    def texts(self, name: str) -> tuple[str, ...]:
        found: list[object] = self._get(name, list)
        if not all(isinstance(item, str) for item in found):
            raise _MalformedError(f"{self.path}.{name} holds something else than text")
        return tuple(cast("list[str]", found))

    def one_of(self, name: str, *allowed: str) -> Any:
        found = self.text(name)
        if found not in allowed:
            raise _MalformedError(f"{self.path}.{name} is {found!r}, not one of {', '.join(allowed)}")
        return found

    def node(self, name: str) -> _Node:
        return _Node(self._get(name, dict), f"{self.path}.{name}")

    def nodes(self, name: str) -> list[_Node]:
        found: list[object] = self._get(name, list)
        return [_Node(item, f"{self.path}.{name}[{index}]") for index, item in enumerate(found)]

    def map(self, name: str, build: Callable[[_Node], T]) -> tuple[T, ...]:
        return tuple(build(node) for node in self.nodes(name))


def _plan(root: _Node) -> Plan:
    contract, policies = root.node("contract"), root.node("policies")
    validation, tables = root.node("validation"), root.node("tables")
    reasons = root.node("reasons")
    return Plan(
        contract=Contract(
            name=contract.text("name"),
            version=contract.text("version"),
            description=contract.text_or_none("description") or "",
            hash=root.text("hash"),
        ),
        columns=root.map("columns", _column),
        key=root.texts("key"),
        policies=Policies(
            file_tolerance=policies.number("fileTolerance"),
            unexpected_column=policies.one_of("unexpectedColumn", "warning", "error"),
            across_files=policies.one_of("acrossFiles", "keepFirst", "latestWins"),
            largest=_largest(policies.node("largestFile")),
        ),
        reasons={code: _reason(code, reasons.node(code)) for code in reasons.value},
        fast=_fast(validation.node("fast")),
        exact=_exact(validation.node("exact")),
        curated=_curated(tables.node("curated")),
        kpis=tables.map("kpis", _kpi),
        transformation=cast("Mapping[str, Any]", root.value.get("transformation") or {}),
        canary=_canary(root.node("canary")) if root.value.get("canary") else None,
        kind=root.one_of("kind", "facts", "reference"),
    )


def _canary(node: _Node) -> Canary:
    where = node.node("where")
    return Canary(date=node.text("date"), where={name: int(where.number(name)) for name in where.value})


def _largest(node: _Node) -> LargestFile:
    return LargestFile(
        plain=int(node.number("plain")),
        gzip=int(node.number("gzip")),
        decompressed=int(node.number("decompressed")),
        rows=int(node.number("rows")),
        columns=int(node.number("columns")),
    )


def _column(node: _Node) -> Column:
    return Column(
        name=node.text("name"),
        input=node.one_of("input", "text", "integer", "decimal", "epochSeconds"),
        type=node.text("type"),
        required=node.flag("required"),
        personal=node.value.get("personal") is True,
    )


def _reason(code: str, node: _Node) -> Reason:
    return Reason(
        code=code,
        scope=node.one_of("scope", "file", "row"),
        severity=node.one_of("severity", "error", "warning"),
        message=node.text("message"),
        meaning=node.text_or_none("meaning") or "",
        remedy=node.text_or_none("remedy") or "",
    )


def _fast(node: _Node) -> FastPlan:
    return FastPlan(
        columns=node.map("columns", _fast_column),
        clean=node.texts("clean"),
        warnings=node.map(
            "warnings",
            lambda n: FastWarning(
                rule=n.text("rule"),
                code=n.text("code"),
                column=n.text("column"),
                value=n.text("value"),
                detail=n.text_or_none("detail"),
                sql=n.text("sql"),
            ),
        ),
        select=node.map("select", lambda n: FastOutput(name=n.text("name"), dtype=n.text("dtype"), sql=n.text("sql"))),
        unique_by=node.text("uniqueBy"),
    )


def _fast_column(node: _Node) -> FastColumn:
    longest = int(node.number("longest")) if "longest" in node.value else None
    return FastColumn(name=node.text("name"), dtype=node.text("dtype"), longest=longest)


def _exact(node: _Node) -> ExactPlan:
    return ExactPlan(
        typed=node.text("typed"),
        rules=node.map(
            "rules",
            lambda n: ExactRule(
                id=n.text("id"),
                code=n.text("code"),
                severity=n.one_of("severity", "error", "warning"),
                columns=n.texts("columns"),
                column=n.text("column"),
                value=n.text("value"),
                detail=n.text_or_none("detail"),
                sql=n.text("sql"),
            ),
        ),
        select=node.text("select"),
        columns=node.map("columns", lambda n: ValidatedColumn(name=n.text("name"), type=n.text("type"))),
        identity=node.texts("identity"),
    )


def _table_column(node: _Node) -> TableColumn:
    return TableColumn(
        name=node.text("name"),
        type=node.text("type"),
        nullable=node.flag("nullable"),
        comment=node.text_or_none("comment") or "",
        personal=node.value.get("personal") is True,
    )


def _curated(node: _Node) -> CuratedTable:
    return CuratedTable(
        name=node.text("name"),
        path=node.text("path"),
        columns=node.map("columns", _table_column),
        partition_by=node.texts("partitionBy"),
        key=node.texts("key"),
        key_scope=node.texts("keyScope"),
    )


def _kpi(node: _Node) -> KpiTable:
    return KpiTable(
        name=node.text("name"),
        path=node.text("path"),
        description=node.text_or_none("description") or "",
        columns=node.map("columns", _table_column),
        partition_by=node.texts("partitionBy"),
        key=node.texts("key"),
    )
