"""Validates files, one request a line: by the fast path, by the exact one, and how long that took.

in:  {"name": …, "path": …}
out: {"fast": {…}, "exact": {…}, "seconds": processor seconds of the fast path}, or {"error": …}
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from support import validate


def shown(found: dict[str, Any]) -> dict[str, Any]:
    """The result as JSON can hold it."""
    rows = found.pop("validated", None)
    found.pop("quarantined", None)
    counts = [[*key, count] for key, count in found.pop("counts").items()]
    landed = None if rows is None else sorted([None if one is None else str(one) for one in row] for row in rows.rows())
    return {**found, "counts": sorted(counts, key=str), "landed": landed}


def answer(request: dict[str, str]) -> dict[str, Any]:
    """Validate one file."""
    data = Path(request["path"]).read_bytes()
    try:
        begun = time.process_time()
        fast = shown(validate(request["name"], data, collect=True))
        seconds = time.process_time() - begun
        exact = shown(validate(request["name"], data, collect=True, always_exact=True)) if request["exact"] else None
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return {"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()[-3000:]}
    return {"fast": fast, "exact": exact, "seconds": seconds}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
