"""The script that Glue runs. The job itself is the package `pos_transformation`."""

import sys

from pos_job_runtime.own_packages import prefer_own_packages

if __name__ == "__main__":
    prefer_own_packages()

    from pos_job_runtime.ending import leave, run_job
    from pos_transformation import job, maintenance, repair

    # The same code on a schedule of its own (compaction, vacuum, checkpoints), and when a person asks for a repair.
    chosen = maintenance if "--maintain" in sys.argv else repair if "--repair" in sys.argv else job
    leave(run_job(chosen.JOB, chosen.work, sys.argv[1:]))
