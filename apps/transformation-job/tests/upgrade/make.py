"""Makes the lakes that an earlier release of the job left: `make.py FOLDER`, in a checkout of that release.

Run once, at commit 7ab3b59, after `npm run setup && npx nx run-many -t build -p plan && npx nx run
transformation-job:log-store`, with this file copied into apps/transformation-job/tests and run there:

    PYTHONPATH=../src:../../../libs/platform/job-runtime/src:. ../../../.venv/glue-spark/bin/python make.py FOLDER

What it left is in `lakes/` beside this file: one lake by each engine, after the runs `one` and `two` and
a third, `huge`, whose sum has no place in 64 bits, so that a date of the KPIs is stale.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from rows import Sale, at, some_sales
from world import PROJECT, ROOT, World, read_plan

from pos_job_runtime.storage import Location

# The contract of that release knew no receipts.
ONE = some_sales(seed=1, count=30, days=2, receipts=False)
TWO = [sale._replace(quantity=sale.quantity + 1) for sale in ONE[:3]] + ONE[3:8]
TWO += some_sales(seed=2, count=20, days=3, receipts=False)
HUGE = [Sale("H-1", quantity=2**63 - 1, at=at(2)), Sale("H-2", quantity=2**63 - 1, at=at(2, 1))]


def main(folder: Path) -> None:
    """Load the runs by each engine, and keep the tables."""
    for engine in ("embedded", "spark"):
        world = World(Location("file", "", str(folder / "work" / engine)), read_plan())
        for run, sales in (("one", ONE), ("two", TWO), ("huge", HUGE)):
            world.deliver(run, sales)
            words = world.arguments(run)
            words[words.index("--engine") + 1] = engine
            subprocess.run(
                [str(ROOT / f".venv/glue-{'6' if engine == 'spark' else 'spark'}/bin/python"), "main.py", *words],
                cwd=PROJECT,
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join(map(str, (PROJECT / "src", ROOT / "libs/platform/job-runtime/src"))),
                    "POS_SPARK_CLASSPATH": str(PROJECT / "log-store/dist/pos-log-store.jar"),
                },
                check=run != "huge",
            )
        shutil.copytree(world.lake.path, folder / engine, ignore=shutil.ignore_patterns(".*.crc"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
