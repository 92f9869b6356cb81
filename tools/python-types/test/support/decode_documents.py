"""`decode_documents.py FOLDER`: reads every document below the folder by its generated type, as the jobs would."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pos_job_runtime.document import decode, decode_lines
from pos_job_runtime.generated import documents

KINDS = {
    "manifest.json": documents.Manifest,
    "validation/summary.json": documents.ValidationSummary,
    "transformation/summary.json": documents.TransformationSummary,
    "transformation/repair.json": documents.RepairReport,
    ".report.json": documents.RejectedReport,
}

# Lines of the log of maintenance.
EVENTS = {
    "maintained": documents.TableMaintenance,
    "done": documents.MaintenanceReport,
    "canary-dropped": documents.CanaryReport,
}


def main(folder: Path) -> int:
    """The number of documents."""
    count = 0
    for path in sorted(folder.rglob("*.json")):
        name = path.as_posix().replace("/shards/0000", "").replace("/shards/0001", "")
        for ending, kind in KINDS.items():
            if name.endswith(ending):
                decode(kind, path.read_bytes(), origin=str(path))
                count += 1
    for path in sorted(folder.rglob("files.jsonl")):
        count += len(list(decode_lines(documents.FileLine, path.read_bytes(), origin=str(path))))
    for line in (folder / "log.jsonl").read_text().splitlines():
        kind = EVENTS.get(json.loads(line).get("event"))
        if kind is not None and json.loads(line)["job"] == "maintenance":
            decode(kind, line, origin="The log")
            count += 1
    for path in sorted(folder.glob("lake/**/_delta_log/*.json")):
        for action in map(json.loads, path.read_text().splitlines()):
            note = action.get("commitInfo", {}).get("userMetadata")
            if note is not None:
                decode(documents.CommitNote, note, origin=f"The note in {path}")
                count += 1
    return count


if __name__ == "__main__":
    print(main(Path(sys.argv[1])))
