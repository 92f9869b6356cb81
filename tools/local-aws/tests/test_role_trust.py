"""With IAM, a service gets a role only if the role's trust policy lets it: by name, for this account and resource."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from conftest import Account, Server, new_account, wait_for


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(data=tmp_path_factory.mktemp("data"), iam=True).start()
    yield running
    running.stop()


@pytest.fixture
def account(guarded: Server) -> Account:
    return new_account(guarded)


def make_role(account: Account, service: str, *actions: str, **condition: Any) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    if condition:
        trust["Condition"] = condition
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    arn: str = account.iam.create_role(RoleName="worker", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    rights = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [rights]})
    account.iam.put_role_policy(RoleName="worker", PolicyName="rights", PolicyDocument=policy)
    return arn


def run_job(account: Account, role: str) -> tuple[str, str | None]:
    bucket = account.bucket(f"scripts-{account.id}")
    account.s3.put_object(Bucket=bucket, Key="main.py", Body=b"print('ran')")
    command = {"Name": "glueetl", "ScriptLocation": f"s3://{bucket}/main.py"}
    account.glue.create_job(Name="job", Role=role, Command=command)
    glue = account.glue
    run_id = glue.start_job_run(JobName="job")["JobRunId"]

    def look() -> dict[str, Any] | None:
        run: dict[str, Any] = glue.get_job_run(JobName="job", RunId=run_id)["JobRun"]
        return run if run["JobRunState"] in ("SUCCEEDED", "FAILED") else None

    run = wait_for(look, what="the end of the run")
    return run["JobRunState"], run.get("ErrorMessage")


GLUE = ("glue.amazonaws.com", "s3:GetObject", "logs:*")


def test_a_job_gets_a_role_that_trusts_glue_for_this_account(account: Account) -> None:
    job = f"arn:aws:glue:us-east-1:{account.id}:job/job"
    condition = {"StringEquals": {"aws:SourceAccount": account.id}, "ArnLike": {"aws:SourceArn": job}}
    assert run_job(account, make_role(account, *GLUE, **condition)) == ("SUCCEEDED", None)


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:SourceAccount": "999999999999"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:glue:us-east-1:*:job/other"}},
    ],
    ids=["account", "job"],
)
def test_a_job_is_refused_a_role_for_others(account: Account, condition: dict[str, Any]) -> None:
    state, message = run_job(account, make_role(account, *GLUE, **condition))
    job = f"arn:aws:glue:us-east-1:{account.id}:job/job"
    sentence = f"The trust policy of role worker does not let glue.amazonaws.com assume it for {job}."
    assert (state, message) == ("FAILED", sentence)


def test_a_job_is_refused_a_role_of_another_service(account: Account) -> None:
    state, message = run_job(account, make_role(account, "lambda.amazonaws.com", *GLUE[1:]))
    assert state == "FAILED"
    assert "does not let glue.amazonaws.com assume it" in (message or "")


@pytest.mark.parametrize(("machine", "status"), [("trusted", "SUCCEEDED"), ("other", "FAILED")])
def test_a_state_machine_gets_a_role_that_trusts_it_alone(account: Account, machine: str, status: str) -> None:
    trusted = f"arn:aws:states:us-east-1:{account.id}:stateMachine:trusted"
    role = make_role(account, "states.amazonaws.com", "sqs:ListQueues", ArnLike={"aws:SourceArn": trusted})
    task = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sqs:listQueues", "Arguments": {}, "End": True}
    definition = {"QueryLanguage": "JSONata", "StartAt": "List", "States": {"List": task}}
    sfn = account.stepfunctions
    arn = sfn.create_state_machine(name=machine, definition=json.dumps(definition), roleArn=role)["stateMachineArn"]
    execution = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    look = lambda: sfn.describe_execution(executionArn=execution)  # noqa: E731
    ended = wait_for(lambda: found if (found := look())["status"] != "RUNNING" else None)
    assert ended["status"] == status
    if status == "FAILED":
        assert ended["error"] == "Sqs.AccessDeniedException"
        assert "The trust policy of role worker does not let states.amazonaws.com assume it" in ended["cause"]
