"""What a request does not pay for again."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pos_local_aws.context import HookContext, service_model
from pos_local_aws.hooks import object_events, parsed_policies
from pos_local_aws.models.requests import read_call
from pos_local_aws.models.routes import Request, routes
from pos_local_aws.settings import read_settings

POLICY = '{"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}'


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HookContext]:
    found = HookContext(settings=read_settings(port=1, data=tmp_path, iam=True, environ={}), folder=str(tmp_path))
    replace = found.patches.replace

    def undone(module: Any, name: str, make: Any) -> None:
        monkeypatch.setattr(module, name, getattr(module, name))
        replace(module, name, make)

    monkeypatch.setattr(found.patches, "replace", undone)
    return found


def test_a_policy_is_parsed_once(context: HookContext) -> None:
    from ministack.core import iam_evaluator

    parsed_policies.install(context)
    first, again = (iam_evaluator.parse_policy_document(POLICY) for _ in range(2))
    assert first is not again
    assert first[0] is again[0]


def test_another_text_is_another_policy(context: HookContext) -> None:
    from ministack.core import iam_evaluator

    parsed_policies.install(context)
    assert iam_evaluator.parse_policy_document(POLICY)[0].effect == "Allow"
    assert iam_evaluator.parse_policy_document(POLICY.replace("Allow", "Deny"))[0].effect == "Deny"


def test_announcements_one_after_the_other_share_a_thread(
    context: HookContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ministack.services import s3

    told = threading.Semaphore(0)
    threads = set()

    def fire(*_: Any, **__: Any) -> None:
        threads.add(threading.get_ident())
        told.release()

    object_events.install(context)
    monkeypatch.setattr(s3, "_bucket_notifications", {"bucket": "<xml/>"})
    monkeypatch.setattr(s3, "_fire_s3_event", fire)
    before = threading.active_count()
    for number in range(100):
        s3._fire_s3_event_async("bucket", f"{number}.csv", "s3:ObjectCreated:Put", size=1)
        assert told.acquire(timeout=5)
    assert len(threads) < 10
    assert threading.active_count() - before < 10


def test_a_request_without_a_query_is_held_against_few_operations() -> None:
    model = service_model("s3")
    plain = Request(method="GET", path="/bucket/a/b.csv", headers={}, body=b"", query={})
    tagged = Request(method="GET", path="/bucket/a/b.csv", headers={}, body=b"", query={"tagging": [""]})
    known = routes(model)["GET"]
    assert len(known.of(plain)) < len(known.of(tagged)) / 3
    for request, name in ((plain, "GetObject"), (tagged, "GetObjectTagging")):
        call = read_call(model, request)
        assert call is not None
        assert call.operation.name == name
