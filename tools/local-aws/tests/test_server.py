"""HTTP as AWS' endpoints speak it, and a server that ends while clients hold their connections."""

import http.client
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import ROOT, Account, Server


def _answer_to(server: Server, *parts: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        for part in parts:
            client.sendall(part)
        return client.recv(1 << 16)


def test_who_waits_for_it_is_told_to_go_on(server: Server, account: Account) -> None:
    account.bucket("told")
    head = (
        f"PUT /told/key HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n"
        f"Authorization: AWS4-HMAC-SHA256 Credential={account.id}/20260101/us-east-1/s3/aws4_request\r\n\r\n"
    )
    assert _answer_to(server, head.encode()) == b"HTTP/1.1 100 Continue\r\n\r\n"


def test_what_is_no_http_is_refused_and_costs_nobody_else(server: Server, account: Account) -> None:
    assert _answer_to(server, b"nonsense\r\n\r\n").startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert account.s3.list_buckets()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_an_answer_has_one_date_and_names_no_server(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/_ministack/health")
    names = [name.lower() for name, _ in connection.getresponse().getheaders()]
    connection.close()
    assert names.count("date") == 1
    assert "server" not in names


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what a process has loaded")
def test_http_is_read_and_written_in_c(server: Server) -> None:
    assert server.process is not None
    loaded = Path(f"/proc/{server.process.pid}/maps")
    assert {"httptools", "uvloop"} <= {part for line in loaded.read_text().splitlines() for part in line.split("/")}


READY = """
import gc, os, sys
from pathlib import Path
from pos_local_aws import hooks
from pos_local_aws.identity import Identity
from pos_local_aws.settings import read_settings

data = Path(sys.argv[1])
installed = hooks.install(read_settings(port=1, data=data, iam=False, environ={}), Identity.take(data, secret=""))
loaded = len(gc.get_objects())
for module, name in ((hooks.executions, "resume"), (hooks.alarms, "start"), (hooks.persistence, "start")):
    setattr(module, name, lambda *_: None)
installed.on_ready()
print(gc.get_freeze_count() > loaded / 2, gc.get_threshold()[0], flush=True)
os._exit(0)
"""


def test_what_a_server_has_loaded_is_not_looked_through_for_its_requests(tmp_path: Path) -> None:
    # In its own process: it imports the whole emulator.
    settings = {"PYTHONPATH": str(ROOT / "src"), "STATE_DIR": str(tmp_path), "S3_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", READY, str(tmp_path)], env=settings, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "True 20000"


def test_a_server_ends_while_a_client_keeps_its_connection(tmp_path: Path) -> None:
    server = Server(data=tmp_path / "data").start()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/_ministack/health")
    connection.getresponse().read()
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 10
    connection.close()
