"""Plans by what their contracts say."""

from __future__ import annotations

import json
import subprocess
from functools import lru_cache
from typing import Any

from world import PROJECT, ROOT


@lru_cache(maxsize=1)
def compiled_plans() -> dict[str, Any]:
    """The variants of `plans.ts`, compiled."""
    command = [ROOT / "node_modules/.bin/node", "--conditions=@pos/source", PROJECT / "tests/plans.ts"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(done.stdout)
    return found
