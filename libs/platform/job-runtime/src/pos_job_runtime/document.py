"""Reading and writing the documents whose types are generated: one place decides what a wrong one is told.

A field that may be absent is `UNSET` then, which is falsy. Fields that nobody knows are ignored, so that a job reads
the documents of later releases.
"""

from __future__ import annotations

import json
import re
import threading
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, Union, cast

import msgspec
from msgspec import UNSET, UnsetType

from pos_job_runtime.errors import DocumentError
from pos_job_runtime.visible import safe_json

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

__all__ = ["UNSET", "Document", "as_json", "decode", "decode_lines", "given", "plain"]

T = TypeVar("T")
D = TypeVar("D")

_LEARNING = threading.Lock()


class Document(msgspec.Struct, frozen=True):
    """What every generated type is: immutable, and equal where its fields are."""


def decode(kind: type[T], text: bytes | str, *, origin: str) -> T:
    """The document of the type `kind` in `text`.

    Raises `DocumentError`: one sentence with its `origin` (a place, or words for one), the path in it, and what was
    expected there.
    """
    try:
        return _decoded(kind, text)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise DocumentError(f"{origin} is not a valid {_words(kind)}: {_complaint(error)}.") from None


def decode_lines(kind: type[T], text: bytes, *, origin: str) -> Iterator[T]:
    """The documents in the lines of `text`, without empty ones. Raises `DocumentError`, which tells the line."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield decode(kind, line, origin=f"Line {number} of {origin}")


def plain(document: Document) -> dict[str, Any]:
    """The document as JSON has it, without the fields that are `UNSET`."""
    found: dict[str, Any] = msgspec.to_builtins(document)
    return found


def as_json(document: Document | Sequence[Document], *, indent: int | None = None) -> bytes:
    """UTF-8 without escapes, but for characters that do something to a screen: Step Functions reads at most 256 KB."""
    return safe_json(msgspec.to_builtins(document), indent=indent).encode()


def given(value: Union[T, UnsetType], default: D) -> Union[T, D]:  # noqa: UP007
    """The value of a field that may be absent, and `default` where it is."""
    return default if isinstance(value, UnsetType) else value


def _decoded(kind: type[T], text: bytes | str) -> T:
    try:
        return cast("T", _decoder(cast("Hashable", kind)).decode(text))
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        # Halves of surrogate pairs are JSON, and files have them: the fast decoder takes none.
        return msgspec.convert(json.loads(text, parse_constant=_refuse), kind)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")


def _decoder(kind: Hashable) -> msgspec.json.Decoder[Any]:
    # While the library learns a type, another thread finds the half that it knows, and crashes the process.
    with _LEARNING:
        return _made(kind)


@cache
def _made(kind: Hashable) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(cast("type", kind))


def _words(kind: type) -> str:
    """`ValidationSummary` as `validation summary`."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", kind.__name__).lower()


def _complaint(error: Exception) -> str:
    """The decoder's message, with the path in front: `files[0].size: expected …`."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    told = str(error) or type(error).__name__
    what, at, path = told.partition(" - at `$")
    if not what[1:2].isupper():
        what = what[:1].lower() + what[1:]
    path = path.rstrip("`").lstrip(".")
    return f"{path}: {what}" if at and path else what
