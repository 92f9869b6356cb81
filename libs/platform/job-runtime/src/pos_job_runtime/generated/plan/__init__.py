"""The plan of a dataset: everything that its contract says, compiled.

Generated from TypeScript by `npx nx run python-types:generate`: do not edit.
"""

# ruff: noqa
from __future__ import annotations

from pos_job_runtime.generated.plan.dataset import (
    BusinessDate,
    Canary,
    ContractVersion,
    DatasetPlan,
    Delivers,
    InputKind,
    LargestFile,
    PlanColumn,
    Policies,
    ReasonDefinition,
    WhereAdditionalProperty,
)
from pos_job_runtime.generated.plan.shared import Severity
from pos_job_runtime.generated.plan.tables import (
    CuratedTable,
    Grain,
    KpiTable,
    Ratio,
    ReferenceTable,
    TableColumn,
    Tables,
)
from pos_job_runtime.generated.plan.transformation import KpiReference, KpiTransform, Merge, Step, Transform
from pos_job_runtime.generated.plan.validation import (
    ExactRule,
    ExactValidation,
    FastColumn,
    FastDerived,
    FastKey,
    FastOutput,
    FastValidation,
    FastWarning,
    GroupRule,
    GroupRules,
    Leniency,
    LenientColumn,
    LenientFiles,
    Rewrite,
    RewriteStep,
    Trailer,
    ValidatedColumn,
    Validation,
    ZoneClock,
)

__all__ = [
    "BusinessDate",
    "Canary",
    "ContractVersion",
    "CuratedTable",
    "DatasetPlan",
    "Delivers",
    "ExactRule",
    "ExactValidation",
    "FastColumn",
    "FastDerived",
    "FastKey",
    "FastOutput",
    "FastValidation",
    "FastWarning",
    "Grain",
    "GroupRule",
    "GroupRules",
    "InputKind",
    "KpiReference",
    "KpiTable",
    "KpiTransform",
    "LargestFile",
    "Leniency",
    "LenientColumn",
    "LenientFiles",
    "Merge",
    "PlanColumn",
    "Policies",
    "Ratio",
    "ReasonDefinition",
    "ReferenceTable",
    "Rewrite",
    "RewriteStep",
    "Severity",
    "Step",
    "TableColumn",
    "Tables",
    "Trailer",
    "Transform",
    "ValidatedColumn",
    "Validation",
    "WhereAdditionalProperty",
    "ZoneClock",
]
