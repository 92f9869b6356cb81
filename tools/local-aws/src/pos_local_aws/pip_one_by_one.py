"""Has Glue's pip install wheels, one call for each: a line of standard input is `[wheel, target]`, as JSON.

Answers each with a line `[exit code, standard error]`. It is run by the job's interpreter, and so is written for
Python 3.9. To start pip takes longer than to install most wheels: hence one process for all.
"""

import contextlib
import io
import json
import sys

from pip._internal.cli.main import main

OPTIONS = [
    *("--isolated", "--disable-pip-version-check", "--no-cache-dir", "install", "--no-index", "--no-compile"),
    "--no-warn-script-location",
]

if __name__ == "__main__":
    answers = sys.stdout
    for line in sys.stdin:
        wheel, target = json.loads(line)
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(io.StringIO()):
            code = main([*OPTIONS, "--target", target, wheel])
        print(json.dumps([code, errors.getvalue()]), file=answers, flush=True)
