"""Prints how fast objects go through a local AWS of its own: `nx run local-aws:measure`."""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from conftest import Account, Server

FILES, MEGABYTES = 10, 60


def timed(what: str, work: Callable[[], object], *, megabytes: float) -> None:
    began = time.monotonic()
    work()
    seconds = time.monotonic() - began
    print(f"{what:<36}{seconds:6.2f} s {megabytes / seconds:7.0f} MB/s")


def measure(folder: Path, *, iam: bool) -> None:
    began = time.monotonic()
    server = Server(data=folder, iam=iam).start()
    print(f"\nIAM {'on' if iam else 'off'}: ready after {time.monotonic() - began:.2f} s")
    try:
        s3 = Account(server, "000000000000").s3
        s3.create_bucket(Bucket="bucket")
        s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
        body = os.urandom(MEGABYTES * 1_000_000)
        total = FILES * MEGABYTES
        names = [f"file-{number}" for number in range(FILES)]
        timed(
            f"upload {FILES} × {MEGABYTES} MB, multipart",
            lambda: [s3.upload_fileobj(BytesIO(body), "bucket", name) for name in names],
            megabytes=total,
        )
        timed(
            f"download {FILES} × {MEGABYTES} MB, in ranges",
            lambda: [s3.download_fileobj("bucket", name, BytesIO()) for name in names],
            megabytes=total,
        )
        timed(
            f"get {FILES} × {MEGABYTES} MB",
            lambda: [s3.get_object(Bucket="bucket", Key=name)["Body"].read() for name in names],
            megabytes=total,
        )
        timed(
            f"copy {FILES} × {MEGABYTES} MB",
            lambda: [
                s3.copy_object(Bucket="bucket", Key=f"copy-{name}", CopySource={"Bucket": "bucket", "Key": name})
                for name in names
            ],
            megabytes=total,
        )
        timed(
            "put 500 × 1 kB",
            lambda: [s3.put_object(Bucket="bucket", Key=f"s{number}", Body=body[:1000]) for number in range(500)],
            megabytes=0.5,
        )
        assert server.process is not None
        status = Path(f"/proc/{server.process.pid}/status").read_text()
        print(
            f"memory of the server: {int(status.split('VmRSS:')[1].split()[0]) // 1000} MB, "
            f"at most {int(status.split('VmHWM:')[1].split()[0]) // 1000} MB"
        )
    finally:
        began = time.monotonic()
        server.stop()
        print(f"stopped after {time.monotonic() - began:.2f} s")


if __name__ == "__main__":
    for with_iam in (False, True):
        with tempfile.TemporaryDirectory() as scratch:
            measure(Path(scratch), iam=with_iam)
    sys.exit(0)
