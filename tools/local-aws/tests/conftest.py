"""A server per test module, on a free port with its own data folder; an account per test."""

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[1]
WORKSPACE = ROOT.parents[1]
_session = boto3.session.Session()
_accounts = itertools.count(100_000_000_001)


def wait_for[T](look: Callable[[], T | None], *, seconds: float = 20.0, what: str = "the condition") -> T:
    """Poll until `look` returns something true."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come true within {seconds} s")


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that waits to be collected does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """A local AWS as its users start it: a process."""

    data: Path
    iam: bool = False
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[str] | None" = None
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Server":
        env = {
            **os.environ,
            # A developer's own settings, which must not matter.
            "AWS_PROFILE": "theirs",
            "AWS_ACCESS_KEY_ID": "AKIATHEIRS",
            "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1",
            "PYTHONPATH": str(ROOT / "src"),
            "POS_GLUE_SHELL_PYTHON": sys.executable,
            "POS_GLUE_SPARK_PYTHON": sys.executable,
            "POS_LOCAL_AWS_ALARM_SECONDS": "0.3",
            "POS_LOCAL_AWS_SNAPSHOT_SECONDS": "0.5",
            **self.environ,
        }
        command = [sys.executable, "-m", "pos_local_aws", "serve", "--port", str(self.port), "--data", str(self.data)]
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data / "server.log").open("a") as log:
            self.process = subprocess.Popen(
                [*command, *(["--iam"] if self.iam else [])], env=env, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, (self.data / "server.log").read_text()[-3000:]
        ready = json.loads(line)
        assert ready["ready"] is True
        assert ready["endpoint"] == self.endpoint
        return self

    def stop(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(30)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None
        return code

    def client(self, service: str, account: str) -> Any:
        return _session.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=account,
            aws_secret_access_key="test",
            config=Config(retries={"max_attempts": 1}),
        )


@dataclass(frozen=True)
class Account:
    """One account on a server."""

    server: Server
    id: str

    def __getattr__(self, service: str) -> Any:
        return self.server.client(service, self.id)

    def role(self, name: str = "any") -> str:
        return f"arn:aws:iam::{self.id}:role/{name}"

    def bucket(self, name: str) -> str:
        self.s3.create_bucket(Bucket=name)
        return name


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(data=tmp_path_factory.mktemp("data")).start()
    yield running
    if running.process is not None:
        assert running.stop() == 0


@pytest.fixture
def account(server: Server) -> Account:
    return Account(server, str(next(_accounts)))


def new_account(server: Server) -> Account:
    return Account(server, str(next(_accounts)))
