"""A CSV file's header: the separator, the names, and whether they are what the plan asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pos_validation.csv_records import Broken, records
from pos_validation.names import check_names
from pos_validation.source import HEAD
from pos_validation.text import decoded, without_mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_job_runtime.plan import Plan
    from pos_validation.findings import Findings

SEPARATORS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Header:
    """`names` in the file's order; `end` is the offset in bytes at which the first row begins, `line` its line."""

    separator: str
    names: tuple[str, ...]
    end: int
    line: int

    @property
    def width(self) -> int:
        return len(self.names)


def read_header(block: bytes, *, plan: Plan, findings: Findings) -> Header:
    """The header in the first block. Raises `FileRejectedError` when rows can't be read by it."""
    body = without_mark(block)
    mark = len(block) - len(body)
    leading = len(body) - len(body.lstrip(b"\r\n"))
    if not body.strip():
        raise findings.reject("empty_file", detail="it has only white space")
    first_line = 1 + body[:leading].count(b"\n")
    # The header's record may span lines (a quoted name with a line end), but not many.
    text = decoded(_lines(_whole(body[leading:], of=block), 20), first_line=first_line, findings=findings)
    if "\n" not in text and "\r" in text.rstrip("\r\n"):
        raise findings.reject("unsupported_format", line=1, detail="its lines end in CR alone; write LF or CRLF")
    separator = detect_separator(text, [column.name for column in plan.columns])
    record = next(records(text, separator, first_line=first_line))
    if isinstance(record, Broken):
        raise findings.reject("broken_quote", line=record.line, value=record.value, hint=record.detail)
    names = [cell.strip(" \t") for cell in record.cells]
    check_names(names, line=record.line, plan=plan, findings=findings)
    end = mark + leading + len(text[: record.end].encode("utf-8"))
    return Header(separator, tuple(names), end, record.line + record.lines)


def detect_separator(text: str, known: Sequence[str]) -> str:
    """The separator that yields most of the known names; if none does, most cells."""
    lowered = {name.lower() for name in known}

    def score(separator: str) -> tuple[int, int]:
        record = next(records(text, separator, first_line=1))
        cells = [] if isinstance(record, Broken) else record.cells
        return len(lowered & {cell.strip().lower() for cell in cells}), len(cells)

    return max(SEPARATORS, key=score)


def _whole(data: bytes, *, of: bytes) -> bytes:
    """`data` without a line, or at least a character, that the head of the file cut in two."""
    if len(of) < HEAD:
        return data
    cut = data.rfind(b"\n") + 1
    if cut > 0:
        return data[:cut]
    while data and data[-1] & 0xC0 == 0x80:
        data = data[:-1]
    return data[:-1] if data and data[-1] >= 0xC0 else data


def _lines(data: bytes, count: int) -> bytes:
    """The first `count` lines."""
    end = 0
    for _ in range(count):
        following = data.find(b"\n", end) + 1
        if following == 0:
            return data
        end = following
    return data[:end]
