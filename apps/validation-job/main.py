"""The script that Glue runs. The job itself is the package `pos_validation`."""

import sys

from pos_job_runtime.collecting import collect_seldom
from pos_job_runtime.own_packages import prefer_own_packages

if __name__ == "__main__":
    collect_seldom()
    prefer_own_packages()

    from pos_job_runtime.ending import leave, run_job
    from pos_validation import job

    leave(run_job(job.JOB, job.work, sys.argv[1:]))
