"""Parameters against a shape of a service's model, with everything that the model says.

botocore's own validator looks at required members, types and minimum lengths. The services also look at maximum
lengths, enumerations and patterns.
"""

import datetime as dt
import decimal
import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from botocore.model import Shape

Kind = Literal["missing", "unknown", "type", "length", "range", "enum", "pattern"]


@dataclass(frozen=True)
class Problem:
    """Why a service would not take a call."""

    kind: Kind
    path: str
    """Where, as the services name it: `arguments.--run_id`, `entries.1.id`."""
    message: str


_TYPES: Mapping[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list, tuple),
    "string": (str,),
    "character": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float, decimal.Decimal),
    "double": (int, float, decimal.Decimal),
    "boolean": (bool,),
    "timestamp": (dt.datetime, int, float, str),
    "blob": (bytes, bytearray, str),
}
# A pair of surrogates, as Java writes what lies beyond the first 65,536 characters.
_PAIRS = ("\\uD800\\uDC00-\\uDBFF\\uDFFF", "\\U00010000-\\U0010FFFF")
# Java's classes that Python's `re` lacks; inside brackets as well as outside.
_CLASSES = {
    "\\p{Graph}": "!-~",
    "\\p{Print}": " -~",
    "\\p{Alnum}": "A-Za-z0-9",
    "\\p{Alpha}": "A-Za-z",
    "\\p{Digit}": "0-9",
    "\\p{Punct}": "!-/:-@\\[-`{-~",
    "\\p{ASCII}": "\\x00-\\x7f",
    "\\p{XDigit}": "0-9A-Fa-f",
}


@functools.lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str] | None:
    """The model's pattern for Python, or None when it has no words for it (classes of Unicode such as `\\p{L}`)."""
    text = pattern.replace(*_PAIRS)
    for name, characters in _CLASSES.items():
        text = text.replace(name, characters if _is_bracketed(text, name) else f"[{characters}]")
    try:
        return re.compile(text, re.ASCII)  # as Java reads \\w and \\d
    except re.error:
        return None


def _is_bracketed(text: str, name: str) -> bool:
    before = text.split(name, 1)[0]
    return before.count("[") - before.count("\\[") > before.count("]") - before.count("\\]")


def problems(shape: Shape, value: Any, path: str = "") -> Iterator[Problem]:
    """What the service would refuse of a value; nothing when it would take it."""
    # Such a document is free JSON, and an event stream no document at all.
    if getattr(shape, "is_document_type", False) or getattr(shape, "is_eventstream_shape", False):
        return
    kind = shape.type_name
    is_flag = isinstance(value, bool) and kind != "boolean"
    if kind in _TYPES and (is_flag or not isinstance(value, _TYPES[kind])):
        if kind == "blob" and hasattr(value, "read"):
            return
        yield Problem("type", path, f"a {type(value).__name__} stands where a {kind} belongs")
        return
    yield from _CHECKS.get(kind, _nothing)(shape, value, path)


def _nothing(shape: Any, value: Any, path: str) -> Iterator[Problem]:  # noqa: ARG001 - as the other checks
    return iter(())


def _structure(shape: Any, value: Mapping[str, Any], path: str) -> Iterator[Problem]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield Problem("missing", _join(path, name), "Member must not be null")
    for name, item in value.items():
        if name not in shape.members:
            yield Problem("unknown", _join(path, name), f"{shape.name} has no such member")
        elif item is not None:
            yield from problems(shape.members[name], item, _join(path, name))
    if getattr(shape, "is_tagged_union", False) and len([item for item in value.values() if item is not None]) != 1:
        yield Problem("missing", path, f"{shape.name} takes exactly one of its members")


def _list(shape: Any, value: Any, path: str) -> Iterator[Problem]:
    yield from _length(shape, len(value), path)
    for number, item in enumerate(value, start=1):
        yield from problems(shape.member, item, f"{path}.{number}")


def _map(shape: Any, value: Mapping[str, Any], path: str) -> Iterator[Problem]:
    yield from _length(shape, len(value), path)
    for key, item in value.items():
        yield from problems(shape.key, key, f"{path}.{key}")
        yield from problems(shape.value, item, f"{path}.{key}")


def _string(shape: Any, value: str, path: str) -> Iterator[Problem]:
    yield from _length(shape, len(value), path)
    if shape.enum and value not in shape.enum:
        yield Problem("enum", path, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
    text = shape.metadata.get("pattern")
    pattern = compiled(text) if text else None
    if pattern is not None and not pattern.fullmatch(value):
        yield Problem("pattern", path, f"Member must satisfy regular expression pattern: {text}")


def _blob(shape: Any, value: Any, path: str) -> Iterator[Problem]:
    yield from _length(shape, len(value), path)


def _length(shape: Shape, length: int, path: str) -> Iterator[Problem]:
    return _within(shape, length, path, rule="length", what="have length")


def _number(shape: Shape, value: Any, path: str) -> Iterator[Problem]:
    return _within(shape, value, path, rule="range", what="have value")


def _within(shape: Shape, size: Any, path: str, *, rule: Kind, what: str) -> Iterator[Problem]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield Problem(rule, path, f"Member must {what} greater than or equal to {least}")
    if most is not None and size > most:
        yield Problem(rule, path, f"Member must {what} less than or equal to {most}")


_CHECKS: Mapping[str, Callable[[Any, Any, str], Iterator[Problem]]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "character": _string,
    "blob": _blob,
    "integer": _number,
    "long": _number,
    "float": _number,
    "double": _number,
}


def _join(path: str, name: str) -> str:
    # The services name members with a small first letter, whatever the model does.
    shown = name[:1].lower() + name[1:]
    return f"{path}.{shown}" if path else shown
