"""Faults on purpose strike as they are asked for, and a server that was not started for them knows none."""

import contextlib
import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from conftest import Account, Server, new_account, wait_for


@pytest.fixture(scope="module")
def disturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(data=tmp_path_factory.mktemp("faults"), environ={"POS_LOCAL_AWS_FAULTS": "1"}).start()
    yield running
    running.stop()


def wish(server: Server, **wanted: Any) -> None:
    body = json.dumps(wanted).encode()
    urllib.request.urlopen(urllib.request.Request(f"{server.endpoint}/_pos/faults", body, method="POST")).close()


def rates(server: Server, **wanted: float) -> None:
    wish(server, seed=1, rates=wanted)


def struck(server: Server) -> dict[str, int]:
    with urllib.request.urlopen(f"{server.endpoint}/_pos/faults") as answer:
        found: dict[str, int] = json.load(answer)
        return found


@pytest.fixture
def account(disturbed: Server) -> Iterator[Account]:
    rates(disturbed)
    yield new_account(disturbed)
    rates(disturbed)


def keys(account: Account, bucket: str) -> list[str]:
    rates(account.server)
    return [found["Key"] for found in account.s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def test_a_refused_request_has_no_effect(account: Account) -> None:
    bucket = account.bucket("refused")
    rates(account.server, refuse=1)
    with pytest.raises(ClientError, match="SlowDown"):
        account.s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    with pytest.raises(ClientError, match="ThrottlingException"):
        account.glue.get_job(JobName="any")
    assert struck(account.server)["refuse"] >= 2
    assert keys(account, bucket) == []


def test_a_lost_answer_leaves_its_effect(account: Account) -> None:
    bucket = account.bucket("lost")
    rates(account.server, lose=1)
    with pytest.raises((ClientError, BotoCoreError)):
        account.s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    assert keys(account, bucket) == ["a"]


@pytest.mark.parametrize("size", [0, 1, 100, 3_000_000])
def test_a_cut_body_is_told_from_a_whole_one(account: Account, size: int) -> None:
    bucket = account.bucket(f"cut-{size}")
    account.s3.put_object(Bucket=bucket, Key="a", Body=b"x" * size)
    rates(account.server, cut=1)
    began = time.monotonic()
    with pytest.raises((ClientError, BotoCoreError)):
        account.s3.get_object(Bucket=bucket, Key="a")["Body"].read()
    assert time.monotonic() - began < 5
    rates(account.server)
    assert len(account.s3.get_object(Bucket=bucket, Key="a")["Body"].read()) == size


def test_requests_of_the_test_itself_are_left_alone(account: Account) -> None:
    bucket = account.bucket("steady")
    rates(account.server, refuse=1, lose=1, cut=1)
    s3 = account.s3
    s3.meta.events.register("before-send.s3", lambda request, **_: request.headers.update({"x-pos-steady": "1"}))
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"1"


def test_a_server_that_was_not_started_for_faults_has_none(tmp_path: Path) -> None:
    running: Any = Server(data=tmp_path).start()
    with contextlib.suppress(OSError):
        rates(running, refuse=1)
    try:
        Account(running, "000000000001").bucket("well")
    finally:
        running.stop()


def test_glue_may_have_no_capacity_for_the_next_runs(account: Account) -> None:
    bucket = account.bucket("scripts")
    account.s3.put_object(Bucket=bucket, Key="main.py", Body=b"print('ran')")
    command = {"Name": "glueetl", "ScriptLocation": f"s3://{bucket}/main.py"}
    account.glue.create_job(Name="job", Role=account.role(), Command=command)
    wish(account.server, glueRuns={"job": "job", "message": "Resource unavailable", "times": 2})

    def run() -> tuple[str, str | None]:
        run_id = account.glue.start_job_run(JobName="job")["JobRunId"]
        look = lambda: account.glue.get_job_run(JobName="job", RunId=run_id)["JobRun"]  # noqa: E731
        ended = wait_for(lambda: found if (found := look())["JobRunState"] in ("SUCCEEDED", "FAILED") else None)
        return ended["JobRunState"], ended.get("ErrorMessage")

    assert [run() for _ in range(3)] == [("FAILED", "Resource unavailable")] * 2 + [("SUCCEEDED", None)]
    assert struck(account.server)["glueRuns"] == 2
