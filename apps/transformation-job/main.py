"""The script that Glue runs. The job itself is the package `pos_transformation`."""

import sys

from pos_transformation.job import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
