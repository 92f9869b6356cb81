"""Values that say something about a person: the file that they came in shows them, reports, messages and logs don't."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pos_job_runtime.plan import Plan

MASKED = "(personal data)"
# Where two versions of a row are shown, and differ in such a column.
MASKED_OTHER = "(other personal data)"
KEPT = "kept_"


def personal_columns(plan: Plan) -> frozenset[str]:
    """The curated columns whose values are not shown."""
    return frozenset(column.name for column in plan.curated.columns if column.personal)


def masked_row(row: Mapping[str, Any], personal: Collection[str]) -> dict[str, Any]:
    """A row of the curated table, or two versions of one (`kept_<column>` beside `<column>`), without personal values.
    That they differ is still to be seen. `broken_value` belongs to the column that `broken_column` names."""
    shown = dict(row)
    for name in personal:
        if row.get(name) is not None:
            shown[name] = MASKED
        if row.get(KEPT + name) is not None:
            shown[KEPT + name] = MASKED if row[KEPT + name] == row.get(name) else MASKED_OTHER
    if row.get("broken_column") in personal:
        shown["broken_value"] = MASKED
    return shown
