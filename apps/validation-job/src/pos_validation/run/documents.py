"""The documents that a run leaves: a line for each file, and a summary that stays small whatever the input."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pos_job_runtime.document import UNSET, as_json
from pos_job_runtime.generated.documents import (
    FileCounts,
    FileLine,
    FileRows,
    ReasonTotal,
    RunRows,
    ValidationSummary,
)
from pos_validation.findings.reasons import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pos_job_runtime.generated.documents import Severity, ValidatedOutput
    from pos_job_runtime.plan import Plan
    from pos_job_runtime.words import Words
    from pos_validation.findings.findings import FileVerdict
    from pos_validation.run.manifest import Entry, Manifest

# Reasons are few, except that unexpected columns may have any name.
REASONS_IN_SUMMARY = 200


def file_line(
    entry: Entry,
    file_verdict: FileVerdict | None,
    *,
    words: Words,
    validated: str | None = None,
    member: int | None = None,
    parts: Sequence[str] = (),
    rejected: str | None = None,
    report: str | None = None,
) -> FileLine:
    """One line of `files.jsonl`. Without a verdict the version was skipped: an earlier run dealt with it."""
    return FileLine(
        file=entry.key,
        bucket=entry.bucket,
        version_id=entry.version.version_id,
        verdict="skipped" if file_verdict is None else file_verdict.verdict,
        format=None if file_verdict is None else file_verdict.format,
        compression=None if file_verdict is None else file_verdict.compression,
        size=entry.size,
        rows=file_rows(file_verdict),
        reasons=() if file_verdict is None else in_words(file_verdict.reasons, words),
        validated=validated,
        member=UNSET if member is None else member,
        parts=parts or UNSET,
        rejected=rejected,
        report=report,
    )


def file_rows(file_verdict: FileVerdict | None) -> FileRows:
    """The rows of a file, as documents count them."""
    if file_verdict is None:
        return FileRows(total=0, valid=0, invalid=0)
    rows = file_verdict.rows
    return FileRows(total=rows.total, valid=rows.valid, invalid=rows.invalid)


def json_lines(lines: Iterable[FileLine]) -> bytes:
    """The lines as `files.jsonl`."""
    return b"".join(as_json(line) + b"\n" for line in lines)


def summary(
    *,
    manifest: Manifest,
    plan: Plan,
    lines: Sequence[FileLine],
    validated: ValidatedOutput,
    timings: Mapping[str, float],
) -> ValidationSummary:
    """`summary.json`; timings are in seconds."""
    verdicts = Counter(line.verdict for line in lines)
    dropped = {rule.code for rule in plan.exact.keys.rules if rule.drops}
    return ValidationSummary(
        run_id=manifest.run_id,
        event_time=manifest.event_time,
        dataset=plan.dataset,
        contract=plan.contract,
        files=FileCounts(
            total=len(lines),
            valid=verdicts["valid"],
            rejected=verdicts["rejected"],
            skipped=verdicts["skipped"],
        ),
        rows=RunRows(
            total=sum(line.rows.total for line in lines),
            valid=sum(line.rows.valid for line in lines),
            invalid=sum(line.rows.invalid for line in lines),
            repeated=sum(r.count for line in lines for r in line.reasons if r.code in dropped),
        ),
        reasons=_totals(lines),
        validated=validated,
        timings={name: round(seconds, 3) for name, seconds in timings.items()},
    )


def _totals(lines: Sequence[FileLine]) -> list[ReasonTotal]:
    totals: dict[tuple[str, str, Severity, str | None], list[int]] = {}
    for line in lines:
        for reason in line.reasons:
            total = totals.setdefault((reason.code, reason.rule, reason.severity, reason.column), [0, 0])
            total[0] += 1
            total[1] += reason.count
    ranked = sorted(totals.items(), key=lambda item: (item[0][2] != "error", -item[1][0], -item[1][1], str(item[0])))
    return [
        ReasonTotal(code=code, rule=rule, severity=severity, column=column, files=files, rows=rows)
        for (code, rule, severity, column), (files, rows) in ranked[:REASONS_IN_SUMMARY]
    ]
