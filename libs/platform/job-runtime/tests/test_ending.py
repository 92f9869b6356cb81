"""How a job ends, as a person, a script and Glue's wrapper see it."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pos_job_runtime.ending import Failure, exit_code, leave, one_line, run_job
from pos_job_runtime.errors import JobError, StorageError, UsageError
from pos_job_runtime.exhausted import is_exhausted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_job_runtime.logs import JsonLog

SOURCES = Path(__file__).parents[1] / "src"
DUCKDB_DISK = (
    "Out of Memory Error: failed to offload data block of size 256.0 KiB (1.9 MiB/2.0 MiB used).\n"
    "This limit was set by the 'max_temp_directory_size' setting.\n"
)
DUCKDB_BINDER = 'Binder Error: Referenced column "x" not found\n\nLINE 1: SELECT x FROM t\n               ^'
SPARK = (
    "An error occurred while calling o61.collectToPython.\n: org.apache.spark.SparkException: Job aborted: "
    "java.io.IOException: No space left on device\n\tat java.base/java.io.FileOutputStream.write(Native)\n"
    "\t... 12 more\n\nDriver stacktrace:\n\tat org.apache.spark.X.y(X.scala:1)"
)


class PanicError(BaseException):
    """As a library in Rust panics: it is no Exception."""


def ended(error: BaseException, argv: Sequence[str] = ()) -> Failure:
    def work(argv: Sequence[str], log: JsonLog) -> None:
        raise error

    failure = run_job("loading", work, argv)
    assert failure is not None
    return failure


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EMFILE, "Too many open files"),
        MemoryError(),
        PanicError("memory allocation of 1099511627776 bytes failed"),
        RuntimeError(
            "Generic LocalFileSystem error: Unable to copy data to file: No space left on device (os error 28)"
        ),
        type("OutOfMemoryException", (Exception,), {})("could not allocate block of size 256.0 KiB"),
        Exception(DUCKDB_DISK),
        Exception(SPARK),
        Exception("java.lang.OutOfMemoryError: GC overhead limit exceeded"),
        Exception("[UNABLE_TO_ACQUIRE_MEMORY] Unable to acquire 65536 bytes of memory, got 0. SQLSTATE: 53200"),
        Exception("malloc of size 64 failed"),
        RuntimeError("can't start new thread"),
    ],
)
def test_a_machine_that_is_used_up_is_told_as_that(error: BaseException) -> None:
    failure = ended(error)
    assert failure.code == 1
    assert failure.sentence.startswith("loading: The job's disk or memory is used up (")
    assert failure.sentence.endswith("start the run again.")
    assert "\n" not in failure.sentence


def test_what_led_to_an_error_counts_also_where_it_is_hidden() -> None:
    def fail(*, hidden: bool) -> None:
        try:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise StorageError("The object could not be written.") from (None if hidden else error)

    for hidden in (True, False):
        with pytest.raises(StorageError) as caught:
            fail(hidden=hidden)
        assert "disk or memory is used up" in ended(caught.value).sentence


@pytest.mark.parametrize(
    "error",
    [
        ValueError("No space left on device"),
        KeyError("Out of Memory Error"),
        Exception('Could not convert string "No space left on device" to INT64'),
        Exception("could not parse `Java heap space` as dtype `i64`"),
        type("ConversionException", (Exception,), {})("No space left on device is no number"),
        OSError(errno.EACCES, "Cannot allocate memory"),
    ],
)
def test_words_of_a_file_don_t_speak_for_the_machine(error: BaseException) -> None:
    assert not is_exhausted(error)


def test_a_sentence_for_a_person_is_told_as_it_is() -> None:
    assert ended(JobError("The table is gone.")) == Failure("loading: The table is gone.", 1)
    assert ended(UsageError("Missing argument: --plan.")).code == 2


def test_errors_of_libraries_fit_one_line() -> None:
    assert one_line(DUCKDB_BINDER) == 'Binder Error: Referenced column "x" not found'
    assert one_line("a\x1b[31m\tb\r\n") == "a [31m b"
    assert one_line(SPARK) == (
        "An error occurred while calling o61.collectToPython. : org.apache.spark.SparkException: Job aborted: "
        "java.io.IOException: No space left on device"
    )
    assert ended(PanicError("index out of bounds")).sentence == (
        "loading: failed unexpectedly (PanicError: index out of bounds)."
    )
    assert len(ended(RuntimeError("x" * 100_000)).sentence) < 1200


def test_the_log_has_the_run_and_the_stack(capsys: pytest.CaptureFixture[str]) -> None:
    for argv in (["--run_id", "r1"], ["--run_id=r1"]):
        ended(RuntimeError("boom"), argv)
        record: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert (record["job"], record["runId"], record["event"]) == ("loading", "r1", "failed")
        assert "RuntimeError: boom" in record["stack"]


def test_the_sentence_is_printed_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(Failure("loading: No.", 1)) == 1
    assert capsys.readouterr().err == "loading: No.\n"
    assert exit_code(None) == 0
    leave(None)


SCRIPT = """
import sys
from pos_job_runtime.ending import leave, run_job
from pos_job_runtime.errors import JobError, UsageError
def work(argv, log):
    if argv:
        raise {"job": JobError, "usage": UsageError, "other": RuntimeError}[argv[0]]("It is broken.")
leave(run_job("loading", work, sys.argv[1:]))
"""
# As Glue's Python Shell runs a script: whatever leaves it is raised again, as its own kind and with another stack.
WRAPPER = """
import runpy, sys
script, sys.argv = sys.argv[1], sys.argv[1:]
try:
    runpy.run_path(script, run_name="__main__")
except BaseException:
    kind, value, _ = sys.exc_info()
    raise kind(value)
"""


@pytest.mark.parametrize(
    ("kind", "code", "last"),
    [
        ("job", 1, "loading: It is broken."),
        ("usage", 2, "loading: It is broken."),
        ("other", 1, "loading: failed unexpectedly (RuntimeError: It is broken)."),
    ],
)
def test_a_script_ends_with_the_sentence_by_itself_and_under_glue(
    tmp_path: Path, kind: str, code: int, last: str
) -> None:
    (tmp_path / "main.py").write_text(SCRIPT)
    (tmp_path / "wrapper.py").write_text(WRAPPER)
    settings = {**os.environ, "PYTHONPATH": str(SOURCES)}
    for command, expected in (
        (["main.py", kind], code),
        (["wrapper.py", "main.py", kind], 1),
        (["main.py"], 0),
        (["wrapper.py", "main.py"], 0),
    ):
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env=settings, capture_output=True, text=True, check=False
        )
        assert done.returncode == expected
        told = done.stderr.splitlines()
        assert told[-1:] == ([last] if expected else [])
        if command[0] == "main.py" and expected:
            assert told == [last]


def test_a_script_that_ends_looks_nothing_through(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        f"import atexit, gc\natexit.register(lambda: print(gc.get_freeze_count()))\n{SCRIPT}"
    )
    settings = {**os.environ, "PYTHONPATH": str(SOURCES)}
    done = subprocess.run(
        [sys.executable, "main.py"], cwd=tmp_path, env=settings, capture_output=True, text=True, check=True
    )
    assert int(done.stdout.splitlines()[-1]) > 1000
