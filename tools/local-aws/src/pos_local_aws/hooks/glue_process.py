"""One job run as an operating system process: its files, its environment, its logs and its end."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pos_local_aws.context import HookContext
from pos_local_aws.hooks import glue_memory
from pos_local_aws.hooks.glue_libraries import libraries
from pos_local_aws.hooks.glue_logs import JobLog, log_group, log_stream
from pos_local_aws.hooks.glue_packages import installed, split_uri
from pos_local_aws.process_ending import Ending
from pos_local_aws.settings import JobKind
from pos_local_aws.waiting_shell import PIPES, RUNNER

Outcome = Literal["SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT"]
# Where a script without Glue around it looks for the jars that Glue puts on Spark's class path.
SPARK_CLASSPATH = "POS_SPARK_CLASSPATH"
# How pyspark takes what spark-submit was given.
SUBMIT_ARGUMENTS = "PYSPARK_SUBMIT_ARGS"
_POLL_SECONDS = 0.05
_FLUSH_SECONDS = 0.5
_GRACE_SECONDS = 5.0
_MESSAGE_BYTES = 2000


@dataclass(frozen=True, kw_only=True)
class JobRun:
    """What to run."""

    job: str
    run_id: str
    kind: JobKind
    role: str | None
    script: str
    arguments: Mapping[str, str]
    timeout_seconds: float
    memory: int | None = None
    """Bytes that its processes may hold together."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """How it ended; `message` is empty on success."""

    outcome: Outcome
    message: str = ""


def wheel_uris(arguments: Mapping[str, str]) -> list[str]:
    """Python shell jobs get wheels by --extra-py-files, Spark jobs by --additional-python-modules."""
    extra = [uri for uri in _uris(arguments, "--extra-py-files") if uri.endswith(".whl")]
    return [*extra, *_uris(arguments, "--additional-python-modules")]


def _uris(arguments: Mapping[str, str], name: str) -> list[str]:
    return [uri.strip() for uri in arguments.get(name, "").split(",") if uri.strip()]


def _download(s3: Any, uri: str, folder: Path) -> Path:
    bucket, key = split_uri(uri)
    target = folder / Path(key).name
    s3.download_file(bucket, key, str(target))
    return target


def class_path(jars: Sequence[str], environ: Mapping[str, str]) -> dict[str, str]:
    """The variable that brings `jars` onto Spark's class path, after what the machine's own already names."""
    named = [part for part in (environ.get(SPARK_CLASSPATH), *jars) if part]
    return {SPARK_CLASSPATH: os.pathsep.join(named)} if named else {}


def submit_arguments(run: JobRun) -> dict[str, str]:
    """The variable that gives Spark the job's `--conf`: one value, in which further ones each follow a `--conf`."""
    given = run.arguments.get("--conf", "")
    return {SUBMIT_ARGUMENTS: f"--conf {given} pyspark-shell"} if given and run.kind == "glueetl" else {}


def job_environment(
    *, endpoint: str, credentials: Mapping[str, str], python_path: Sequence[str], temporary: Path
) -> dict[str, str]:
    """The process' environment: this machine's, without its AWS and Python settings, plus the role's.

    It names no region: AWS does not say that Glue's does.
    """
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "PYTHON", "PYSPARK_", "VIRTUAL_ENV", "S3_", "STATE_DIR", "PERSIST_STATE"))
    }
    return {
        **inherited,
        **{name: value for name, value in credentials.items() if value},
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ALLOW_HTTP": "true",  # object_store (delta-rs) refuses a plain http endpoint otherwise
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PYTHONPATH": os.pathsep.join(python_path),
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": str(temporary),
    }


def _end(process: "subprocess.Popen[str]", *, politely: bool = True) -> None:
    """SIGTERM to the whole process group, then SIGKILL to what is left of it: a job may have children."""
    with contextlib.suppress(ProcessLookupError):
        if politely:
            os.killpg(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE_SECONDS)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def watch(
    process: "subprocess.Popen[str]",
    log: JobLog,
    *,
    deadline: float,
    is_stopped: Callable[[], bool],
    memory: int | None = None,
) -> Result | None:
    """Wait for the process; the end that was forced on it, or None when it ended by itself."""
    next_flush = time.monotonic() + _FLUSH_SECONDS
    with Ending(process) as ending:
        while not ending.within(_POLL_SECONDS):
            now = time.monotonic()
            if is_stopped() or now > deadline:
                _end(process)
                if is_stopped():
                    return Result(outcome="STOPPED", message="Job run stopped")
                return Result(outcome="TIMEOUT", message="Job run timed out")
            if now > next_flush:
                if memory is not None and glue_memory.exceeds(process.pid, memory):
                    _end(process, politely=False)
                    return Result(outcome="FAILED", message=glue_memory.OUT_OF_MEMORY)
                log.flush()
                next_flush = now + _FLUSH_SECONDS
    return None


def _sources(run: JobRun, s3: Any, folder: Path) -> list[str]:
    """Entries of PYTHONPATH for what `--extra-py-files` names besides wheels."""
    extra = [uri for uri in _uris(run.arguments, "--extra-py-files") if not uri.endswith(".whl")]
    files = [_download(s3, uri, folder) for uri in extra]
    # An archive is a place to import from; a module's place is its folder.
    return [*dict.fromkeys(str(folder if file.suffix == ".py" else file) for file in files)]


@dataclass(frozen=True, kw_only=True)
class _Launch:
    """What a kind of job is started with: the interpreter's arguments, and its own part of the environment."""

    before_arguments: Sequence[str]
    python_path: Sequence[str]
    environment: Mapping[str, str]


def _shell_launch(context: HookContext, run: JobRun, s3: Any, *, script: Path, folder: Path) -> _Launch:
    """By Glue's runner, with the wheels behind the interpreter's own packages."""
    # A folder of its own: the runner's neighbours must not be what a script can import.
    runner = folder / "runner" / "runscript.py"
    runner.parent.mkdir()
    shutil.copyfile(RUNNER, runner)
    wheels = libraries(
        s3=s3,
        uris=wheel_uris(run.arguments),
        interpreter=context.settings.python_for(run.kind),
        cache_folder=context.settings.packages,
    )
    return _Launch(
        before_arguments=[str(runner), str(wheels), str(script)],
        python_path=_sources(run, s3, folder / "libraries"),
        environment={},
    )


def _spark_launch(context: HookContext, run: JobRun, s3: Any, *, script: Path, folder: Path) -> _Launch:
    wheels = installed(
        s3=s3,
        uris=wheel_uris(run.arguments),
        interpreter=context.settings.python_for(run.kind),
        cache_folder=context.settings.packages,
    )
    jars = [str(_download(s3, uri, folder / "libraries")) for uri in _uris(run.arguments, "--extra-jars")]
    return _Launch(
        before_arguments=[str(script)],
        python_path=[*_sources(run, s3, folder / "libraries"), *map(str, wheels)],
        environment={**class_path(jars, os.environ), **submit_arguments(run)},
    )


def _start(context: HookContext, run: JobRun, folder: Path) -> "subprocess.Popen[str]":
    """Fetch script and modules with the job role's rights, and start the process in a session of its own."""
    work, _, temporary = parts = [folder / part for part in ("work", "libraries", "tmp")]
    for part in parts:
        part.mkdir()
    session = f"glue-{run.job}"
    s3 = context.client("s3", role=run.role, session=session)
    script = _download(s3, run.script, work)
    # Python Shell does not have that argument.
    for uri in _uris(run.arguments, "--extra-files") if run.kind == "glueetl" else ():
        _download(s3, uri, work)
    launched = (_shell_launch if run.kind == "pythonshell" else _spark_launch)(
        context, run, s3, script=script, folder=folder
    )
    pairs = [text for name, value in run.arguments.items() for text in (name, str(value))]
    environment = job_environment(
        endpoint=context.settings.endpoint,
        credentials=context.role_credentials(run.role, session=session),
        python_path=launched.python_path,
        temporary=temporary,
    )
    environment |= launched.environment
    arguments = [*launched.before_arguments, *pairs]
    # What one imports from beside the wheels is told by a variable that Python reads when it starts.
    if run.kind == "pythonshell" and not launched.python_path:
        waiting = context.waiting.take(arguments[1:], environment, work)
        if waiting is not None:
            return waiting
    command = [context.settings.python_for(run.kind), *arguments]
    return subprocess.Popen(command, cwd=work, env=environment, stdin=subprocess.DEVNULL, **PIPES)


def prepare_shell(context: HookContext) -> None:
    """Start the process of a next Python Shell run ahead."""
    if context.stopping.is_set():
        return
    folder = context.settings.temporary
    environment = job_environment(endpoint=context.settings.endpoint, credentials={}, python_path=(), temporary=folder)
    context.waiting.prepare(context.settings.shell_python, environment, folder)


def _follow(process: "subprocess.Popen[str]", log: JobLog, run: JobRun, *, is_stopped: Callable[[], bool]) -> Result:
    """Deliver the process' logs until it ends or is ended."""
    readers = [
        threading.Thread(target=log.pump, args=(pipe, stream), daemon=True)
        for pipe, stream in ((process.stdout, "output"), (process.stderr, "error"))
    ]
    for reader in readers:
        reader.start()
    deadline = time.monotonic() + run.timeout_seconds
    forced = watch(process, log, deadline=deadline, is_stopped=is_stopped, memory=run.memory)
    for reader in readers:
        reader.join(_GRACE_SECONDS)
    log.flush()
    if forced is not None:
        return forced
    if process.returncode == 0:
        return Result(outcome="SUCCEEDED")
    message = log.last_error or f"Command failed with exit code {process.returncode}"
    return Result(outcome="FAILED", message=message[:_MESSAGE_BYTES])


def run_process(
    context: HookContext,
    run: JobRun,
    *,
    is_stopped: Callable[[], bool],
    on_start: Callable[[int], None],
    on_end: Callable[[], None],
) -> Result:
    """One run from its script to its result.

    `is_stopped` is polled; `on_start` gets the process id. Never raises: a run that cannot start is a failed run.
    """
    with tempfile.TemporaryDirectory(prefix=f"glue-{run.job}-") as folder:
        try:
            logs = context.client("logs", role=run.role, session=f"glue-{run.job}")
            process = _start(context, run, Path(folder))
        except Exception as error:  # a missing script, a denied role, a bad interpreter: the run's failure, not ours
            return Result(outcome="FAILED", message=f"{type(error).__name__}: {error}"[:_MESSAGE_BYTES])
        on_start(process.pid)
        try:
            log = JobLog(
                client=logs,
                kind=run.kind,
                group=log_group(run.kind, run.arguments),
                stream=log_stream(run.kind, run.run_id),
            )
            return _follow(process, log, run, is_stopped=is_stopped)
        finally:
            on_end()
