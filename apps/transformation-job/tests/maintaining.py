"""Maintenance again and again: `maintaining.py FOLDER PAUSE ARGUMENT…`, until there is a file `stop` in the folder.

Between two times it rests for PAUSE seconds. Its file `done.json` says how many files were compacted, and how often.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from pathlib import Path

from pos_transformation.maintain import compaction
from pos_transformation.maintain.maintenance import main

# Compactions as often as can be, for the sake of what they meet.
compaction.SMALL_FILES = 2


def run(folder: Path, pause: float, arguments: list[str]) -> None:
    """Maintain until told to stop. Each time must succeed."""
    compacted = rounds = 0
    while not (folder / "stop").exists():
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            code = main(arguments)
        if code != 0:
            sys.exit(code)
        done = json.loads(output.getvalue().splitlines()[-1])
        compacted += done["removed"]
        rounds += 1
        (folder / "next.json").write_text(json.dumps({"compacted": compacted, "rounds": rounds}))
        (folder / "next.json").replace(folder / "done.json")
        time.sleep(pause)


if __name__ == "__main__":
    run(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
