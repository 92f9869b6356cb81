"""What the readers of all formats work with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_validation.findings import RowCounts
from pos_validation.proof import FileProof, Proof
from pos_validation.raw_rows import RawRows

if TYPE_CHECKING:
    from pathlib import Path

    from pos_job_runtime.plan import Plan
    from pos_validation.exact import Exact
    from pos_validation.findings import Findings
    from pos_validation.validated import FileRows


class Engines:
    """The two ways to evaluate rows, made once for a run."""

    def __init__(self, plan: Plan, *, event_time: float, folder: Path, always_exact: bool) -> None:
        self.plan = plan
        self.folder = folder
        self.proof = Proof(plan, event_time=event_time)
        # Skipping the fast path must not change any result; a test holds the two to that.
        self.always_exact = always_exact
        self._event_time = event_time
        self._exact: Exact | None = None
        self._temporary = 0

    def temporary(self, name: str) -> Path:
        """A path for a temporary file that was never used before: engines keep what they know of a path."""
        self._temporary += 1
        return self.folder / f"{self._temporary:08d}-{name}"

    def exact(self) -> Exact:
        """The exact evaluation, set up when the first file needs it: most runs never import DuckDB."""
        if self._exact is None:
            from pos_validation.exact import Exact

            self._exact = Exact(self.plan, event_time=self._event_time, temporary=self.temporary)
        return self._exact


class Case:
    """One file being judged: where its findings and its rows go."""

    def __init__(self, engines: Engines, findings: Findings, rows: FileRows) -> None:
        self.engines = engines
        self.plan = engines.plan
        self.proof = engines.proof
        self.findings = findings
        self.rows = rows
        self.raw = RawRows(engines.plan, temporary=engines.temporary)
        self.try_fast = not engines.always_exact

    def file_proof(self) -> FileProof:
        return FileProof(self.proof, self.rows)

    def evaluate_raw(self, *, broken: int) -> RowCounts:
        """The exact evaluation of the raw rows. `broken` lines are no rows but count as invalid ones."""
        # Whatever a fast path that failed half-way left behind.
        self.rows.clear()
        exact = self.engines.exact()
        counts = exact.evaluate(self.raw, self.findings)
        if self.rows.wanted and not self.findings.structural_error:
            exact.write_good(self.rows)
        return RowCounts(
            total=counts.total + broken,
            valid=counts.valid,
            invalid=counts.invalid + broken,
            repeated=counts.repeated,
        )
