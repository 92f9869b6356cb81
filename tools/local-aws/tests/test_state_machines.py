"""State machines run as deployed: integrations as the SDK sees them, JSONata, retries, time-outs, logs, metrics."""

import json
import textwrap
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from conftest import Account, wait_for
from pos_local_aws.hooks.retries import delay


def machine(account: Account, states: dict[str, Any], *, language: str = "JSONata", **options: Any) -> str:
    definition = {"QueryLanguage": language, "StartAt": next(iter(states)), "States": states, **options}
    arn: str = account.stepfunctions.create_state_machine(
        name="machine", definition=json.dumps(definition), roleArn=account.role()
    )["stateMachineArn"]
    return arn


def start(account: Account, arn: str, given: Any = None, **options: Any) -> str:
    execution: str = account.stepfunctions.start_execution(
        stateMachineArn=arn, input=json.dumps({} if given is None else given), **options
    )["executionArn"]
    return execution


def end_of(account: Account, execution: str, *, seconds: float = 20) -> dict[str, Any]:
    client = account.stepfunctions

    def look() -> dict[str, Any] | None:
        found: dict[str, Any] = client.describe_execution(executionArn=execution)
        return found if found["status"] != "RUNNING" else None

    return wait_for(look, seconds=seconds, what="the end of the execution")


def run(account: Account, states: dict[str, Any], given: Any = None, **options: Any) -> dict[str, Any]:
    return end_of(account, start(account, machine(account, states, **options), given))


def output(result: dict[str, Any]) -> Any:
    assert result["status"] == "SUCCEEDED", (result.get("error"), result.get("cause"))
    return json.loads(result["output"])


def glue_job(account: Account, script: str, **options: Any) -> str:
    bucket = account.bucket(f"scripts-{account.id}")
    account.s3.put_object(Bucket=bucket, Key="main.py", Body=textwrap.dedent(script).encode())
    account.glue.create_job(
        Name="job",
        Role=account.role(),
        Command={"Name": "glueetl", "ScriptLocation": f"s3://{bucket}/main.py"},
        **options,
    )
    return "job"


def glue_task(**more: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::glue:startJobRun.sync",
        "Arguments": {"JobName": "job", "Arguments": {"--key": "{% $states.input.key %}"}},
        **more,
    }


def test_a_glue_task_waits_for_the_job_and_gives_its_run(account: Account) -> None:
    glue_job(account, "import sys; print(sys.argv)")
    result = output(run(account, {"Run": glue_task(End=True)}, {"key": "value"}))
    assert result["JobRunState"] == "SUCCEEDED"
    assert result["Arguments"]["--key"] == "value"
    assert isinstance(result["StartedOn"], int)


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


def test_starting_the_same_execution_again_is_one_start(account: Account) -> None:
    arn = machine(account, {"Wait": {"Type": "Wait", "Seconds": 2, "End": True}})
    first = start(account, arn, {"run": 1}, name="r1")
    assert start(account, arn, {"run": 1}, name="r1") == first
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        start(account, arn, {"run": 2}, name="r1")
    end_of(account, first)
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        start(account, arn, {"run": 1}, name="r1")


@pytest.mark.parametrize(
    ("name", "code"), [("a:b", "InvalidName"), ("with space", "InvalidName"), ("x" * 81, "ValidationException")]
)
def test_a_name_that_aws_refuses_is_refused(account: Account, name: str, code: str) -> None:
    arn = machine(account, {"End": {"Type": "Succeed"}})
    with pytest.raises(ClientError, match=code):
        start(account, arn, name=name)


def test_executions_are_counted(account: Account) -> None:
    arn = machine(account, {"End": {"Type": "Fail", "Error": "x", "Cause": "y"}})
    end_of(account, start(account, arn))
    cloudwatch = account.cloudwatch
    dimension = {"Name": "StateMachineArn", "Value": arn}
    found = cloudwatch.list_metrics(Namespace="AWS/States", Dimensions=[dimension])["Metrics"]
    assert {"ExecutionsStarted", "ExecutionsFailed", "ExecutionTime"} <= {metric["MetricName"] for metric in found}


@pytest.mark.parametrize(
    ("level", "types"),
    [("ALL", {"ExecutionStarted", "FailStateEntered", "ExecutionFailed"}), ("ERROR", {"ExecutionFailed"})],
)
def test_history_is_delivered_to_the_log_group(account: Account, level: str, types: set[str]) -> None:
    account.logs.create_log_group(logGroupName="/aws/vendedlogs/states/machine")
    group = f"arn:aws:logs:us-east-1:{account.id}:log-group:/aws/vendedlogs/states/machine:*"
    states = {"End": {"Type": "Fail", "Error": "x", "Cause": "y"}}
    arn = account.stepfunctions.create_state_machine(
        name="machine",
        definition=json.dumps({"StartAt": "End", "States": states}),
        roleArn=account.role(),
        loggingConfiguration={
            "level": level,
            "includeExecutionData": True,
            "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}],
        },
    )["stateMachineArn"]
    execution = start(account, arn)
    end_of(account, execution)
    logs = account.logs
    events = wait_for(
        lambda: logs.filter_log_events(logGroupName="/aws/vendedlogs/states/machine")["events"], what="the log"
    )
    found = [json.loads(event["message"]) for event in events]
    assert {event["type"] for event in found} == types
    assert {event["execution_arn"] for event in found} == {execution}
