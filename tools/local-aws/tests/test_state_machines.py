"""State machines run as deployed: integrations as the SDK sees them, JSONata, retries, time-outs, logs, metrics."""

import json
import threading
import time
from typing import Any

import pytest

from conftest import Account, wait_for
from pos_local_aws.hooks import glue_ends, glue_jobs
from pos_local_aws.hooks.glue_process import Result
from pos_local_aws.hooks.retries import delay
from state_machines import end_of, glue_job, glue_task, machine, output, run, start


def test_a_glue_task_waits_for_the_job_and_gives_its_run(account: Account) -> None:
    glue_job(account, "import sys; print(sys.argv)")
    result = output(run(account, {"Run": glue_task(End=True)}, {"key": "value"}))
    assert result["JobRunState"] == "SUCCEEDED"
    assert result["Arguments"]["--key"] == "value"
    assert isinstance(result["StartedOn"], int)


def test_a_task_hears_of_its_jobs_end_without_asking() -> None:
    run: dict[str, Any] = {"Id": "jr_told", "StartedOn": 0}
    glue_ends.expect(run["Id"])
    began = time.monotonic()
    threading.Timer(0.1, glue_jobs._finish, (run, Result(outcome="SUCCEEDED"))).start()
    assert glue_ends.await_end("jr_told", 60)
    assert time.monotonic() - began < 30
    assert run["JobRunState"] == "SUCCEEDED"


def test_a_failing_job_fails_the_task_with_the_run_as_its_cause_and_is_caught(account: Account) -> None:
    glue_job(account, "raise ValueError('no such store')")
    caught = {"ErrorEquals": ["States.TaskFailed"], "Next": "Told", "Output": "{% $states.errorOutput %}"}
    states = {
        "Run": glue_task(Catch=[caught], End=True),
        "Told": {"Type": "Pass", "Output": "{% $parse($states.input.Cause).ErrorMessage %}", "End": True},
    }
    assert output(run(account, states, {"key": "x"})) == "ValueError: no such store"


def test_a_busy_job_is_retried_on_glues_own_error(account: Account) -> None:
    glue_job(account, "import time; time.sleep(1)", ExecutionProperty={"MaxConcurrentRuns": 1})
    account.glue.start_job_run(JobName="job")
    retry = {
        "ErrorEquals": ["Glue.ConcurrentRunsExceededException"],
        "IntervalSeconds": 1,
        "MaxAttempts": 9,
        "BackoffRate": 1,
    }
    assert output(run(account, {"Run": glue_task(Retry=[retry], End=True)}, {"key": "x"}))["JobRunState"] == "SUCCEEDED"
    assert len(account.glue.get_job_runs(JobName="job")["JobRuns"]) == 2


def test_stopping_an_execution_stops_its_job(account: Account) -> None:
    glue_job(account, "import time; time.sleep(60)")
    execution = start(account, machine(account, {"Run": glue_task(End=True)}), {"key": "x"})
    glue = account.glue
    runs = wait_for(lambda: glue.get_job_runs(JobName="job")["JobRuns"])
    account.stepfunctions.stop_execution(executionArn=execution, cause="enough")
    assert end_of(account, execution)["status"] == "ABORTED"
    stopped = lambda: glue.get_job_run(JobName="job", RunId=runs[0]["Id"])["JobRun"]["JobRunState"] == "STOPPED"  # noqa: E731
    wait_for(stopped, what="the end of the job")


def test_a_tasks_timeout_stops_its_job_and_is_caught(account: Account) -> None:
    glue_job(account, "import time; time.sleep(60)")
    caught = {"ErrorEquals": ["States.Timeout"], "Next": "Late"}
    states = {
        "Run": glue_task(TimeoutSeconds=1, Catch=[caught], End=True),
        "Late": {"Type": "Pass", "Output": "late", "End": True},
    }
    assert output(run(account, states, {"key": "x"})) == "late"
    glue = account.glue
    wait_for(lambda: glue.get_job_runs(JobName="job")["JobRuns"][0]["JobRunState"] == "STOPPED")


def test_the_machines_timeout_ends_the_execution(account: Account) -> None:
    result = run(account, {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}, TimeoutSeconds=1)
    assert result["status"] == "TIMED_OUT"


def test_an_object_is_read_from_s3_and_chosen_on(account: Account) -> None:
    bucket = account.bucket(f"results-{account.id}")
    account.s3.put_object(Bucket=bucket, Key="summary.json", Body=b'{"files": {"valid": 2}}')
    states = {
        "Read": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
            "Arguments": {"Bucket": "{% $states.input.bucket %}", "Key": "summary.json"},
            "Assign": {"summary": "{% $parse($states.result.Body) %}"},
            "Output": "{% $states.input %}",
            "Next": "Any",
        },
        "Any": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $summary.files.valid > 0 %}", "Next": "Load"}],
            "Default": "None",
        },
        "Load": {
            "Type": "Succeed",
            "Output": {"valid": "{% $summary.files.valid %}", "bucket": "{% $states.input.bucket %}"},
        },
        "None": {"Type": "Fail", "Error": "NoValidFiles", "Cause": "{% 'none of ' & $string($summary.files.valid) %}"},
    }
    assert output(run(account, states, {"bucket": bucket})) == {"valid": 2, "bucket": bucket}


def test_a_fail_state_evaluates_its_cause(account: Account) -> None:
    states = {"End": {"Type": "Fail", "Error": "NoValidFiles", "Cause": "{% $states.input.why %}"}}
    result = run(account, states, {"why": "all rejected"})
    assert (result["status"], result["error"], result["cause"]) == ("FAILED", "NoValidFiles", "all rejected")


def test_a_service_error_has_the_services_name(account: Account) -> None:
    bucket = account.bucket(f"results-{account.id}")
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
        "Arguments": {"Bucket": bucket, "Key": "missing"},
        "End": True,
    }
    result = run(account, {"Read": task})
    assert result["error"] == "S3.NoSuchKeyException"


def test_a_wrong_parameter_fails_instead_of_being_ignored(account: Account) -> None:
    task = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:getObject", "Arguments": {"Bukket": "x"}}
    result = run(account, {"Read": {**task, "End": True}})
    assert result["error"] == "States.Runtime"
    assert "Bukket" in result["cause"]


def test_an_undefined_jsonata_result_fails(account: Account) -> None:
    result = run(account, {"Pass": {"Type": "Pass", "Output": "{% $states.input.missing %}", "End": True}})
    assert result["error"] == "States.QueryEvaluationError"


def test_a_jsonpath_that_selects_nothing_fails(account: Account) -> None:
    states = {"Pass": {"Type": "Pass", "Parameters": {"x.$": "$.missing"}, "End": True}}
    assert run(account, states, language="JSONPath")["error"] == "States.ParameterPathFailure"


def test_a_choice_on_a_missing_jsonpath_fails(account: Account) -> None:
    states = {
        "Choose": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.missing", "NumericGreaterThan": 1, "Next": "End"}],
            "Default": "End",
        },
        "End": {"Type": "Succeed"},
    }
    assert run(account, states, language="JSONPath")["error"] == "States.Runtime"


def test_a_result_over_the_payload_limit_ends_the_execution_past_every_catch(account: Account) -> None:
    bucket = account.bucket(f"results-{account.id}")
    account.s3.put_object(Bucket=bucket, Key="big", Body=b"x" * 300_000)
    states = {
        "Read": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
            "Arguments": {"Bucket": bucket, "Key": "big"},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
            "End": True,
        },
        "Caught": {"Type": "Succeed"},
    }
    assert run(account, states)["error"] == "States.DataLimitExceeded"


def test_a_message_is_published_as_json(account: Account) -> None:
    topic = account.sns.create_topic(Name="alerts")["TopicArn"]
    queue = account.sqs.create_queue(QueueName="inbox")["QueueUrl"]
    arn = account.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    account.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    publish = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sns:publish",
        "Arguments": {"TopicArn": topic, "Subject": "failed", "Message": {"run": "{% $states.input.run %}"}},
        "End": True,
    }
    assert "MessageId" in output(run(account, {"Tell": publish}, {"run": "r1"}))
    sqs = account.sqs
    messages = wait_for(lambda: sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages"))
    assert json.loads(messages[0]["Body"]) == {"run": "r1"}


def test_parallel_branches_speak_jsonata(account: Account) -> None:
    branch = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Output": "{% $states.input.n + 1 %}", "End": True}}}
    states = {
        "Both": {
            "Type": "Parallel",
            "Arguments": {"n": "{% $states.input.n * 10 %}"},
            "Branches": [branch, branch],
            "Output": "{% $sum($states.result) %}",
            "End": True,
        }
    }
    assert output(run(account, states, {"n": 2})) == 42


@pytest.mark.parametrize("mode", ["INLINE", "DISTRIBUTED"])
def test_map_runs_an_iteration_per_item(account: Account, mode: str) -> None:
    states = {
        "Each": {
            "Type": "Map",
            "Items": "{% $states.input.items %}",
            "MaxConcurrency": 2,
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": mode, "ExecutionType": "STANDARD"},
                "StartAt": "Double",
                "States": {"Double": {"Type": "Pass", "Output": "{% $states.input * 2 %}", "End": True}},
            },
            "End": True,
        }
    }
    assert output(run(account, states, {"items": [1, 2, 3]})) == [2, 4, 6]


def test_what_a_map_cannot_do_here_fails(account: Account) -> None:
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "StartAt": "P", "States": {"P": {"Type": "Succeed"}}}
    states = {"Each": {"Type": "Map", "ItemReader": {}, "ItemProcessor": processor, "End": True}}
    assert "knows no ItemReader" in run(account, states)["cause"]


@pytest.mark.parametrize(
    ("retrier", "attempt", "seconds"),
    [
        ({"IntervalSeconds": 2, "BackoffRate": 3}, 0, 2),
        ({"IntervalSeconds": 2, "BackoffRate": 3}, 2, 18),
        ({"IntervalSeconds": 30, "BackoffRate": 2}, 3, 240),
        ({"IntervalSeconds": 30, "BackoffRate": 2, "MaxDelaySeconds": 100}, 3, 100),
        ({}, 1, 2),
    ],
)
def test_retries_wait_as_declared(retrier: dict[str, Any], attempt: int, seconds: float) -> None:
    assert delay(retrier, attempt=attempt) == seconds


def test_full_jitter_draws_from_zero_to_the_capped_delay() -> None:
    retrier = {"IntervalSeconds": 60, "MaxDelaySeconds": 90, "JitterStrategy": "FULL"}
    assert delay(retrier, attempt=2, uniform=lambda low, high: (low + high) / 2) == 45


def test_a_capped_delay_is_what_is_slept(account: Account) -> None:
    retry = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 30, "MaxDelaySeconds": 1, "MaxAttempts": 2}
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
        "Arguments": {"Bucket": "missing-bucket", "Key": "x"},
        "Retry": [retry],
        "End": True,
    }
    began = time.monotonic()
    assert run(account, {"Read": task})["error"] == "S3.NoSuchBucketException"
    assert 2 <= time.monotonic() - began < 6
