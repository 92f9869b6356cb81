"""The run's rows, each key once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pos_transformation.errors import EngineError
from pos_transformation.store.spark_delta.tables import hadoop_uri
from pos_transformation.store.spark_delta.views import evaluated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_job_runtime.plan import ValidatedColumn
    from pos_transformation.load.results import ValidatedFile, Validation
    from pos_transformation.load.statements import Statements
    from pos_transformation.store.spark_delta.views import Views

# The validated Parquet's columns are described in DuckDB's words.
SPARK_TYPES = {"VARCHAR": "STRING"}
# Local files are `file:/…` or `file:///…` as Spark pleases.
SOURCE_FILE = "regexp_replace(_metadata.file_path, '^file:/+', 'file:/')"


@dataclass(frozen=True)
class Batch:
    """`rows` counts all that came in so many `files`, `lost` those whose key came in another file too.

    `dates` are ISO, in order.

    The rows that remain are registered as `batch`, the others as `batch_lost`.
    """

    files: int
    rows: int
    lost: int
    dates: Sequence[str]


def prepare_batch(
    views: Views, *, statements: Statements, columns: Sequence[ValidatedColumn], validation: Validation
) -> Batch:
    """Register the run's rows. A closer look is taken only at keys on dates where files overlap."""
    _read(views, columns, validation.files)
    views.view("incoming", statements.incoming)
    found = [(str(row["date"]), int(row["line_count"]), bool(row["shared"])) for row in views.records(statements.dates)]
    rows = sum(count for _, count, _ in found)
    if rows != validation.rows:
        raise EngineError(
            f"The validated files hold {rows} rows, but their validation counted {validation.rows}: "
            "run the validation job for this run again."
        )
    shared = [date for date, _, overlap in found if overlap]
    lost = _repeated(views, statements, shared)
    views.view("batch", statements.batch.rows)
    return Batch(files=len(validation.files), rows=rows, lost=lost, dates=[date for date, _, _ in found])


def _read(views: Views, columns: Sequence[ValidatedColumn], files: Sequence[ValidatedFile]) -> None:
    schema = ", ".join(f"`{column.name}` {SPARK_TYPES.get(column.type, column.type)}" for column in columns)
    uris = [hadoop_uri(file.location) for file in files]
    with evaluated("validated"):
        # The schema is known, so that no file is opened to learn it; a name is a name, not a pattern.
        reader = views.session.read.schema(schema).option("__globPaths__", "false")
        views.source("validated", reader.parquet(*uris).selectExpr("*", f"{SOURCE_FILE} AS source_file"))
        ages = [f"({_text(_as_spark_names(views, uri))}, {file.order}L)" for uri, file in zip(uris, files, strict=True)]
        # As SQL, so that no Python process is started to hand over a few rows.
        views.view("sources", f"SELECT * FROM VALUES {', '.join(ages)} AS ages(source_file, source_order)")


def _as_spark_names(views: Views, uri: str) -> str:
    """The file's URI as `SOURCE_FILE` spells it: what must be escaped in a URI is, and nothing else."""
    return str(views.session._jvm.org.apache.hadoop.fs.Path(uri).toUri().toString())


def _check_sources(views: Views) -> None:
    """Each row must find its file's age: a row that finds none would drop out of the comparison, and be lost."""
    strangers = views.records(
        "SELECT DISTINCT source_file FROM validated AS v LEFT ANTI JOIN sources AS s USING (source_file) LIMIT 1"
    )
    if strangers:
        raise EngineError(f"Spark calls a validated file {strangers[0]['source_file']}, which is none of this run's.")


def _text(value: str) -> str:
    """`value` as an SQL string."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _repeated(views: Views, statements: Statements, shared: Sequence[str]) -> int:
    """Find the keys that came in several files. Equal hashes are a suspicion, distinct ones a proof."""
    batch = statements.batch
    views.view("key_hashes", statements.over(batch.key_hashes, shared))
    # Spark spills by itself: all parts at once.
    suspects = batch.suspects.replace("{parts}", "1").replace("{part}", "0")
    if shared and views.table("suspects", suspects):
        _check_sources(views)
        views.table("ranked", statements.over(batch.ranked, shared))
        return views.table("batch_lost", batch.lost)
    views.empty("suspects", suspects)
    views.empty("ranked", statements.over(batch.ranked, shared))
    views.empty("batch_lost", batch.lost)
    return 0
