"""Words that both languages use: reason codes, arguments of the jobs, metrics and names in S3.

Generated from TypeScript by `npx nx run python-types:generate`: do not edit.
"""

# ruff: noqa
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from typing_extensions import TypeAlias

# Reasons that belong to no dataset's rules; those of the rules stand in the plan.
ReasonCode: TypeAlias = Literal[
    "unreadable",
    "unreadable_object",
    "unsupported_format",
    "not_utf8",
    "empty_file",
    "file_too_large",
    "header_not_first",
    "header_too_long",
    "too_many_columns",
    "over_budget",
    "reader_crashed",
    "no_rows",
    "missing_column",
    "duplicate_column",
    "row_width",
    "broken_quote",
    "broken_json",
    "repeated_header",
    "wrong_column_type",
    "missing_trailer",
    "trailer_count",
    "unexpected_column",
    "missing_value",
    "wrong_type",
    "not_an_integer",
    "not_a_number",
    "not_finite",
    "not_a_date",
    "not_a_timestamp",
    "not_a_boolean",
    "not_one_of",
    "unexpected_form",
    "absent_local_time",
    "ambiguous_local_time",
    "out_of_range",
    "too_long",
    "control_characters",
    "invisible_characters",
    "duplicate_key",
    "repeated_row",
    "precision_lost",
]

ArgumentName: TypeAlias = Literal[
    "run_id",
    "plan",
    "run_plan",
    "results",
    "stage",
    "region",
    "manifest",
    "rejected",
    "shard",
    "shards",
    "file_seconds",
    "file_megabytes",
    "always_exact",
    "lake",
    "engine",
    "dataset",
    "repair",
    "maintain",
    "retention_days",
    "drop_canary",
    "repair_modules",
]

MetricName: TypeAlias = Literal[
    "FilesReceived",
    "RunsStarted",
    "ObjectsIgnored",
    "MessagesFailed",
    "FilesValid",
    "FilesRejected",
    "FilesSkipped",
    "RowsValid",
    "RowsInvalid",
    "RowsRepeated",
    "Duration",
    "RowsIn",
    "RowsAppended",
    "RowsDuplicate",
    "RowsConflict",
    "RowsUpdated",
    "RowsSuperseded",
    "RowsRemoved",
    "KpiDatesStale",
    "DatesTouched",
    "FreshnessSeconds",
    "DatesCompacted",
    "FilesCompacted",
    "FilesDeleted",
    "MaintenanceSeconds",
    "ReportsWritten",
]
MetricUnit: TypeAlias = Literal["Count", "Seconds"]
MetricDimension: TypeAlias = Literal["Job", "Stage", "Dataset"]
METRICS_NAMESPACE: Final = "PosPlatform"
METRIC_UNITS: Final[Mapping[MetricName, MetricUnit]] = {
    "FilesReceived": "Count",
    "RunsStarted": "Count",
    "ObjectsIgnored": "Count",
    "MessagesFailed": "Count",
    "FilesValid": "Count",
    "FilesRejected": "Count",
    "FilesSkipped": "Count",
    "RowsValid": "Count",
    "RowsInvalid": "Count",
    "RowsRepeated": "Count",
    "Duration": "Seconds",
    "RowsIn": "Count",
    "RowsAppended": "Count",
    "RowsDuplicate": "Count",
    "RowsConflict": "Count",
    "RowsUpdated": "Count",
    "RowsSuperseded": "Count",
    "RowsRemoved": "Count",
    "KpiDatesStale": "Count",
    "DatesTouched": "Count",
    "FreshnessSeconds": "Seconds",
    "DatesCompacted": "Count",
    "FilesCompacted": "Count",
    "FilesDeleted": "Count",
    "MaintenanceSeconds": "Seconds",
    "ReportsWritten": "Count",
}

PLAN_FORMAT: Final = "pos-plan/2"

# Folders and documents in S3, as `libs/platform/pipeline` lays them out.
INCOMING: Final = "incoming"
RUNS: Final = "runs"
MANIFEST: Final = "manifest.json"
VALIDATION: Final = "validation"
TRANSFORMATION: Final = "transformation"
SUMMARY: Final = "summary.json"
FILE_LINES: Final = "files.jsonl"
VALIDATED: Final = "validated"
SHARDS: Final = "shards"
REPAIR: Final = "repair.json"
FILES: Final = "files"
REPORTS: Final = "reports"
QUARANTINE: Final = "quarantine"
WORDS: Final = "words.json"

# The column that tells small files apart whose rows lie in one Parquet file.
MEMBER: Final = "source_member"
