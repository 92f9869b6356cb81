"""JSON lines that look alike: objects with the same names in the same order, written with the same white space.

Lines of a known shape are split by one regular expression into the texts of their values, which is many times as fast
as parsing each. It matches nothing but what a parser would read to the same texts: no escapes, no nested values, no
value of another type than its column.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from pos_validation.formats.json_cells import AlikeCells, Member
from pos_validation.formats.reader import LINE, WRONG

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pos_job_runtime.plan import Plan

# Files whose objects leave out what they have not have some shapes; with more, looking for each does not pay.
MOST_SHAPES = 8
# A larger object makes an expression that is slower than a parser.
MOST_NAMES = 100
# So does a longer line: each character of a name is part of the expression.
LONGEST_LINE = 1 << 15
# Lines without a known shape that are looked at in a block, to learn from.
LOOKED_AT = 16

CHARACTER = r'[^"\\\x00-\x1f]'
WHOLE = r"-?(?:0|[1-9][0-9]*)"
NUMBER = WHOLE + r"(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
# For each kind of column the value as the group to keep; `null` keeps nothing.
VALUES: Mapping[str, str] = {
    "text": f'"({CHARACTER}*)"',
    "timestamp": f'"({CHARACTER}*)"',
    "date": f'"({CHARACTER}*)"',
    "boolean": "(true|false)",
    # `5.0` is the integer 5: who reads it that way is the parser.
    "integer": f"({WHOLE})",
    "decimal": f"({NUMBER})",
    "epochSeconds": f"({NUMBER})",
}
# A value of a name that the plan does not know.
OTHER = f'(?:"{CHARACTER}*"|{NUMBER}|true|false|null)'
# A name and its value, from the brace or comma before it.
MEMBER = re.compile(
    r'([{,][ \t]*"([^"\\\x00-\x1f]+)"[ \t]*:[ \t]*)(?:"(?:[^"\\]|\\.)*"|[-+.0-9eE]+|true|false|null)([ \t]*)'
)


class Shapes:
    """The shapes that the lines of one file have, as far as they are known."""

    def __init__(self, plan: Plan) -> None:
        self._inputs = {column.name: column.input for column in plan.columns}
        self._empty = pl.lit(None, pl.String)
        # The expressions, each with the plan's columns that its groups are.
        self._known: dict[str, list[str]] = {}
        # For the first of them, if its lines can be cut at commas.
        self._cells: AlikeCells | None = None

    def alike(self, block: bytes, *, first_line: int) -> pl.DataFrame | None:
        """The rows of a block in UTF-8, as they were sent, if all its lines surely have the first shape."""
        if self._cells is None:
            return None
        line = (pl.int_range(pl.len()) + first_line).alias(LINE)
        return self._cells.select(block, [line, *self._row(self._cells.values)])

    def split(self, lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows that lines (`line`, `text`) of a known shape hold, as they were sent; and the lines that are left.

        The first line of a shape is among those that are left: its names are new.
        """
        found = []
        for expression, columns in [*self._known.items()]:
            rows, lines = self._matched(lines, expression, columns)
            found.append(rows)
        left = []
        for _ in range(LOOKED_AT):
            if lines.is_empty() or len(self._known) == MOST_SHAPES:
                break
            left.append(lines.head(1))
            learned = self._learn(lines["text"][0])
            lines = lines.slice(1)
            if learned is not None:
                rows, lines = self._matched(lines, *learned)
                found.append(rows)
        rows = found[0] if len(found) == 1 else pl.concat([self._none(), *found]).sort(LINE)
        return rows, pl.concat([*left, lines])

    def _learn(self, line: str) -> tuple[str, list[str]] | None:
        """The shape of a line, if it is new and simple."""
        shape = self._shape(line.strip(" \t\r")) if len(line) <= LONGEST_LINE else None
        if shape is None or shape[0] in self._known:
            return None
        try:
            # Whoever parses it must find the names.
            if not pl.Series([line]).str.contains(shape[0]).all():
                return None
        except pl.exceptions.PolarsError:
            return None
        if not self._known:
            self._cells = self._cut(line.strip(" \t\r"))
        self._known[shape[0]] = shape[1]
        return shape

    def _shape(self, line: str) -> tuple[str, list[str]] | None:
        members = _members(line)
        if members is None:
            return None
        parts = [_literally(before) + self._value(name) + _literally(after) for before, name, after in members]
        columns = [name for _, name, _ in members if name in self._inputs]
        # The first group tells a match in which every value is null from none.
        return r"\A[ \t\r]*()" + "".join(parts) + r"\}[ \t\r]*\z", columns

    def _value(self, name: str) -> str:
        value = VALUES.get(self._inputs.get(name, ""))
        return OTHER if value is None else f"(?:{value}|null)"

    def _cut(self, line: str) -> AlikeCells | None:
        """What cuts lines of this one's shape; None if blanks stand behind a value, or there is none."""
        members = _members(line)
        if not members or any(after for _, _, after in members):
            return None
        ends = ["" for _ in members[1:]] + ["}"]
        return AlikeCells(
            [
                Member(
                    before=before.lstrip(","),
                    pattern=rf"\A{self._value(name)}\z",
                    end=end,
                    column=name if name in self._inputs else None,
                    text=VALUES.get(self._inputs.get(name, "")) == VALUES["text"],
                )
                for (before, name, _), end in zip(members, ends)
            ]
        )

    def _matched(self, lines: pl.DataFrame, expression: str, columns: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows of the lines that the expression matches, and the other lines."""
        groups = lines["text"].str.extract_groups(expression).struct.unnest()
        matched = groups[groups.columns[0]].is_not_null()
        values = {name: pl.col(group) for name, group in zip(columns, groups.columns[1:])}
        rows = groups.with_columns(lines[LINE]).select(LINE, *self._row(values))
        if matched.all():
            return rows, lines.clear()
        return rows.filter(matched), lines.filter(~matched)

    def _row(self, values: Mapping[str, pl.Expr]) -> list[pl.Expr]:
        """A row with these values, as it was sent."""
        return [
            cell
            for name in self._inputs
            for cell in (values.get(name, self._empty).alias(name), pl.lit(False).alias(name + WRONG))
        ]

    def _none(self) -> pl.DataFrame:
        schema: dict[str, type[pl.DataType]] = {LINE: pl.Int64}
        for name in self._inputs:
            schema.update({name: pl.String, name + WRONG: pl.Boolean})
        return pl.DataFrame(schema=schema)


def _members(line: str) -> list[tuple[str, str, str]] | None:
    """What stands before each value of a line, the value's name, and the blanks behind it; None if it is not simple."""
    found: list[tuple[str, str, str]] = []
    at = 0
    while len(found) < MOST_NAMES and (member := MEMBER.match(line, at)) is not None:
        before, name, after = member.groups()
        found.append((before, name, after))
        at = member.end()
    return found if line[at:] == "}" and len({name for _, name, _ in found}) == len(found) else None


def _literally(text: str) -> str:
    """An expression that matches the text and nothing else."""
    return "".join(char if char.isascii() and char.isalnum() else f"\\x{{{ord(char):X}}}" for char in text)
