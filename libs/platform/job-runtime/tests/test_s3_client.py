"""The client of S3 asks as boto3 does, and does for each object only what is about that object."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.endpoint_provider import RuleSet
from botocore.useragent import UserAgentString

from pos_job_runtime._s3_client import NO_SAY, s3_client

if TYPE_CHECKING:
    from collections.abc import Mapping

WRITTEN = "Mon, 30 Nov 2026 06:00:00 GMT"
LISTED = b"""<ListBucketResult><Contents><Key>a</Key><Size>1</Size><LastModified>2026-11-30T06:00:00.000Z</LastModified>
</Contents></ListBucketResult>"""


class Body:
    """What urllib3 gives for a body that has been read."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def stream(self, **_: Any) -> list[bytes]:
        return [self._data]

    def read(self, *_: Any) -> bytes:
        data, self._data = self._data, b""
        return data


class Answers:
    """A client to whom this process answers; `asked` has the requests."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, endpoint: str = "http://127.0.0.1:9") -> None:
        for name, value in {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
        }.items():
            monkeypatch.setenv(name, value)
        self.asked: list[Any] = []
        self.client = s3_client(connections=2)
        self.client.meta.events.register("before-send.s3", self._answer)

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        self.asked.append(request)
        data, headers = self._content(request)
        return AWSResponse(request.url, 200, headers, Body(data))

    @staticmethod
    def _content(request: Any) -> tuple[bytes, Mapping[str, str]]:
        if request.method == "PUT":
            return (b"<CopyObjectResult/>" if "x-amz-copy-source" in request.headers else b""), {}
        if "list-type" in request.url:
            return LISTED, {}
        return b"x", {"last-modified": WRITTEN, "content-length": "1", "etag": '"e"'}


def test_where_requests_go_is_worked_out_once_for_all_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers(monkeypatch)
    evaluate, evaluated = RuleSet.evaluate, []
    monkeypatch.setattr(RuleSet, "evaluate", lambda *given: evaluated.append(1) or evaluate(*given))
    for number in range(5):
        answers.client.get_object(Bucket="one", Key=f"folder/{number} \u00fc")
        answers.client.put_object(Bucket="one", Key=f"put-{number}", Body=b"x")
        answers.client.list_objects_v2(Bucket="one", Prefix=f"{number}/")
        answers.client.copy_object(Bucket="one", Key=f"copy-{number}", CopySource={"Bucket": "two", "Key": f"{number}"})
    assert len(evaluated) <= 4
    paths = [request.url.partition("127.0.0.1:9")[2] for request in answers.asked]
    assert paths[0] == "/one/folder/0%20%C3%BC"
    assert len({*paths}) == 20
    assert all(path.startswith("/one") for path in paths)


def test_no_rule_of_s3_about_endpoints_reads_what_is_left_out() -> None:
    """Should a later botocore have one that does, it must be asked again."""
    loader = botocore.session.get_session().get_component("data_loader")
    rules = loader.load_service_model("s3", "endpoint-rule-set-1")
    assert {*NO_SAY} <= {*rules["parameters"]}
    assert not [name for name in NO_SAY if f'"{name}"' in json.dumps(rules["rules"])]


def test_no_other_service_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    listdir = os.listdir
    monkeypatch.setattr("os.listdir", lambda path=".": seen.append(str(path)) or listdir(path))
    Answers(monkeypatch)
    assert any(path.endswith("data/s3") for path in seen)
    assert not any(path.endswith("data/ec2") for path in seen)


def test_who_asks_is_put_together_once(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers(monkeypatch)
    monkeypatch.setattr(UserAgentString, "_build_sdk_metadata", lambda _: pytest.fail("it is put together again"))
    answers.client.get_object(Bucket="one", Key="a")
    who = str(answers.asked[0].headers["User-Agent"], "ascii")
    assert who.startswith("Boto3/")
    assert " Botocore/" in who


def test_moments_are_read_where_somebody_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers(monkeypatch)
    assert answers.client.get_object(Bucket="one", Key="a")["LastModified"] == WRITTEN
    (listed,) = answers.client.list_objects_v2(Bucket="one")["Contents"]
    assert listed["LastModified"].isoformat() == "2026-11-30T06:00:00+00:00"
