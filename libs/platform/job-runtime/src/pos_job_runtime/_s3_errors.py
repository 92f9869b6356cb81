"""What S3's errors mean: gone, not to be read, in trouble for a moment, or wrong."""

from __future__ import annotations

import random
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from boto3.exceptions import Boto3Error
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    ResponseStreamingError,
)
from botocore.exceptions import ConnectionError as BotoConnectionError
from urllib3.exceptions import HTTPError

from pos_job_runtime.errors import ObjectMissingError, ObjectUnreadableError, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pos_job_runtime.locations import Location

T = TypeVar("T")

MISSING = frozenset(
    {"404", "NoSuchKey", "NoSuchVersion", "NotFound", "PreconditionFailed", "412", "MethodNotAllowed", "405"}
)
DENIED = frozenset({"AccessDenied", "403", "Forbidden"})
# Seconds before each further attempt, after botocore's own three. Up to half of each is left out by chance, so that the
# threads of many jobs don't come back at the same moment.
WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
# S3 answers these with 4xx although the same request may go through later. KMS' come as `KMS.ThrottlingException` too:
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
PASSING = ("SlowDown", "RequestTimeout", "ThrottlingException", "Throttling", "TooManyRequestsException")
# An upload whose completion was acknowledged, but whose acknowledgement was lost, is unknown when it is repeated.
LOST_UPLOAD = "NoSuchUpload"
# The network's own. OSError would be too wide: the disk's errors are OSErrors as well.
BROKEN = (
    HTTPClientError,
    BotoConnectionError,
    IncompleteReadError,
    ResponseStreamingError,
    FlexibleChecksumError,
    HTTPError,
    ConnectionError,
    TimeoutError,
)


def is_passing(error: BaseException) -> bool:
    """Whether the same request may go through later: throttling, a server's error, a broken connection."""
    error = _cause(error)
    if isinstance(error, ClientError):
        code = code_of(error)
        return status_of(error) >= 500 or code == LOST_UPLOAD or code.endswith(PASSING)
    return isinstance(error, BROKEN)


def patiently(work: Callable[[], T]) -> T:
    """Do `work`, all of it again where passing trouble cuts it off. It must come to the same when it is repeated."""
    for number in range(len(WAITS)):
        try:
            return work()
        except (BotoCoreError, ClientError, Boto3Error, *BROKEN) as error:
            if not is_passing(error):
                raise
            pause(number)
    return work()


def pause(number: int) -> None:
    """Wait before the attempt after failure `number`, counted from 0."""
    time.sleep(WAITS[number] * random.uniform(0.5, 1.0))


@contextmanager
def translated(location: Location) -> Iterator[None]:
    """S3's errors as `StorageError`s: one sentence each."""
    try:
        yield
    except (BotoCoreError, ClientError, Boto3Error, *BROKEN) as raised:
        error = _cause(raised)
        if not isinstance(error, ClientError):
            told = f"the connection to S3 keeps breaking ({error})." if is_passing(error) else str(error)
            raise StorageError(f"{location}: {told}") from raised
        code = code_of(error)
        if code in MISSING:
            raise ObjectMissingError(f"{location} is not there ({code}).") from raised
        message = str(error.response.get("Error", {}).get("Message", "")) or code
        raise StorageError(f"{location}: {message} ({code} on {error.operation_name}).") from raised


def unreadable(error: ClientError, location: Location) -> ObjectUnreadableError | None:
    """The error of a GetObject as one of this object alone, as far as the answer says so; None if it is another."""
    if is_passing(error):
        return None
    code = code_of(error)
    details: Mapping[str, Any] = error.response.get("Error", {})
    if code == "InvalidObjectState":
        # "The object is archived and inaccessible until restored."
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_Errors
        kind = f" in the storage class {details['StorageClass']}" if details.get("StorageClass") else ""
        return ObjectUnreadableError(str(location), f"it is archived{kind}", certain=True)
    if code == "InvalidRequest" and "server side encryption" in str(details.get("Message", "")).lower():
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
        return ObjectUnreadableError(
            str(location), "it is encrypted with a key that only its sender has (SSE-C)", certain=True
        )
    if code in DENIED or code.startswith("KMS."):
        return ObjectUnreadableError(str(location), f"access to it is denied ({code})", certain=False)
    return None


def code_of(error: ClientError) -> str:
    """S3's name for the error."""
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int:
    """The answer's HTTP status."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _cause(error: BaseException) -> BaseException:
    """boto3's transfers wrap what S3 answered."""
    inner = error.__cause__ or error.__context__
    return inner if isinstance(error, Boto3Error) and isinstance(inner, (ClientError, BotoCoreError)) else error
