"""What the validation and the transformation job share.

Import from the modules (`pos_job_runtime.plan`, `.storage`, …): this package imports nothing by itself, so that a
process pays only for what it uses.
"""
