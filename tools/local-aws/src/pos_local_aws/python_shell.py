"""Runs a script as the runner of Glue Python Shell does: `python_shell.py LIBRARIES SCRIPT [ARGUMENT…]`.

By then it has loaded its own botocore; the job's wheels lie behind its own packages on the path; and whatever leaves
the script is raised anew as its own kind, a SystemExit of code 0 too, whose process then ends with 1. Seen in the
tracebacks that Glue's log shows (`raise e_type(e_value).with_traceback(new_stack)`).

It is copied and run by the job's interpreter, and so is written for Python 3.9.
"""

import contextlib
import runpy
import sys

# What the runner fetches the script with. A machine without Python 3.9 may have an interpreter without them.
with contextlib.suppress(ImportError):
    import botocore.session  # noqa: F401
    import s3transfer.manager  # noqa: F401

if __name__ == "__main__":
    libraries, script = sys.argv[1:3]
    sys.path.append(libraries)
    sys.argv = sys.argv[2:]
    try:
        runpy.run_path(script, run_name="__main__")
    except BaseException as error:
        raise type(error)(error).with_traceback(error.__traceback__) from error
