"""The valid rows of small files that were proven together, in one Parquet file.

A request costs the same for the rows of one file as for those of thirty.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import polars as pl

from pos_job_runtime.generated.constants import MEMBER
from pos_validation.evaluation.validated import write_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def write_pack(files: Sequence[pl.DataFrame], path: Path) -> None:
    """Write the rows of all files to `path`, each with the number of its file; those of a single file need none."""
    if len(files) == 1:
        write_rows(files[0], path)
        return
    ends = pl.lit(pl.Series([*accumulate(rows.height for rows in files)], dtype=pl.UInt32))
    member = ends.search_sorted(pl.int_range(pl.len(), dtype=pl.UInt32), "right").cast(pl.Int32)
    write_rows(pl.concat(files).with_columns(member.alias(MEMBER)), path)
