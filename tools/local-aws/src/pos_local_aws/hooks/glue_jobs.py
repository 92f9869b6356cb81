"""Glue jobs really run: StartJobRun starts the script as a process, with Glue's limits and states.

The emulator gives a pythonshell job its arguments as environment variables and reports a Spark job, or a job whose
script is missing, as succeeded without running anything.
"""

import contextlib
import contextvars
import json
import threading
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from pos_local_aws import role_trust
from pos_local_aws.context import HookContext
from pos_local_aws.hooks import faults, glue_ends, glue_events, glue_memory
from pos_local_aws.hooks.glue_events import announce
from pos_local_aws.hooks.glue_leftovers import process_start
from pos_local_aws.hooks.glue_libraries import libraries
from pos_local_aws.hooks.glue_logs import log_group
from pos_local_aws.hooks.glue_packages import PackageError, installed
from pos_local_aws.hooks.glue_process import JobRun, Result, prepare_shell, run_process, wheel_uris
from pos_local_aws.registry import internals
from pos_local_aws.settings import JobKind

REQUIRES = (
    glue_events.REQUIRES
    + role_trust.REQUIRES
    + internals(
        "ministack.services.glue",
        "_jobs",
        "_job_runs",
        "error_response_json",
        "json_response",
        "new_uuid",
        _start_job_run="data",
        _batch_stop_job_run="data",
        _get_job_runs="data",
        _create_job="data",
        _update_job="data",
        _restore_state="data",
    )
    + internals("ministack.services.cloudformation.provisioners", _glue_job_fields="props")
)

ACTIVE = ("STARTING", "RUNNING", "STOPPING")
_KEPT_FIELDS = ("ExecutionProperty", "MaxRetries", "ExecutionClass", "JobRunQueuingEnabled")
_DEFAULT_TIMEOUT_MINUTES = 2880
_INTERRUPTED = "The local AWS stopped during this run"
# After a run, until the process of a next one is started ahead.
_SHELL_SECONDS = 2.0
_start_lock = threading.Lock()
_threads: set[threading.Thread] = set()


def _now() -> int:
    return int(time.time())


def _kind(job: dict[str, Any]) -> JobKind | None:
    name = (job.get("Command") or {}).get("Name")
    return name if name in ("pythonshell", "glueetl") else None


def _limit(job: dict[str, Any]) -> int:
    return int((job.get("ExecutionProperty") or {}).get("MaxConcurrentRuns") or 1)


def job_arguments(job: dict[str, Any], run_id: str, given: dict[str, str]) -> dict[str, str]:
    """Defaults, then the run's, then those that a run cannot override; a Spark script also learns who it is."""
    merged = {**job.get("DefaultArguments", {}), **given, **job.get("NonOverridableArguments", {})}
    if _kind(job) == "glueetl":
        merged |= {"--JOB_NAME": job["Name"], "--JOB_ID": job["Name"], "--JOB_RUN_ID": run_id}
    return merged


def _record(
    job: dict[str, Any], kind: JobKind, run_id: str, arguments: dict[str, str], timeout: float
) -> dict[str, Any]:
    workers = {key: job[key] for key in ("MaxCapacity", "WorkerType", "NumberOfWorkers", "GlueVersion") if job.get(key)}
    return {
        "Id": run_id,
        "Attempt": 0,
        "JobName": job["Name"],
        "JobRunState": "STARTING",
        "StartedOn": _now(),
        "LastModifiedOn": _now(),
        "Arguments": arguments,
        "PredecessorRuns": [],
        "ExecutionTime": 0,
        "Timeout": timeout,
        "LogGroupName": log_group(kind, arguments),
        **workers,
    }


def _finish(run: dict[str, Any], result: Result) -> None:
    run["ExecutionTime"] = _now() - run["StartedOn"]
    run["CompletedOn"] = run["LastModifiedOn"] = _now()
    if result.message:
        run["ErrorMessage"] = result.message
    # Last: whoever polls the state must find everything else in place.
    run["JobRunState"] = result.outcome
    glue_ends.tell(run["Id"])


def _untrusted(plan: JobRun) -> str | None:
    from ministack.core.responses import get_account_id, get_region

    job = f"arn:aws:glue:{get_region()}:{get_account_id()}:job/{plan.job}"
    return role_trust.refusal(plan.role, service="glue.amazonaws.com", source_arn=job)


def _execute(context: HookContext, run: dict[str, Any], plan: JobRun) -> None:
    marker = context.settings.processes / f"{plan.run_id}.json"

    def started(pid: int) -> None:
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.write_text(json.dumps({"pid": pid, "started": process_start(pid), "folder": context.folder}))
        if run["JobRunState"] == "STARTING":
            run["JobRunState"] = "RUNNING"

    try:
        refusal = faults.FAULTS.refused_run(plan.job) or _untrusted(plan)
        result = (
            Result(outcome="FAILED", message=refusal)
            if refusal is not None
            else run_process(
                context,
                plan,
                is_stopped=lambda: run["JobRunState"] == "STOPPING" or context.stopping.is_set(),
                on_start=started,
                on_end=lambda: marker.unlink(missing_ok=True),
            )
        )
        if context.stopping.is_set() and result.outcome == "STOPPED":
            result = Result(outcome="STOPPED", message=_INTERRUPTED)
        _finish(run, result)
        if not context.stopping.is_set():
            announce(run)
    finally:
        _threads.discard(threading.current_thread())
        # Not now: the run's end sets other things going, which want the processors.
        later = threading.Timer(_SHELL_SECONDS, _prepare_when_idle, (context,))
        later.daemon = True
        later.start()


def _prepare_when_idle(context: HookContext) -> None:
    if not _threads:
        prepare_shell(context)


def _start_job_run(context: HookContext, data: dict[str, Any]) -> Any:
    from ministack.services import glue

    job = glue._jobs.get(data.get("JobName"))
    if job is None:
        return glue.error_response_json(
            "EntityNotFoundException",
            f"Failed to start job run due to missing metadata: {data.get('JobName')}",
            400,
        )
    kind = _kind(job)
    if kind is None:
        return glue.error_response_json(
            "InvalidInputException", f"Job {job['Name']} is neither a pythonshell nor a glueetl job", 400
        )
    with _start_lock:
        runs = glue._job_runs.setdefault(job["Name"], [])
        if sum(run["JobRunState"] in ACTIVE for run in runs) >= _limit(job):
            return glue.error_response_json(
                "ConcurrentRunsExceededException", f"Concurrent runs exceeded for {job['Name']}", 400
            )
        run_id = f"jr_{glue.new_uuid().replace('-', '')}"
        arguments = job_arguments(job, run_id, data.get("Arguments") or {})
        timeout = float(data.get("Timeout") or job.get("Timeout") or _DEFAULT_TIMEOUT_MINUTES)
        run = _record(job, kind, run_id, arguments, timeout)
        glue_ends.expect(run_id)
        runs.append(run)
    plan = JobRun(
        job=job["Name"],
        run_id=run_id,
        kind=kind,
        role=job.get("Role") or None,
        script=job["Command"].get("ScriptLocation", ""),
        arguments=arguments,
        timeout_seconds=timeout * 60,
        memory=glue_memory.limit(job),
    )
    # A new thread starts without the request's account and region, which all stores are keyed by.
    thread = threading.Thread(target=contextvars.copy_context().run, args=(_execute, context, run, plan), daemon=True)
    _threads.add(thread)
    thread.start()
    return glue.json_response({"JobRunId": run_id})


def _get_job_runs(data: dict[str, Any]) -> Any:
    from ministack.services import glue

    # The newest first, as Glue lists them.
    runs = list(reversed(glue._job_runs.get(data.get("JobName"), [])))
    start = int(data.get("NextToken") or 0)
    end = start + int(data.get("MaxResults") or 200)
    more = {"NextToken": str(end)} if end < len(runs) else {}
    return glue.json_response({"JobRuns": runs[start:end], **more})


def _batch_stop_job_run(data: dict[str, Any]) -> Any:
    from ministack.services import glue

    name = data["JobName"]
    runs = {run["Id"]: run for run in glue._job_runs.get(name, [])}
    stopped: list[dict[str, str]] = []
    errors: list[dict[str, Any]] = []
    for run_id in data.get("JobRunIds", []):
        run = runs.get(run_id)
        if run is not None and run["JobRunState"] in ("STARTING", "RUNNING"):
            run["JobRunState"] = "STOPPING"
            stopped.append({"JobName": name, "JobRunId": run_id})
            continue
        code = "EntityNotFoundException" if run is None else "InvalidInputException"
        state = "not found" if run is None else f"in state {run['JobRunState']}"
        detail = {"ErrorCode": code, "ErrorMessage": f"Job run {run_id} is {state}"}
        errors.append({"JobName": name, "JobRunId": run_id, "ErrorDetail": detail})
    return glue.json_response({"SuccessfulSubmissions": stopped, "Errors": errors})


def await_stopped() -> None:
    """Wait until every running job has ended; the context is stopping by now, which their watchers see."""
    for thread in list(_threads):
        thread.join(15)


def _install_ahead(context: HookContext, job: dict[str, Any]) -> None:
    """Install a new job's wheels before its first run asks for them."""
    kind, uris = _kind(job), wheel_uris(job.get("DefaultArguments") or {})
    if kind is None or not uris:
        return
    interpreter, cache_folder = context.settings.python_for(kind), context.settings.packages
    s3 = context.root_client("s3")

    def install_wheels() -> None:
        # Whatever is wrong with them is the run's to tell.
        with contextlib.suppress(PackageError, BotoCoreError, ClientError, OSError):
            install = libraries if kind == "pythonshell" else installed
            install(s3=s3, uris=uris, interpreter=interpreter, cache_folder=cache_folder)
        if kind == "pythonshell":
            prepare_shell(context)

    threading.Thread(target=install_wheels, daemon=True).start()


def _restored(make: Any) -> Any:
    def restore(data: dict[str, Any]) -> None:
        make(data)
        from ministack.services import glue

        for runs in glue._job_runs.all_values():
            for run in runs:
                if run["JobRunState"] in ACTIVE:
                    _finish(run, Result(outcome="STOPPED", message=_INTERRUPTED))

    return restore


def install(context: HookContext) -> None:
    """Replace the job-run calls, and keep the job fields that the emulator drops."""
    from ministack.services import glue
    from ministack.services.cloudformation import provisioners

    def keeping(name: str) -> Any:
        def make(original: Any) -> Any:
            def call(data: dict[str, Any]) -> Any:
                answer = original(data)
                fields = data.get("JobUpdate", data)
                job = glue._jobs.get(data.get(name))
                if answer[0] < 400 and job is not None:
                    job.update({key: fields[key] for key in _KEPT_FIELDS if key in fields})
                    _install_ahead(context, job)
                return answer

            return call

        return make

    def with_fields(original: Any) -> Any:
        return lambda props: {**original(props), **{key: props[key] for key in _KEPT_FIELDS if key in props}}

    patches = context.patches
    patches.replace(glue, "_start_job_run", lambda _: lambda data: _start_job_run(context, data))
    patches.replace(glue, "_batch_stop_job_run", lambda _: _batch_stop_job_run)
    patches.replace(glue, "_get_job_runs", lambda _: _get_job_runs)
    patches.replace(glue, "_create_job", keeping("Name"))
    patches.replace(glue, "_update_job", keeping("JobName"))
    patches.replace(glue, "_restore_state", _restored)
    patches.replace(provisioners, "_glue_job_fields", with_fields)
