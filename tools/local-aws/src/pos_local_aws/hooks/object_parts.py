"""What S3 demands of an upload in parts when it is completed.

- Each part but the last has at least 5 MiB (`EntityTooSmall`).
  https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
- Parts are listed in ascending order (`InvalidPartOrder`), each with the entity tag that its upload was answered with
  (`InvalidPart`), and there is at least one (`MalformedXML`).
  https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
"""

import re
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.services.s3",
    "_MALFORMED_XML",
    "_multipart_uploads",
    "_completed_multipart_uploads",
    _complete_multipart_upload="bucket_name key body query_params headers",
    _qp="params key default",
    _error="code message status resource extra headers",
)
_LEAST_PART = 5 * 1024 * 1024
_PART = re.compile(rb"<(?:\w+:)?Part>(.*?)</(?:\w+:)?Part>", re.DOTALL)
_NUMBER = re.compile(rb"<(?:\w+:)?PartNumber>\s*(\d+)\s*<")


def _refusal(upload: Any, body: bytes) -> Any:
    """S3's answer to a completion that it does not take, else None."""
    from ministack.services import s3

    found = [_NUMBER.search(part) for part in _PART.findall(body)]
    numbers = [int(match[1]) for match in found if match is not None]
    if not numbers:
        return s3._error("MalformedXML", s3._MALFORMED_XML, 400)
    if numbers != sorted(set(numbers)):
        message = (
            "The list of parts was not in ascending order. The parts list must be specified in order by part number."
        )
        return s3._error("InvalidPartOrder", message, 400)
    for number in numbers[:-1]:
        part = upload["parts"].get(number)
        if part is not None and len(part["body"]) < _LEAST_PART:
            message = "Your proposed upload is smaller than the minimum allowed size"
            return s3._error("EntityTooSmall", message, 400, extra={"PartNumber": str(number)})
    return None


def install(context: HookContext) -> None:
    """Look at the list of parts before they are put together."""
    from ministack.services import s3

    def completing(original: Any) -> Any:
        def complete_multipart_upload(
            bucket_name: str, key: str, body: bytes, query_params: Any, headers: Any = None
        ) -> Any:
            upload_id = s3._qp(query_params, "uploadId")
            upload = s3._multipart_uploads.get(upload_id)
            # A completion that comes again is answered as the first one was.
            if upload is not None and upload_id not in s3._completed_multipart_uploads:
                refused = _refusal(upload, body)
                if refused is not None:
                    return refused
            return original(bucket_name, key, body, query_params, headers)

        return complete_multipart_upload

    context.patches.replace(s3, "_complete_multipart_upload", completing)
