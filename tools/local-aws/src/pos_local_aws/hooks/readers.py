"""The key of a stack's reader reads only, with IAM off too: then the emulator evaluates no policy at all."""

import re
from collections.abc import Mapping
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.reader import SUFFIX
from pos_local_aws.registry import internals

REQUIRES = internals("ministack.services.iam", "_access_keys")
_CREDENTIAL = re.compile(rb"Credential=([^/,\s]+)")
_QUERY_CREDENTIAL = re.compile(rb"(?:^|&)X-Amz-Credential=([^&%/]+)")
_BODY = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>'
    b"<Message>This key reads only.</Message></Error>"
)


def _is_readers(key: str) -> bool:
    from ministack.services import iam

    # By account and key; the account of a request is not known yet.
    return any(
        name == key and found["UserName"].endswith(SUFFIX) for (_, name), found in list(iam._access_keys._data.items())
    )


def refuses(scope: Mapping[str, Any]) -> bool:
    """Whether a request (an ASGI scope) is a reader's and would do more than read."""
    if scope["method"] in ("GET", "HEAD"):
        return False
    found = _CREDENTIAL.search(dict(scope["headers"]).get(b"authorization", b"")) or _QUERY_CREDENTIAL.search(
        scope["query_string"]
    )
    return found is not None and _is_readers(found[1].decode("latin-1"))


async def deny(receive: Any, send: Any) -> None:
    """S3's answer to what is not allowed."""
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-type", b"application/xml"), (b"content-length", str(len(_BODY)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": _BODY})


def install(context: HookContext) -> None:
    """Nothing to patch: the server asks before it hands a request on."""
