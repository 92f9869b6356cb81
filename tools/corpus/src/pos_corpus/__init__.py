"""Small files, each with what is right about it: its verdict, its reasons, and the rows that it lands.

A family is a module; every file of it stands beside its expectation. `FAMILIES` is all of them. To look at the files
themselves, or to try another reader on them: `python -m pos_corpus FOLDER` writes them out, with `expected.jsonl`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_corpus import (
    csv_cells,
    csv_headers,
    csv_lines,
    encodings,
    foreign,
    gzip_files,
    json_lines,
    json_values,
    keys,
    numbers,
    parquet_damage,
    parquet_files,
    parquet_types,
    receipts,
    sizes,
    texts,
    timestamps,
)
from pos_corpus.found import found

if TYPE_CHECKING:
    from pos_corpus.case import Case

FAMILIES: dict[str, list[Case]] = {
    "csv-cells": csv_cells.CASES,
    "csv-headers": csv_headers.CASES,
    "csv-lines": csv_lines.CASES,
    "encodings": encodings.CASES,
    "foreign": foreign.CASES,
    "found": found(),
    "gzip": gzip_files.CASES,
    "json-lines": json_lines.CASES,
    "json-values": json_values.CASES,
    "keys": keys.CASES,
    "numbers": numbers.CASES,
    "parquet-damage": parquet_damage.CASES,
    "parquet-files": parquet_files.CASES,
    "parquet-types": parquet_types.CASES,
    "receipts": receipts.CASES,
    "sizes": sizes.CASES,
    "texts": texts.CASES,
    "timestamps": timestamps.CASES,
}
CASES = [case for family in FAMILIES.values() for case in family]
