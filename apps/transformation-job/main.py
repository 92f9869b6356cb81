"""The script that Glue runs. The job itself is the package `pos_transformation`."""

import sys

from pos_transformation import job, maintenance

if __name__ == "__main__":
    # The same code on a schedule of its own: compaction, vacuum, checkpoints.
    main = maintenance.main if "--maintain" in sys.argv else job.main
    sys.exit(main(sys.argv[1:]))
