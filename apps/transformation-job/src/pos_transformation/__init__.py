"""The transformation job: validated Parquet in; curated and KPI Delta tables out.

The plan's SQL decides what happens to a row; this package carries rows between storage, an engine and the tables.
"""
