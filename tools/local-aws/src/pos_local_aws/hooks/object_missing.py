"""With IAM: whoever may not list a bucket is not told that an object is missing.

"If the object you request doesn't exist, the error that Amazon S3 returns depends on whether you also have the
s3:ListBucket permission": 404 with it, 403 without.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html

S3 looks for the permission on the bucket, not for a listing of a prefix: a permission that a condition on `s3:prefix`
narrows does not count. Of a missing version we also ask for s3:ListBucketVersions, of which AWS says nothing.
"""

from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = (
    internals(
        "ministack.services.s3",
        handle_request="method path headers body query_params signed_path enforce_bucket_region internal "
        "access_point_region access_point",
        _parse_bucket_key="path headers",
        _error="code message status resource extra headers",
    )
    + internals("ministack.core.router", extract_access_key_id="headers query_params")
    + internals(
        "ministack.core.iam_evaluator",
        enforce="access_key_id iam_action service region resource_arn service_context",
    )
)
_LISTING = ("s3:ListBucket",)
_LISTING_VERSIONS = ("s3:ListBucket", "s3:ListBucketVersions")


def _asked_for(method: str, path: str, headers: Any, query: Any) -> tuple[str, tuple[str, ...]] | None:
    """The bucket whose object the request reads, and the rights that tell of a missing one; None when it reads none."""
    from urllib.parse import unquote

    from ministack.services import s3

    source, _, version = headers.get("x-amz-copy-source", "").partition("?versionId=")
    if method == "PUT" and source:
        return unquote(source).lstrip("/").partition("/")[0], _LISTING_VERSIONS if version else _LISTING
    bucket, key = s3._parse_bucket_key(path, headers)
    if method not in ("GET", "HEAD") or not bucket or not key:
        return None
    return bucket, _LISTING_VERSIONS if query.get("versionId") else _LISTING


def _is_missing(method: str, status: int, body: bytes) -> bool:
    return status == 404 and (method == "HEAD" or b"<Code>NoSuchKey<" in body or b"<Code>NoSuchVersion<" in body)


def install(context: HookContext) -> None:
    """Look at each answer that says that something is missing."""
    if not context.settings.iam:
        return
    from ministack.core import iam_evaluator
    from ministack.core.responses import get_region
    from ministack.core.router import extract_access_key_id
    from ministack.services import s3

    def may_know(headers: Any, query: Any, bucket: str, actions: tuple[str, ...]) -> bool:
        key, arn = extract_access_key_id(headers, query), f"arn:aws:s3:::{bucket}"
        # The evaluator itself first, past the log of calls: nobody has called for a listing.
        evaluate = context.patches.originals.get((iam_evaluator.__name__, "enforce"), iam_evaluator.enforce)
        if any(evaluate(key, action, "s3", get_region(), arn, {}) is not None for action in actions):
            return False
        for action in actions:  # That the right was needed belongs into the log.
            iam_evaluator.enforce(key, action, "s3", get_region(), arn, {})
        return True

    def handling(original: Any) -> Any:
        async def handle_request(
            method: str, path: str, headers: Any, body: bytes, query_params: Any, *more: Any, **named: Any
        ) -> Any:
            answer = await original(method, path, headers, body, query_params, *more, **named)
            if named.get("internal") or not _is_missing(method, answer[0], answer[2] or b""):
                return answer
            asked = _asked_for(method, path, headers, query_params)
            if asked is None or may_know(headers, query_params, *asked):
                return answer
            status, given, text = s3._error("AccessDenied", "Access Denied", 403, path)
            return status, given, b"" if method == "HEAD" else text

        return handle_request

    context.patches.replace(s3, "handle_request", handling)
