"""What the tests share: small files, and one way to validate them."""

from __future__ import annotations

import gzip
import json
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from msgspec.structs import replace

from pos_job_runtime.plan import Plan, parse_plan
from pos_validation.evaluation.file_validator import FileValidator
from pos_validation.evaluation.validated import NoRows, StagedRows
from pos_validation.findings.reasons import in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pos_job_runtime.plan import Plan

ROOT = Path(__file__).resolve().parents[3]
PLAN = ROOT / "apps" / "plan" / "dist" / "plan.json"
WORDS = PLAN.with_name("words.json")
NAMES = ("transaction_id", "store_id", "product_id", "quantity", "revenue", "discount_applied", "timestamp")
HEADER = ",".join(NAMES)
# 2025-06-01T00:00:00Z: the event time of the tests, and a sale on the day before.
EVENT_TIME = 1_748_736_000.0
SOLD = 1_748_650_000


@lru_cache(maxsize=1)
def plan() -> Plan:
    return parse_plan(PLAN.read_bytes(), words=WORDS.read_bytes).dataset("sales")


def with_policies(**changes: Any) -> Plan:
    content = plan().content
    return Plan(replace(content, policies=replace(content.policies, **changes)), plan().words)


def row(name: str = "T1", **cells: object) -> dict[str, object]:
    """A valid row, but for the cells given."""
    return {
        "transaction_id": name,
        "store_id": 1,
        "product_id": 2,
        "quantity": 3,
        "revenue": 4.5,
        "discount_applied": None,
        "timestamp": SOLD,
        **cells,
    }


def line(name: str = "T1", **cells: object) -> str:
    """A CSV line of a valid row, but for the cells given, which are written as they are."""
    return ",".join("" if value is None else str(value) for value in row(name, **cells).values())


def csv(*lines: str, header: str = HEADER, end: str = "\n") -> bytes:
    return end.join([header, *lines, ""]).encode()


def json_lines(*rows: Mapping[str, object] | str) -> bytes:
    return "".join((item if isinstance(item, str) else json.dumps(item)) + "\n" for item in rows).encode()


def parquet(frame: pl.DataFrame) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.parquet"
        frame.write_parquet(path)
        return path.read_bytes()


def gz(data: bytes) -> bytes:
    return gzip.compress(data, 1)


class Bench:
    """A validator with its folder. Making one takes longer than validating a small file."""

    def __init__(self, plan_: Plan, *, always_exact: bool) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.unforeseen: list[BaseException] = []
        self.validator = FileValidator(
            plan_,
            event_time=EVENT_TIME,
            folder=self.folder,
            unforeseen=lambda _, error: self.unforeseen.append(error),
            always_exact=always_exact,
        )


_benches: dict[tuple[int, bool], Bench] = {}


def validate(
    name: str, data: bytes, *, always_exact: bool = False, plan_: Plan | None = None, collect: bool = False
) -> dict[str, Any]:
    """Verdict, counts, reasons as (code, column, [lines], [values]) and, if asked for, the validated rows."""
    chosen = plan_ or plan()
    bench = _benches.get((id(chosen), always_exact))
    if bench is None:
        bench = _benches[id(chosen), always_exact] = Bench(chosen, always_exact=always_exact)
    path = bench.folder / "the file"
    path.write_bytes(data)
    rows = StagedRows(chosen, bench.folder, name="rows") if collect else NoRows()
    quarantine = bench.folder / "bad.parquet"
    found = bench.validator.validate(name=name, path=path, rows=rows, quarantine=quarantine)
    if bench.unforeseen:
        raise bench.unforeseen.pop()
    result: dict[str, Any] = {
        "verdict": found.verdict,
        "rows": (found.rows.total, found.rows.valid, found.rows.invalid),
        "reasons": [
            (r.code, r.column, [s.line for s in r.samples], [s.value for s in r.samples]) for r in found.reasons
        ],
        "counts": {(r.code, r.column): r.count for r in found.reasons},
        "severities": {r.code: r.severity for r in found.reasons},
        "messages": [r.message for r in in_words(found.reasons, chosen.words)],
        "format": found.format,
        "compression": found.compression,
    }
    if isinstance(rows, StagedRows) and found.verdict == "valid":
        out = bench.folder / "out.parquet"
        rows.write(out)
        result["validated"] = pl.read_parquet(out)
        result["quarantined"] = pl.read_parquet(quarantine) if quarantine.exists() else None
    quarantine.unlink(missing_ok=True)
    return result
