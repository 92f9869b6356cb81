"""Loads, one after the other: `loading.py RUN… -- ARGUMENT…`, each with the arguments and its run.

Each must succeed.
"""

from __future__ import annotations

import sys

from pos_transformation.run.job import main

if __name__ == "__main__":
    at = sys.argv.index("--")
    for run in sys.argv[1:at]:
        code = main([*sys.argv[at + 1 :], "--run_id", run])
        if code != 0:
            sys.exit(code)
