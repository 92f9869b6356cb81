"""What a call is evaluated against, where the emulator says less than AWS.

- A call on log streams: the stream. The emulator evaluates it against the log group, whose ARN a correct policy –
  `…:log-group:NAME:*` – does not match.
- A write to S3: also whether it is conditional, and whether it makes an object (a part of an upload does not), so that
  a bucket's policy can demand conditional writes; its storage class, the sender's own key (SSE-C) and the KMS key, so
  that a policy can refuse what could not be read.
- A copy of an object with tags: also the rights to read them there and to write them here.
  https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
"""

import json
from collections.abc import Mapping
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.core.iam_actions",
    extract_resource_arn="service method path headers body query_params region account_id",
)
REQUIRES += internals("ministack.core.iam_actions", s3_service_context="iam_action query_params path headers")
REQUIRES += internals("ministack.core.iam_actions", s3_additional_checks="method path headers body query_params")
REQUIRES += internals(
    "ministack.services.s3", "_multipart_uploads", object_tags_for_condition="bucket_name key query_params"
)
_CONDITIONS = ("if-match", "if-none-match")
_KMS_KEY = "x-amz-server-side-encryption-aws-kms-key-id"
_STORED_AS = ("x-amz-storage-class", "x-amz-server-side-encryption-customer-algorithm", _KMS_KEY)
_ON_STREAMS = ("CreateLogGroup", "CreateLogStream", "DeleteLogStream", "PutLogEvents", "GetLogEvents")


def write_context(query: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, str]:
    """The condition keys of a PutObject, CopyObject or a step of a multipart upload, all of which are s3:PutObject.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
    """
    step = "uploads" in query or ("uploadId" in query and "partNumber" in query)
    given = {f"s3:{name}": headers[name] for name in (*_CONDITIONS, *_STORED_AS) if headers.get(name)}
    # A part and the completion say nothing about the KMS key: the upload's own request has.
    if key := _key_of_upload(query.get("uploadId")):
        given[f"s3:{_KMS_KEY}"] = key
    return {**given, "s3:ObjectCreationOperation": str(not step).lower()}


def tagging_checks(destination: str, headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Actions and resources that a copy needs on top, as its source has tags and the request keeps them."""
    from urllib.parse import unquote

    from ministack.services import s3

    path, _, version = headers.get("x-amz-copy-source", "").partition("?versionId=")
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    replaced = headers.get("x-amz-tagging-directive", "COPY").upper() == "REPLACE"
    tags = s3.object_tags_for_condition(bucket, key, {"versionId": version} if version else {}) if key else {}
    if not tags or replaced:
        return []
    read = "s3:GetObjectVersionTagging" if version else "s3:GetObjectTagging"
    return [(read, f"arn:aws:s3:::{bucket}/{key}"), ("s3:PutObjectTagging", f"arn:aws:s3:::{destination}")]


def _key_of_upload(upload_id: Any) -> str | None:
    from ministack.services import s3

    one = upload_id[0] if isinstance(upload_id, list) and upload_id else upload_id
    upload = s3._multipart_uploads.get(one) if one else None
    # Only what the request named; the bucket's default key is no condition.
    if not upload or not upload.get("requested_sse"):
        return None
    key: str | None = upload.get("preserved_headers", {}).get(_KMS_KEY)
    return key


def install(context: HookContext) -> None:
    """Name the stream in the ARN (CreateLogGroup has an empty one), and the conditions of writes."""
    from ministack.core import iam_actions

    def extracting(original: Any) -> Any:
        def extract_resource_arn(
            service: str,
            method: str,
            path: str,
            headers: Any,
            body: bytes,
            query_params: Any,
            region: str,
            account_id: str,
        ) -> str:
            arn: str = original(service, method, path, headers, body, query_params, region, account_id)
            action = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
            if service != "logs" or action not in _ON_STREAMS or arn == "*":
                return arn
            try:
                stream = json.loads(body or b"{}").get("logStreamName", "")
            except (ValueError, AttributeError):
                return arn
            return f"{arn}:log-stream:{stream}"

        return extract_resource_arn

    def describing(original: Any) -> Any:
        def s3_service_context(
            iam_action: str, query_params: Any, path: str = "", headers: Any = None
        ) -> dict[str, Any]:
            known: dict[str, Any] = original(iam_action, query_params, path, headers)
            if iam_action != "s3:PutObject":
                return known
            return {**known, **write_context(query_params or {}, headers or {})}

        return s3_service_context

    def adding(original: Any) -> Any:
        def s3_additional_checks(method: str, path: str, headers: Any, body: bytes, query_params: Any) -> Any:
            found = original(method, path, headers, body, query_params)
            # The parts of a copy carry no tags: whoever sends them asks for the tags by requests of their own.
            is_copy = method == "PUT" and "partNumber" not in query_params
            return [*found, *(tagging_checks(path.lstrip("/"), headers) if is_copy else [])]

        return s3_additional_checks

    context.patches.replace(iam_actions, "s3_additional_checks", adding)
    context.patches.replace(iam_actions, "extract_resource_arn", extracting)
    context.patches.replace(iam_actions, "s3_service_context", describing)
