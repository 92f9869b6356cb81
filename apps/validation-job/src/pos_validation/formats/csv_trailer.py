"""The last line of a CSV file that is no row: `TRAILER;123`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pos_job_runtime.document import given

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_job_runtime.generated.plan import Trailer
    from pos_validation.findings.findings import Findings

ROWS = "{rows}"
ANY = "{any}"
COUNT = re.compile("[0-9]{1,18}")
WORDS = {ROWS: "(number of rows)", ANY: "(anything)"}


class TrailerRow:
    """Finds the trailer row at the end of one reading of a file, and compares what it counts."""

    def __init__(self, trailer: Trailer, separator: str) -> None:
        self._cells = trailer.cells
        self._required = given(trailer.required, False)
        self._separator = separator
        self._line: int | None = None
        self._count: str | None = None

    def cut(self, block: bytes, *, first_line: int) -> bytes:
        """The file's last block without its trailer row, if there is one."""
        end = len(block.rstrip(b"\r\n"))
        start = block.rfind(b"\n", 0, end) + 1
        cells = self._told(block[start:end])
        if cells is None:
            return block
        self._line = first_line + block.count(b"\n", 0, start)
        self._count = next((cell for cell, said in zip(cells, self._cells) if said == ROWS), None)
        return block[:start]

    def check(self, rows: int, findings: Findings) -> None:
        """Note that the row is missing, or that it counts other than `rows`."""
        if self._line is None:
            if self._required:
                words = self._separator.join(WORDS.get(cell, cell) for cell in self._cells)
                findings.add("missing_trailer", detail=words)
        elif self._count is not None and int(self._count) != rows:
            findings.add(
                "trailer_count",
                line=self._line,
                value=self._count,
                words=_counted(int(self._count)),
                detail=_counted(rows),
            )

    def _told(self, line: bytes) -> Sequence[str] | None:
        """The line's cells, if they are those of the trailer row."""
        try:
            cells = line.decode("utf-8").split(self._separator)
        except UnicodeDecodeError:
            return None
        cells = [_bare(cell.strip(" \t\r")) for cell in cells]
        if len(cells) != len(self._cells):
            return None
        fits = (
            said == ANY or (COUNT.fullmatch(cell) is not None if said == ROWS else cell == said)
            for cell, said in zip(cells, self._cells)
        )
        return cells if all(fits) else None


def _bare(cell: str) -> str:
    return cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


def _counted(rows: int) -> str:
    return f"{rows:,} row{'' if rows == 1 else 's'}"
