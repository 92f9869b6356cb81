"""The report on a rejected file: what was found, in words. A repeated run reads its verdict back from it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pos_job_runtime.visible import safe_json

if TYPE_CHECKING:
    from pos_job_runtime.plan import Plan
    from pos_validation.run.manifest import Entry, Manifest

_TEXT = {"code": str, "rule": str, "message": str}
_OPTIONAL = {"line": int, "column": str, "value": str}


def report_on(line: dict[str, Any], *, manifest: Manifest, plan: Plan) -> bytes:
    """The report on the file of this line of `files.jsonl`."""
    contract = plan.contract
    codes = dict.fromkeys(reason["code"] for reason in line["reasons"])
    document = {
        "runId": manifest.run_id,
        "eventTime": manifest.event_time,
        "contract": {"name": contract.name, "version": contract.version, "hash": contract.hash},
        "file": line,
        "help": {code: _help(plan, code) for code in codes},
    }
    return safe_json(document, indent=2).encode()


def line_of(report: bytes, entry: Entry, *, rejected: str, manifest: Manifest, plan: Plan) -> dict[str, Any] | None:
    """The line of `files.jsonl` that a report holds, if this run wrote it on this version; None otherwise.

    What looks like a report and is none is no verdict but data that somebody sent: whoever uploads a file knows neither
    the version's id nor the run's, which is made of it. A report by an earlier state of the contract is a verdict,
    though: the run has moved the file by it, and nothing else would tell so.
    """
    try:
        document = json.loads(report)
        line: dict[str, Any] = document["file"]
        contract = document["contract"]
        own = document["runId"] == manifest.run_id and document["eventTime"] == manifest.event_time
        own = own and contract["name"] == plan.contract.name and contract["hash"].startswith("sha256:")
        named = (line["bucket"], line["file"], line["versionId"]) == (entry.bucket, entry.key, entry.version.version_id)
        moved = line["verdict"] == "rejected" and line["rejected"] == rejected and line["validated"] is None
        if not (own and named and moved and _is_whole(line)):
            return None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return line


def _is_whole(line: dict[str, Any]) -> bool:
    counts = [line["size"], *(line["rows"][name] for name in ("total", "valid", "invalid"))]
    kinds = line["format"] in (None, "csv", "jsonl", "parquet") and line["compression"] in (None, "none", "gzip")
    return kinds and all(map(_is_count, counts)) and bool(line["reasons"]) and all(map(_is_reason, line["reasons"]))


def _is_reason(reason: dict[str, Any]) -> bool:
    texts = all(isinstance(reason[name], kind) for name, kind in _TEXT.items())
    column = reason["column"] is None or isinstance(reason["column"], str)
    known = reason["severity"] in ("error", "warning") and _is_count(reason["count"])
    return texts and column and known and all(map(_is_sample, reason["samples"]))


def _is_sample(sample: dict[str, Any]) -> bool:
    return all(sample[name] is None or isinstance(sample[name], kind) for name, kind in _OPTIONAL.items())


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _help(plan: Plan, code: str) -> dict[str, str]:
    reason = plan.reason(code)
    return {"meaning": reason.meaning, "remedy": reason.remedy}
