"""The validation job: files in; a verdict for each with reasons, and the valid rows as typed Parquet, out."""
