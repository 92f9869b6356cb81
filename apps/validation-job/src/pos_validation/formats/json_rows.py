"""JSON lines: one object a line, read so that numbers keep the text they were written with."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from pos_validation.findings.findings import FileRejectedError
from pos_validation.findings.limits import refuse_columns_above
from pos_validation.formats.json_lines import lines_of
from pos_validation.formats.json_shapes import Shapes
from pos_validation.formats.json_values import NumberText, Pairs, cells, kind_of, read_as_text, scalars
from pos_validation.formats.leniency import SCALAR, both
from pos_validation.formats.names import note_missing, note_unexpected
from pos_validation.formats.reader import LINE, WRONG
from pos_validation.formats.source import blocks
from pos_validation.formats.text import decoded, without_mark
from pos_validation.formats.written_numbers import as_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pos_job_runtime.plan import Plan
    from pos_validation.findings.findings import Findings
    from pos_validation.formats.leniency import Leniency
    from pos_validation.formats.reader import TypedSchema
    from pos_validation.formats.source import SourceFile

# Parsed objects take many times their text; smaller blocks than elsewhere keep that bounded.
BLOCK = 8 << 20
# Python's reader calls itself for each level, and gives up at about a thousand, sooner or later.
DEEPEST = 800
# What can't be a bracket within a text: texts are matched whole, also one that never ends.
BRACKETS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]')


class _NoObjectError(Exception):
    """A line is not one JSON object; the message says what it is."""


def _no_constant(name: str) -> None:
    """Python's reader takes NaN and Infinity, which are not JSON."""
    raise _NoObjectError(f"{name} is not JSON")


_decoder = json.JSONDecoder(
    object_pairs_hook=Pairs, parse_float=NumberText, parse_int=NumberText, parse_constant=_no_constant
)


def read_frames(
    source: SourceFile, *, plan: Plan, findings: Findings, leniency: Leniency | None = None
) -> Iterator[tuple[pl.DataFrame, int]]:
    """Blocks of rows as the exact evaluation wants them (`line`, text cells, `…__wrong`), each with the number of its
    lines that are no rows (they are in the findings). Raises `FileRejectedError` at the end if a column is missing."""
    line, reader = 1, _Reader(plan, findings, leniency)
    with source.open() as stream:
        for data, _ in blocks(stream, size=BLOCK):
            block = without_mark(data) if line == 1 else data
            if line == 1 and block.lstrip()[:1] == b"[":
                at = 1 + block[: len(block) - len(block.lstrip())].count(b"\n")
                if block.strip()[1:].strip() == b"]":
                    raise findings.reject("empty_file", line=at, hint="it is an empty JSON array")
                raise findings.reject(
                    "broken_json",
                    line=at,
                    value="[",
                    detail="it is a JSON array; write one object a line, without the array",
                )
            if not block.isascii():
                decoded(block, first_line=line, findings=findings)
            yield reader.read(block, first_line=line)
            line += block.count(b"\n")
    reader.finish()


def typed(frame: pl.DataFrame, schema: TypedSchema, leniency: Leniency | None = None) -> pl.DataFrame | None:
    """The rows with the types of the fast path; None when a cell has another type or doesn't fit."""
    if frame.select(pl.any_horizontal(pl.col(f"^.*{WRONG}$").any())).item():
        return None
    if leniency is not None:
        frame = leniency.read(frame)
    frame = frame.select(*schema.types)
    return as_numbers(frame.lazy(), frame.schema, schema.types, schema.longest)


class _Reader:
    """Turns lines into rows and remembers the names it saw."""

    def __init__(self, plan: Plan, findings: Findings, leniency: Leniency | None) -> None:
        self._plan = plan
        self._leniency = leniency
        self._findings = findings
        self._names = {column.name for column in plan.columns}
        self._seen: dict[str, int] = {}
        self._rows = 0
        self._broken = 0
        # Shapes know columns by their own names only.
        self._shapes = None if leniency is not None and leniency.names else Shapes(plan)
        # A list in the first object.
        self._list: str | None = None

    def read(self, block: bytes, *, first_line: int) -> tuple[pl.DataFrame, int]:
        """The rows of some lines in UTF-8, and the number of lines that are none."""
        whole = None if self._shapes is None else self._shapes.alike(block, first_line=first_line)
        if whole is not None:
            self._rows += whole.height
            return self._with_scalars(whole), 0
        lines = lines_of(block, first_line=first_line)
        if self._shapes is None:
            return self._parse(lines)
        found, others = self._shapes.split(lines)
        alike = self._with_scalars(found)
        parsed, broken = self._parse(others)
        if self._leniency is not None:
            alike = alike.select(parsed.columns)
        self._rows += alike.height
        if parsed.is_empty() or alike.is_empty():
            return (alike if parsed.is_empty() else parsed), broken
        return pl.concat([alike, parsed]).sort(LINE), broken

    def _with_scalars(self, alike: pl.DataFrame) -> pl.DataFrame:
        """What has a shape has values of its columns' types."""
        if self._leniency is None:
            return alike
        return alike.with_columns(pl.col(name).is_not_null().alias(name + SCALAR) for name in self._leniency.scalars)

    def _parse(self, others: pl.DataFrame) -> tuple[pl.DataFrame, int]:
        """The rows of lines that are parsed one by one."""
        broken_before = self._broken
        lines: list[int] = []
        rows: list[dict[str, Any]] = []
        for number, line in others.iter_rows():
            content = line.strip(" \t\r")
            if not content:
                continue
            row = self._row(content, number)
            if row is not None:
                lines.append(number)
                rows.append(row)
        lines, rows = self._without_surrogates(lines, rows)
        self._remember(lines, rows)
        if self._rows == 0 and rows:
            held = (name for name, value in rows[0].items() if isinstance(value, list) and value)
            self._list = next((_printable(name) for name in held), None)
        self._rows += len(rows)
        return self._frame(lines, rows), self._broken - broken_before

    def finish(self) -> None:
        """Validate the names once all rows were seen."""
        if self._rows == 0:
            if self._broken == 0:
                raise self._findings.reject("empty_file", detail="it has only white space")
            raise FileRejectedError("broken_json")
        for name, line in self._seen.items():
            if name not in self._names:
                note_unexpected(name, line=line, plan=self._plan, findings=self._findings)
        missing = [c.name for c in self._plan.columns if c.required and c.name not in self._seen]
        first = min(self._seen.values(), default=1)
        note_missing(missing, present=list(self._seen), line=first, findings=self._findings, hint=self._within())

    def _within(self) -> str | None:
        """Where the rows may be, if they are a list within the one object of the file."""
        name = self._list if self._rows == 1 else None
        return None if name is None else f"{name!r} holds a list: write each of its objects on a line of its own"

    def _row(self, content: str, line: int) -> dict[str, Any] | None:
        """The object on a line; None when there is none, and then the findings say why."""
        try:
            pairs = _object(content)
        except _NoObjectError as error:
            self._broken += 1
            self._findings.add("broken_json", line=line, value=content, detail=str(error))
            return None
        if self._leniency is not None and self._leniency.names:
            renamed = self._renamed(pairs, line)
            if renamed is None:
                return None
            pairs = renamed
        row = dict(pairs)
        if len(row) != len(pairs):
            counts = Counter(name for name, _ in pairs)
            twice = _printable(next(name for name, count in counts.items() if count > 1))
            self._broken += 1
            self._findings.add("duplicate_column", column=twice, line=line, value=twice, hint="twice in one object")
            return None
        return row

    def _renamed(self, pairs: Sequence[tuple[str, Any]], line: int) -> tuple[tuple[str, Any], ...] | None:
        """The object's values by the plan's names; None if two of its names stand for one column."""
        names = {} if self._leniency is None else self._leniency.names
        first: dict[str, str] = {}
        for sent, _ in pairs:
            name = names.get(sent, sent)
            other = first.setdefault(name, sent)
            if other != sent:
                self._broken += 1
                hint = both(_printable(other), _printable(sent), name)
                self._findings.add("duplicate_column", column=name, line=line, value=_printable(sent), hint=hint)
                return None
        return tuple((names.get(sent, sent), value) for sent, value in pairs)

    def _without_surrogates(
        self, lines: list[int], rows: list[dict[str, Any]]
    ) -> tuple[list[int], list[dict[str, Any]]]:
        """Half a surrogate pair (`\\ud800`) is no character, and no UTF-8 can hold it."""
        bad = {index for column in self._plan.columns for index in _surrogates([row.get(column.name) for row in rows])}
        if not bad:
            return lines, rows
        for index in sorted(bad):
            self._broken += 1
            self._findings.add("broken_json", line=lines[index], detail="it has half of a surrogate pair")
        keep = [index for index in range(len(rows)) if index not in bad]
        return [lines[index] for index in keep], [rows[index] for index in keep]

    def _remember(self, lines: Sequence[int], rows: Sequence[dict[str, Any]]) -> None:
        fresh = set().union(*rows).difference(self._seen) if rows else set()
        if not fresh:
            return
        for line, row in zip(lines, rows):
            for name in row:
                if name in fresh:
                    fresh.discard(name)
                    self._seen[_printable(name)] = line
                    limit = self._plan.policies.largest_file.columns
                    refuse_columns_above(limit, len(self._seen), line=line, findings=self._findings)
            if not fresh:
                return

    def _frame(self, lines: list[int], rows: list[dict[str, Any]]) -> pl.DataFrame:
        series = [pl.Series(LINE, lines, pl.Int64)]
        for column in self._plan.columns:
            values = [row.get(column.name) for row in rows]
            texts, wrong = cells(values, column)
            if self._leniency is not None and column.name in self._leniency.scalars:
                series.append(pl.Series(column.name + SCALAR, scalars(values, column), pl.Boolean))
                lenient = self._leniency.columns.get(column.name)
                wrong = wrong if lenient is None else read_as_text(values, wrong, lenient)
            series.append(pl.Series(column.name, texts, pl.String))
            series.append(pl.Series(column.name + WRONG, wrong, pl.Boolean))
        return pl.DataFrame(series)


def _object(content: str) -> tuple[tuple[str, Any], ...]:
    if content.count("[") + content.count("{") > DEEPEST and _depth(content) > DEEPEST:
        raise _NoObjectError(f"it is nested more than {DEEPEST} levels deep")
    try:
        value, end = _decoder.raw_decode(content)
    except json.JSONDecodeError as error:
        if error.pos >= len(content) or error.msg.startswith("Unterminated") or content == "{":
            raise _NoObjectError("it ends before its object does; an object must stand on one line") from None
        raise _NoObjectError(f"{error.msg} at position {error.pos + 1}") from None
    if type(value) is not Pairs:
        raise _NoObjectError(f"it is {kind_of(value)}, not an object")
    if end != len(content):
        raise _NoObjectError(f"something follows the object at position {end + 1}")
    return cast("tuple[tuple[str, Any], ...]", value)


def _depth(content: str) -> int:
    """How deeply arrays and objects are nested, at most."""
    depth = deepest = 0
    for bracket in BRACKETS.finditer(content):
        if bracket[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif bracket[0] in "]}":
            depth -= 1
    return deepest


def _printable(name: str) -> str:
    """The name with half surrogate pairs written as JSON writes them: no report could hold them."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _surrogates(values: list[Any]) -> list[int]:
    texts = [value if isinstance(value, str) else "" for value in values]
    try:
        "".join(texts).encode("utf-8")
    except UnicodeEncodeError:
        return [index for index, text in enumerate(texts) if any("\ud800" <= char <= "\udfff" for char in text)]
    return []
