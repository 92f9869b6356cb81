"""Python Shell jobs on the local AWS: a good run succeeds, and a failed run's message is the job's own sentence."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from built import SHELL, VALIDATION, Built

from conftest import WORKSPACE, Account, Server, new_account
from glue_python import strict_server
from test_glue_jobs import end_of

RUN = "20250301T060000123Z-0123456789ab"
EVENT_TIME = "2025-03-01T06:00:00.123Z"
SALES = """transaction_id,store_id,product_id,quantity,revenue,discount_applied,timestamp
T1,1,2,1,19.98,,1740800000
T2,1,3,-2,-4.50,0.50,1740800001
"""
PLAN = WORKSPACE / "apps" / "plan" / "dist" / "plan.json"


@pytest.fixture(scope="module")
def glue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from strict_server(tmp_path_factory.mktemp("data"))


class Stage:
    """An account with the jobs, their buckets and one announced file."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.buckets = {
            name: account.bucket(f"{name}-{account.id}") for name in ("source", "rejected", "results", "lake")
        }
        for name in ("source", "rejected"):
            account.s3.put_bucket_versioning(Bucket=self.buckets[name], VersioningConfiguration={"Status": "Enabled"})
        self.code = account.bucket(f"code-{account.id}")
        for name in ("plan.json", "words.json"):
            self.put(name, PLAN.with_name(name).read_bytes())
        results = f"s3://{self.buckets['results']}/"
        common = {"--region": "us-east-1", "--plan": f"{results}plan.json", "library-set": "none", "--stage": "dev"}
        lake = {"--lake": f"s3://{self.buckets['lake']}/"}
        validation = {"--results": results, "--rejected": f"s3://{self.buckets['rejected']}/"}
        self.job("validation", VALIDATION, {**common, **validation})
        self.job("transformation", SHELL, {**common, **lake, "--results": results})
        self.job("maintenance", SHELL, {**common, **lake, "--maintain": "yes"})

    def put(self, key: str, body: bytes, bucket: str = "results") -> dict[str, Any]:
        answer: dict[str, Any] = self.account.s3.put_object(Bucket=self.buckets[bucket], Key=key, Body=body)
        return answer

    def job(self, name: str, bundle: Built, arguments: dict[str, str]) -> None:
        files = [bundle.folder / "main.py", *bundle.wheels]
        uris = {file.name: f"s3://{self.code}/{name}/{file.name}" for file in files}
        for file in files:
            self.account.s3.upload_file(str(file), self.code, f"{name}/{file.name}")
        self.account.glue.create_job(
            Name=name,
            Role=self.account.role(),
            Command={"Name": "pythonshell", "ScriptLocation": uris["main.py"], "PythonVersion": "3.9"},
            MaxCapacity=1.0,
            DefaultArguments={**arguments, "--extra-py-files": ",".join(uris[wheel.name] for wheel in bundle.wheels)},
        )

    def announce(self) -> None:
        key = "incoming/a.csv"
        version = self.put(key, SALES.encode(), "source")["VersionId"]
        file = {"bucket": self.buckets["source"], "key": key, "versionId": version, "size": len(SALES)}
        manifest = {"runId": RUN, "eventTime": EVENT_TIME, "files": [{**file, "eventTime": EVENT_TIME}]}
        self.put(f"runs/{RUN}/manifest.json", json.dumps(manifest).encode())

    def run(self, job: str, **arguments: str) -> dict[str, Any]:
        given = {"--run_id": RUN} if job != "maintenance" else {}
        if job == "validation":
            given["--manifest"] = f"s3://{self.buckets['results']}/runs/{RUN}/manifest.json"
        given |= {f"--{name}": value for name, value in arguments.items()}
        run_id = self.account.glue.start_job_run(JobName=job, Arguments=given)["JobRunId"]
        return end_of(self.account, run_id, job=job, seconds=300)

    def document(self, key: str) -> dict[str, Any]:
        body = self.account.s3.get_object(Bucket=self.buckets["results"], Key=f"runs/{RUN}/{key}")["Body"].read()
        found: dict[str, Any] = json.loads(body)
        return found


@pytest.fixture(scope="module")
def stage(glue: Server) -> Stage:
    return Stage(new_account(glue))


def test_each_job_fails_with_its_own_sentence(stage: Stage) -> None:
    """Whether the arguments are wrong or a document is missing; the message is one line and no stack."""
    # Of what is missing each tells what it reads first: what a run has says which plan it has.
    for job, first in (
        ("validation", "manifest.json"),
        ("transformation", "summary.json"),
        ("maintenance", "none.json"),
    ):
        for arguments, words in (
            ({"plan": ""}, "--plan"),
            ({"plan": f"s3://{stage.buckets['results']}/none.json"}, first),
        ):
            run = stage.run(job, **arguments)
            message = run["ErrorMessage"]
            assert run["JobRunState"] == "FAILED"
            assert message.startswith(f"{job}: "), message
            assert words in message
            assert message.endswith("."), message


def test_both_jobs_and_the_maintenance_succeed(stage: Stage) -> None:
    stage.announce()
    for job in ("validation", "transformation", "maintenance"):
        run = stage.run(job)
        assert (run["JobRunState"], run.get("ErrorMessage")) == ("SUCCEEDED", None)
    assert stage.document("validation/summary.json")["files"]["valid"] == 1
    assert stage.document("transformation/summary.json")["rows"]["appended"] == 2


def test_a_library_s_error_of_many_lines_becomes_one_sentence(stage: Stage) -> None:
    """DuckDB shows the statement and marks the place below it, which would be the last line."""
    plan = json.loads(PLAN.read_text())
    [incoming] = [
        step for step in plan["datasets"]["sales"]["transformation"]["duckdb"]["read"] if step["name"] == "incoming"
    ]
    incoming["sql"] = incoming["sql"].replace("SELECT ", "SELECT no_such_column,\n", 1)
    stage.put("broken.json", json.dumps(plan).encode())
    stage.announce()
    assert stage.run("validation")["JobRunState"] == "SUCCEEDED"
    run = stage.run("transformation", plan=f"s3://{stage.buckets['results']}/broken.json")
    assert run["JobRunState"] == "FAILED"
    message = run["ErrorMessage"]
    assert message.startswith("transformation: ")
    assert "no_such_column" in message
    assert "^" not in message
