"""Which server answers, for whom: folders, copies of them, and processes that are gone."""

import hmac
import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, Server, is_alive, wait_for

SECRET = "a secret of this start"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Server]:
    server = Server(data=tmp_path / "data", environ={"POS_LOCAL_AWS_SECRET": SECRET}).start()
    yield server
    if server.process is not None and server.process.poll() is None:
        server.stop()


def identity(server: Server, nonce: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{server.endpoint}/_pos/identity?nonce={nonce}", timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def holder(data: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "pos_local_aws", "holder", "--data", str(data)]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    found: dict[str, Any] = json.loads(subprocess.run(command, env=env, capture_output=True, check=True).stdout)
    return found


def folder(path: Path) -> str:
    return f"{path.stat().st_dev}:{path.stat().st_ino}"


def test_a_server_proves_who_it_is_and_does_not_tell_its_secret(running: Server) -> None:
    assert running.process is not None
    said = identity(running, "n1")
    assert said["pid"] == running.process.pid
    assert said["folder"] == folder(running.data)
    message = f"n1\n{said['folder']}\n{said['pid']}"
    assert said["proof"] == hmac.new(SECRET.encode(), message.encode(), "sha256").hexdigest()
    assert identity(running, "n2")["proof"] != said["proof"]
    assert SECRET not in json.dumps(said)


def test_the_lock_tells_who_holds_a_folder_and_a_copy_is_held_by_nobody(running: Server, tmp_path: Path) -> None:
    assert running.process is not None
    assert holder(running.data) == {"held": True, "pid": running.process.pid}
    copy = tmp_path / "copy"
    shutil.copytree(running.data, copy)
    assert (copy / "lock").read_text() == (running.data / "lock").read_text()
    assert holder(copy) == {"held": False, "pid": None}
    link = tmp_path / "link"
    link.symlink_to(running.data)
    assert holder(link) == {"held": True, "pid": running.process.pid}
    running.stop(signal.SIGKILL)
    assert holder(running.data) == {"held": False, "pid": None}
    assert holder(tmp_path / "none") == {"held": False, "pid": None}


def test_a_second_server_on_the_same_folder_says_so(running: Server) -> None:
    second = Server(data=running.data)
    with pytest.raises(AssertionError, match="another local AWS uses the data folder"):
        second.start()
    assert identity(running, "n")["folder"] == folder(running.data)


@pytest.mark.parametrize("lost", ["moved", "deleted"])
def test_a_server_whose_folder_is_gone_ends_and_makes_no_new_one(running: Server, tmp_path: Path, lost: str) -> None:
    process = running.process
    assert process is not None
    running.client("s3", "100000000001").create_bucket(Bucket="kept")
    with urllib.request.urlopen(urllib.request.Request(f"{running.endpoint}/_pos/snapshot", method="POST"), timeout=20):
        pass
    if lost == "moved":
        running.data.rename(tmp_path / "moved")
    else:
        shutil.rmtree(running.data, ignore_errors=True)
    assert process.wait(30) == 0
    assert not (running.data / "state").exists()
    if lost == "moved":
        assert "moved or deleted" in (tmp_path / "moved" / "server.log").read_text()
        again = Server(data=tmp_path / "moved").start()
        names = [bucket["Name"] for bucket in again.client("s3", "100000000001").list_buckets()["Buckets"]]
        assert names == ["kept"]
        again.stop()


def test_a_copied_folder_does_not_end_the_jobs_of_the_other_one(tmp_path: Path) -> None:
    job = subprocess.Popen(["sleep", "60"], start_new_session=True)
    started = subprocess.run(["ps", "-o", "lstart=", "-p", str(job.pid)], capture_output=True, text=True, check=True)
    data = tmp_path / "data"
    notes = {
        "copied": {"folder": "1:1"},
        # As older versions wrote them; the command line names no script within this folder.
        "older": {},
    }
    try:
        (data / "processes").mkdir(parents=True)
        for name, more in notes.items():
            note = {"pid": job.pid, "started": started.stdout.strip(), **more}
            (data / "processes" / f"{name}.json").write_text(json.dumps(note))
        server = Server(data=data).start()
        wait_for(lambda: not list((data / "processes").glob("*.json")), what="the notes being looked at")
        assert is_alive(job.pid)
        # Its own, it ends.
        own = {"pid": job.pid, "started": started.stdout.strip(), "folder": folder(data)}
        server.stop()
        (data / "processes" / "own.json").write_text(json.dumps(own))
        server.start()
        assert job.wait(10) == -signal.SIGKILL
        server.stop()
    finally:
        job.kill()
        job.wait()
