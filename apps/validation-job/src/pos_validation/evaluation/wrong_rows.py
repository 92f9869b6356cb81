"""Rows that are bad by themselves, found by the few columns that are not clean in them.

A file that is bad in every row needs samples, not a report of each. Of rows that were read with types only the texts of
columns that open rules read are looked at, and rows with the same texts there are judged once. Whole rows are read for
the samples alone.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl
from msgspec import Struct

from pos_validation.evaluation.raw_rows import RawRows
from pos_validation.evaluation.settled_rules import settled
from pos_validation.evaluation.warning_rules import EarnedWarnings
from pos_validation.findings.findings import SAMPLES_PER_FILE, RuleCode
from pos_validation.formats.reader import LINE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pos_job_runtime.plan import ExactRule
    from pos_validation.evaluation.evaluators import Evaluators
    from pos_validation.findings.findings import Findings
    from pos_validation.formats.leniency import Leniency
    from pos_validation.formats.reader import Frame, ReadsColumns

# Fewer rows cost less as whole rows, together with others of the file.
FEWEST = 10_000
# Where so many first rows have mostly different texts, all are judged as they stand.
PROBED = 10_000


class FoundRows(Struct, frozen=True):
    """Rows of a frame that are bad: their indices, and whether each breaks one of the rules, in a column called by its
    place among them, for those that some row breaks.

    `settled` are the ids of the other rules, and `clean` the columns that they read.
    """

    rows: pl.Series
    rules: Sequence[ExactRule]
    broken: pl.DataFrame
    settled: set[str]
    clean: set[str]


class WrongRows:
    """Those of one file, frame by frame. Nothing is among the findings before all of the file was read: its end may
    reject it as a whole."""

    def __init__(self, evaluators: Evaluators, leniency: Leniency | None) -> None:
        self._evaluators = evaluators
        self._leniency = leniency
        self._notes: list[Callable[[Findings], None]] = []
        self.rows = 0

    def find(self, frame: ReadsColumns, rows: pl.Series, clean: set[str]) -> FoundRows | None:
        """The bad ones among rows of a frame, in which these columns are clean. None if that takes whole rows."""
        plan, proof = self._evaluators.plan, self._evaluators.proof
        known = settled(plan.exact.rules, proof, clean)
        rules = [rule for rule in plan.exact.rules if rule.id not in known]
        read = {column for rule in rules for column in rule.columns}
        if not rules:
            return None
        texts = frame.unproven_columns(rows, [column.name for column in plan.columns if column.name in read])
        if texts is None:
            return None
        broken = self._broken(texts, rules)
        errors = [name for name in broken.columns if rules[int(name)].severity == "error"]
        if not errors:
            return None
        bad = broken.select(pl.any_horizontal(errors)).to_series()
        return FoundRows(rows.filter(bad), rules, broken.filter(bad), known, clean)

    def _broken(self, texts: pl.DataFrame, rules: Sequence[ExactRule]) -> pl.DataFrame:
        """Of each row whether it breaks one of the rules, as `ExactEvaluator.broken` tells."""
        head = texts.head(PROBED)
        if 2 * head.unique().height > head.height:
            return self._judged(texts, rules)
        alike = texts.unique()
        judged = pl.concat([alike, self._judged(alike, rules)], how="horizontal")
        return texts.join(judged, on=texts.columns, how="left", nulls_equal=True, maintain_order="left").select(
            pl.exclude(texts.columns)
        )

    def _judged(self, texts: pl.DataFrame, rules: Sequence[ExactRule]) -> pl.DataFrame:
        raw = RawRows(self._evaluators.plan, temporary=self._evaluators.temporary)
        raw.add(texts.with_row_index(LINE))
        try:
            return self._evaluators.exact().broken(raw, self._leniency, rules)
        finally:
            raw.discard()

    def take(self, found: FoundRows, frame: Frame, typed: pl.DataFrame) -> None:
        """Take rows of the frame, with the rules that they break. `typed` has all of its rows with types."""
        counts = {name: count for name, count in found.broken.sum().row(0, named=True).items() if count}
        first = {row for name in counts for row in found.rows.filter(found.broken[name]).head(SAMPLES_PER_FILE)}
        rules = [found.rules[int(name)] for name in counts]
        shown = self._shown(frame, sorted(first), rules)
        for rule, count, some in zip(rules, counts.values(), shown):
            self._notes.append(partial(_note, rule=rule, count=count, found=some))
        self._notes.append(partial(self._warned(found, frame, typed).note, only=found.settled))
        self.rows += len(found.rows)

    def note(self, findings: Findings) -> None:
        """Add to the findings what was found of all rows that were taken."""
        for note in self._notes:
            note(findings)

    def _shown(
        self, frame: Frame, rows: Sequence[int], rules: Sequence[ExactRule]
    ) -> list[list[tuple[int, str | None, str | None]]]:
        raw = RawRows(self._evaluators.plan, temporary=self._evaluators.temporary)
        raw.add(with_lines(frame, rows))
        try:
            return self._evaluators.exact().shown(raw, self._leniency, rules)
        finally:
            raw.discard()

    def _warned(self, found: FoundRows, frame: Frame, typed: pl.DataFrame) -> EarnedWarnings:
        """The warnings that settled rules give, and perhaps others."""
        proof, at = self._evaluators.proof, found.rows
        rows = typed if len(at) == typed.height else typed[at]
        earned = EarnedWarnings(proof.warnings)
        for index, count in proof.warned(rows, found.clean):
            earned.add(
                index,
                count,
                rows,
                lines=lambda row: frame.line(at[row]),
                sent=lambda some: frame.sent([at[row] for row in some]),
            )
        return earned


def _note(
    findings: Findings, *, rule: ExactRule, count: int, found: Sequence[tuple[int, str | None, str | None]]
) -> None:
    code = RuleCode(rule.code)
    findings.add_many(code, rule=rule.id, severity=rule.severity, column=rule.column, count=count, found=found)


def with_lines(frame: Frame, rows: Sequence[int]) -> pl.DataFrame:
    """Some rows of a frame that can be read with types, as they were sent, with their lines."""
    numbers = pl.Series(LINE, [frame.line(row) for row in rows], pl.Int64)
    return frame.sent(rows).drop(LINE, strict=False).with_columns(numbers)
