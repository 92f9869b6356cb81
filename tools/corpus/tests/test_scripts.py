"""The scripts that Glue runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
AS_GLUE = """
import atexit, gc, runpy, sys
atexit.register(lambda: print(gc.get_threshold()[0]))
runpy.run_path(sys.argv[1], run_name="__main__")
"""


@pytest.mark.parametrize("job", ["validation-job", "transformation-job"])
def test_what_it_imports_is_not_looked_through_for_each_of_its_objects(job: str) -> None:
    project = ROOT / "apps" / job
    sources = [str(project / "src"), str(ROOT / "libs" / "platform" / "job-runtime" / "src")]
    command = [sys.executable, "-c", AS_GLUE, str(project / "main.py")]
    done = subprocess.run(command, env={"PYTHONPATH": ":".join(sources)}, capture_output=True, text=True, check=False)
    assert done.returncode != 0  # it was told no run
    assert int(done.stdout.splitlines()[-1]) == 20_000
