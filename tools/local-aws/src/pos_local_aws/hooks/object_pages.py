"""Listings have at most 1,000 entries a page, and a request deletes at most 1,000 objects.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
"""

import re
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.services.s3",
    "_MALFORMED_XML",
    _list_objects_v1="bucket_name query_params",
    _list_objects_v2="bucket_name query_params",
    _list_object_versions="bucket_name query_params",
    _delete_objects="bucket_name body headers",
    _qp="params key default",
    _error="code message status resource extra headers",
)
_MOST = 1000


def _capped(query: Any) -> Any:
    from ministack.services import s3

    asked = s3._qp(query, "max-keys", str(_MOST))
    if not asked.isdigit() or int(asked) <= _MOST:
        return query
    # Values come as texts or as lists of them.
    return {**query, "max-keys": [str(_MOST)] if isinstance(query["max-keys"], list) else str(_MOST)}


def install(context: HookContext) -> None:
    """Cut the pages, and refuse deletions that are too many."""
    from ministack.services import s3

    def paging(original: Any) -> Any:
        return lambda bucket_name, query_params: original(bucket_name, _capped(query_params))

    def deleting(original: Any) -> Any:
        def delete_objects(bucket_name: str, body: bytes, headers: Any = None) -> Any:
            if len(re.findall(rb"<(?:\w+:)?Object[\s>]", body)) > _MOST:
                return s3._error("MalformedXML", s3._MALFORMED_XML, 400)
            return original(bucket_name, body, headers)

        return delete_objects

    for name in ("_list_objects_v1", "_list_objects_v2", "_list_object_versions"):
        context.patches.replace(s3, name, paging)
    context.patches.replace(s3, "_delete_objects", deleting)
