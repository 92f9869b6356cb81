"""How every job ends: a record in the log, one sentence on standard error, and an exit code."""

from __future__ import annotations

import contextlib
import re
import sys
from typing import TYPE_CHECKING, NamedTuple

from pos_job_runtime.collecting import spare_the_last
from pos_job_runtime.errors import JobError, MachineError
from pos_job_runtime.exhausted import is_exhausted
from pos_job_runtime.logs import JsonLog
from pos_job_runtime.region import use_region

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pos_job_runtime.generated.constants import ArgumentName
    from pos_job_runtime.generated.documents import JobName

# Glue cuts a run's error message at some length; what matters comes first.
LONGEST_SENTENCE = 1000
# What libraries add to an error to show where in a statement or in their own code it happened.
_DECORATION = r"\s*(?:[\^~\s]*|LINE \d+:.*|at [\w.$/]+\(.*|\.\.\. \d+ more)"
_FROM_HERE_ON = r"\s*(?:JVM stacktrace:|stack backtrace:|Driver stacktrace:|note: run with `RUST_BACKTRACE)"


class Failure(NamedTuple):
    """Why a job ended. `sentence` is one line for a person, `code` the process' exit code."""

    sentence: str
    code: int


def run_job(job: JobName, work: Callable[[Sequence[str], JsonLog], None], argv: Sequence[str]) -> Failure | None:
    """Do the work of `job` with its arguments, in the region of `--region`; what went wrong, if something did.

    Whatever ends the work is in the log by then, with its stack.
    """
    log = JsonLog(job=job, run_id=_named("run_id", argv))
    use_region(_named("region", argv))
    try:
        work(argv, log)
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # what a library in Rust panics with is no Exception
        failure = _failure(job, error)
        # With a full disk under the log there is still standard error.
        with contextlib.suppress(OSError):
            log.error("failed", error=error)
        return failure
    return None


def exit_code(failure: Failure | None) -> int:
    """Tell a person what went wrong; returns the exit code."""
    if failure is None:
        return 0
    with contextlib.suppress(OSError):
        print(failure.sentence, file=sys.stderr, flush=True)
    return failure.code


def leave(failure: Failure | None) -> None:
    """End the process of a script that Glue runs, if its job failed.

    Glue takes any SystemExit for a failure, that of code 0 included, and shows its text as the run's error message: the
    sentence must be that text. Python itself prints it, unless a code has to be told that is not 1.
    """
    spare_the_last()
    if failure is None:
        return
    leaving = SystemExit(failure.sentence)
    if failure.code != 1:
        leaving.code = exit_code(failure)
    raise leaving


def one_line(text: str) -> str:
    """A library's error on one line, without the statement, the row of carets and the stack that it may come with."""
    kept: list[str] = []
    for line in text.splitlines():
        if re.match(_FROM_HERE_ON, line):
            break
        if not re.fullmatch(_DECORATION, line):
            kept.append(line.strip())
    told = " ".join(kept)
    printable = "".join(letter if letter.isprintable() else " " for letter in told)
    return printable if len(printable) <= LONGEST_SENTENCE else printable[: LONGEST_SENTENCE - 1] + "…"


def _failure(job: str, error: BaseException) -> Failure:
    if is_exhausted(error) and not isinstance(error, MachineError):
        error = MachineError.by(error)
    if isinstance(error, JobError):
        return Failure(f"{job}: {one_line(str(error))}", error.exit_code)
    told = one_line(str(error)).rstrip(".")
    kind = type(error).__name__
    return Failure(
        f"{job}: failed unexpectedly ({kind}: {told})." if told else f"{job}: failed unexpectedly ({kind}).", 1
    )


def _named(name: ArgumentName, argv: Sequence[str]) -> str:
    """The value of an argument that every job may be given; the others may be wrong in any way."""
    found = [following for token, following in zip(argv, argv[1:]) if token == f"--{name}"]
    found += [token.partition("=")[2] for token in argv if token.startswith(f"--{name}=")]
    return found[-1] if found else ""
