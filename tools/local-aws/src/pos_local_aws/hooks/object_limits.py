"""What S3 refuses of objects and the emulator takes: keys that are too long, and copies of what is archived.

Archived objects and those with a customer's key are refused by the emulator's own reads.
"""

from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.services.s3",
    "_object_versions",
    "_buckets",
    "_ARCHIVE_STORAGE_CLASSES",
    _put_object="bucket_name key body headers",
    _get_object="bucket_name key headers query_params",
    _head_object="bucket_name key headers query_params",
    _copy_object="bucket_name dest_key headers",
    _create_multipart_upload="bucket_name key headers",
    _upload_part_copy="bucket_name dest_key query_params headers",
    _error="code message status resource extra headers",
    _invalid_object_state="bucket_name key storage_class",
    _sync_restore="bucket_name key obj",
)
# Bytes of UTF-8: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
_LONGEST_KEY = 1024


def _too_long(key: str) -> Any:
    """S3's answer to a key that is too long, else None: KeyTooLongError, 400.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
    """
    from ministack.services import s3

    if len(key.encode("utf-8", "surrogateescape")) <= _LONGEST_KEY:
        return None
    return s3._error("KeyTooLongError", "Your key is too long", 400, f"/{key}")


def _archived_source(headers: Any) -> Any:
    """S3's answer to a copy of what is archived and not restored, else None: InvalidObjectState, 403, as to a read.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/archived-objects.html
    """
    from urllib.parse import parse_qs, unquote

    from ministack.services import s3

    path, _, query = headers.get("x-amz-copy-source", "").lstrip("/").partition("?")
    bucket, _, key = unquote(path).partition("/")
    wanted = parse_qs(query).get("versionId", [None])[0]
    current = (s3._buckets.get(bucket) or {}).get("objects", {}).get(key)
    found = current
    if wanted:
        found = next((v for v in s3._object_versions.get((bucket, key), []) if v["version_id"] == wanted), None)
    storage = (found or {}).get("storage_class") or "STANDARD"
    if storage not in s3._ARCHIVE_STORAGE_CLASSES:
        return None
    is_current = current is not None and wanted in (None, current.get("version_id"))
    if is_current and s3._sync_restore(bucket, key, current) == "restored":
        return None
    return s3._invalid_object_state(bucket, key, storage)


def install(context: HookContext) -> None:
    """Let each operation refuse what S3 refuses before it does anything."""
    from ministack.services import s3

    def limited(original: Any) -> Any:
        def operation(bucket_name: str, key: str, *more: Any, **named: Any) -> Any:
            return _too_long(key) or original(bucket_name, key, *more, **named)

        return operation

    def limited_head(original: Any) -> Any:
        def head_object(bucket_name: str, key: str, *more: Any, **named: Any) -> Any:
            refused = _too_long(key)
            return (refused[0], refused[1], b"") if refused else original(bucket_name, key, *more, **named)

        return head_object

    def copying(original: Any) -> Any:
        def copy_object(bucket_name: str, dest_key: str, headers: Any) -> Any:
            return _too_long(dest_key) or _archived_source(headers) or original(bucket_name, dest_key, headers)

        return copy_object

    def copying_parts(original: Any) -> Any:
        def upload_part_copy(bucket_name: str, dest_key: str, query_params: Any, headers: Any) -> Any:
            return _archived_source(headers) or original(bucket_name, dest_key, query_params, headers)

        return upload_part_copy

    for name in ("_put_object", "_get_object", "_create_multipart_upload"):
        context.patches.replace(s3, name, limited)
    context.patches.replace(s3, "_head_object", limited_head)
    context.patches.replace(s3, "_copy_object", copying)
    context.patches.replace(s3, "_upload_part_copy", copying_parts)
