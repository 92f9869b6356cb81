"""What the validation job left for this run: which Parquet files to load, and how old each source file is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pos_job_runtime.document import decode, decode_lines, given
from pos_job_runtime.errors import DocumentError, ObjectMissingError, UsageError
from pos_job_runtime.generated.constants import FILE_LINES, MANIFEST, RUNS, SUMMARY, VALIDATION
from pos_job_runtime.generated.documents import FileLine, Manifest, ValidationSummary
from pos_job_runtime.storage import Location, Storage
from pos_job_runtime.timestamps import epoch_micros
from pos_transformation.errors import RunError
from pos_transformation.store.validated_files import ValidatedFile

if TYPE_CHECKING:
    from collections.abc import Iterable


class Validation(Struct, frozen=True):
    """The results of a run's validation. `event_time` is in seconds since the epoch; `plan_hash` names its plan.

    `dataset` is the id of the one that was judged, or None for the default one.
    """

    event_time: float
    plan_hash: str
    rows: int
    files: tuple[ValidatedFile, ...]
    dataset: str | None = None

    @property
    def parts(self) -> list[Location]:
        """Those of all files, in their order: a part's place here is its number."""
        return [part for file in self.files for part in file.parts]

    def check_rows(self, run_id: str, rows: int) -> None:
        """Raises `RunError` when the validated files hold other than the rows that the summary counts."""
        if rows != self.rows:
            raise RunError(
                f"The validated files of run {run_id} hold {rows} rows, its summary counts {self.rows}. "
                "Run the validation job for it again."
            )


def read_validation(storage: Storage, results: Location, run_id: str) -> Validation:
    """The validation of `run_id`. Raises `RunError` when there is none, or when it is not whole."""
    folder = results.child(RUNS, run_id)
    place = folder.child(VALIDATION, SUMMARY)
    lines_place = folder.child(VALIDATION, FILE_LINES)
    manifest_place = folder.child(MANIFEST)
    try:
        summary = decode(ValidationSummary, storage.get(place), origin=str(place))
        manifest = decode(Manifest, storage.get(manifest_place), origin=str(manifest_place))
        lines = decode_lines(FileLine, storage.get(lines_place), origin=str(lines_place))
        found = _validation(summary, manifest, lines)
    except ObjectMissingError as error:
        raise RunError(
            f"Run {run_id} has no finished validation: {error} Run the validation job for it first."
        ) from None
    except (DocumentError, UsageError) as error:
        raise RunError(
            f"The validation results of run {run_id} are damaged: {str(error).rstrip('.')}. "
            "Run the validation job for it again."
        ) from None
    stated = summary.validated.files
    if stated != len(found.files):
        raise RunError(
            f"The validation of run {run_id} is not whole: its summary counts {stated} validated files, "
            f"its list {len(found.files)}. Run the validation job for it again."
        )
    return found


def _validation(summary: ValidationSummary, manifest: Manifest, lines: Iterable[FileLine]) -> Validation:
    orders = _orders(manifest)
    default = epoch_micros(manifest.event_time)
    files = [
        ValidatedFile(
            Location.parse(line.validated),
            orders.get((line.bucket, line.file, line.version_id), default),
            tuple(Location.parse(part) for part in given(line.parts, ())),
            given(line.member, None),
        )
        for line in lines
        if line.validated is not None
    ]
    files.sort(key=lambda file: (str(file.location), file.member or 0))
    for before, file in zip([None, *files], files):
        if file.member and (before is None or (before.location, before.member) != (file.location, file.member - 1)):
            raise DocumentError(f"number {file.member - 1} of the files that share {file.location} is missing")
    return Validation(
        event_time=epoch_micros(summary.event_time) / 1e6,
        plan_hash=summary.contract.hash,
        rows=summary.validated.rows,
        files=tuple(files),
        dataset=given(manifest.dataset, None),
    )


def _orders(manifest: Manifest) -> dict[tuple[str, str, str | None], int]:
    """The `order` of each version. Those of one key are told apart, in the order in which they were written."""
    keys: dict[tuple[str, str], list[tuple[int, str | None, str | None]]] = {}
    for file in manifest.files:
        micros = epoch_micros(given(file.event_time, manifest.event_time))
        version = (micros, given(file.sequencer, None), given(file.version_id, None))
        keys.setdefault((file.bucket, file.key), []).append(version)
    orders: dict[tuple[str, str, str | None], int] = {}
    for (bucket, key), versions in keys.items():
        before: int | None = None
        for micros, _, version_id in _as_written(versions):
            # S3's times have milliseconds, which leaves room for as many versions of one key as it can take in one.
            before = micros if before is None else max(micros, before + 1)
            orders[bucket, key, version_id] = before
    return orders


def _as_written(versions: list[tuple[int, str | None, str | None]]) -> list[tuple[int, str | None, str | None]]:
    """Versions of one key in the order of their sequencers or, where one has none, of their times.

    "To compare these values, right-pad the shorter value with zeros, and then do a lexicographical comparison."
    (https://repost.aws/knowledge-center/s3-duplicate-sqs-messages) So trailing zeros say nothing.
    """
    if any(sequencer is None for _, sequencer, _ in versions):
        return sorted(versions, key=lambda version: version[0])
    return sorted(versions, key=lambda version: ((version[1] or "").upper().rstrip("0"), version[0]))
