"""What a validation job leaves for a run whose files are all valid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from pos_job_runtime.document import as_json
from pos_job_runtime.generated.documents import (
    ContractReference,
    FileCounts,
    FileLine,
    FileRows,
    Manifest,
    ManifestFile,
    RunRows,
    ValidatedOutput,
    ValidationSummary,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# What the documents name the run; its folder may be called otherwise.
RUN_ID = "20250105T000000000Z-0123456789ab"


def leave(
    folder: Path,
    *,
    files: Sequence[ManifestFile],
    paths: Sequence[Path],
    rows: int,
    when: str,
    hash: str,
    parts: Sequence[Sequence[Path]] = (),
) -> None:
    """Write the manifest, the lines of `files` and the summary below a run's `folder`. `paths` are the validated
    Parquet files, one a file, and `parts` the parts of each, of `rows` rows in all."""
    lines = [
        FileLine(
            file=file.key,
            bucket=file.bucket,
            version_id=file.version_id or None,
            verdict="valid",
            format="csv",
            compression="none",
            size=file.size,
            rows=FileRows(total=0, valid=0, invalid=0),
            reasons=(),
            validated=path.as_uri(),
            rejected=None,
            parts=[part.as_uri() for part in beside] or UNSET,
        )
        for file, path, beside in zip(files, paths, parts or [()] * len(files), strict=True)
    ]
    count = len(lines)
    summary = ValidationSummary(
        run_id=RUN_ID,
        event_time=when,
        contract=ContractReference(name="pos-sales", version="1.0.0", hash=hash),
        files=FileCounts(total=count, valid=count, rejected=0, skipped=0),
        rows=RunRows(total=rows, valid=rows, invalid=0, repeated=0),
        reasons=(),
        validated=ValidatedOutput(files=count, rows=rows, bytes=0),
        timings={"total": 0.0},
    )
    (folder / "manifest.json").write_bytes(as_json(Manifest(run_id=RUN_ID, event_time=when, files=files)))
    (folder / "validation" / "files.jsonl").write_bytes(b"\n".join(map(as_json, lines)))
    (folder / "validation" / "summary.json").write_bytes(as_json(summary))
