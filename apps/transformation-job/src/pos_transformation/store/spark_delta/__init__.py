"""The Spark engine: Spark 4.1 evaluates the plan, Delta 4.2 commits. For any size; the default on Glue."""
