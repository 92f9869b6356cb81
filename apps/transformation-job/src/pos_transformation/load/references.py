"""Reference data that a KPI table reads as they are now: which versions it reflects, and whether they changed."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from msgspec import Struct

from pos_job_runtime.document import given
from pos_transformation.store.table_specs import WHOLE, kpi_basis, reference_spec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos_job_runtime.generated.plan import KpiReference
    from pos_job_runtime.plan import KpiTable
    from pos_transformation.load.runner import Runner
    from pos_transformation.steps import Statements
    from pos_transformation.store.protocol import Snapshot, Store

# The version of a reference table that a KPI table reflects, from 1; 0 stands for no table.
REFLECTS_REFERENCE = "kpi:from:"
# What it read of that version, as a number: a list that is sent again unchanged makes a version and changes nothing.
CONTENTS = "kpi:contents:"


class Reference(Struct, frozen=True):
    """A reference table; `snapshot` is `None` where nobody has made it yet."""

    name: str
    relation: str
    snapshot: Snapshot | None

    @property
    def version(self) -> int:
        """The version, from 1; 0 without a table."""
        return 0 if self.snapshot is None else self.snapshot.version + 1


class References(Struct, frozen=True):
    """All that a KPI table reads, in the order of the plan."""

    tables: Sequence[Reference]

    @staticmethod
    def of(kpi: KpiTable, store: Store) -> References:
        """Their newest versions. A table that is missing is not made: that is for its own dataset's job."""
        found = []
        for one in given(kpi.references, ()):
            table = store.table(reference_spec(one))
            found.append(Reference(one.name, one.relation, table.snapshot() if table.exists() else None))
        return References(found)

    def basis(self, definition: str, curated: Snapshot) -> int:
        """What the KPI table is computed from and how: see `kpi_basis`."""
        ids = ["" if one.snapshot is None else one.snapshot.table_id for one in self.tables]
        return kpi_basis(definition, table_ids=[curated.table_id, *ids])

    def are_reflected(self, target: Snapshot) -> bool:
        """Whether the KPI table's last commit rested on these very versions."""
        return all(target.transaction(REFLECTS_REFERENCE + one.name) == one.version for one in self.tables)

    def read(self, runner: Runner, statements: Mapping[str, KpiReference]) -> None:
        """Give the rows of each table their name."""
        known = {one.relation: (one.snapshot, {WHOLE}) for one in self.tables if one.snapshot is not None}
        if known:
            runner.read(known)
        for one in self.tables:
            if one.snapshot is None:
                runner.session.empty(one.relation, statements[one.relation].nothing)

    def marks(self, runner: Runner, statements: Mapping[str, KpiReference]) -> dict[str, int]:
        """The transactions by which a commit records what it reflects."""
        self.read(runner, statements)
        versions = {REFLECTS_REFERENCE + one.name: one.version for one in self.tables}
        contents = {
            CONTENTS + one.name: _digest(runner.session.records(statements[one.relation].contents))
            for one in self.tables
        }
        return {**versions, **contents}


def same_contents(marks: Mapping[str, int], target: Snapshot) -> bool:
    """Whether a commit with `marks` would read of its reference data what the KPI table's last commit read."""
    return all(target.transaction(name) == value for name, value in marks.items() if name.startswith(CONTENTS))


def kpi_references(statements: Statements, kpi: str) -> Mapping[str, KpiReference]:
    """What the plan says about the reference data of a KPI, by their relations."""
    found: Mapping[str, KpiReference] = given(statements.kpi_transform(kpi).references, {})
    return found


def _digest(rows: Sequence[Mapping[str, object]]) -> int:
    """A number that stands for the rows, in whatever order: the same in every engine."""
    lines = sorted(json.dumps(list(row.values()), default=str) for row in rows)
    return int.from_bytes(hashlib.sha256("\n".join(lines).encode()).digest()[:8], "big") >> 1
