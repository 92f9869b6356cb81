"""The documents that a run leaves: a line for each file, and a summary that stays small whatever the input."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pos_job_runtime.visible import safe_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pos_job_runtime.plan import Plan
    from pos_validation.findings.findings import FileVerdict
    from pos_validation.run.manifest import Entry, Manifest

# Reasons are few, except that unexpected columns may have any name.
REASONS_IN_SUMMARY = 200


def file_line(
    entry: Entry,
    file_verdict: FileVerdict | None,
    *,
    validated: str | None = None,
    rejected: str | None = None,
    report: str | None = None,
) -> dict[str, Any]:
    """One line of `files.jsonl`. Without a verdict the version was skipped: an earlier run dealt with it."""
    place = {"file": entry.key, "bucket": entry.bucket, "versionId": entry.version.version_id}
    if file_verdict is None:
        return {
            **place,
            "verdict": "skipped",
            "format": None,
            "compression": None,
            "size": entry.size,
            "rows": {"total": 0, "valid": 0, "invalid": 0},
            "reasons": [],
            "validated": None,
            "rejected": None,
            "report": None,
        }
    rows = file_verdict.rows
    return {
        **place,
        "verdict": file_verdict.verdict,
        "format": file_verdict.format,
        "compression": file_verdict.compression,
        "size": entry.size,
        "rows": {"total": rows.total, "valid": rows.valid, "invalid": rows.invalid},
        "reasons": [reason.document() for reason in file_verdict.reasons],
        "validated": validated,
        "rejected": rejected,
        "report": report,
    }


def json_lines(lines: Iterable[dict[str, Any]]) -> bytes:
    """The lines as `files.jsonl`."""
    return b"".join(as_json(line) + b"\n" for line in lines)


def as_json(document: object) -> bytes:
    """UTF-8 and no escapes where it can be had: Step Functions reads at most 256 KB."""
    return safe_json(document).encode()


def summary(
    *,
    manifest: Manifest,
    plan: Plan,
    lines: Sequence[dict[str, Any]],
    validated: dict[str, int],
    timings: dict[str, float],
) -> dict[str, Any]:
    """`summary.json`. `validated` has the numbers of files, rows and bytes written; timings are in seconds."""
    verdicts = Counter(line["verdict"] for line in lines)
    rows = {name: sum(line["rows"][name] for line in lines) for name in ("total", "valid", "invalid")}
    repeated = sum(r["count"] for line in lines for r in line["reasons"] if r["code"] == "repeated_row")
    return {
        "runId": manifest.run_id,
        "eventTime": manifest.event_time,
        "contract": {"name": plan.contract.name, "version": plan.contract.version, "hash": plan.contract.hash},
        "files": {
            "total": len(lines),
            "valid": verdicts["valid"],
            "rejected": verdicts["rejected"],
            "skipped": verdicts["skipped"],
        },
        "rows": {**rows, "repeated": repeated},
        "reasons": _totals(lines),
        "validated": validated,
        "timings": {name: round(seconds, 3) for name, seconds in timings.items()},
    }


def _totals(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    totals: dict[tuple[str, str, str, str | None], list[int]] = {}
    for line in lines:
        for reason in line["reasons"]:
            key = (reason["code"], reason["rule"], reason["severity"], reason["column"])
            total = totals.setdefault(key, [0, 0])
            total[0] += 1
            total[1] += reason["count"]
    ranked = sorted(totals.items(), key=lambda item: (item[0][2] != "error", -item[1][0], -item[1][1], str(item[0])))
    return [
        {"code": code, "rule": rule, "severity": severity, "column": column, "files": files, "rows": rows}
        for (code, rule, severity, column), (files, rows) in ranked[:REASONS_IN_SUMMARY]
    ]
