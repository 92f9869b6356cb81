"""`python -m pos_validation.check`: the verdicts on files of this machine, offline, before they are sent.

Exit code 0 when all files are valid, 1 when some are rejected, 2 when the check could not run.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import stat
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos_job_runtime.document import as_json, decode_lines
from pos_job_runtime.ending import one_line
from pos_job_runtime.errors import JobError, UsageError
from pos_job_runtime.generated.constants import WORDS
from pos_job_runtime.generated.documents import CheckedFile, FilesToCheck
from pos_job_runtime.plan import parse_plan
from pos_job_runtime.storage import prefetch
from pos_job_runtime.timestamps import epoch_seconds
from pos_job_runtime.visible import visible
from pos_validation.findings.reasons import in_words
from pos_validation.run.documents import file_rows
from pos_validation.run.validator_pool import BYTES_AT_ONCE, THREADS, ValidatorPool, several_together, together
from pos_validation.workers.budget import Limits
from pos_validation.workers.messages import Task

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pos_job_runtime.plan import PlanDocument
    from pos_job_runtime.words import Words
    from pos_validation.findings.findings import FileVerdict
    from pos_validation.workers.messages import FileResult

# What is neither a file nor a folder.
KINDS = (
    (stat.S_ISDIR, "is a folder"),
    (stat.S_ISFIFO, "is a pipe, which can't be read twice: save what it delivers to a file"),
    (stat.S_ISSOCK, "is a socket, not a file"),
    (stat.S_ISCHR, "is a device, not a file"),
    (stat.S_ISBLK, "is a device, not a file"),
)


def main(argv: Sequence[str]) -> int:
    """Run the check; returns the exit code."""
    try:
        return _check(_arguments(argv))
    except JobError as error:
        _tell(f"pos_validation.check: {one_line(str(error))}")
        return 2


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pos_validation.check",
        description="Validate files against a plan, offline. Exit code: 0 all valid, 1 some rejected, 2 could not run.",
    )
    parser.add_argument(
        "--plan", required=True, type=Path, help="the compiled contract (plan.json, its words beside it)"
    )
    parser.add_argument("--dataset", help="the dataset that the files belong to (default: the plan's default)")
    parser.add_argument(
        "--list", action="store_true", help="read datasets and their files from standard input, a FilesToCheck a line"
    )
    parser.add_argument(
        "--prefix",
        default="",
        help="check as if sent below this prefix, such as incoming/acme/: its forms are accepted",
    )
    parser.add_argument("--event-time", help="check timestamps as of this moment, ISO 8601 (default: now)")
    parser.add_argument("--json", action="store_true", help="print the verdicts as one JSON array, in UTF-8")
    parser.add_argument("--file-seconds", type=float, help="give a file up after this time (default: by its size)")
    parser.add_argument("--file-megabytes", type=int, help="give a file up that takes more memory (default: 8 GiB)")
    parser.add_argument("--always-exact", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    given = parser.parse_args(argv)
    if given.list == bool(given.files):
        parser.error("give files, or their list by --list")
    return given


def _check(given: argparse.Namespace) -> int:
    event_time = epoch_seconds(given.event_time) if given.event_time else time.time()
    groups = _listed() if given.list else [(given.dataset, given.files)]
    files: list[Path] = [path for _, group in groups for path in group]
    for path in files:
        _refuse(path)
    megabytes = given.file_megabytes
    limits = Limits(seconds=given.file_seconds, memory=None if megabytes is None else megabytes << 20)
    with tempfile.TemporaryDirectory(prefix="pos-check-") as folder:
        several = len(groups) > 1 or several_together(files, _size)
        pool = ValidatorPool(Path(folder), several=several, limits=limits, report=_report)
        documents: list[CheckedFile] = []
        try:
            plans = _plans(given.plan)
            for dataset, group in groups:
                plan = plans.dataset(dataset)
                pool.use(plan, event_time=event_time, always_exact=given.always_exact)
                for path, found in _verdicts(group, pool, prefix=given.prefix):
                    documents.append(document(path, found.file_verdict, plan.words))
                    _tell(_progress(len(documents), len(files), path, found.file_verdict, found.seconds))
        finally:
            pool.close()
    if given.json:
        _print(as_json(documents))
    else:
        _print("\n".join(_words(item) for item in documents).encode("utf-8", "backslashreplace"))
    return 0 if all(item.verdict == "valid" for item in documents) else 1


def _refuse(path: Path) -> None:
    """Only files can be validated. One that can't be read is a file all the same, and gets its verdict."""
    try:
        mode = path.stat().st_mode
    except PermissionError:
        return
    except (OSError, ValueError) as error:
        what = "does not exist" if isinstance(error, FileNotFoundError) else f"can't be found ({error})"
        raise UsageError(f"{shown(path)} {what}.") from None
    for of_kind, what in KINDS:
        if of_kind(mode):
            raise UsageError(f"{shown(path)} {what}.")


def _listed() -> list[tuple[str | None, list[Path]]]:
    """The datasets of the list on standard input, and the files of each."""
    if sys.stdin is None:
        raise UsageError("--list reads standard input, and there is none.")
    lines = decode_lines(FilesToCheck, sys.stdin.buffer.read(), origin="the list of files")
    return [(line.dataset, [*map(Path, line.files)]) for line in lines]


def _plans(path: Path) -> PlanDocument:
    try:
        return parse_plan(path.read_bytes(), origin=str(path), words=partial(_words_beside, path))
    except OSError as error:
        raise UsageError(f"The plan {path} can't be read: {error.strerror or error}.") from None


def _words_beside(plan: Path) -> bytes | None:
    try:
        return plan.with_name(WORDS).read_bytes()
    except OSError:
        return None


def _verdicts(files: Sequence[Path], pool: ValidatorPool, *, prefix: str = "") -> Iterator[tuple[Path, FileResult]]:
    """What is found of each file, in their order."""

    def validate(paths: Sequence[Path]) -> list[FileResult]:
        # /dev/stdin and the like are something else in another process.
        return pool.validate([Task(prefix + path.name, Path(os.path.realpath(path)), _size(path)) for path in paths])

    with prefetch(
        together(files, _size),
        validate,
        threads=THREADS,
        depth=THREADS,
        weigh=lambda group: sum(map(_size, group)),
        weight=BYTES_AT_ONCE,
    ) as results:
        try:
            for group, verdicts in results:
                yield from zip(group, verdicts.result())
        except BaseException:
            # What is validated ahead would be waited for.
            pool.close()
            raise


def document(path: Path, file_verdict: FileVerdict, words: Words) -> CheckedFile:
    """The verdict on one file, as `--json` prints it."""
    return CheckedFile(
        file=str(path),
        verdict=file_verdict.verdict,
        rows=file_rows(file_verdict),
        reasons=in_words(file_verdict.reasons, words),
    )


def shown(path: Path | str) -> str:
    """A name on one line, whatever is in it."""
    return visible(str(path))


def _size(path: Path) -> int:
    """The file's size in bytes; of one that is gone meanwhile, reading it will tell."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _progress(index: int, total: int, path: Path, file_verdict: FileVerdict, seconds: float) -> str:
    return (
        f"[{index}/{total}] {shown(path)}: {file_verdict.verdict}, {_counted(file_verdict.rows.total)}, {seconds:.2f} s"
    )


def _words(item: CheckedFile) -> str:
    rows = item.rows
    lines = [f"{shown(item.file)}: {item.verdict} ({_counted(rows.total)}, {rows.invalid:,} invalid)"]
    for reason in item.reasons:
        places = [str(s.line) for s in reason.samples if s.line is not None]
        at = f" [line {', '.join(places[:5])}{', …' if reason.count > len(places[:5]) else ''}]" if places else ""
        lines.append(f"  {reason.severity}: {reason.message} ({reason.count:,} ×){at}")
    return "\n".join(lines)


def _counted(rows: int) -> str:
    return f"{rows:,} row{'' if rows == 1 else 's'}"


def _report(event: str, *, file: str = "", **fields: Any) -> None:
    """What happened to the program that reads a file; the verdict tells what follows from it."""
    if event == "attempt-failed" and fields["attempt"] == 1:
        _tell(f"{shown(file)}: reading it did not end well; it's tried once more, alone")
    if event == "unforeseen":
        _tell(f"{shown(file)}: {fields['kind']}: {one_line(fields['message'])}")


def _tell(line: str) -> None:
    """A line for whoever watches. Nobody has to."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print(line, file=sys.stderr, flush=True)


def _print(text: bytes) -> None:
    """The result, in UTF-8 whatever the terminal is. Who reads only its beginning gets no complaint."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.buffer.write(text + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Python would try again at its end, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
