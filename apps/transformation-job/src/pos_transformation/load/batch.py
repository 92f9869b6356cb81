"""The run's rows, each key once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pos_transformation.store.duckdb_delta_rs.local_files import DataFile
from pos_transformation.store.duckdb_delta_rs.session import parquet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_transformation.load.results import ValidatedFile
    from pos_transformation.load.statements import Statements
    from pos_transformation.store.duckdb_delta_rs.local_files import LocalFiles
    from pos_transformation.store.duckdb_delta_rs.session import Session

# Hashes that are grouped in one go: about 100 MB of hash table.
HASHES_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Batch:
    """`rows` counts all that came, `lost` those whose key came in another file too; `dates` are ISO, in order.

    The rows that remain are registered in the session as `batch`, the others as `batch_lost`.
    """

    rows: int
    lost: int
    dates: Sequence[str]


def prepare_batch(
    session: Session, *, statements: Statements, files: Sequence[ValidatedFile], local: LocalFiles
) -> Batch:
    """Register the run's rows. Only hashes of keys on dates where files overlap are held in memory."""
    paths = local.paths([DataFile(file.location) for file in files])
    session.view("validated", parquet(paths, file_column="source_file"))
    ages = ", ".join(f"({position}, {file.order})" for position, file in enumerate(files))
    session.table("sources", f"SELECT * FROM (VALUES {ages}) AS ages(source_file, source_order)")
    session.view("incoming", statements.incoming)
    found = [(str(date), int(rows), bool(shared)) for date, rows, shared in session.rows(statements.dates)]
    shared = [date for date, _, overlap in found if overlap]
    suspects = _suspects(session, statements, shared)
    session.table("ranked", _unless(suspects == 0, statements.over(statements.batch.ranked, shared)))
    lost = session.table("batch_lost", statements.batch.lost)
    session.view("batch", statements.batch.rows)
    return Batch(rows=sum(rows for _, rows, _ in found), lost=lost, dates=[date for date, _, _ in found])


def _suspects(session: Session, statements: Statements, shared: Sequence[str]) -> int:
    """Register the hashes that more than one key has. Equal hashes are a suspicion, distinct ones a proof.

    One part of the hashes at a time keeps the table of their groups small.
    """
    hashes = session.table("key_hashes", _unless(not shared, statements.over(statements.batch.key_hashes, shared)))
    parts = max(1, -(-hashes // HASHES_AT_ONCE))
    for part in range(parts):
        sql = statements.batch.suspects.replace("{parts}", str(parts)).replace("{part}", str(part))
        if part == 0:
            session.table("suspects", sql)
        else:
            session.insert("suspects", sql)
    session.drop("key_hashes")
    return session.count("suspects")


def _unless(empty: bool, sql: str) -> str:
    """`sql`, or no rows of its columns without reading anything, where the result is known to be empty."""
    return f"SELECT * FROM ({sql}) AS known LIMIT 0" if empty else sql
