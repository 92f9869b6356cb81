"""What was there before a stop, or a crash, is there afterwards."""

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

import tiny_stack
from conftest import Account, Server, free_port, is_alive, wait_for
from pos_local_aws.hooks.persistence import commit, may_change, recover
from test_chain import deployed, executions
from test_state_machines import end_of, glue_job, glue_task, machine, start


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Account]:
    """An account on a server that the test may stop and start."""
    server = Server(data=tmp_path / "data").start()
    yield Account(server, "000000000000")
    if server.process is not None:
        server.stop()


def restart(account: Account, *, number: int = signal.SIGTERM) -> None:
    account.server.stop(number)
    account.server.start()


def save(account: Account) -> None:
    """Wait until a snapshot holds everything so far."""
    command = ["curl", "-sf", "-XPOST", f"{account.server.endpoint}/_pos/snapshot"]
    subprocess.run(command, check=True, capture_output=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_objects_and_their_versions_survive(own: Account, number: int) -> None:
    bucket = own.bucket("versioned")
    own.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    key = "folder/naïve name+1.csv"
    versions = [own.s3.put_object(Bucket=bucket, Key=key, Body=text)["VersionId"] for text in (b"one", b"two")]
    own.s3.put_object(Bucket=bucket, Key="gone", Body=b"x")
    own.s3.delete_object(Bucket=bucket, Key="gone")
    own.s3.put_object(Bucket=bucket, Key="purged", Body=b"x")
    purged = own.s3.head_object(Bucket=bucket, Key="purged")["VersionId"]
    own.s3.delete_object(Bucket=bucket, Key="purged", VersionId=purged)
    save(own)
    restart(own, number=number)
    bodies = [own.s3.get_object(Bucket=bucket, Key=key, VersionId=found)["Body"].read() for found in versions]
    assert bodies == [b"one", b"two"]
    assert own.s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"two"
    listing = own.s3.list_object_versions(Bucket=bucket)
    assert {(found["Key"], found["VersionId"]) for found in listing["Versions"] if found["Key"] == key} == {
        (key, found) for found in versions
    }
    assert [found["Key"] for found in listing["DeleteMarkers"]] == ["gone"]
    assert "purged" not in {found["Key"] for found in listing["Versions"]}
    assert own.s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    with pytest.raises(ClientError, match="NoSuchKey"):
        own.s3.get_object(Bucket=bucket, Key="gone")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_deployed_stack_works_on_after_a_restart(own: Account, tmp_path: Path, number: int) -> None:
    assembly = tiny_stack.write_assembly(tmp_path / "cdk.out")
    outputs = deployed(own, assembly)["outputs"]
    own.s3.put_object(Bucket=outputs["SourceBucketName"], Key="incoming/a.csv", Body=b"1")
    [before] = executions(own, outputs)
    save(own)
    restart(own, number=number)
    again = deployed(own, assembly)
    assert (again["status"], again["outputs"]) == ("UNCHANGED", outputs)
    own.s3.put_object(Bucket=outputs["SourceBucketName"], Key="incoming/b.csv", Body=b"2")
    runs = executions(own, outputs, count=2)
    assert [run["status"] for run in runs] == ["SUCCEEDED", "SUCCEEDED"]
    assert before["executionArn"] in {run["executionArn"] for run in runs}
    jobs = own.glue.get_jobs()["Jobs"]
    assert len(own.glue.get_job_runs(JobName=jobs[0]["Name"])["JobRuns"]) == 2


def test_the_port_may_change(own: Account, tmp_path: Path) -> None:
    assembly = tiny_stack.write_assembly(tmp_path / "cdk.out")
    outputs = deployed(own, assembly)["outputs"]
    own.server.stop()
    own.server.port = free_port()
    own.server.start()
    outputs = deployed(own, assembly)["outputs"]
    assert f":{own.server.port}/" in outputs["QueueUrl"]
    own.sqs.send_message(QueueUrl=outputs["DeadLetterQueueUrl"], MessageBody="x")
    own.s3.put_object(Bucket=outputs["SourceBucketName"], Key="incoming/b.csv", Body=b"2")
    assert [run["status"] for run in executions(own, outputs)] == ["SUCCEEDED"]


def test_waiting_messages_survive(own: Account) -> None:
    url = own.sqs.create_queue(QueueName="inbox")["QueueUrl"]
    own.sqs.send_message(QueueUrl=url, MessageBody="hello")
    restart(own)
    assert own.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=2)["Messages"][0]["Body"] == "hello"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_execution_is_run_again_and_its_job_does_not_live_on(own: Account, number: int) -> None:
    script = """
        import os, pathlib, sys, time
        first = pathlib.Path(sys.argv[sys.argv.index("--key") + 1])
        if not first.exists():
            first.write_text(str(os.getpid()))
            time.sleep(60)
    """
    glue_job(own, script)
    marker = own.server.data / "first-run"
    execution = start(own, machine(own, {"Run": glue_task(End=True)}), {"key": str(marker)})
    pid = int(wait_for(lambda: marker.exists() and marker.read_text()))
    save(own)
    restart(own, number=number)
    assert end_of(own, execution)["status"] == "SUCCEEDED"
    wait_for(lambda: not is_alive(pid), what="the end of the first job process")
    runs: list[dict[str, Any]] = own.glue.get_job_runs(JobName="job")["JobRuns"]
    assert sorted(run["JobRunState"] for run in runs) == ["STOPPED", "SUCCEEDED"]
    history = own.stepfunctions.get_execution_history(executionArn=execution)["events"]
    assert "ExecutionRedriven" in {event["type"] for event in history}


@pytest.mark.parametrize(("status", "then"), [("CREATE_IN_PROGRESS", "CREATED"), ("UPDATE_IN_PROGRESS", "UNCHANGED")])
def test_a_deployment_that_a_stop_cut_off_is_healed_by_the_next(
    own: Account, tmp_path: Path, status: str, then: str
) -> None:
    assembly = tiny_stack.write_assembly(tmp_path / "cdk.out")
    deployed(own, assembly)
    own.server.stop()
    state = own.server.data / "state" / "cloudformation.json"
    text = state.read_text()
    assert text.count('"StackStatus": "CREATE_COMPLETE"') == 1
    state.write_text(text.replace('"StackStatus": "CREATE_COMPLETE"', f'"StackStatus": "{status}"'))
    own.server.start()
    again = deployed(own, assembly)
    assert again["status"] == then
    own.s3.put_object(Bucket=again["outputs"]["SourceBucketName"], Key="incoming/b.csv", Body=b"2")
    assert [run["status"] for run in executions(own, again["outputs"])] == ["SUCCEEDED"]


def test_a_second_server_on_the_same_data_is_refused(own: Account) -> None:
    other = Server(data=own.server.data)
    with pytest.raises(AssertionError, match="another local AWS uses the data folder"):
        other.start()


def test_a_port_in_use_is_refused_in_one_line(own: Account, tmp_path: Path) -> None:
    other = Server(data=tmp_path / "other", port=own.server.port)
    with pytest.raises(AssertionError, match=f"port {own.server.port} on 127.0.0.1 cannot be opened"):
        other.start()


@pytest.mark.parametrize(
    ("method", "target", "changes"),
    [
        ("GET", "", False),
        ("PUT", "", True),
        ("POST", "AWSGlue.GetJobRun", False),
        ("POST", "AWSStepFunctions.DescribeExecution", False),
        ("POST", "AWSGlue.StartJobRun", True),
        ("POST", "AmazonSQS.ReceiveMessage", True),
    ],
)
def test_only_what_may_change_state_asks_for_a_snapshot(method: str, target: str, changes: bool) -> None:
    scope = {"type": "http", "method": method, "headers": [(b"x-amz-target", target.encode())]}
    assert may_change(scope) is changes


def test_a_snapshot_takes_effect_as_a_whole(tmp_path: Path) -> None:
    commit(tmp_path, {"a.json": "1", "b.json": "1"})
    # A crash before the commit record: new files lie about.
    (tmp_path / "a.json.new").write_text("2")
    recover(tmp_path)
    assert (tmp_path / "a.json").read_text() == "1"
    # A crash after it, with one file renamed and one not.
    (tmp_path / "commit.json").write_text(json.dumps(["a.json", "b.json"]))
    (tmp_path / "a.json").write_text("3")
    (tmp_path / "b.json.new").write_text("3")
    recover(tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.json": "3", "b.json": "3"}
