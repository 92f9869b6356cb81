"""What a table of the lake looks like, beside what the plan says of it: what is added, what stays, what can't be.

A table is never made narrower. Columns that it lacks are added in one commit of metadata, and those that the plan does
not know stay: a release that was rolled back, or an older checkout, loads on. A table that is computed of another one
is rebuilt instead, so that it has exactly the plan's columns.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pos_transformation.errors import TableMismatchError
from pos_transformation.store.table_specs import SOURCE_ORDER, partition_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos_job_runtime.plan import TableColumn
    from pos_transformation.store.table_specs import TableSpec

# The mark, in the metadata of a table's column, that it came to a table which may have had rows.
ADDED = "pos.added"
# Delta's names of types that the plan calls otherwise, as Spark does.
DELTA_TYPES = {"bigint": "long", "int": "integer", "smallint": "short", "tinyint": "byte"}
# Columns of these types can be given no value by each engine.
PRIMITIVE = frozenset(
    {"string", "bigint", "int", "smallint", "tinyint", "double", "float", "boolean", "binary", "date", "timestamp"}
)
INSTEAD = (
    "Nothing was loaded: go back to the contract that was released before, or move to a new table "
    "(docs/changing-a-contract.md)."
)


class StoredColumn(Struct, frozen=True):
    """A column as the table's log has it, its type spelled as in the plan. `added`: see `ADDED`."""

    name: str
    type: str
    nullable: bool
    added: bool = False


class Shape(Struct, frozen=True):
    """A table as its log has it. `key` is the one that its rows were told apart by, `None` where it does not say."""

    columns: Sequence[StoredColumn]
    partitions: Sequence[str]
    key: str | None

    @property
    def partition(self) -> str | None:
        """The first partition column, `None` where there is none."""
        return self.partitions[0] if self.partitions else None


class Fit(Struct, frozen=True):
    """How a table and the plan go together.

    `missing` are columns of the plan, which old rows have no value for; `extra` ones are the table's alone, and new
    rows have no value for them; `relaxed` must be allowed to have none. `added` are the plan's columns that were
    missing once. `unkeyed`: the table does not say what its rows are told apart by. `rebuild`: it is computed of
    another one, and has not the plan's shape.
    """

    missing: Sequence[TableColumn] = ()
    extra: Sequence[StoredColumn] = ()
    relaxed: Sequence[str] = ()
    added: frozenset[str] = frozenset()
    unkeyed: bool = False
    rebuild: bool = False

    @property
    def predated(self) -> frozenset[str]:
        """The plan's columns that the table got when it may have had rows, or is about to get."""
        return self.added | {column.name for column in self.missing}

    @property
    def incomplete(self) -> bool:
        """Whether the table's metadata must change before rows of the plan can be written."""
        return bool(self.missing or self.relaxed or self.unkeyed)


def delta_fields(
    columns: Sequence[TableColumn], comments: Mapping[str, str], *, added: bool = False
) -> list[dict[str, Any]]:
    """Columns of the plan as Delta's log has them; `comments` are by name."""
    return [_delta_field(column, comments.get(column.name), added=added) for column in columns]


def _delta_field(column: TableColumn, comment: str | None, *, added: bool) -> dict[str, Any]:
    metadata: dict[str, Any] = {"comment": comment} if comment else {}
    kind = DELTA_TYPES.get(column.type, column.type.replace(" ", ""))
    marked = {**metadata, ADDED: True} if added else metadata
    return {"name": column.name, "type": kind, "nullable": column.nullable or added, "metadata": marked}


def delta_schema(fields: Sequence[Mapping[str, Any]]) -> str:
    """Columns as Delta's log has a table's schema."""
    return json.dumps({"type": "struct", "fields": list(fields)})


def key_text(spec: TableSpec) -> str:
    """How a table's properties tell what its rows are told apart by."""
    return ", ".join(spec.key)


def fit_of(spec: TableSpec, shape: Shape, place: str) -> Fit:
    """How the table at `place` fits. Raises `TableMismatchError` where nothing that can be added makes it fit."""
    found = {column.name: column for column in shape.columns}
    wanted = {column.name: column for column in spec.columns}
    if spec.derived:
        same = {name: column.type for name, column in found.items()} == {
            name: column.type.replace(" ", "") for name, column in wanted.items()
        }
        partitioned = tuple(shape.partitions) == tuple(partition_columns(spec))
        keyed = shape.key in (None, key_text(spec))
        return Fit(rebuild=not (same and partitioned and keyed), unkeyed=shape.key is None)
    problems = [*_types(spec, shape), *_partitions(spec, shape)]
    if not spec.foreign:
        problems += [*_required(spec, shape), *_key(spec, shape)]
    if problems:
        raise TableMismatchError(
            f"The table {spec.name} at {place} has another shape than the plan: {'; '.join(problems)}. {INSTEAD}"
        )
    extra = [column for column in shape.columns if column.name not in wanted]
    return Fit(
        missing=[column for column in spec.columns if column.name not in found],
        extra=extra,
        relaxed=[column.name for column in shape.columns if not column.nullable and _may_lack(column.name, wanted)],
        added=frozenset(column.name for column in shape.columns if column.added and column.name in wanted),
        unkeyed=shape.key is None,
    )


def _may_lack(name: str, wanted: dict[str, TableColumn]) -> bool:
    """Whether rows that this plan loads may have no value for a column of the table."""
    # Where the latest row wins, each row has an order; elsewhere none, and its column is no longer in the plan.
    return wanted[name].nullable and name != SOURCE_ORDER if name in wanted else name == SOURCE_ORDER


def _types(spec: TableSpec, shape: Shape) -> list[str]:
    found = {column.name: column.type for column in shape.columns}
    types = {column.name: column.type.replace(" ", "") for column in spec.columns}
    return [
        f"{name} is {found[name]}, not {kind}, and stored values keep their type"
        for name, kind in sorted(types.items())
        if found.get(name, kind) != kind
    ]


def _required(spec: TableSpec, shape: Shape) -> list[str]:
    """Columns for which some of the rows can't have a value."""
    found, wanted = ({column.name: column for column in columns} for columns in (shape.columns, spec.columns))
    absent = [
        f"{name} is absent and must not be empty, but stored rows have no value for it (add it as optional)"
        for name, column in sorted(wanted.items())
        if name not in found and not column.nullable
    ]
    left = [
        f"{name} is no longer in the plan, but every row of the table must have it, and its readers rely on that"
        for name, column in sorted(found.items())
        if name not in wanted and not column.nullable and name != SOURCE_ORDER
    ]
    odd = [
        f"{name} is {column.type}, which is not in the plan and can't be left empty"
        for name, column in sorted(found.items())
        if name not in wanted and column.type.partition("(")[0] not in {*PRIMITIVE, "decimal"}
    ]
    return [*absent, *left, *odd]


def _partitions(spec: TableSpec, shape: Shape) -> list[str]:
    wanted = partition_columns(spec)
    if tuple(shape.partitions) == tuple(wanted):
        return []
    has, needs = (", ".join(names) or "nothing" for names in (shape.partitions, wanted))
    return [f"it is partitioned by {has}, not by {needs}"]


def _key(spec: TableSpec, shape: Shape) -> list[str]:
    if shape.key in (None, key_text(spec)):
        return []
    return [f"its rows were told apart by {shape.key}, not by {key_text(spec)}"]
