"""The validation job, as Glue starts it."""

import sys

from pos_validation.job import main

if __name__ == "__main__":
    code = main(sys.argv[1:])
    # Some runners of scripts take any SystemExit for a failure, zero included.
    if code != 0:
        sys.exit(code)
