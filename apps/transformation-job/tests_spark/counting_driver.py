"""Loads runs in one session: each line of standard input is a command line as JSON.

Prints, for each, how many Spark jobs it took and the settings that it has left behind.
"""

from __future__ import annotations

import json
import sys

from pos_transformation.run.job import main
from pos_transformation.store.spark_delta.session import spark_session
from pos_transformation.store.spark_delta.views import IN_ONE_TASK, INTERPRETED


def serve() -> int:
    session = spark_session()
    scheduler = session.sparkContext._jsc.sc().dagScheduler()
    for line in sys.stdin:
        before = scheduler.numTotalJobs()
        code = main(json.loads(line))
        if code != 0:
            return code
        settings = {name: session.conf.get(name) for name in (*INTERPRETED, *IN_ONE_TASK)}
        print(json.dumps({"jobs": scheduler.numTotalJobs() - before, "settings": settings}), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(serve())
