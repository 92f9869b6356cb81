"""What S3 refuses of one object and the emulator takes: keys, metadata and bodies that are too long, conditions that
mean nothing, copies of what is archived, too large, or the copy itself.

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
    _check_put_preconditions="headers existing_obj",
    _sync_restore="bucket_name key obj",
)
# Bytes of UTF-8: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
_LONGEST_KEY = 1024
# Bytes of names and values together: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
_MOST_METADATA = 2048
# Of one request, and of the source of one: https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
_LARGEST = 5 * 1024**3
# What makes a copy onto itself another object.
_CHANGES = (
    "x-amz-storage-class",
    "x-amz-website-redirect-location",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-customer-algorithm",
)


def _too_long(key: str) -> Any:
    """S3's answer to a key that is too long, else None: KeyTooLongError, 400.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
    """
    from ministack.services import s3

    if len(key.encode("utf-8", "surrogateescape")) <= _LONGEST_KEY:
        return None
    return s3._error("KeyTooLongError", "Your key is too long", 400, f"/{key}")


def refused_write(headers: Any, size: int) -> tuple[str, str, int] | None:
    """Code, words and status with which S3 refuses to write this, else None. `size`: bytes of the body."""
    if size > _LARGEST:
        return "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 400
    names = [name for name in headers if name.lower().startswith("x-amz-meta-")]
    metadata = sum(len(name) - len("x-amz-meta-") + len(headers[name].encode("utf-8", "replace")) for name in names)
    if metadata > _MOST_METADATA:
        return "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", 400
    if headers.get("if-none-match", "*").strip() != "*":
        # "Expects the '*' (asterisk) character": https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
        return "NotImplemented", "A header you provided implies functionality that is not implemented", 501
    return None


def _write_refusal(headers: Any, size: int) -> Any:
    from ministack.services import s3

    refused = refused_write(headers, size)
    return s3._error(*refused) if refused else None


def _source(headers: Any) -> tuple[str, str, str | None]:
    """Bucket, key and named version of what a copy reads."""
    from urllib.parse import parse_qs, unquote

    path, _, query = headers.get("x-amz-copy-source", "").lstrip("/").partition("?")
    bucket, _, key = unquote(path).partition("/")
    return bucket, key, parse_qs(query).get("versionId", [None])[0]


def refused_copy(headers: Any, size: int, *, onto_itself: bool) -> tuple[str, str, int] | None:
    """Code, words and status with which S3 refuses to copy a source of `size` bytes in one request, else None."""
    if size > _LARGEST:
        return (
            "InvalidRequest",
            f"The specified copy source is larger than the maximum allowable size for a copy source: {_LARGEST}",
            400,
        )
    replaces = headers.get("x-amz-metadata-directive", "COPY").upper() == "REPLACE"
    if onto_itself and not replaces and not any(name in headers for name in _CHANGES):
        return (
            "InvalidRequest",
            "This copy request is illegal because it is trying to copy an object to itself without changing the "
            "object's metadata, storage class, website redirect location or encryption attributes.",
            400,
        )
    return None


def _copy_refusal(bucket: str, key: str, headers: Any) -> Any:
    """S3's answer to a copy that it does not make, else None."""
    from ministack.services import s3

    source_bucket, source_key, wanted = _source(headers)
    found = _found(source_bucket, source_key, wanted) or {}
    onto_itself = (source_bucket, source_key, wanted) == (bucket, key, None)
    refused = refused_copy(headers, int(found.get("size") or 0), onto_itself=onto_itself)
    if refused is not None:
        return s3._error(*refused)
    there = (s3._buckets.get(bucket) or {}).get("objects", {}).get(key)
    return _write_refusal(headers, 0) or s3._check_put_preconditions(headers, there)


def _found(bucket: str, key: str, wanted: str | None) -> Any:
    """The object, or its version, as the emulator keeps it; None if it is not there."""
    from ministack.services import s3

    if not wanted:
        return (s3._buckets.get(bucket) or {}).get("objects", {}).get(key)
    return next((v for v in s3._object_versions.get((bucket, key), []) if v["version_id"] == wanted), None)


def _archived_source(headers: Any) -> Any:
    """S3's answer to a copy of what is archived and not restored, else None: InvalidObjectState, 403, as to a read.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/archived-objects.html
    """
    from ministack.services import s3

    bucket, key, wanted = _source(headers)
    storage = (_found(bucket, key, wanted) or {}).get("storage_class") or "STANDARD"
    if storage not in s3._ARCHIVE_STORAGE_CLASSES:
        return None
    current = _found(bucket, key, None)
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
            return (
                _too_long(dest_key)
                or _archived_source(headers)
                or _copy_refusal(bucket_name, dest_key, headers)
                or original(bucket_name, dest_key, headers)
            )

        return copy_object

    def putting(original: Any) -> Any:
        def put_object(bucket_name: str, key: str, body: Any, headers: Any) -> Any:
            refused = _too_long(key) or _write_refusal(headers, len(body or b""))
            return refused or original(bucket_name, key, body, headers)

        return put_object

    def beginning(original: Any) -> Any:
        def create_multipart_upload(bucket_name: str, key: str, headers: Any) -> Any:
            return _too_long(key) or _write_refusal(headers, 0) or original(bucket_name, key, headers)

        return create_multipart_upload

    def copying_parts(original: Any) -> Any:
        def upload_part_copy(bucket_name: str, dest_key: str, query_params: Any, headers: Any) -> Any:
            return _archived_source(headers) or original(bucket_name, dest_key, query_params, headers)

        return upload_part_copy

    context.patches.replace(s3, "_get_object", limited)
    context.patches.replace(s3, "_put_object", putting)
    context.patches.replace(s3, "_create_multipart_upload", beginning)
    context.patches.replace(s3, "_head_object", limited_head)
    context.patches.replace(s3, "_copy_object", copying)
    context.patches.replace(s3, "_upload_part_copy", copying_parts)
