"""Objects that are there and can't be read: that file's verdict. A job that may read nothing: the run's failure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from faulty_s3 import Fault, FaultyS3, Request
from runs import RUN_ID
from support import csv, line
from test_s3 import Buckets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DENIED = Fault(status=403, code="AccessDenied", message="Access Denied")
KEY = "arn:aws:kms:us-east-1:999999999999:key/11111111-2222-3333-4444-555555555555"
OWN_KEY = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
REPORTS = f"date=2025-06-01/run={RUN_ID}/reports"


@pytest.fixture
def buckets(s3_endpoint: str) -> Iterator[Buckets]:
    """Buckets behind a proxy that faults can be set at."""
    with FaultyS3.before(s3_endpoint) as proxy:
        made = Buckets(s3_endpoint)
        made.endpoint = proxy.endpoint
        made.proxy = proxy  # type: ignore[attr-defined]
        yield made


def deny(buckets: Buckets, *keys: str, methods: tuple[str, ...] = ("GET",)) -> None:
    """S3 denies these methods on these keys of the source."""

    def decide(request: Request) -> Fault | None:
        path = unquote(request.path.partition("?")[0])
        return DENIED if request.method in methods and path in {f"/{buckets.source}/{key}" for key in keys} else None

    buckets.proxy.decide = decide  # type: ignore[attr-defined]


def put(buckets: Buckets, key: str, data: bytes, **more: Any) -> dict[str, Any]:
    done = buckets.client.put_object(Bucket=buckets.source, Key=key, Body=data, **more)
    etag = done["ETag"].strip('"')
    return {"bucket": buckets.source, "key": key, "versionId": done["VersionId"], "etag": etag, "size": len(data)}


def why(found: dict[str, Any]) -> str:
    (reason,) = found["reasons"]
    assert (reason["code"], found["verdict"], found["rejected"]) == ("unreadable_object", "rejected", None)
    message: str = reason["message"]
    return message


def test_each_kind_is_told_and_costs_the_others_nothing(buckets: Buckets) -> None:
    good = put(buckets, "incoming/good.csv", csv(line("A")))
    bad = put(buckets, "incoming/bad.csv", b"")
    closed = [
        put(buckets, "incoming/archived.csv", csv(line("B")), StorageClass="GLACIER"),
        put(buckets, "incoming/deep.csv", csv(line("C")), StorageClass="DEEP_ARCHIVE"),
        put(buckets, "incoming/own-key.csv", csv(line("D")), **OWN_KEY),
        put(buckets, "incoming/foreign-key.csv", csv(line("E")), ServerSideEncryption="aws:kms", SSEKMSKeyId=KEY),
        put(buckets, "incoming/denied.csv", csv(line("F"))),
    ]
    deny(buckets, "incoming/foreign-key.csv")
    before = buckets.proxy.decide  # type: ignore[attr-defined]

    def decide(request: Request) -> Fault | None:
        return DENIED if "/incoming/denied.csv" in request.path else before(request)

    buckets.proxy.decide = decide  # type: ignore[attr-defined]
    lines = buckets.run(good, *closed, bad)
    assert [found["verdict"] for found in lines] == ["valid", *["rejected"] * 6]
    told = [why(found) for found in lines[1:6]]
    assert told == [
        "The file can't be read from the bucket: it is archived in the storage class GLACIER. It stays there.",
        "The file can't be read from the bucket: it is archived in the storage class DEEP_ARCHIVE. It stays there.",
        "The file can't be read from the bucket: it is encrypted with a key that only its sender has (SSE-C). It stays "
        "there.",
        f"The file can't be read from the bucket: it is encrypted with the KMS key {KEY}, which the platform may not "
        "use. It stays there.",
        "The file can't be read from the bucket: access to it is denied (AccessDenied). It stays there.",
    ]
    summary = json.loads(buckets.get(f"runs/{RUN_ID}/validation/summary.json"))
    assert summary["files"] == {"total": 7, "valid": 1, "rejected": 6, "skipped": 0}
    assert summary["reasons"][0]["code"] == "unreadable_object"
    assert (summary["reasons"][0]["files"], summary["validated"]["rows"]) == (5, 1)
    for entry in closed:
        assert buckets.versions(entry["key"]) == [entry["versionId"]], "nothing is deleted that was not copied"
    reports = [key for key in buckets.keys(buckets.rejected) if key.startswith(REPORTS)]
    assert len(reports) == 6
    for found in lines[1:6]:
        key = found["report"].split("/", 3)[3]
        report = json.loads(buckets.client.get_object(Bucket=buckets.rejected, Key=key)["Body"].read())
        assert report["file"] == found
        assert "STANDARD" in report["help"]["unreadable_object"]["remedy"]
    buckets.client.delete_object(Bucket=buckets.results, Key=f"runs/{RUN_ID}/validation/summary.json")
    assert buckets.run(good, *closed, bad) == lines


def test_an_archived_file_alone_is_no_failure_of_the_run(buckets: Buckets) -> None:
    (found,) = buckets.run(put(buckets, "incoming/a.csv", csv(line("A")), StorageClass="GLACIER"))
    assert "archived" in why(found)


def test_a_foreign_key_alone_is_no_failure_of_the_run(buckets: Buckets) -> None:
    entry = put(buckets, "incoming/a.csv", csv(line("A")), ServerSideEncryption="aws:kms", SSEKMSKeyId=KEY)
    deny(buckets, "incoming/a.csv")
    (found,) = buckets.run(entry)
    assert KEY in why(found)


def test_the_bucket_s_own_key_is_the_platform_s_trouble(buckets: Buckets) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY.rpartition("/")[2]}}
    buckets.client.put_bucket_encryption(Bucket=buckets.source, ServerSideEncryptionConfiguration={"Rules": [rule]})
    entry = put(buckets, "incoming/a.csv", csv(line("A")), ServerSideEncryption="aws:kms", SSEKMSKeyId=KEY)
    deny(buckets, "incoming/a.csv")
    assert "the job's own rights must be missing" in buckets.failure(entry)


@pytest.mark.parametrize("methods", [("GET",), ("GET", "HEAD")])
def test_when_everything_is_denied_the_run_fails_and_moves_nothing(buckets: Buckets, methods: tuple[str, ...]) -> None:
    entries = [put(buckets, f"incoming/{number}.csv", csv(line(f"A{number}"))) for number in range(20)]
    deny(buckets, *(entry["key"] for entry in entries), methods=methods)
    told = buckets.failure(*entries)
    assert "None of the files could be read" in told
    assert "AccessDenied" in told
    assert "start the run again" in told
    assert buckets.keys(buckets.rejected) == []
    deny(buckets)
    assert [found["verdict"] for found in buckets.run(*entries)] == ["valid"] * 20


def test_what_was_rejected_before_a_run_was_cut_off_shows_that_it_may_read(buckets: Buckets) -> None:
    bad, closed = put(buckets, "incoming/bad.csv", b""), put(buckets, "incoming/denied.csv", csv(line("A")))
    deny(buckets, "incoming/denied.csv", methods=("GET", "HEAD"))
    before = buckets.run(bad, closed)
    buckets.client.delete_object(Bucket=buckets.results, Key=f"runs/{RUN_ID}/validation/summary.json")
    assert buckets.run(bad, closed) == before


def test_an_unreadable_file_that_is_gone_meanwhile_is_skipped(buckets: Buckets) -> None:
    entry = put(buckets, "incoming/a.csv", csv(line("A")), StorageClass="GLACIER")
    buckets.run(entry)
    buckets.client.delete_object(Bucket=buckets.results, Key=f"runs/{RUN_ID}/validation/summary.json")
    buckets.client.delete_object(Bucket=buckets.source, Key=entry["key"], VersionId=entry["versionId"])
    assert [found["verdict"] for found in buckets.run(entry)] == ["skipped"]


@pytest.mark.parametrize("make", [lambda n: "k" * n, lambda n: "é" * (n // 2), lambda n: "d/" * (n // 2 - 1) + "xy"])
@pytest.mark.parametrize("length", [958, 960, 1014])
def test_keys_up_to_s3_s_limit_are_rejected_and_loaded_as_others_are(
    buckets: Buckets, length: int, make: Callable[[int], str]
) -> None:
    key = "incoming/" + make(length)
    bad, good = put(buckets, f"{key}b", b"no table"), put(buckets, f"{key}g", csv(line("A")))
    found, other = buckets.run(bad, good)
    assert (found["verdict"], found["file"], other["verdict"]) == ("rejected", f"{key}b", "valid")
    place = found["rejected"].split("/", 3)[3]
    assert len(place.encode()) <= 1024
    assert buckets.client.get_object(Bucket=buckets.rejected, Key=place)["Body"].read() == b"no table"
    assert buckets.versions(f"{key}b") == []


def test_odd_keys_are_read_moved_and_told(buckets: Buckets) -> None:
    keys = [
        "a",
        "a/b",
        "a//b",
        "../x",
        "a/./b",
        "back\\slash.csv",
        " x ",
        "ü+&?#%2F.csv",
        "x.csv",
        "x.csv.report.json",
        "X.csv",
    ]
    entries = [put(buckets, f"incoming/{key}", f"no table {key}".encode()) for key in keys]
    lines = buckets.run(*entries)
    assert [found["verdict"] for found in lines] == ["rejected"] * len(keys)
    for found, key in zip(lines, keys):
        place = found["rejected"].split("/", 3)[3]
        body = buckets.client.get_object(Bucket=buckets.rejected, Key=place)["Body"].read()
        assert body == f"no table {key}".encode()
    assert len(buckets.keys(buckets.rejected)) == 2 * len(keys)
    assert buckets.keys(buckets.source) == []
