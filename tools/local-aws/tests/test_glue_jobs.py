"""Glue jobs run as processes, with Glue's arguments, limits, states and logs."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError

from conftest import Account, is_alive, wait_for
from pos_local_aws.hooks.glue_logs import JobLog, log_group, log_stream
from pos_local_aws.hooks.glue_process import watch

ENDED = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT")


def make_job(account: Account, script: str, *, kind: str = "glueetl", **options: Any) -> str:
    bucket = account.bucket(f"scripts-{account.id}")
    account.s3.put_object(Bucket=bucket, Key="code/main.py", Body=textwrap.dedent(script).encode())
    account.glue.create_job(
        Name="job",
        Role=account.role(),
        Command={"Name": kind, "ScriptLocation": f"s3://{bucket}/code/main.py", "PythonVersion": "3.9"},
        **options,
    )
    return "job"


def run_to_end(account: Account, **options: Any) -> dict[str, Any]:
    run_id = account.glue.start_job_run(JobName="job", **options)["JobRunId"]
    return end_of(account, run_id)


def end_of(account: Account, run_id: str, *, job: str = "job", seconds: float = 20.0) -> dict[str, Any]:
    glue = account.glue

    def look() -> dict[str, Any] | None:
        run: dict[str, Any] = glue.get_job_run(JobName=job, RunId=run_id)["JobRun"]
        return run if run["JobRunState"] in ENDED else None

    return wait_for(look, seconds=seconds, what="the end of the job run")


def lines(account: Account, group: str, run: dict[str, Any]) -> list[str]:
    stream = run["Id"] if "python-jobs" in group else log_stream("glueetl", run["Id"])
    events = account.logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)["events"]
    return [event["message"] for event in events]


def test_a_python_shell_job_logs_each_of_its_outputs_to_a_group_of_its_own(account: Account) -> None:
    make_job(account, "import sys\nprint('to output')\nprint('to error', file=sys.stderr)", kind="pythonshell")
    run = run_to_end(account)
    assert run["JobRunState"] == "SUCCEEDED"
    assert "ErrorMessage" not in run
    assert lines(account, "/aws-glue/python-jobs/output", run) == ["to output"]
    assert lines(account, "/aws-glue/python-jobs/error", run) == ["to error"]


def test_only_a_spark_job_may_choose_its_log_groups(account: Account) -> None:
    chosen = {"--custom-logGroup-prefix": "/pos/local/job"}
    make_job(account, "print('here')", DefaultArguments=chosen)
    run = run_to_end(account)
    assert run["LogGroupName"] == "/pos/local/job"
    assert lines(account, "/pos/local/job/output", run) == ["here"]
    assert log_group("pythonshell", chosen) == "/aws-glue/python-jobs"


def test_arguments_reach_the_script_as_pairs_with_glues_precedence(account: Account) -> None:
    make_job(
        account,
        "import sys; print(sys.argv[1:])",
        DefaultArguments={"--a": "default", "--b": "default", "--c": "default"},
        NonOverridableArguments={"--c": "fixed"},
    )
    run = run_to_end(account, Arguments={"--b": "given", "--c": "given"})
    argv = eval(lines(account, "/aws-glue/jobs/output", run)[0])  # the script's own list
    given = dict(zip(argv[::2], argv[1::2], strict=True))
    assert (given["--a"], given["--b"], given["--c"]) == ("default", "given", "fixed")
    assert given["--JOB_NAME"] == "job"
    assert given["--JOB_RUN_ID"] == run["Id"]


def test_a_job_s_environment_names_no_region(account: Account) -> None:
    """AWS does not say that Glue's does: a job that needs one must be given it."""
    for kind, group in (("pythonshell", "/aws-glue/python-jobs"), ("glueetl", "/aws-glue/jobs")):
        bucket = f"scripts-{account.id}"
        account.s3.create_bucket(Bucket=bucket)
        account.s3.put_object(
            Bucket=bucket,
            Key=f"{kind}.py",
            Body=b"import os; print([n for n in os.environ if n.startswith('AWS') and 'REGION' in n])",
        )
        command = {"Name": kind, "ScriptLocation": f"s3://{bucket}/{kind}.py"}
        account.glue.create_job(Name=kind, Role=account.role(), Command=command)
        run_id = account.glue.start_job_run(JobName=kind)["JobRunId"]
        assert lines(account, f"{group}/output", end_of(account, run_id, job=kind)) == ["[]"]


@pytest.mark.parametrize(
    ("script", "state", "severity", "message"),
    [("print(1)", "SUCCEEDED", "INFO", "Job run succeeded"), ("raise SystemExit('no')", "FAILED", "ERROR", "no")],
)
def test_the_end_of_a_run_is_an_event_that_rules_pass_on(
    account: Account, script: str, state: str, severity: str, message: str
) -> None:
    queue = account.sqs.create_queue(QueueName="ends")["QueueUrl"]
    arn = account.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["aws.glue"], "detail-type": ["Glue Job State Change"], "detail": {"jobName": ["job"]}}
    account.events.put_rule(Name="ends", EventPattern=json.dumps(pattern))
    account.events.put_targets(Rule="ends", Targets=[{"Id": "queue", "Arn": arn}])
    make_job(account, script)
    run = run_to_end(account)
    (told,) = wait_for(
        lambda: account.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"), what="the event"
    )
    assert json.loads(told["Body"])["detail"] == {
        "jobName": "job",
        "severity": severity,
        "state": state,
        "jobRunId": run["Id"],
        "message": message,
    }


def test_runs_are_listed_newest_first_in_pages(account: Account) -> None:
    make_job(account, "print(1)", ExecutionProperty={"MaxConcurrentRuns": 5})
    started = [account.glue.start_job_run(JobName="job")["JobRunId"] for _ in range(3)]
    pages = account.glue.get_paginator("get_job_runs").paginate(JobName="job", PaginationConfig={"PageSize": 2})
    assert [run["Id"] for page in pages for run in page["JobRuns"]] == started[::-1]


def test_the_script_works_in_its_own_folder_with_the_endpoint_and_no_foreign_credentials(account: Account) -> None:
    script = """
        import os, pathlib
        print(sorted(path.name for path in pathlib.Path.cwd().iterdir()))
        print(os.environ["AWS_ENDPOINT_URL"], os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_CONFIG_FILE"])
    """
    make_job(account, script)
    run = run_to_end(account)
    folder, environment = lines(account, "/aws-glue/jobs/output", run)
    assert folder == "['main.py']"
    assert environment == f"{account.server.endpoint} {account.id} {os.devnull}"


def test_a_failing_script_fails_the_run_with_the_last_line_of_stderr(account: Account) -> None:
    make_job(account, "raise ValueError('no such store')")
    run = run_to_end(account)
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", "ValueError: no such store")


def test_an_exit_code_without_words_is_named(account: Account) -> None:
    make_job(account, "import sys; sys.exit(3)")
    assert run_to_end(account)["ErrorMessage"] == "Command failed with exit code 3"


def test_a_missing_script_fails_the_run(account: Account) -> None:
    make_job(account, "print(1)")
    account.s3.delete_object(Bucket=f"scripts-{account.id}", Key="code/main.py")
    run = run_to_end(account)
    assert run["JobRunState"] == "FAILED"
    assert "Not Found" in run["ErrorMessage"]


def test_extra_python_files_are_importable(account: Account) -> None:
    make_job(account, "import helper; print(helper.ANSWER)")
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("helper.py", "ANSWER = 42")
    bucket = f"scripts-{account.id}"
    account.s3.put_object(Bucket=bucket, Key="helper.zip", Body=buffer.getvalue())
    run = run_to_end(account, Arguments={"--extra-py-files": f"s3://{bucket}/helper.zip"})
    assert lines(account, "/aws-glue/jobs/output", run) == ["42"]


def test_more_runs_than_allowed_are_refused_until_one_ends(account: Account) -> None:
    make_job(account, "import time; time.sleep(30)", ExecutionProperty={"MaxConcurrentRuns": 1})
    first = account.glue.start_job_run(JobName="job")["JobRunId"]
    with pytest.raises(ClientError) as refused:
        account.glue.start_job_run(JobName="job")
    assert refused.value.response["Error"]["Code"] == "ConcurrentRunsExceededException"
    account.glue.batch_stop_job_run(JobName="job", JobRunIds=[first])
    assert end_of(account, first)["JobRunState"] == "STOPPED"
    assert account.glue.start_job_run(JobName="job")["JobRunId"] != first


def test_a_stopped_run_ends_its_process_and_its_children(account: Account) -> None:
    script = """
        import subprocess, sys, time
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        print(child.pid)
        time.sleep(60)
    """
    make_job(account, script)
    run_id = account.glue.start_job_run(JobName="job")["JobRunId"]

    def child() -> int | None:
        try:
            return int(lines(account, "/aws-glue/jobs/output", {"Id": run_id})[0])
        except (ClientError, IndexError):
            return None

    pid = wait_for(child)
    account.glue.batch_stop_job_run(JobName="job", JobRunIds=[run_id])
    assert end_of(account, run_id)["JobRunState"] == "STOPPED"
    wait_for(lambda: not is_alive(pid), what="the end of the job's child")


def test_stopping_what_does_not_run_is_reported_per_run(account: Account) -> None:
    make_job(account, "print(1)")
    run = run_to_end(account)
    answer = account.glue.batch_stop_job_run(JobName="job", JobRunIds=[run["Id"], "jr_none"])
    codes = {error["JobRunId"]: error["ErrorDetail"]["ErrorCode"] for error in answer["Errors"]}
    assert codes == {run["Id"]: "InvalidInputException", "jr_none": "EntityNotFoundException"}


def test_a_process_over_its_deadline_is_ended() -> None:
    # Through the API a time-out is at least a minute; the watcher takes seconds.
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(command, text=True, start_new_session=True) as process:
        log = JobLog(client=None, kind="glueetl", group="", stream="")
        result = watch(process, log, deadline=time.monotonic() + 0.2, is_stopped=lambda: False)
    assert result is not None
    assert result.outcome == "TIMEOUT"
    assert process.returncode == -signal.SIGTERM


def test_an_unknown_job_and_an_unknown_kind_are_refused(account: Account) -> None:
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        account.glue.start_job_run(JobName="nothing")
    make_job(account, "print(1)", kind="gluestreaming")
    with pytest.raises(ClientError, match="InvalidInputException"):
        account.glue.start_job_run(JobName="job")


def test_the_limit_survives_an_update_of_the_job(account: Account) -> None:
    make_job(account, "import time; time.sleep(20)", ExecutionProperty={"MaxConcurrentRuns": 1})
    account.glue.update_job(JobName="job", JobUpdate={"ExecutionProperty": {"MaxConcurrentRuns": 2}})
    assert account.glue.get_job(JobName="job")["Job"]["ExecutionProperty"] == {"MaxConcurrentRuns": 2}
    runs = [account.glue.start_job_run(JobName="job")["JobRunId"] for _ in range(2)]
    account.glue.batch_stop_job_run(JobName="job", JobRunIds=runs)
    assert {end_of(account, run)["JobRunState"] for run in runs} == {"STOPPED"}
