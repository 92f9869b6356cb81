"""S3 on bad days: every read, write, copy and deletion gets through, or ends with one sentence after a bounded time."""

from __future__ import annotations

import os
import random
import uuid
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.retries.standard import ExponentialBackoff
from faulty_s3 import Fault, FaultyS3, Request
from support import csv, line
from test_s3 import Buckets

from pos_job_runtime import _s3_errors
from pos_job_runtime._s3_reads import BLOCK, PART
from pos_job_runtime.errors import ObjectMissingError, ObjectUnreadableError, StorageError
from pos_job_runtime.storage import Location, ObjectVersion, Storage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MB = 1 << 20


class Bucket:
    """A versioned bucket with a faulty S3 in front of it."""

    def __init__(self, proxy: FaultyS3, endpoint: str) -> None:
        self.proxy = proxy
        self.client: Any = boto3.client("s3", endpoint_url=endpoint, config=Config(s3={"addressing_style": "path"}))
        self.name = f"faulty-{uuid.uuid4().hex[:12]}"
        self.client.create_bucket(Bucket=self.name)
        self.client.put_bucket_versioning(Bucket=self.name, VersioningConfiguration={"Status": "Enabled"})
        self.storage = Storage()

    def put(self, size: int, key: str = "a/b c.csv") -> tuple[ObjectVersion, bytes]:
        data = random.Random(size).randbytes(size)
        done = self.client.put_object(Bucket=self.name, Key=key, Body=data)
        return ObjectVersion(self.at(key), done["VersionId"], done["ETag"].strip('"'), size), data

    def at(self, key: str) -> Location:
        return Location("s3", self.name, key)


@pytest.fixture
def bucket(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    monkeypatch.setattr(_s3_errors, "WAITS", (0.01,) * len(_s3_errors.WAITS))
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0.01)
    with FaultyS3.before(s3_endpoint) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.endpoint)
        yield Bucket(proxy, s3_endpoint)


@pytest.mark.parametrize("size", [1, 1000, BLOCK, 3 * MB + 7])
@pytest.mark.parametrize("cut", [0, 1, 999, BLOCK - 1, BLOCK, 2 * MB])
def test_a_body_that_is_cut_goes_on_where_it_ended(bucket: Bucket, tmp_path: Path, size: int, cut: int) -> None:
    version, data = bucket.put(size)
    bucket.proxy.decide = lambda request: (
        Fault(cut=cut) if request.is_read and request.first == 0 and not again() else None
    )
    cuts = iter([False, False])

    def again() -> bool:
        return next(cuts, True)

    assert bucket.storage.get(version.location) == data
    bucket.storage.download(version, tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == data
    asked = [request.headers.get("range") for request in bucket.proxy.reads()]
    if 0 < cut < size:
        assert any(wanted and wanted.startswith("bytes=") and not wanted.startswith("bytes=0-") for wanted in asked)
    assert len(asked) <= 4


def test_what_follows_a_cut_is_of_the_same_version(bucket: Bucket, tmp_path: Path) -> None:
    version, data = bucket.put(2 * MB)

    def decide(request: Request) -> Fault | None:
        if not request.is_read or request.first > 0:
            return None
        bucket.client.put_object(Bucket=bucket.name, Key=version.location.key, Body=b"newer " * MB)
        return Fault(cut=MB + 5)

    bucket.proxy.decide = decide
    bucket.storage.download(version, tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == data


def test_an_object_without_versions_that_is_replaced_meanwhile_is_read_anew_or_told(
    bucket: Bucket, tmp_path: Path
) -> None:
    version, _ = bucket.put(2 * MB)
    newer = b"newer " * 1000
    replaced: list[bool] = []

    def decide(request: Request) -> Fault | None:
        if not request.is_read or replaced:
            return None
        replaced.append(True)
        return Fault(cut=MB + 5)

    bucket.proxy.decide = decide
    original = bucket.storage._store(version.location)._client.get_object  # type: ignore[attr-defined]

    def get_object(**given: Any) -> Any:
        if replaced:
            bucket.client.put_object(Bucket=bucket.name, Key=version.location.key, Body=newer)
        return original(**given)

    bucket.storage._store(version.location)._client.get_object = get_object  # type: ignore[attr-defined]
    assert bucket.storage.get(version.location) == newer
    replaced.clear()
    again, _ = bucket.put(2 * MB)
    with pytest.raises(ObjectMissingError):
        bucket.storage.download(ObjectVersion(again.location, etag=again.etag, size=again.size), tmp_path / "x")


def test_parts_of_a_large_object_are_each_gone_on_with(bucket: Bucket, tmp_path: Path) -> None:
    version, data = bucket.put(2 * PART + 3 * MB)
    dice = random.Random(7)
    bucket.proxy.decide = lambda request: (
        Fault(cut=dice.randrange(3 * MB)) if request.is_read and dice.random() < 0.6 else None
    )
    bucket.storage.download(version, tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == data
    by_tag = ObjectVersion(version.location, etag=version.etag, size=version.size)
    bucket.storage.download(by_tag, tmp_path / "y")
    assert (tmp_path / "y").read_bytes() == data


def test_an_answer_to_another_range_is_not_taken(bucket: Bucket, tmp_path: Path) -> None:
    version, data = bucket.put(3 * MB)
    faults = iter([Fault(cut=MB), Fault(ignore_range=True)])
    bucket.proxy.decide = lambda request: next(faults, None) if request.is_read else None
    bucket.storage.download(version, tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == data


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500, code="InternalError", message="We encountered an internal error. Please try again."),
        Fault(status=503, code="SlowDown", message="Please reduce your request rate."),
        Fault(status=400, code="RequestTimeout", message="Your socket connection to the server was not read"),
        Fault(status=400, code="KMS.ThrottlingException", message="You have exceeded the rate"),
        Fault(lose_request=True),
        Fault(lose_answer=True),
    ],
    ids=lambda fault: fault.code or ("lost request" if fault.lose_request else "lost answer"),
)
def test_a_burst_of_trouble_is_waited_out_by_every_operation(bucket: Bucket, tmp_path: Path, fault: Fault) -> None:
    version, data = bucket.put(1000)
    (tmp_path / "up").write_bytes(data)
    storage, target = bucket.storage, bucket.at("copy")
    burst = {"left": 0}

    def decide(request: Request) -> Fault | None:
        if fault.status == 400 and request.method == "HEAD":
            return None  # it has no body, and needs neither a key nor time
        burst["left"] -= 1
        return fault if burst["left"] >= 0 else None

    bucket.proxy.decide = decide
    for operation in (
        lambda: storage.check(version),
        lambda: storage.get(version.location),
        lambda: storage.download(version, tmp_path / "down"),
        lambda: storage.put(bucket.at("put"), data),
        lambda: storage.upload(bucket.at("up"), tmp_path / "up"),
        lambda: storage.copy_verified(version, target),
        lambda: list(storage.list(bucket.at(""))),
        lambda: storage.delete_version(version),
        lambda: storage.delete(target),
    ):
        # What the job itself waits out: botocore's own attempts end once its quota of them is used up.
        burst["left"] = len(_s3_errors.WAITS)
        operation()
    assert (tmp_path / "down").read_bytes() == data
    assert storage.get(bucket.at("put")) == storage.get(bucket.at("up")) == data
    with pytest.raises(ObjectMissingError):
        storage.check(version)
    with pytest.raises(ObjectMissingError):
        storage.get(target)


def test_an_upload_that_is_cut_is_sent_again_whole(bucket: Bucket, tmp_path: Path) -> None:
    data = random.Random(3).randbytes(PART + MB)
    (tmp_path / "up").write_bytes(data)
    dice = random.Random(5)
    bucket.proxy.decide = lambda request: (
        Fault(lose_answer=dice.random() < 0.5, lose_request=True)
        if request.method in ("PUT", "POST") and dice.random() < 0.4
        else None
    )
    bucket.storage.upload(bucket.at("up"), tmp_path / "up")
    bucket.proxy.decide = lambda _: None
    assert bucket.storage.get(bucket.at("up")) == data


def test_a_completion_whose_answer_was_lost_is_no_failure(bucket: Bucket, tmp_path: Path) -> None:
    data = random.Random(3).randbytes(PART + MB)
    (tmp_path / "up").write_bytes(data)
    lost = iter([True])
    bucket.proxy.decide = lambda request: (
        Fault(lose_answer=True)
        if request.method == "POST" and "uploadId" in request.path and next(lost, False)
        else None
    )
    bucket.storage.upload(bucket.at("up"), tmp_path / "up")
    assert bucket.storage.get(bucket.at("up")) == data


def test_a_stalled_connection_is_given_up_and_the_rest_asked_for(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pos_job_runtime._s3_client.Config", lambda **given: Config(**{**given, "read_timeout": 1}))
    version, data = bucket.put(2 * MB)
    stalls = iter([Fault(cut=MB, stall=3)])
    bucket.proxy.decide = lambda request: next(stalls, None) if request.is_read else None
    Storage().download(version, tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == data


def test_trouble_without_end_ends_with_a_sentence(bucket: Bucket, tmp_path: Path) -> None:
    version, _ = bucket.put(2 * MB)
    bucket.proxy.decide = lambda request: Fault(cut=10) if request.is_read else None
    with pytest.raises(StorageError, match=r"b c\.csv: the connection to S3 keeps breaking \("):
        bucket.storage.download(version, tmp_path / "x")
    assert len(bucket.proxy.reads()) == 7
    bucket.proxy.decide = lambda _: Fault(
        status=400, code="KMS.ThrottlingException", message="You have exceeded the rate"
    )
    with pytest.raises(StorageError, match="KMS") as raised:
        bucket.storage.download(version, tmp_path / "x")
    assert not isinstance(raised.value, ObjectUnreadableError), "nothing is wrong with the object"
    bucket.proxy.decide = lambda _: Fault(status=503, code="SlowDown", message="Please reduce your request rate.")
    with pytest.raises(StorageError, match="SlowDown"):
        bucket.storage.put(version.location, b"")
    bucket.proxy.decide = lambda _: None
    (tmp_path / "up").write_bytes(b"")
    with pytest.raises(StorageError, match="NoSuchBucket"):
        bucket.storage.upload(Location("s3", "no-such-bucket-here", "x"), tmp_path / "up")


def test_what_is_refused_is_not_asked_for_again(bucket: Bucket, tmp_path: Path) -> None:
    bucket.proxy.decide = lambda _: Fault(status=403, code="AccessDenied", message="Access Denied")
    with pytest.raises(StorageError, match="AccessDenied on PutObject"):
        bucket.storage.put(bucket.at("x"), b"")
    assert len(bucket.proxy.seen) == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device that is always full is Linux' own")  # noqa: PTH110
def test_a_full_disk_is_not_taken_for_a_broken_connection(bucket: Bucket) -> None:
    from pathlib import Path

    version, _ = bucket.put(2 * MB)
    with pytest.raises(OSError, match="No space left"):
        bucket.storage.download(version, Path("/dev/full"))
    assert len(bucket.proxy.reads()) == 1


def test_a_whole_run_of_the_job_over_bad_connections(s3_endpoint: str) -> None:
    """Plan, manifest, sources, reports and results alike."""
    files = {
        f"incoming/{n}.csv": csv(*[line(f"T{n}-{m}", quantity="x" if n == 3 else 1) for m in range(200)])
        for n in range(6)
    }
    calm, troubled = Buckets(s3_endpoint), Buckets(s3_endpoint)
    expected = [found["verdict"] for found in calm.run(*(calm.put(key, data) for key, data in files.items()))]
    dice = random.Random(11)

    def decide(request: Request) -> Fault | None:
        if dice.random() > 0.3:
            return None
        kind = dice.randrange(4)
        return (
            Fault(cut=dice.randrange(3000)),
            Fault(status=503, code="SlowDown", message="Please reduce your request rate."),
            Fault(lose_request=True),
            Fault(lose_answer=True),
        )[kind]

    with FaultyS3.before(s3_endpoint) as proxy:
        entries = [troubled.put(key, data) for key, data in files.items()]
        proxy.decide = decide
        troubled.endpoint = proxy.endpoint
        lines = troubled.run(*entries)
    assert [found["verdict"] for found in lines] == expected
    assert len(troubled.keys(troubled.rejected)) == 2
