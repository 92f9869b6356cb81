"""A document is read by its generated type, and a wrong one is told in one sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from pos_job_runtime.document import UNSET, as_json, decode, decode_lines, given, plain
from pos_job_runtime.errors import DocumentError
from pos_job_runtime.generated.documents import FileLine, Manifest, ManifestFile, Shard

RUN = "20250301T060000123Z-0123456789ab"
FILE = {"bucket": "b", "key": "incoming/a.csv", "size": 3}
MANIFEST = {"runId": RUN, "eventTime": "2025-03-01T06:00:00.123Z", "files": [FILE]}
SKIPPED = {
    "file": "a.csv",
    "bucket": "b",
    "versionId": None,
    "verdict": "skipped",
    "format": None,
    "compression": None,
    "size": 0,
    "rows": {"total": 0, "valid": 0, "invalid": 0},
    "reasons": [],
    "validated": None,
    "rejected": None,
}


def read(document: object) -> Manifest:
    return decode(Manifest, json.dumps(document), origin="s3://r/manifest.json")


def test_what_may_be_absent_is_unset_and_falsy() -> None:
    found = read(MANIFEST)

    assert found.files[0] == ManifestFile(bucket="b", key="incoming/a.csv", size=3)
    assert found.shards is UNSET
    assert not found.shards
    assert given(found.files[0].event_time, found.event_time) == found.event_time
    assert given(read({**MANIFEST, "shards": [{"first": 0, "count": 1}]}).shards, ()) == [Shard(first=0, count=1)]


def test_absent_null_and_a_value_are_three_things() -> None:
    reports = [UNSET, None, "s3://rejected/report.json"]
    texts = [json.dumps({**SKIPPED, **({} if one is UNSET else {"report": one})}) for one in reports]

    found = [decode(FileLine, text, origin="files.jsonl") for text in texts]

    assert [one.report for one in found] == reports
    assert [json.loads(as_json(one)) for one in found] == [json.loads(text) for text in texts]


def test_fields_of_later_releases_are_ignored() -> None:
    assert read({**MANIFEST, "later": 1}) == read(MANIFEST)


def test_what_is_written_is_what_was_read() -> None:
    assert plain(read(MANIFEST)) == MANIFEST


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({**MANIFEST, "files": [{**FILE, "size": -1}]}, "files[0].size: expected `int` >= 0"),
        ({**MANIFEST, "files": [{**FILE, "size": "3"}]}, "files[0].size: expected `int`, got `str`"),
        ({**MANIFEST, "files": [{**FILE, "versionId": None}]}, "files[0].versionId: expected `str`, got `null`"),
        ({**MANIFEST, "files": [{"bucket": "b"}]}, "files[0]: object missing required field `key`"),
        ({**MANIFEST, "runId": RUN + "\n"}, "runId: expected `str` matching regex"),
        ({**MANIFEST, "runId": RUN.replace("0", "\u0660")}, "runId: expected `str` matching regex"),
        ([], "expected `object`, got `array`"),
    ],
)
def test_a_wrong_document_is_one_sentence_with_its_place_and_path(document: object, told: str) -> None:
    with pytest.raises(DocumentError) as raised:
        read(document)

    sentence = str(raised.value)
    assert sentence.startswith(f"s3://r/manifest.json is not a valid manifest: {told}")
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize("text", [b"", b"{", b"\xff\xfe", b"null", b'{"size": NaN}', b"[" * 200_000])
def test_what_is_no_json_is_told_in_one_sentence_too(text: bytes) -> None:
    with pytest.raises(DocumentError, match=r"^s3://r/x is not a valid manifest: [^\n]+\.$"):
        decode(Manifest, text, origin="s3://r/x")


def test_a_wrong_line_is_named() -> None:
    lines = f"{json.dumps(SKIPPED)}\n\n{{}}\n".encode()

    with pytest.raises(DocumentError, match=r"^Line 3 of s3://r/files.jsonl is not a valid file line: "):
        list(decode_lines(FileLine, lines, origin="s3://r/files.jsonl"))


def test_a_text_is_written_so_that_any_screen_may_show_it() -> None:
    told = as_json(ManifestFile(bucket="b", key="é\u202e\x1b", size=1))

    assert told == '{"bucket": "b", "key": "é\\u202e\\u001b", "size": 1}'.encode()


def test_half_of_a_surrogate_pair_is_read_as_it_was_written() -> None:
    found = decode(ManifestFile, r'{"bucket": "b", "key": "x\ud800", "size": 1}', origin="s3://r/x")

    assert found.key == "x\ud800"
    assert decode(ManifestFile, as_json(found), origin="s3://r/x") == found


SLOWLY_LEARNT = """
import threading
import time
from pos_job_runtime.document import Document, decode

begun = threading.Event()
found = []

def number():
    begun.set()
    time.sleep(0.1)
    return int

class Inner(Document):
    value: "number()"

class Outer(Document):
    inner: Inner

read = lambda: found.append(decode(Outer, '{"inner": {"value": 1}}', origin="it").inner.value)
first = threading.Thread(target=read)
first.start()
begun.wait()
read()
first.join()
print(found)
"""


def test_a_thread_may_read_a_type_that_another_one_is_learning() -> None:
    # In a process of its own, because what is at stake is the process.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", SLOWLY_LEARNT], env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"[1, 1]\n", b"")
