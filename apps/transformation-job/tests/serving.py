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
from collections.abc import Callable
from typing import Any

from pos_transformation.maintain import maintenance
from pos_transformation.run import canary, job


def run(arguments: list[str]) -> dict[str, Any]:
    """Run the job with these arguments."""
    errors = io.StringIO()
    with contextlib.redirect_stderr(errors):
        modes = {"--drop_canary": canary, "--maintain": maintenance}
        chosen = next((mode for name, mode in modes.items() if name in arguments), job)
        code = chosen.main(arguments)
    return {"code": code, "errors": errors.getvalue()}


def serve(answer: Callable[[Any], dict[str, Any]]) -> None:
    """Answer each line of standard input."""
    with os.fdopen(int(os.environ["ANSWERS"]), "w") as answers:
        for line in sys.stdin:
            answers.write(json.dumps(answer(json.loads(line))) + "\n")
            answers.flush()


if __name__ == "__main__":
    serve(run)
