"""What Step Functions allows an execution, each limit with the page of AWS that has it."""

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from conftest import Account, wait_for
from test_state_machines import end_of, glue_job, glue_task, machine, run, start


def history(account: Account, execution: str) -> list[dict[str, Any]]:
    pages = account.stepfunctions.get_paginator("get_execution_history").paginate(executionArn=execution)
    return [event for page in pages for event in page["events"]]


def map_over(items: str, states: dict[str, Any], **more: Any) -> dict[str, Any]:
    processor = {"StartAt": next(iter(states)), "States": states}
    return {"Type": "Map", "Items": f"{{% {items} %}}", "ItemProcessor": processor, "Output": "done", **more}


def test_a_history_has_25000_events_and_the_last_is_the_failure(account: Account) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html"""
    # Four events an iteration: the first Map fits, the second begins. No error of the service's own is caught.
    passes = {"Pass": {"Type": "Pass", "End": True}}
    caught = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    states = {
        "Fits": map_over("[1..6000]", passes, MaxConcurrency=4, Next="Exceeds"),
        "Exceeds": map_over("[1..1000]", passes, MaxConcurrency=4, Catch=caught, End=True),
        "Caught": {"Type": "Pass", "End": True},
    }
    execution = start(account, machine(account, states))
    ended = end_of(account, execution, seconds=60)
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Runtime")
    assert ended["cause"] == "The execution reached the maximum number of history events (25000)."
    events = history(account, execution)
    assert [event["id"] for event in events] == list(range(1, 25_001))
    assert events[-1]["type"] == "ExecutionFailed"


def test_a_page_of_history_has_a_thousand_events_at_most(account: Account) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html"""
    client = account.stepfunctions
    passes = {"Pass": {"Type": "Pass", "End": True}}
    execution = start(account, machine(account, {"Map": map_over("[1..300]", passes, End=True)}))
    end_of(account, execution)
    with pytest.raises(ClientError, match="ValidationException"):
        client.get_execution_history(executionArn=execution, maxResults=1001)
    page = client.get_execution_history(executionArn=execution, maxResults=1000, reverseOrder=True)
    assert len(page["events"]) == 1000
    assert page["events"][0]["type"] == "ExecutionSucceeded"
    rest = client.get_execution_history(
        executionArn=execution, maxResults=1000, reverseOrder=True, nextToken=page["nextToken"]
    )
    assert rest["events"][-1]["type"] == "ExecutionStarted"


def test_iterations_have_their_states_and_tasks_in_the_history(account: Account) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html"""
    glue_job(account, "print()")
    task = glue_task(Arguments={"JobName": "job"}, End=True)
    execution = start(account, machine(account, {"Map": map_over("[7]", {"Job": task}, End=True)}))
    end_of(account, execution)
    assert [event["type"] for event in history(account, execution)] == [
        "ExecutionStarted",
        "MapStateEntered",
        "MapStateStarted",
        "MapIterationStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
        "TaskSucceeded",
        "TaskStateExited",
        "MapIterationSucceeded",
        "MapStateSucceeded",
        "MapStateExited",
        "ExecutionSucceeded",
    ]


def test_a_failing_iteration_stops_the_others_and_their_jobs(account: Account) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html"""
    script = """
        import sys, time
        if "bad" in sys.argv:
            time.sleep(2)
            raise ValueError("no such shard")
        time.sleep(60)
    """
    glue_job(account, script, ExecutionProperty={"MaxConcurrentRuns": 3})
    task = glue_task(Arguments={"JobName": "job", "Arguments": {"--key": "{% $states.input %}"}}, End=True)
    began = time.monotonic()
    ended = run(account, {"Map": map_over('["good", "bad", "fine"]', {"Job": task}, End=True)})
    assert time.monotonic() - began < 30
    assert ended["status"] == "FAILED"
    assert "no such shard" in ended["cause"]
    glue = account.glue

    def states() -> list[str] | None:
        found = sorted(item["JobRunState"] for item in glue.get_job_runs(JobName="job")["JobRuns"])
        return found if "RUNNING" not in found and "STOPPING" not in found else None

    assert wait_for(states, what="the end of the jobs") == ["FAILED", "STOPPED", "STOPPED"]


def test_a_name_is_taken_once_its_execution_has_ended_also_by_the_same_input(account: Account) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html"""
    arn = machine(account, {"Wait": {"Type": "Wait", "Seconds": 2, "End": True}})
    first = start(account, arn, {"a": 1}, name="run")
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        start(account, arn, {"a": 2}, name="run")
    assert start(account, arn, {"a": 1}, name="run") == first
    end_of(account, first)
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        start(account, arn, {"a": 1}, name="run")


def text_of(length: int) -> str:
    """A JSONata expression of a text of so many characters."""
    return f"$pad('', {length}, 'x')"


@pytest.mark.parametrize("field", ["Output", "Assign"])
def test_what_a_state_hands_on_has_256_kibibytes_at_most(account: Account, field: str) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""
    value: Any = f"{{% {text_of(262_145)} %}}"
    state = {"Type": "Pass", field: {"large": value} if field == "Assign" else value, "End": True}
    ended = run(account, {"Pass": state})
    assert (ended["status"], ended["error"]) == ("FAILED", "States.DataLimitExceeded")


@pytest.mark.parametrize(("error", "cause"), [(257, 10), (10, 32_769)])
def test_a_failure_says_no_more_than_it_may(account: Account, error: int, cause: int) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_ExecutionFailedEventDetails.html"""
    fail = {"Type": "Fail", "Error": f"{{% {text_of(error)} %}}", "Cause": f"{{% {text_of(cause)} %}}"}
    ended = run(account, {"Fail": fail})
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Runtime")
