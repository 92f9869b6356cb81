"""The whole chain of a small stack, deployed by the command line, with and without IAM."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tiny_stack
from conftest import ROOT, Account, Server, wait_for


def deploy(account: Account, assembly: Path, *, stack: str = tiny_stack.NAME) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pos_local_aws", "deploy", "--endpoint", account.server.endpoint]
    # A developer's own settings, which must not matter.
    foreign = {"AWS_PROFILE": "theirs", "AWS_ACCESS_KEY_ID": "AKIATHEIRS", "AWS_REGION": "eu-north-1"}
    env = {**os.environ, **foreign, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(
        [*command, "--account", account.id, "--assembly", str(assembly), "--stack", stack, "--json"],
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def deployed(account: Account, assembly: Path) -> dict[str, Any]:
    done = deploy(account, assembly)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def executions(account: Account, outputs: dict[str, str], *, count: int = 1) -> list[dict[str, Any]]:
    client = account.stepfunctions

    def look() -> list[dict[str, Any]] | None:
        found: list[dict[str, Any]] = client.list_executions(stateMachineArn=outputs["StateMachineArn"])["executions"]
        ended = [execution for execution in found if execution["status"] != "RUNNING"]
        return found if len(ended) == len(found) >= count else None

    return wait_for(look, seconds=40, what="the end of all executions")


@pytest.fixture(scope="module", params=[False, True], ids=["open", "iam"])
def guarded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    # As inside a repository of ES modules, which what lies in the data folder must not become.
    repository = tmp_path_factory.mktemp("repository")
    (repository / "package.json").write_text('{ "type": "module" }')
    running = Server(data=repository / "data", iam=request.param).start()
    yield running
    assert running.stop() == 0


def test_files_become_runs_whose_jobs_read_the_very_versions(guarded: Server, tmp_path: Path) -> None:
    account = Account(guarded, "200000000001")
    result = deployed(account, tiny_stack.write_assembly(tmp_path / "cdk.out", window=2))
    assert result["status"] == "CREATED"
    outputs = result["outputs"]
    source = outputs["SourceBucketName"]
    for number in range(20):
        account.s3.put_object(Bucket=source, Key=f"incoming/store {number}+ü.csv", Body=f"{number}".encode())
    account.s3.put_object(Bucket=source, Key="elsewhere/ignored.csv", Body=b"x")
    client, results = account.stepfunctions, outputs["ResultsBucketName"]
    wait_for(lambda: account.s3.list_objects_v2(Bucket=results)["KeyCount"] == 20, seconds=60, what="the last copy")
    runs = executions(account, outputs)
    assert {run["status"] for run in runs} == {"SUCCEEDED"}
    assert len(runs) < 20  # in batches; how many depends on how fast they came
    described = [client.describe_execution(executionArn=run["executionArn"]) for run in runs]
    assert sum(json.loads(execution["output"])["count"] for execution in described) == 20
    files = [file for execution in described for file in json.loads(json.loads(execution["input"])["files"])]
    heads = {file["key"]: account.s3.head_object(Bucket=source, Key=file["key"]) for file in files}
    assert len(heads) == len(files) == 20
    assert {file["versionId"] for file in files} == {head["VersionId"] for head in heads.values()}
    assert {file["eTag"] for file in files} == {head["ETag"].strip('"') for head in heads.values()}
    assert len({file["sequencer"] for file in files}) == 20
    copied = account.s3.list_objects_v2(Bucket=results)["Contents"]
    assert {item["Key"] for item in copied} == set(heads)


def test_with_iam_a_right_that_the_job_lacks_fails_the_run_and_stands_in_the_log(tmp_path: Path) -> None:
    server = Server(data=tmp_path / "data", iam=True).start()
    try:
        account = Account(server, "200000000002")
        outputs = deployed(account, tiny_stack.write_assembly(tmp_path / "cdk.out", grants=False))["outputs"]
        account.s3.put_object(Bucket=outputs["SourceBucketName"], Key="incoming/a.csv", Body=b"1")
        [run] = executions(account, outputs)
        described = account.stepfunctions.describe_execution(executionArn=run["executionArn"])
        assert (run["status"], described["error"]) == ("FAILED", "CopyFailed")
        calls = [json.loads(line) for line in (server.data / "iam-calls.jsonl").read_text().splitlines()]
    finally:
        server.stop()
    refused = [call for call in calls if call["decision"] != "Allow"]
    assert {(call["action"], call["resource"]) for call in refused} == {
        ("s3:PutObject", f"arn:aws:s3:::{outputs['ResultsBucketName']}/incoming/a.csv")
    }
    assert {call["principal"] for call in calls if call["root"]} == {f"arn:aws:iam::{account.id}:root"}
    written = {call["resource"] for call in calls if call["action"] == "logs:PutLogEvents" and not call["root"]}
    assert written
    assert all(":log-group:/aws-glue/python-jobs/" in arn and ":log-stream:jr_" in arn for arn in written)
    assert {"tiny-local-JobRole" in call["principal"] for call in refused} == {True}
    used = {call["action"] for call in calls if not call["root"] and call["decision"] == "Allow"}
    assert {"glue:StartJobRun", "glue:GetJobRun", "states:StartExecution", "sns:Publish", "s3:GetObject"} <= used


def test_deploying_again_changes_nothing_and_a_change_updates(account: Account, tmp_path: Path) -> None:
    assembly = tiny_stack.write_assembly(tmp_path / "cdk.out")
    first = deployed(account, assembly)
    again = deployed(account, assembly)
    assert (again["status"], again["outputs"]) == ("UNCHANGED", first["outputs"])
    assert again["seconds"] < 2
    changed = deployed(account, tiny_stack.write_assembly(tmp_path / "cdk.out", window=7))
    assert (changed["status"], changed["outputs"]) == ("UPDATED", first["outputs"])
    mapping = account.__getattr__("lambda").list_event_source_mappings()["EventSourceMappings"][0]
    assert mapping["MaximumBatchingWindowInSeconds"] == 7


def test_a_resource_that_cannot_be_made_is_named_and_the_next_deployment_heals(
    account: Account, tmp_path: Path
) -> None:
    assembly = tiny_stack.write_assembly(tmp_path / "cdk.out", max_receives=0)
    failed = deploy(account, assembly)
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1].startswith("error: stack tiny-local")
    assert "Queue (AWS::SQS::Queue): " in failed.stderr
    assert deployed(account, tiny_stack.write_assembly(tmp_path / "cdk.out"))["status"] == "CREATED"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "manifest.json does not exist; synthesize"),
        (lambda folder: (folder / "asset.script.py").unlink(), "asset.script.py does not exist; synthesize"),
    ],
)
def test_a_broken_assembly_is_one_clear_line(account: Account, tmp_path: Path, spoil: Any, words: str) -> None:
    assembly = tiny_stack.write_assembly(tmp_path / "cdk.out")
    spoil(assembly)
    failed = deploy(account, assembly)
    assert failed.returncode == 1
    assert len(failed.stderr.splitlines()) == 1
    assert words in failed.stderr


def test_an_unknown_stack_names_the_known_ones(account: Account, tmp_path: Path) -> None:
    failed = deploy(account, tiny_stack.write_assembly(tmp_path / "cdk.out"), stack="other")
    assert failed.returncode == 1
    assert "has no stack other; it has: tiny-local" in failed.stderr
