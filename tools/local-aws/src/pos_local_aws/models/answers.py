"""What a service answers to a call that its model does not allow.

The codes: each service's page "Common Errors", e.g.
https://docs.aws.amazon.com/glue/latest/webapi/CommonErrors.html (ValidationException),
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html (ValidationError),
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (InvalidArgument, MalformedXML).
"""

import json
from collections.abc import Sequence
from xml.sax.saxutils import escape

from botocore.model import ServiceModel

from pos_local_aws.models.constraints import Problem

Answer = tuple[int, dict[str, str], bytes]
_QUERY = "ValidationError"
_CODES = {"logs": "InvalidParameterException", "sqs": "InvalidParameterValue"}


def sentence(found: Sequence[Problem]) -> str:
    """The problems as AWS words them."""
    words = "; ".join(f"Value at '{one.path}' failed to satisfy constraint: {one.message}" for one in found)
    return f"{len(found)} validation error{'s' if len(found) > 1 else ''} detected: {words}"


def code_of(model: ServiceModel, found: Sequence[Problem], *, in_query: bool) -> str:
    """The code of the refusal."""
    if model.service_name == "s3":
        return "MalformedXML" if any("." in one.path for one in found) else "InvalidArgument"
    if in_query:
        return _QUERY
    if all(one.kind == "type" for one in found):
        return "SerializationException"
    return _CODES.get(model.service_name, "ValidationException")


def refusal(model: ServiceModel, code: str, message: str, *, in_query: bool) -> Answer:
    """The refusal in the service's protocol: HTTP 400."""
    if in_query or model.metadata["protocol"] == "rest-xml":
        error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        if in_query:
            space = model.metadata.get("xmlNamespace", "")
            error = f'<ErrorResponse xmlns="{space}">{error}</ErrorResponse>'
        else:
            error = f'<?xml version="1.0" encoding="UTF-8"?>\n{error.replace("<Type>Sender</Type>", "")}'
        return 400, {"Content-Type": "application/xml"}, error.encode()
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-errortype": code}
    return 400, headers, json.dumps({"__type": code, "message": message}).encode()
