"""The script that Glue runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]
AS_GLUE = """
import atexit, gc, runpy, sys
atexit.register(lambda: print(gc.get_threshold()[0]))
runpy.run_path(sys.argv[1], run_name="__main__")
"""


def test_what_it_imports_is_not_looked_through_for_each_of_its_objects() -> None:
    sources = [str(PROJECT / "src"), str(PROJECT.parents[1] / "libs" / "platform" / "job-runtime" / "src")]
    command = [sys.executable, "-c", AS_GLUE, str(PROJECT / "main.py")]
    done = subprocess.run(command, env={"PYTHONPATH": ":".join(sources)}, capture_output=True, text=True, check=False)
    assert done.returncode != 0  # it was told no run
    assert int(done.stdout.splitlines()[-1]) == 20_000
