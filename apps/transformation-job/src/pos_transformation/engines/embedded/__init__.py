"""The embedded engine: DuckDB evaluates the plan, delta-rs commits. One process, no JVM, memory bounded."""

import os
import sys

if sys.version_info < (3, 10):
    # delta-rs 1.2 warns of harmless things on standard error, where people look for a job's failure. It reads this
    # when it is imported.
    os.environ.setdefault("RUST_LOG", "error")
