"""State machines of the tests: made, started and followed to their end."""

import json
import textwrap
from typing import Any

from conftest import Account, wait_for


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
