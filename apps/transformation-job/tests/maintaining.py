"""Maintenance again and again: `maintaining.py STOP ARGUMENT…`, until the file STOP is there.

Prints, as JSON, how many files were compacted and how often.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path

from pos_transformation import compaction
from pos_transformation.maintenance import main

# Compactions as often as can be, for the sake of what they meet.
compaction.SMALL_FILES = 2


def run(stop: Path, arguments: list[str]) -> dict[str, int]:
    """Maintain until told to stop. Each time must succeed."""
    compacted = rounds = 0
    while not stop.exists():
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            code = main(arguments)
        if code != 0:
            sys.exit(code)
        done = json.loads(output.getvalue().splitlines()[-1])
        compacted += done["removed"]
        rounds += 1
    return {"compacted": compacted, "rounds": rounds}


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), sys.argv[2:])))
