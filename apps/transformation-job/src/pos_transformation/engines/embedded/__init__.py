"""The embedded engine: DuckDB evaluates the plan, delta-rs commits. One process, no JVM, memory bounded."""
