"""What the tests of declared leniency share: a contract that declares all of it, and files for it."""

from __future__ import annotations

import csv as csv_module
import io
import subprocess
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from support import ROOT

from pos_job_runtime.plan import parse_plan

if TYPE_CHECKING:
    from pos_job_runtime.plan import Plan

SCRIPT = ROOT / "apps/validation-job/tests/leniency_contract.ts"
NODE = [str(ROOT / "node_modules/.bin/node"), "--conditions=@pos/source", str(SCRIPT)]
BERLIN, NEW_YORK, OLD, OTHERS = "incoming/berlin/x", "incoming/newyork/x", "incoming/berlin/old/x", "incoming/x"
KEYS = [BERLIN, NEW_YORK, OLD, OTHERS]
GOOD: dict[str, Any] = {
    "id": "L1", "units": "1", "pieces": "", "amount": "", "price": "", "sold_at": "2025-05-31T18:05:00+02:00",
    "paid_at": "", "until": "", "member": "", "state": "", "note": "",
}  # fmt: skip


@lru_cache(maxsize=1)
def lenient_plan() -> Plan:
    done = subprocess.run([*NODE, "plan"], capture_output=True, check=True, cwd=ROOT)
    return parse_plan(done.stdout).dataset("lines")


def csv_file(rows: list[dict[str, Any]], *trailer: str, header: list[str] | None = None) -> bytes:
    text = io.StringIO()
    writer = csv_module.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(header or list(GOOD))
    writer.writerows([row.get(name, "") for name in GOOD] for row in rows)
    return (text.getvalue() + "".join(f"{line}\n" for line in trailer)).encode()


def stored(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in found["validated"].to_dicts()}
