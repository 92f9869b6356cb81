"""How seldom a job looks for objects that hold each other, and that it does so all the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).parents[1] / "src"
CYCLES = """
import atexit, gc
from pos_job_runtime.collecting import collect_seldom, spare_the_last

class Held:
    def __init__(self, name):
        self.name, self.own = name, self

    def __del__(self):
        print("freed", self.name)

collect_seldom()
"""


def _said(script: str) -> list[str]:
    settings = {**os.environ, "PYTHONPATH": str(SOURCES)}
    done = subprocess.run(
        [sys.executable, "-c", CYCLES + script], env=settings, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_imports_are_not_looked_through_again_and_again() -> None:
    looks = "sum(one['collections'] for one in gc.get_stats())"
    imports = "import json, decimal, email.message, xml.dom.minidom"
    assert int(_said(f"before = {looks}\n{imports}\nprint({looks} - before)")[0]) <= 1


def test_objects_that_hold_each_other_are_freed_while_a_job_runs() -> None:
    said = _said("Held('early')\nkept = [[] for _ in range(30_000)]\nprint('goes on')")
    assert said[:2] == ["freed early", "goes on"]


def test_at_the_end_nothing_is_looked_through_and_what_is_registered_runs() -> None:
    assert _said("Held('late')\natexit.register(print, 'registered')\nspare_the_last()") == ["registered"]
