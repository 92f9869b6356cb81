"""The script that Glue runs. The job itself is the package `pos_transformation`."""

import sys

from pos_job_runtime.collecting import collect_seldom
from pos_job_runtime.own_packages import prefer_own_packages

if __name__ == "__main__":
    collect_seldom()
    prefer_own_packages()

    from pos_job_runtime.ending import leave, run_job
    from pos_transformation.maintain import maintenance
    from pos_transformation.run import canary, job, repair

    # The same code on a schedule of its own (compaction, vacuum, checkpoints), and when a person asks for it: to mend
    # the tables, or to take out what a try-out of the deployment has left.
    modes = {"--drop_canary": canary, "--maintain": maintenance, "--repair": repair}
    chosen = next((mode for name, mode in modes.items() if name in sys.argv), job)
    leave(run_job(chosen.JOB, chosen.work, sys.argv[1:]))
