"""Loads runs in sessions that somebody else has started: each line of standard input is settings and a command line.

Prints the exit code and the standard error of each, and which catalogue the session has, as JSON. One JVM serves all;
what the first session is given, it gives to all that follow.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys

from pyspark.sql import SparkSession

from pos_transformation.run.job import main
from pos_transformation.store.spark_delta.session import LAPTOP, _laptop


def serve() -> None:
    for line in sys.stdin:
        settings, arguments = json.loads(line)
        builder = SparkSession.builder.appName("somebody-else")
        for name, value in {**LAPTOP, **_laptop("1500m"), **settings}.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(io.StringIO()):
            code = main(arguments)
        catalogue = session.conf.get("spark.sql.catalogImplementation")
        print(json.dumps({"code": code, "errors": errors.getvalue(), "catalogue": catalogue}), flush=True)
        session.stop()


if __name__ == "__main__":
    serve()
