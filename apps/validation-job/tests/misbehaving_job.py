"""The validation job, but for its fork server."""

import os
import sys

from pos_job_runtime.ending import leave, run_job
from pos_validation import job
from pos_validation.workers import handles

if __name__ == "__main__":
    handles.MODULE = os.environ.get("SERVER", "misbehaving")
    leave(run_job(job.JOB, job.work, sys.argv[1:]))
