"""The report on a rejected file: what was found, in words. A repeated run reads its verdict back from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_job_runtime.document import as_json, decode
from pos_job_runtime.errors import DocumentError
from pos_job_runtime.generated.documents import ReasonHelp, RejectedReport

if TYPE_CHECKING:
    from pos_job_runtime.generated.documents import FileLine
    from pos_job_runtime.plan import Plan
    from pos_validation.run.manifest import Entry, Manifest


def report_on(line: FileLine, *, manifest: Manifest, plan: Plan) -> bytes:
    """The report on the file of this line of `files.jsonl`."""
    codes = dict.fromkeys(reason.code for reason in line.reasons)
    report = RejectedReport(
        run_id=manifest.run_id,
        event_time=manifest.event_time,
        dataset=plan.dataset,
        contract=plan.contract,
        file=line,
        help={code: _help(plan, code) for code in codes},
    )
    return as_json(report, indent=2)


def line_of(report: bytes, entry: Entry, *, rejected: str, manifest: Manifest, plan: Plan) -> FileLine | None:
    """The line of `files.jsonl` that a report holds, if this run wrote it on this version; None otherwise.

    What looks like a report and is none is no verdict but data that somebody sent: whoever uploads a file knows neither
    the version's id nor the run's, which is made of it. A report by an earlier state of the contract is a verdict,
    though: the run has moved the file by it, and nothing else would tell so.
    """
    try:
        found = decode(RejectedReport, report, origin="The report")
    except DocumentError:
        return None
    line = found.file
    own = found.run_id == manifest.run_id and found.event_time == manifest.event_time
    own = own and found.contract.name == plan.contract.name and found.contract.hash.startswith("sha256:")
    named = (line.bucket, line.file, line.version_id) == (entry.bucket, entry.key, entry.version.version_id)
    moved = line.verdict == "rejected" and line.rejected == rejected and line.validated is None
    return line if own and named and moved and line.reasons else None


def _help(plan: Plan, code: str) -> ReasonHelp:
    words = plan.words.reason(code)
    return ReasonHelp(meaning=words.meaning, remedy=words.remedy)
