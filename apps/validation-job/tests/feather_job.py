"""The validation job, with one entry more among its formats. It is the module of its fork server, too."""

import sys

from pos_job_runtime.ending import leave, run_job
from pos_validation import job
from pos_validation.formats import registry
from pos_validation.workers import handles
from pos_validation.workers.fork_server import serve

__all__ = ["serve"]

registry.FORMATS = (
    *registry.FORMATS,
    registry.Format(
        "feather",
        "Feather",
        ("feather", "arrow"),
        "feather_file",
        magic=(b"ARROW1",),
        surely=lambda head: head.startswith(b"ARROW1\0\0"),
        rename="Feather under another name; let its name end in .feather",
    ),
)

if __name__ == "__main__":
    handles.MODULE = "feather_job"
    # A server that is a copy of this process must not add the entry again.
    sys.modules[handles.MODULE] = sys.modules["__main__"]
    leave(run_job(job.JOB, job.work, sys.argv[1:]))
