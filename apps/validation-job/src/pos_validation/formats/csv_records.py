"""RFC 4180, strictly, with the physical line of every record.

Python's own reader is lenient where it matters (it takes `"T16"x` as `T16x`) and doesn't say where a record begins.
Lines end in LF or CRLF; a CR elsewhere is a character of its cell. Lines without any character are no records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

# A quoted cell longer than this has lost its closing quote; without a bound it would swallow the rest of the file.
LONGEST_CELL = 1 << 20
UNCLOSED = "the quote is never closed"


class Record(Struct, frozen=True):
    """A record's cells; `line` is its first physical line, `lines` how many it spans, `end` the index after it."""

    line: int
    lines: int
    end: int
    cells: list[str]


class Broken(Struct, frozen=True):
    """A line whose quotes can't be understood; reading goes on with the next line, at `end`. `cell` counts from 0."""

    line: int
    end: int
    cell: int
    value: str
    detail: str


def records(text: str, separator: str, *, first_line: int, complete: bool = True) -> Iterator[Record | Broken]:
    """The records of `text`, whose first character is the first of line `first_line`.

    If the text is not `complete`, it ends before a record whose quoted cell may go on in what follows.

    A quoted cell that is never closed is blamed on the line where it opens, also when a later quote closes it by
    accident: reading resumes on the line after.
    """
    position, line, length = 0, first_line, len(text)
    while position < length:
        line_end = text.find("\n", position)
        after = length if line_end < 0 else line_end + 1
        content_end = length if line_end < 0 else line_end
        if content_end > position and text[content_end - 1] == "\r":
            content_end -= 1
        if content_end == position:
            position, line = after, line + 1
            continue
        content = text[position:content_end]
        if '"' not in content:
            yield Record(line, 1, after, content.split(separator))
            position, line = after, line + 1
            continue
        parsed = _quoted_record(text, position, separator)
        if (
            isinstance(parsed, Broken)
            and parsed.detail == UNCLOSED
            and not complete
            and length - position < LONGEST_CELL
        ):
            return
        if isinstance(parsed, tuple):
            cells, after = parsed
            lines = text.count("\n", position, after) or 1
            yield Record(line, lines, after, cells)
            position, line = after, line + lines
        else:
            yield Broken(line, after, parsed.cell, parsed.value, parsed.detail)
            position, line = after, line + 1


def _quoted_record(text: str, position: int, separator: str) -> tuple[list[str], int] | Broken:
    """The cells of the record at `position` and the index after it, or what is wrong with it."""
    cells: list[str] = []
    length = len(text)
    line_end = -1
    while True:
        if text.startswith('"', position):
            closed = _closing_quote(text, position + 1)
            if closed < 0:
                return _broken(text, position, cells, UNCLOSED)
            cell = text[position + 1 : closed]
            cells.append(cell.replace('""', '"') if '"' in cell else cell)
            begun, position = position, closed + 1
            if position < length and text[position] == separator:
                position += 1
                continue
            end = _line_end(text, position)
            if end is not None:
                return cells, end
            if "\n" in cell:
                return _broken(text, begun, cells[:-1], "the quote is not closed on its line")
            return _broken(text, begun, cells[:-1], "text follows the closing quote")
        if line_end < position:
            # Once a line, not once a cell: a line may have a million of them.
            line_end = text.find("\n", position)
            line_end = length if line_end < 0 else line_end
        stop = text.find(separator, position, line_end)
        last = stop < 0
        cell = _without_cr(text[position:line_end]) if last else text[position:stop]
        if '"' in cell:
            return _broken(text, position, cells, "a quote inside a cell that is not quoted")
        cells.append(cell)
        if last:
            return cells, min(line_end + 1, length)
        position = stop + 1


def _without_cr(cell: str) -> str:
    return cell[:-1] if cell.endswith("\r") else cell


def _closing_quote(text: str, position: int) -> int:
    """The index of the quote that closes the cell beginning at `position`; -1 when there is none near enough."""
    limit = position + LONGEST_CELL
    while True:
        found = text.find('"', position, limit)
        if found < 0 or not text.startswith('"', found + 1):
            return found
        position = found + 2


def _line_end(text: str, position: int) -> int | None:
    """The index after the line end at `position`, or None if no line ends there."""
    if position >= len(text):
        return len(text)
    if text[position] == "\n":
        return position + 1
    if text.startswith("\r\n", position):
        return position + 2
    return len(text) if position == len(text) - 1 and text[position] == "\r" else None


def _broken(text: str, position: int, cells: list[str], detail: str) -> Broken:
    line_end = text.find("\n", position)
    value = text[position : len(text) if line_end < 0 else line_end].rstrip("\r")
    return Broken(0, 0, len(cells), value, detail)
