"""Lines as files, in every format that the contract accepts. The bytes are the same on every call."""

import csv
import gzip
import io
import json
from collections.abc import Callable, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from pos_demo.source import COLUMNS, Line


def as_csv(lines: Sequence[Line]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(line, column) for column in COLUMNS] for line in lines)
    return text.getvalue().encode()


def as_gzipped_csv(lines: Sequence[Line]) -> bytes:
    # Without a fixed time the same lines would be other bytes.
    return gzip.compress(as_csv(lines), compresslevel=6, mtime=0)


def as_json_lines(lines: Sequence[Line]) -> bytes:
    rows = ({column: getattr(line, column) for column in COLUMNS} for line in lines)
    return "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows).encode()


def as_parquet(lines: Sequence[Line]) -> bytes:
    table = pa.table({column: [getattr(line, column) for line in lines] for column in COLUMNS})
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


FORMATS: tuple[tuple[str, Callable[[Sequence[Line]], bytes]], ...] = (
    (".csv", as_csv),
    (".csv.gz", as_gzipped_csv),
    (".jsonl", as_json_lines),
    (".parquet", as_parquet),
)
