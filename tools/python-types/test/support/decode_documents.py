"""`decode_documents.py FOLDER`: reads every document below the folder by its generated type, as the jobs would."""

from __future__ import annotations

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
    return count


if __name__ == "__main__":
    print(main(Path(sys.argv[1])))
