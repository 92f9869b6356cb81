"""The job against S3: versions, moves, pages."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from runs import JOB, RUN_ID, environment
from support import PLAN, WORDS, csv, line

from pos_job_runtime.errors import ObjectMissingError, StorageError
from pos_job_runtime.storage import Location, ObjectVersion, Storage

if TYPE_CHECKING:
    from pathlib import Path


class Buckets:
    """Three versioned buckets of one test, and the job between them."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.client: Any = boto3.client("s3", endpoint_url=endpoint, config=Config(s3={"addressing_style": "path"}))
        self.source, self.results, self.rejected = (f"{name}-{uuid.uuid4().hex[:12]}" for name in ("in", "out", "bad"))
        for bucket in (self.source, self.results, self.rejected):
            self.client.create_bucket(Bucket=bucket)
        self.client.put_bucket_versioning(Bucket=self.source, VersioningConfiguration={"Status": "Enabled"})
        for path in (PLAN, WORDS):
            self.client.put_object(Bucket=self.results, Key=path.name, Body=path.read_bytes())

    def put(self, key: str, data: bytes) -> dict[str, Any]:
        """Put an object; returns its manifest entry."""
        done = self.client.put_object(Bucket=self.source, Key=key, Body=data)
        return {
            "bucket": self.source,
            "key": key,
            "versionId": done["VersionId"],
            "etag": done["ETag"].strip('"'),
            "size": len(data),
        }

    def run(self, *entries: dict[str, Any]) -> list[dict[str, Any]]:
        """Run the job over these; returns the lines of its verdicts."""
        done = self._done(*entries)
        assert done.returncode == 0, done.stderr
        return [json.loads(text) for text in self.get(f"runs/{RUN_ID}/validation/files.jsonl").splitlines()]

    def failure(self, *entries: dict[str, Any]) -> str:
        """Run the job over these; returns the one line that it fails with."""
        done = self._done(*entries)
        assert done.returncode == 1
        (told,) = done.stderr.splitlines()
        return told

    def _done(self, *entries: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        manifest = {"runId": RUN_ID, "eventTime": "2025-06-01T00:00:00Z", "files": entries}
        root = f"s3://{self.results}"
        self.client.put_object(
            Bucket=self.results, Key=f"runs/{RUN_ID}/manifest.json", Body=json.dumps(manifest).encode()
        )
        command = [sys.executable, str(JOB / "main.py"), "--run_id", RUN_ID, "--plan", f"{root}/plan.json"]
        command += ["--manifest", f"{root}/runs/{RUN_ID}/manifest.json", "--results", root]
        command += ["--rejected", f"s3://{self.rejected}"]
        return subprocess.run(
            command, capture_output=True, text=True, env=environment(AWS_ENDPOINT_URL=self.endpoint), check=False
        )

    def get(self, key: str) -> bytes:
        body: bytes = self.client.get_object(Bucket=self.results, Key=key)["Body"].read()
        return body

    def keys(self, bucket: str) -> list[str]:
        return [item["Key"] for item in self.client.list_objects_v2(Bucket=bucket).get("Contents", [])]

    def versions(self, key: str) -> list[str]:
        found = self.client.list_object_versions(Bucket=self.source, Prefix=key)
        return [item["VersionId"] for item in found.get("Versions", [])]


@pytest.fixture
def buckets(s3_endpoint: str) -> Buckets:
    return Buckets(s3_endpoint)


@pytest.fixture
def storage(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Storage:
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_endpoint)
    return Storage()


def test_exactly_the_listed_versions_are_judged_and_moved(buckets: Buckets) -> None:
    good = buckets.put("incoming/good file+é.csv", csv(line("A")))
    first = buckets.put("incoming/twice.csv", csv(line("B", quantity="x")))
    second = buckets.put("incoming/twice.csv", csv(line("C")))
    newer = buckets.put("incoming/twice.csv", csv(line("D", quantity="later, not listed")))
    lines = buckets.run(good, first, second)
    assert [(found["versionId"], found["verdict"]) for found in lines] == [
        (good["versionId"], "valid"),
        (first["versionId"], "rejected"),
        (second["versionId"], "valid"),
    ]
    assert buckets.versions("incoming/twice.csv") == [newer["versionId"], second["versionId"]]
    folder = f"date=2025-06-01/run={RUN_ID}"
    file, report = f"{folder}/files/000001/incoming/twice.csv", f"{folder}/reports/000001-twice.csv.report.json"
    assert buckets.keys(buckets.rejected) == [file, report]
    assert lines[1]["rejected"] == f"s3://{buckets.rejected}/{file}"
    assert lines[1]["report"] == f"s3://{buckets.rejected}/{report}"
    assert lines[0]["validated"] == f"s3://{buckets.results}/runs/{RUN_ID}/validation/validated/000000.parquet"


def test_two_rejected_versions_of_one_key_are_both_kept(buckets: Buckets) -> None:
    entries = [buckets.put("incoming/x.csv", data) for data in (b"one", b"two")]
    lines = buckets.run(*entries)
    places = [found["rejected"] for found in lines]
    bodies = [
        buckets.client.get_object(Bucket=buckets.rejected, Key=place.split("/", 3)[3])["Body"].read()
        for place in places
    ]
    assert bodies == [b"one", b"two"]


def test_a_repeated_run_recovers_what_it_rejected_before(buckets: Buckets) -> None:
    entries = [buckets.put("incoming/bad.csv", b""), buckets.put("incoming/good.csv", csv(line("A")))]
    before = buckets.run(*entries)
    buckets.client.delete_object(Bucket=buckets.results, Key=f"runs/{RUN_ID}/validation/summary.json")
    assert buckets.versions("incoming/bad.csv") == []
    assert buckets.run(*entries) == before


def test_a_version_that_an_earlier_run_removed_is_skipped(buckets: Buckets) -> None:
    entry = buckets.put("incoming/gone.csv", b"")
    buckets.client.delete_object(Bucket=buckets.source, Key=entry["key"], VersionId=entry["versionId"])
    assert [found["verdict"] for found in buckets.run(entry)] == ["skipped"]


def test_listing_goes_on_after_the_first_page(buckets: Buckets, storage: Storage) -> None:
    def put(number: int) -> None:
        buckets.client.put_object(Bucket=buckets.results, Key=f"many/{number:05d}", Body=b"")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, range(1005)))
    found = [version.location.key for version in storage.list(Location("s3", buckets.results, "many/"))]
    assert found == [f"many/{number:05d}" for number in range(1005)]


def test_large_objects_travel_in_parts(buckets: Buckets, storage: Storage, tmp_path: Path) -> None:
    data = bytes(range(256)) * (40 << 12)
    (tmp_path / "large").write_bytes(data)
    place = Location("s3", buckets.source, "large")
    storage.upload(place, tmp_path / "large")
    head = buckets.client.head_object(Bucket=buckets.source, Key="large")
    version = ObjectVersion(place, head["VersionId"], size=len(data))
    storage.download(version, tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == data
    storage.copy_verified(version, Location("s3", buckets.rejected, "copy"))
    assert storage.get(Location("s3", buckets.rejected, "copy")) == data


def test_small_files_start_no_threads(
    buckets: Buckets, storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    start = threading.Thread.start

    def noted(thread: threading.Thread) -> None:
        started.append(thread.name)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", noted)
    for name, size in (("none", 0), ("small", 7000), ("large", 1 << 20)):
        (tmp_path / name).write_bytes(bytes(size))
        storage.upload(Location("s3", buckets.source, name), tmp_path / name, content_type="text/csv")
        head = buckets.client.head_object(Bucket=buckets.source, Key=name)
        assert (head["ContentLength"], head["ContentType"]) == (size, "text/csv")
        assert bool(started) is (name == "large")


def test_without_version_ids_the_entity_tag_is_the_version(buckets: Buckets, storage: Storage, tmp_path: Path) -> None:
    place = Location("s3", buckets.rejected, "x")
    storage.put(place, b"old")
    old = ObjectVersion(place, etag=buckets.client.head_object(Bucket=buckets.rejected, Key="x")["ETag"])
    storage.put(place, b"new")
    with pytest.raises(ObjectMissingError):
        storage.download(old, tmp_path / "x")
    storage.delete_version(old)
    assert storage.get(place) == b"new"


def test_a_bucket_that_is_not_there_is_told(storage: Storage) -> None:
    with pytest.raises(StorageError, match="NoSuchBucket"):
        storage.put(Location("s3", "no-such-bucket-here", "x"), b"")
