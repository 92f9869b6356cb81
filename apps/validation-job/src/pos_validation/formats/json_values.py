"""The values of JSON objects: as texts of their columns, and as a report shows them."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from pos_job_runtime.generated.plan import LenientColumn
    from pos_job_runtime.plan import PlanColumn

# A number with more digits than any column holds stays as it was written: 1e999999 is not worth writing out.
LONGEST_INTEGER = 40
# A report shows the beginning of a value.
DEEPEST_SHOWN = 100


class NumberText(str):
    """A JSON number, as it was written."""


# A JSON object, as the pairs of its names and values: repeated names are still there.
Pairs: type[tuple[Any, ...]] = tuple


def cells(values: list[Any], column: PlanColumn) -> tuple[list[str | None], list[bool]]:
    """The column's values as text, and whether each has another type than the column."""
    right = RIGHT_TYPES[column.input]
    written: Callable[[Any], str] = WRITTEN.get(column.input, str)
    if set(map(type, values)) <= {right, type(None)}:
        if column.input in WRITTEN:
            values = [value if value is None else written(value) for value in values]
        return values, [False] * len(values)
    return (
        [None if v is None else written(v) if type(v) is right else _text(v) for v in values],
        [v is not None and type(v) is not right for v in values],
    )


def scalars(values: list[Any], column: PlanColumn) -> list[bool]:
    """Whether each value is a number or boolean of the column's type: no text, of which another way of writing may be
    declared."""
    right = RIGHT_TYPES[column.input]
    return [type(value) is right for value in values]


def read_as_text(values: list[Any], wrong: list[bool], lenient: LenientColumn) -> list[bool]:
    """`wrong` without the texts that are read where a number belongs: all, or only the words for a missing value."""
    words = set(lenient.missing)
    return [
        one and not (type(value) is str and (lenient.texts or value.strip(" \t") in words))
        for one, value in zip(wrong, values)
    ]


def _integer_text(number: str) -> str:
    """A JSON number has no types: 5.0 and 5e0 are the integer 5. What is no integer stays as it was written."""
    if number.lstrip("-").isdigit():
        return number
    match = re.fullmatch(r"(-?[0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,3}))?", number)
    if match is None:
        return number
    value = Decimal(number)
    if value.adjusted() > LONGEST_INTEGER or value != value.to_integral_value():
        return number
    return str(int(value))


def _boolean_text(value: bool) -> str:
    return "true" if value else "false"


# What a value of a column is in JSON, and how it's written where its text may vary.
RIGHT_TYPES: dict[str, type[Any]] = {
    "text": str,
    "timestamp": str,
    "date": str,
    "boolean": bool,
    "integer": NumberText,
    "decimal": NumberText,
    "epochSeconds": NumberText,
}
WRITTEN: dict[str, Callable[[Any], str]] = {"integer": _integer_text, "boolean": _boolean_text}


def _text(value: Any) -> str:
    """A value of another type than its column, for the report: text as it is, all else as JSON writes it."""
    return str(value) if isinstance(value, str) else _json(value)


def _json(value: Any, depth: int = 0) -> str:
    if type(value) is NumberText:
        return str(value)
    if depth > DEEPEST_SHOWN and isinstance(value, (list, Pairs)):
        return "…"
    if type(value) is Pairs:
        return "{" + ", ".join(f"{json.dumps(name)}: {_json(inner, depth + 1)}" for name, inner in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_json(inner, depth + 1) for inner in value) + "]"
    return json.dumps(value)


def kind_of(value: Any) -> str:
    if isinstance(value, list):
        return "an array"
    if type(value) is NumberText:
        return "a number"
    return "text" if isinstance(value, str) else json.dumps(value)
