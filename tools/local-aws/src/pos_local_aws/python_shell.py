"""Runs a script as the runner of Glue Python Shell does: `python_shell.py LIBRARIES SCRIPT [ARGUMENT…]`.

By then it has loaded its own botocore; the job's wheels lie behind its own packages on the path; and whatever leaves
the script is raised anew as its own kind, a SystemExit of code 0 too, whose process then ends with 1. Seen in the
tracebacks that Glue's log shows (`raise e_type(e_value).with_traceback(new_stack)`).

Without arguments it waits for one run: a line of JSON on its standard input with its arguments, its environment and its
folder. It ends without a word when there will be none.

It is copied and run by the job's interpreter, and so is written for Python 3.9.
"""

import contextlib
import json
import os
import runpy
import sys
import tempfile

# What the runner fetches the script with. A machine without Python 3.9 may have an interpreter without them.
with contextlib.suppress(ImportError):
    import botocore.session  # noqa: F401
    import s3transfer.manager  # noqa: F401


def await_run() -> list[str]:
    """The arguments of the run that this process belongs to from then on, with its environment and its folder."""
    # By the descriptor: `sys.stdin` is the script's.
    line = b""
    while not line.endswith(b"\n"):
        more = os.read(0, 1 << 16)
        if not more:
            os._exit(0)
        line += more
    run = json.loads(line)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.environ.clear()
    os.environ.update(run["environment"])
    os.chdir(run["folder"])
    # Whoever asked for it before has got the wrong one.
    tempfile.tempdir = None
    return [sys.argv[0], *run["arguments"]]


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.argv = await_run()
    libraries, script = sys.argv[1:3]
    sys.path.append(libraries)
    sys.argv = sys.argv[2:]
    try:
        runpy.run_path(script, run_name="__main__")
    except BaseException as error:
        raise type(error)(error).with_traceback(error.__traceback__) from error
