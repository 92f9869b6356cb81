"""`python -m pos_validation.check`: the verdicts on files of this machine, offline, before they are sent.

Exit code 0 when all files are valid, 1 when some are rejected, 2 when the check could not run.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos_job_runtime.errors import JobError, UsageError
from pos_job_runtime.moments import epoch_seconds
from pos_job_runtime.plan import parse_plan
from pos_job_runtime.storage import ahead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_validation.findings import Judgement


def main(argv: Sequence[str]) -> int:
    """Run the check; returns the exit code."""
    try:
        return _check(_arguments(argv))
    except JobError as error:
        print(f"pos_validation.check: {error}", file=sys.stderr)
        return 2


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pos_validation.check",
        description="Validate files against a plan, offline. Exit code: 0 all valid, 1 some rejected, 2 could not run.",
    )
    parser.add_argument("--plan", required=True, type=Path, help="the compiled contract (plan.json)")
    parser.add_argument("--event-time", help="judge timestamps as of this moment, ISO 8601 (default: now)")
    parser.add_argument("--json", action="store_true", help="print the verdicts as one JSON array")
    parser.add_argument("--always-exact", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    return parser.parse_args(argv)


def _check(given: argparse.Namespace) -> int:
    event_time = epoch_seconds(given.event_time) if given.event_time else time.time()
    try:
        plan = parse_plan(given.plan.read_bytes(), origin=str(given.plan))
    except OSError as error:
        raise UsageError(f"The plan {given.plan} can't be read: {error.strerror or error}.") from None
    files: list[Path] = given.files
    for path in files:
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is no file" if path.exists() else "does not exist"
            raise UsageError(f"{path} {what}.")

    from pos_validation.judges import BYTES_AT_ONCE, THREADS, Judges
    from pos_validation.validated import NoRows

    documents = []
    with tempfile.TemporaryDirectory(prefix="pos-check-") as folder:
        judges = Judges(
            plan, event_time=event_time, folder=Path(folder), unforeseen=_complain, always_exact=given.always_exact
        )

        def judge(path: Path) -> tuple[Judgement, float]:
            begun = time.perf_counter()
            judgement = judges.mine().judge(name=path.name, path=path, rows=NoRows())
            return judgement, time.perf_counter() - begun

        with ahead(files, judge, threads=THREADS, depth=THREADS, weigh=_size, weight=BYTES_AT_ONCE) as results:
            for index, (path, future) in enumerate(results, 1):
                judgement, seconds = future.result()
                print(_progress(index, len(files), path, judgement, seconds), file=sys.stderr, flush=True)
                documents.append(document(path, judgement))
    if given.json:
        print(json.dumps(documents, ensure_ascii=False))
    else:
        print("\n".join(_words(item) for item in documents))
    return 0 if all(item["verdict"] == "valid" for item in documents) else 1


def document(path: Path, judgement: Judgement) -> dict[str, Any]:
    """The verdict on one file, as `--json` prints it."""
    rows = judgement.rows
    return {
        "file": str(path),
        "verdict": judgement.verdict,
        "rows": {"total": rows.total, "valid": rows.valid, "invalid": rows.invalid},
        "reasons": [reason.document() for reason in judgement.reasons],
    }


def _size(path: Path) -> int:
    return path.stat().st_size


def _progress(index: int, total: int, path: Path, judgement: Judgement, seconds: float) -> str:
    return f"[{index}/{total}] {path}: {judgement.verdict}, {_counted(judgement.rows.total)}, {seconds:.2f} s"


def _words(item: dict[str, Any]) -> str:
    rows = item["rows"]
    lines = [f"{item['file']}: {item['verdict']} ({_counted(rows['total'])}, {rows['invalid']:,} invalid)"]
    for reason in item["reasons"]:
        places = [str(s["line"]) for s in reason["samples"] if s["line"] is not None]
        at = f" [line {', '.join(places[:5])}{', …' if reason['count'] > len(places[:5]) else ''}]" if places else ""
        lines.append(f"  {reason['severity']}: {reason['message']} ({reason['count']:,} ×){at}")
    return "\n".join(lines)


def _counted(rows: int) -> str:
    return f"{rows:,} row{'' if rows == 1 else 's'}"


def _complain(name: str, error: BaseException) -> None:
    print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
