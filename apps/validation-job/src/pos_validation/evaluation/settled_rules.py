"""Which rules need no exact evaluation, since reading with types has settled them for every row that is kept.

A row is kept because something in it is not proven, mostly one column. What the proof says of the other columns holds
all the same: a rule that reads only columns which are clean in all kept rows is broken by none of them, and a warning
counts what the fast path counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_validation.evaluation.warning_rules import EarnedWarnings
from pos_validation.formats.reader import LINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from pos_job_runtime.plan import ExactRule
    from pos_validation.evaluation.proof import Proof
    from pos_validation.findings.findings import Findings


class SettledRules:
    """Those of one file, as long as rows are kept."""

    def __init__(self, proof: Proof, rules: Sequence[ExactRule]) -> None:
        self._proof = proof
        self._rules = rules
        self._warned = EarnedWarnings(proof.warnings)
        # The columns that are clean in all rows that were kept so far.
        self._clean = set(proof.schema.types)

    def keep(self, kept: pl.DataFrame, typed: pl.DataFrame | None, clean: set[str]) -> None:
        """Rows are kept: as they were sent, with their lines, and with types if they could be read so. `clean` are the
        columns that are clean in all of them."""
        self._clean &= clean
        if typed is None or not self._clean:
            return
        for index, count in self._proof.warned(typed, self._clean):
            self._warned.add(
                index, count, typed, lines=lambda row: int(kept[LINE][row]), sent=lambda rows: kept[list(rows)]
            )

    def rules(self) -> set[str]:
        """The ids of the rules that are settled."""
        return settled(self._rules, self._proof, self._clean)

    def note(self, findings: Findings) -> None:
        """Add the warnings that settled rules give."""
        self._warned.note(findings, only=self.rules())


def settled(rules: Sequence[ExactRule], proof: Proof, clean: set[str]) -> set[str]:
    """The ids of rules that only read columns which are `clean`."""
    reads = {warning.rule: proof.sources(warning.reads) for warning in proof.warnings}
    return {rule.id for rule in rules if {*rule.columns, *reads.get(rule.id, ())} <= clean}
