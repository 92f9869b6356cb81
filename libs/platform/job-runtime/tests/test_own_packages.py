"""A job in an environment whose runner has loaded old packages, and looks in its own folders first."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).parents[1] / "src"
# As Glue's Python Shell: it uses its own packages, puts the job's behind them, and runs the script.
RUNNER = """
import runpy, sys
sys.path.insert(1, sys.argv[1])
import shared, shared.part
sys.path.append(sys.argv[2])
sys.argv = sys.argv[3:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
SCRIPT = """
import json, sys
from pos_job_runtime.own_packages import prefer_own_packages
prefer_own_packages()
json_before = json
import json, runners_only, shared, shared.part
print(shared.AGE, shared.part.AGE, runners_only.AGE, json is json_before)
"""


def test_its_own_packages_win_and_all_others_stay(tmp_path: Path) -> None:
    for folder, age in (("runner", "old"), ("job", "new")):
        package = tmp_path / folder / "shared"
        package.mkdir(parents=True)
        for module in ("__init__.py", "part.py"):
            (package / module).write_text(f"AGE = {age!r}\n")
    (tmp_path / "runner" / "runners_only.py").write_text("AGE = 'old'\n")
    shutil.copytree(SOURCES / "pos_job_runtime", tmp_path / "job" / "pos_job_runtime")
    (tmp_path / "runner.py").write_text(RUNNER)
    (tmp_path / "main.py").write_text(SCRIPT)
    folders = [str(tmp_path / name) for name in ("runner", "job")]
    done = subprocess.run(
        [sys.executable, str(tmp_path / "runner.py"), *folders, str(tmp_path / "main.py")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "new new old True\n", "")
