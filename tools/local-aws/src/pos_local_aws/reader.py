"""A user of the local AWS that may read the lake, and nothing else: who asks questions needs no more.

Its key is evaluated like any other with IAM on; without, `hooks/readers.py` lets it read only.
"""

import json
from dataclasses import dataclass
from typing import Any

LAKE_OUTPUT = "LakeBucketName"
SUFFIX = "-reader"


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The user's access key."""

    access_key_id: str
    secret_access_key: str


def reading(bucket: str) -> dict[str, Any]:
    """What reading the tables of a lake takes, as an IAM policy. docs/cli.md shows it for real accounts."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"},
            {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{bucket}"},
        ],
    }


def make_reader(iam: Any, stack: str, outputs: dict[str, str]) -> Reader | None:
    """The reader of a stack, with a new key; None when the stack has no lake."""
    bucket = outputs.get(LAKE_OUTPUT)
    if bucket is None:
        return None
    name = f"{stack}{SUFFIX}"
    try:
        iam.create_user(UserName=name)
    except iam.exceptions.EntityAlreadyExistsException:
        for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
            iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    iam.put_user_policy(UserName=name, PolicyName="read", PolicyDocument=json.dumps(reading(bucket)))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Reader(access_key_id=key["AccessKeyId"], secret_access_key=key["SecretAccessKey"])
