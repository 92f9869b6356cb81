"""Files that the fuzzer found, each kept as it was when it failed, with what is right about it.

One JSON document a file: `name`, `data` (Latin-1 text of the bytes), `verdict`, `total`, `invalid`, `reasons` and
`landed`. The fuzzer writes such documents, without their expectation, and prints their path.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from pos_corpus.case import Case, Landed, Told, error, warning

FOLDER = Path(__file__).parent / "found"


def found() -> list[Case]:
    """The cases of the folder."""
    return [_case(json.loads(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("*.json"))]


def _case(document: dict[str, Any]) -> Case:
    told = tuple(_told(**reason) for reason in document["reasons"])
    landed = tuple(Landed(*_row(cells)) for cells in document["landed"])
    data = document["data"].encode("latin-1")
    counts = (document["total"], document["invalid"])
    return Case(document["name"], lambda _: data, document["verdict"], *counts, told, landed)


def _told(*, severity: str, code: str, column: str | None = None, lines: tuple[int, ...] = (), count: int = 0) -> Told:
    return (error if severity == "error" else warning)(code, column, *lines, count=count or None)


def _row(cells: list[Any]) -> list[Any]:
    """JSON has no decimals: amounts stand as texts."""
    return [*cells[:4], *(None if cell is None else Decimal(str(cell)) for cell in cells[4:6]), cells[6]]
