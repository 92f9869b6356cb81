"""The warnings that the fast path counts, and the first rows that earn each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pos_validation.findings.findings import SAMPLES_PER_FILE, RuleCode

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from pos_job_runtime.plan import FastWarning
    from pos_validation.findings.findings import Findings


class WarningRule:
    """A warning of the fast path."""

    def __init__(self, warning: FastWarning, parsed: Callable[[str], pl.Expr]) -> None:
        self.code = warning.code
        self.rule = warning.rule
        self.column = warning.column
        self.sql = parsed(warning.sql)
        self._detail = parsed(warning.detail) if warning.detail is not None else pl.lit(None, pl.String)

    @property
    def reads(self) -> set[str]:
        """The columns that the warning and its detail read."""
        return {*self.sql.meta.root_names(), *self._detail.meta.root_names(), self.column}

    def first_rows(self, frame: pl.DataFrame) -> list[int]:
        """The indices of the first few rows that earn the warning."""
        rows: list[int] = self.rows(frame).head(SAMPLES_PER_FILE).to_list()
        return rows

    def rows(self, frame: pl.DataFrame) -> pl.Series:
        """The indices of all rows that earn the warning."""
        return frame.select(self.sql).to_series().arg_true()

    def shown(self, frame: pl.DataFrame, sent: pl.DataFrame) -> list[tuple[str | None, str | None]]:
        """Value and detail for the report, of some rows with types (`frame`) and as they were sent."""
        names = (name for name in sent.columns if self._detail.meta.eq(pl.col(name).cast(pl.String)))
        column = next(names, None)
        # A detail that is just another column's value is shown as it was sent, too.
        details = sent[column] if column is not None else frame.select(detail=self._detail).to_series()
        values = sent[self.column] if self.column in sent.columns else pl.repeat(None, sent.height, eager=True)
        return list(zip(values.to_list(), details.to_list()))


class EarnedWarnings:
    """How many rows of a file earn each warning, and the first few of them."""

    def __init__(self, rules: Sequence[WarningRule]) -> None:
        self._rules = rules
        self._earned: dict[int, tuple[int, list[tuple[int, str | None, str | None]]]] = {}

    def add(
        self,
        index: int,
        count: int,
        frame: pl.DataFrame,
        *,
        lines: Callable[[int], int],
        sent: Callable[[Sequence[int]], pl.DataFrame],
    ) -> None:
        """Note that `count` rows of the frame earn that warning.

        `lines` maps a row's index to its line number, `sent` some indices to those rows as they were sent.
        """
        before, found = self._earned.get(index, (0, []))
        if len(found) < SAMPLES_PER_FILE:
            rows = self._rules[index].first_rows(frame)
            shown = self._rules[index].shown(frame[rows], sent(rows))
            found = [*found, *((lines(row), *texts) for row, texts in zip(rows, shown))]
        self._earned[index] = (before + count, found[:SAMPLES_PER_FILE])

    def note(self, findings: Findings, *, only: Collection[str] | None = None) -> None:
        """Add the warnings to the findings: all, or those of some rules, by their ids."""
        for index, (count, found) in sorted(self._earned.items()):
            rule = self._rules[index]
            if only is None or rule.rule in only:
                code = RuleCode(rule.code)
                findings.add_many(code, rule=rule.rule, column=rule.column, count=count, found=found)
