"""The script that Glue runs. The job itself is the package `pos_validation`."""

import sys

from pos_job_runtime.ending import leave, run_job
from pos_validation import job

if __name__ == "__main__":
    leave(run_job(job.JOB, job.work, sys.argv[1:]))
