"""The run's rows, each key once."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from msgspec import Struct

from pos_transformation.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from pos_job_runtime.plan import ValidatedColumn
    from pos_transformation.load.results import Validation
    from pos_transformation.load.runner import Runner


class Batch(Struct, frozen=True):
    """`rows` counts all that came, `lost` those whose key came in another file too; `dates` are ISO, in order.
    `least` of the rows came for the date with the fewest.

    The rows that remain are registered in the session as `batch`, the others as `batch_lost`.
    """

    rows: int
    lost: int
    dates: Sequence[str]
    least: int = 0


def prepare_batch(
    runner: Runner,
    *,
    run_id: str,
    validation: Validation,
    columns: Sequence[ValidatedColumn],
    complete: bool,
    instants: Mapping[str, str],
    lead: str,
    moment: str | None,
    predated: Callable[[], Collection[str]],
) -> Batch:
    """Register the run's rows. A closer look is taken only at keys on dates where files overlap.

    `complete`, `instants`, `lead` and `moment`: see `protocol.Session.read_run`. `predated` gives the columns that
    stored rows may be older than.
    """
    session, parts = runner.session, validation.parts
    # Nobody asks for the ends of parts where they don't tell a date.
    moment = moment if runner.statements.phase("whole") else None
    session.read_run(validation.files, columns, complete=complete, instants=instants, lead=lead, moment=moment)
    told = {parts[row["source_part"]] for row in runner.phase("whole").checks.get("counted_parts", ())}
    with session.without_parts(told) if told else nullcontext():
        found = runner.phase("read").checks["dates"]
    by_date = {str(row["date"]): int(row["line_count"]) for row in found}
    rows = sum(by_date.values())
    validation.check_rows(run_id, rows)
    if found and "lowest" in found[0]:
        runner.keys_are_within("batch", found[:1])
    shared = [str(row["date"]) for row in found if row["shared"]]
    if shared:
        runner.added = predated()
        runner.keys_are_within("overlaps", found[0].get("shared_ranges"))
    results = runner.phase("unify", dates=shared)
    strangers = results.checks.get("unknown_files")
    if strangers:
        # A row that finds no age of its file would drop out of the comparison, and be lost.
        raise EngineError(
            f"The engine calls a validated file {strangers[0]['source_file']}, which is none of this run's."
        )
    lost = results.counts.get("batch_lost", 0)
    return Batch(rows=rows, lost=lost, dates=list(by_date), least=min(by_date.values(), default=0))
