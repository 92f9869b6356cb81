"""A CSV file's header: the separator, the names, and whether they are what the plan asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from pos_validation.formats.csv_records import Broken, Record, records
from pos_validation.formats.names import check_names
from pos_validation.formats.text import decoded, without_mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pos_job_runtime.plan import Plan
    from pos_validation.findings.findings import Findings
    from pos_validation.formats.leniency import Leniency

SEPARATORS = (",", ";", "\t", "|")
# A line that is longer has lost its line end, or is no header.
LONGEST_HEADER = 1 << 20
# Lines in which the header is looked for.
SEARCHED = 20
SEP = re.compile(r"sep=.?", re.IGNORECASE)
SEP_LINE = "Excel's sep= line stands before it"
# Byte order mark, zero width space and joiners, direction marks, no-break space.
INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u200e\u200f\u00a0"


class Header(Struct, frozen=True):
    """`names` in the file's order, as the plan calls the columns, and as they were `sent`; `end` is the offset in bytes
    at which the first row begins, `line` its line."""

    separator: str
    names: tuple[str, ...]
    sent: tuple[str, ...]
    end: int
    line: int

    @property
    def width(self) -> int:
        return len(self.names)


def read_header(
    block: bytes, *, complete: bool, plan: Plan, findings: Findings, leniency: Leniency | None = None
) -> Header:
    """The header in the first block, which is the whole file if it is `complete`.

    Raises `FileRejectedError` when rows can't be read by it.
    """
    body = without_mark(block)
    mark = len(block) - len(body)
    leading = len(body) - len(body.lstrip(b"\r\n"))
    if not body.strip():
        raise findings.reject("empty_file", detail="it has only white space")
    first_line = 1 + body[:leading].count(b"\n")
    known = [column.name for column in plan.columns] if leniency is None else leniency.known(plan)
    # The header's record may span lines (a quoted name with a line end), but not many.
    data = body[leading:] if complete else _whole(body[leading:])
    text = decoded(_lines(data, SEARCHED), first_line=first_line, findings=findings)
    if "\n" not in text and "\r" in text.rstrip("\r\n"):
        raise findings.reject("unsupported_format", line=1, detail="its lines end in CR alone; write LF or CRLF")
    if "\n" not in text and not complete:
        raise findings.reject("header_too_long", line=first_line, detail=f"{LONGEST_HEADER >> 20} MiB")
    separator = detect_separator(text, known)
    record = next(records(text, separator, first_line=first_line))
    if isinstance(record, Broken):
        raise findings.reject("broken_quote", line=record.line, value=record.value, hint=record.detail)
    sent = names = [cell.strip(" \t") for cell in record.cells]
    if leniency is not None and leniency.names:
        names = leniency.called(names, line=record.line, findings=findings)
    if not all(column.name in names for column in plan.columns if column.required):
        _explain(names, text, record, known=known, findings=findings)
    check_names(names, line=record.line, plan=plan, findings=findings)
    end = mark + leading + len(text[: record.end].encode("utf-8"))
    return Header(separator, tuple(names), tuple(sent), end, record.line + record.lines)


def _explain(names: Sequence[str], text: str, record: Record, *, known: Sequence[str], findings: Findings) -> None:
    """Reject the file if it is plain why its first line does not name the columns."""
    first = names[0]
    bare = first.lstrip(INVISIBLE)
    if bare != first and bare in known:
        what = "a second byte order mark" if first[0] == "\ufeff" else f"an invisible character (U+{ord(first[0]):04X})"
        raise findings.reject("header_not_first", line=record.line, value=first, detail=f"{what} stands before it")
    if len(names) == 1:
        _explain_one(first, line=record.line, known=known, findings=findings)
    for other in _others(text, record):
        if sum(cell.strip(" \t").lower() in known for cell in other.cells) > len(known) // 2:
            before = SEP_LINE if SEP.fullmatch(text[: record.end].strip()) else "another line stands before it"
            detail = f"{before}; the columns are named on line {other.line}"
            raise findings.reject("header_not_first", line=record.line, value=_line(text, record), detail=detail)


def _explain_one(first: str, *, line: int, known: Sequence[str], findings: Findings) -> None:
    """The header is one cell: perhaps the columns are separated by something else."""
    places = sorted((first.lower().find(name), name) for name in known if name in first.lower())
    if len(places) < max(2, len(known) // 2):
        return
    (start, name), (following, _) = places[:2]
    between = first[start + len(name) : following].strip("\"'")
    if between and not between.strip(" "):
        detail = "its columns are separated by spaces; separate them by a comma, semicolon, tab or pipe"
    else:
        detail = f"its columns are separated by {between!r}; use a comma, semicolon, tab or pipe"
    raise findings.reject("unsupported_format", line=line, value=first, detail=detail)


def _others(text: str, record: Record) -> Iterator[Record]:
    """The records of the next lines, by whatever separator they have."""
    rest = text[record.end :]
    for separator in SEPARATORS:
        for other in records(rest, separator, first_line=record.line + record.lines):
            if not isinstance(other, Broken):
                yield other


def _line(text: str, record: Record) -> str:
    return text[: record.end].strip("\r\n")


def detect_separator(text: str, known: Sequence[str]) -> str:
    """The separator that yields most of the known names; if none does, most cells."""
    lowered = {name.lower() for name in known}

    def score(separator: str) -> tuple[int, int]:
        record = next(records(text, separator, first_line=1))
        cells = [] if isinstance(record, Broken) else record.cells
        return len(lowered & {cell.strip().lower() for cell in cells}), len(cells)

    return max(SEPARATORS, key=score)


def _whole(data: bytes) -> bytes:
    """`data` without a line, or at least a character, that was cut in two at its end."""
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
