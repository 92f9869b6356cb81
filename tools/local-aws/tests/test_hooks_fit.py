"""The hooks prove at the start that they fit the emulator, and it listens where nobody else can reach it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from conftest import ROOT, Account, Server
from pos_local_aws import registry
from pos_local_aws.errors import HookError
from pos_local_aws.registry import check, check_version, internals


def test_all_hooks_fit_the_installed_emulator() -> None:
    # In its own process: the check imports the whole emulator.
    code = "from pos_local_aws.hooks import check_hooks; check_hooks()"
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": str(ROOT / "src")})


def test_a_name_that_is_gone_and_a_changed_signature_are_named() -> None:
    needed = internals("json", "no_such_name", dumps="value") + internals("no.such.module", "x")
    with pytest.raises(HookError) as refused:
        check("example", needed)
    words = str(refused.value)
    assert "The hook “example” does not fit ministack" in words
    assert "json.no_such_name is gone" in words
    assert "json.dumps now takes (obj, skipkeys" in words
    assert "no.such.module cannot be imported" in words


def test_another_version_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "MINISTACK_VERSION", "0.0.1")
    with pytest.raises(HookError, match=r"Install ministack==0\.0\.1"):
        check_version()


def _listeners(pid: int) -> set[str]:
    """Local addresses, in hexadecimal, of the process' listening TCP sockets."""
    sockets = {str(handle.readlink()) for handle in Path(f"/proc/{pid}/fd").iterdir() if handle.is_symlink()}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            parts = line.split()
            if parts[3] == "0A" and f"socket:[{parts[9]}]" in sockets:
                found.add(parts[1].rsplit(":", 1)[0])
    return found


def test_it_listens_on_loopback_only(server: Server) -> None:
    assert server.process is not None
    assert _listeners(server.process.pid) == {"0100007F"}


def test_loopback_counts_as_tls_under_iam(tmp_path: Any) -> None:
    server = Server(data=tmp_path, iam=True).start()
    try:
        account = Account(server, "000000000000")
        bucket = account.bucket("guarded")
        deny = (
            '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*",'
            '"Resource":"arn:aws:s3:::guarded/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}},'
            '{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::guarded/secret"}]}'
        )
        account.s3.put_bucket_policy(Bucket=bucket, Policy=deny)
        role = account.iam.create_role(RoleName="reader", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
        account.iam.put_role_policy(RoleName="reader", PolicyName="all", PolicyDocument=ALL_OF_S3)
        session = account.sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        s3 = boto3.client(
            "s3",
            endpoint_url=server.endpoint,
            region_name="us-east-1",
            aws_access_key_id=session["AccessKeyId"],
            aws_secret_access_key=session["SecretAccessKey"],
            aws_session_token=session["SessionToken"],
        )
        s3.put_object(Bucket=bucket, Key="open", Body=b"1")
        assert s3.get_object(Bucket=bucket, Key="open")["Body"].read() == b"1"
        with pytest.raises(s3.exceptions.ClientError, match="AccessDenied"):
            s3.get_object(Bucket=bucket, Key="secret")
    finally:
        server.stop()


TRUST = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}'
ALL_OF_S3 = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
