"""Prints how fast objects go through a local AWS of its own: `nx run local-aws:measure`."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

from conftest import Account, Server

FILES, MEGABYTES, SMALL = 10, 60, 1000


def timed(what: str, work: Callable[[], object], *, megabytes: float) -> None:
    began = time.monotonic()
    work()
    seconds = time.monotonic() - began
    print(f"{what:<36}{seconds:6.2f} s {megabytes / seconds:7.0f} MB/s")


def small_requests(server: Server, body: bytes) -> None:
    """What the server takes for requests of small objects, four at a time."""
    account = Account(server, "000000000000")
    s3, sqs = account.s3, account.sqs
    queue = sqs.create_queue(QueueName="announced")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps({"Statement": [allowed]})})
    announced = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}
    s3.create_bucket(Bucket="small")
    s3.create_bucket(Bucket="announced")
    s3.put_bucket_notification_configuration(
        Bucket="announced", NotificationConfiguration={"QueueConfigurations": [announced]}
    )

    def put(bucket: str) -> Callable[[int], object]:
        return lambda number: s3.put_object(Bucket=bucket, Key=f"runs/one/validated/{number}.parquet", Body=body)

    def get(number: int) -> object:
        return s3.get_object(Bucket="small", Key=f"runs/one/validated/{number}.parquet")["Body"].read()

    for what, work in (("announced PUT", put("announced")), ("PUT", put("small")), ("GET", get)):
        before = processor_seconds(server)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(SMALL)))
        taken = processor_seconds(server) - before
        print(f"{what + f', {len(body) // 1000} kB':<36}{taken / SMALL * 1000:6.2f} processor ms")


def processor_seconds(server: Server) -> float:
    assert server.process is not None
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
        small_requests(server, body[:7000])
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
