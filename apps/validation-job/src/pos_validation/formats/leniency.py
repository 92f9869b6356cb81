"""Other ways to write cells and to name columns, as far as the plan declares them for a file.

All of it stands in the plan, as patterns. A file of which nothing is declared has none of this, and costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from msgspec import Struct

from pos_job_runtime.document import given
from pos_validation.findings.findings import FileRejectedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos_job_runtime.generated.plan import LenientColumn, Rewrite, Trailer, ZoneClock
    from pos_job_runtime.plan import Plan
    from pos_validation.findings.findings import Findings

# Where a JSON object has a number or a boolean of the column's type: nothing of it is rewritten.
SCALAR = "__scalar"
BLANKS = " \t"


class Leniency(Struct, frozen=True):
    """What is declared for one file.

    `names` maps other names of columns to their own; `columns` are those whose texts are rewritten; `scalars` are the
    columns that JSON has no texts for; `exact` is the exact evaluation's SELECT over `sent`; `comma` says whether
    numbers may have a decimal comma.
    """

    names: Mapping[str, str]
    columns: Mapping[str, LenientColumn]
    scalars: Sequence[str]
    exact: str
    trailer: Trailer | None
    comma: bool

    def known(self, plan: Plan) -> list[str]:
        """Every name that a column of the plan may have."""
        return [*(column.name for column in plan.columns), *self.names]

    def called(self, names: Sequence[str], *, line: int | None, findings: Findings) -> list[str]:
        """The plan's names for a file's names. Raises `FileRejectedError` where two of them stand for one column."""
        own = [self.names.get(name, name) for name in names]
        first: dict[str, str] = {}
        twice = False
        for name, sent in zip(own, names):
            other = first.setdefault(name, sent)
            if other != sent:
                twice = True
                findings.add("duplicate_column", column=name, line=line, value=sent, hint=both(other, sent, name))
        if twice:
            raise FileRejectedError("duplicate_column")
        return own

    def read(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Texts in the contract's own way of writing, where they are in a declared one; all others as they are."""
        rewritten = self.rewritten(frame.columns)
        return frame.with_columns(rewritten) if rewritten else frame

    def rewritten(self, present: Sequence[str]) -> list[pl.Expr]:
        """`read`, as expressions over a frame with these columns."""
        return [_read(column, present) for column in self.columns.values() if column.name in present]


class Leniencies:
    """What a plan declares, for whom."""

    def __init__(self, plan: Plan) -> None:
        self._declared = given(plan.content.validation.leniency, None)

    @property
    def scalars(self) -> Sequence[str]:
        """The columns of which rows as they were sent say whether they are texts."""
        return () if self._declared is None else self._declared.scalars

    def of(self, key: str, *, text: bool) -> Leniency | None:
        """What is declared for the file with this key; `text`: its format has no types of its own."""
        if self._declared is None:
            return None
        declared = self._declared
        files = next(files for files in declared.files if key.startswith(files.prefix))
        return Leniency(
            names=files.names,
            columns={column.name: column for column in files.columns} if text else {},
            scalars=declared.scalars,
            exact=files.exact if text else declared.as_sent,
            trailer=given(files.trailer, None) if text else None,
            comma=given(files.comma, False),
        )


def both(first: str, second: str, column: str) -> str:
    """Why two names are one too many."""
    return f"{first!r} and {second!r} both stand for {column!r}: keep one of them"


def _read(column: LenientColumn, present: Sequence[str]) -> pl.Expr:
    """The column's texts, rewritten."""
    cell = pl.col(column.name)
    text = cell.str.strip_chars(BLANKS) if column.trim else cell
    clock = given(column.clock, None)
    found = cell if clock is None else _moment(cell, column.rewrites, clock)
    if clock is None:
        for rewrite in reversed(column.rewrites):
            found = pl.when(cell.str.contains(rewrite.matches)).then(_rewritten(cell, rewrite)).otherwise(found)
    if column.missing:
        found = pl.when(text.is_in(list(column.missing))).then(pl.lit(None, pl.String)).otherwise(found)
    if column.name + SCALAR in present:
        found = pl.when(pl.col(column.name + SCALAR)).then(cell).otherwise(found)
    return found.alias(column.name)


def _rewritten(cell: pl.Expr, rewrite: Rewrite) -> pl.Expr:
    for step in rewrite.steps:
        cell = cell.str.replace_all(step.find, step.replace)
    return cell


def _moment(cell: pl.Expr, rewrites: Sequence[Rewrite], clock: ZoneClock) -> pl.Expr:
    """The moment at which the zone's clocks showed the text's time. Where there is not exactly one, or none that is
    declared to be meant, the text stays as it was sent: no proof holds for it."""
    (rewrite,) = rewrites
    local = pl.when(cell.str.contains(rewrite.matches)).then(_rewritten(cell, rewrite))
    time = pl.when(local.str.contains(clock.time)).then(local)
    twice = given(clock.twice, None)
    moment = time.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False).dt.replace_time_zone(
        clock.zone,
        ambiguous={"earlier": "earliest", "later": "latest"}.get(twice or "", "null"),  # type: ignore[arg-type]
        non_existent="null",
    )
    if clock.seconds:
        micros = moment.dt.epoch("us")
        text = pl.format("{}.{}", micros // 1_000_000, (micros % 1_000_000).cast(pl.String).str.zfill(6))
    else:
        text = moment.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
    return pl.coalesce(text, cell)
