"""The job, many times in one process of another Python environment: starting one takes its time, with Spark seconds.

Each line of standard input is a command line as JSON; each line of `ANSWERS` its exit code and what it said on standard
error. It uses nothing but what that environment has for the job.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys

from pos_transformation.maintain import maintenance
from pos_transformation.run import canary, job


def serve() -> None:
    answers = os.fdopen(int(os.environ["ANSWERS"]), "w")
    for line in sys.stdin:
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            arguments = json.loads(line)
            modes = {"--drop_canary": canary, "--maintain": maintenance}
            chosen = next((mode for name, mode in modes.items() if name in arguments), job)
            code = chosen.main(arguments)
        answers.write(json.dumps({"code": code, "errors": errors.getvalue()}) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve()
