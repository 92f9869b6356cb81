"""The two ways to evaluate rows, fast and exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_validation.evaluation.proof import Proof

if TYPE_CHECKING:
    from pathlib import Path

    from pos_job_runtime.plan import Plan
    from pos_validation.evaluation.exact_evaluator import ExactEvaluator


class Evaluators:
    """The two ways to evaluate rows, made once for a run."""

    def __init__(
        self, plan: Plan, *, event_time: float, folder: Path, always_exact: bool, exact_memory: int | None = None
    ) -> None:
        self.plan = plan
        self.folder = folder
        self.proof = Proof(plan, event_time=event_time)
        # Skipping the fast path must not change any result; a test holds the two to that.
        # A proof looks at rows one by one: it knows nothing of the groups that they belong to, beside their keys.
        self.may_prove = not (always_exact or plan.exact.groups)
        self._event_time = event_time
        self._exact_memory = exact_memory
        self._exact: ExactEvaluator | None = None
        self._temporary = 0

    def temporary(self, name: str) -> Path:
        """A path for a temporary file that was never used before: engines keep what they know of a path."""
        self._temporary += 1
        return self.folder / f"{self._temporary:08d}-{name}"

    def exact(self) -> ExactEvaluator:
        """The exact evaluation, set up when the first file needs it: most runs never import DuckDB."""
        if self._exact is None:
            from pos_validation.evaluation.exact_evaluator import ExactEvaluator

            self._exact = ExactEvaluator(
                self.plan, event_time=self._event_time, temporary=self.temporary, memory=self._exact_memory
            )
        return self._exact
