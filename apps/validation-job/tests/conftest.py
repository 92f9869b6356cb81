"""Fixtures."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest
from support import ROOT

from pos_validation.evaluation import file_evaluation
from pos_validation.evaluation.raw_rows import RawRows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl


@pytest.fixture(scope="session")
def s3_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A local S3 on a free loopback port, for the session."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    endpoint = f"http://127.0.0.1:{port}"
    folder = tmp_path_factory.mktemp("s3")
    command = [str(ROOT / ".venv" / "local-aws" / "bin" / "python"), "-m", "pos_local_aws", "serve"]
    command += ["--port", str(port), "--data", str(folder / "data")]
    sources = str(ROOT / "tools" / "local-aws" / "src")
    settings = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": sources}
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, env=settings, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=2).close()
                break
            except (OSError, urllib.error.URLError):
                if server.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"the local S3 did not start: {(folder / 'log').read_text()[-2000:]}")
                time.sleep(0.1)
        yield endpoint
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(autouse=True, scope="session")
def _aws_settings() -> None:
    """Tests never see this machine's AWS settings."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        AWS_DEFAULT_REGION="us-east-1",
        AWS_EC2_METADATA_DISABLED="true",
    )


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lines of all rows that are kept whole for the exact evaluation."""
    lines: list[int] = []

    class Watched(RawRows):
        def add(self, frame: pl.DataFrame) -> None:
            lines.extend(frame["line"])
            super().add(frame)

    monkeypatch.setattr(file_evaluation, "RawRows", Watched)
    return lines
