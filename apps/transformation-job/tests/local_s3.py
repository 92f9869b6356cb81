"""The local AWS' S3, which refuses what S3 refuses, on a loopback port of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import boto3
from world import ROOT

PYTHON = ROOT / ".venv/local-aws/bin/python"
SERVER = (str(PYTHON), "-m", "pos_local_aws", "serve")
SECONDS_TO_START = 30


@dataclass(frozen=True)
class LocalS3:
    """A running server. `environment` points the AWS libraries to it."""

    environment: Mapping[str, str]

    @staticmethod
    @contextmanager
    def started() -> Iterator[LocalS3]:
        """Start the server, and stop it afterwards."""
        port = _free_port()
        endpoint = f"http://127.0.0.1:{port}"
        environment = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        own = {"PYTHONPATH": str(ROOT / "tools/local-aws/src")}
        with tempfile.TemporaryDirectory(prefix="pos-s3-") as folder:
            server = subprocess.Popen(
                [*SERVER, "--port", str(port), "--data", folder],
                env={**os.environ, **environment, **own},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                _await(f"{endpoint}/_ministack/health", server)
                yield LocalS3(environment)
            finally:
                server.terminate()
                server.wait(30)

    def new_bucket(self) -> str:
        """An empty bucket's name."""
        name = f"pos-{uuid.uuid4().hex[:16]}"
        self.client().create_bucket(Bucket=name)
        return name

    def client(self) -> object:
        """A boto3 client of it."""
        return boto3.client(
            "s3",
            endpoint_url=self.environment["AWS_ENDPOINT_URL"],
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"{' '.join(SERVER)} ended with {server.returncode} instead of serving.")
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError(f"{SERVER} did not answer within {SECONDS_TO_START} s.")
