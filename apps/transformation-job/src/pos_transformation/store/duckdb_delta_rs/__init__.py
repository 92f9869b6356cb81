"""The embedded engine: DuckDB evaluates the plan, delta-rs commits. One process, no JVM, memory bounded."""

import os

# delta-rs logs what it also raises, and some releases harmless things too, on standard error, where a job's failure is
# told in one line. It reads this when it is imported.
os.environ.setdefault("RUST_LOG", "off")
