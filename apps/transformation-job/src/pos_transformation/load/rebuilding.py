"""A KPI table computed anew as a whole: readers have the old one until one commit puts the new one in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from pos_transformation.load.staleness import Containment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos_job_runtime.generated.plan import Step
    from pos_transformation.load.periods import Periods
    from pos_transformation.load.runner import Runner
    from pos_transformation.store.protocol import Rebuild, Snapshot, Store

ROWS = "rebuilt_rows"


class Rebuilding(Struct):
    """Computes a KPI from all of `curated` by its `steps`. Periods that can't be computed are left out.

    Nothing counts before `rebuild` is finished.
    """

    rebuild: Rebuild
    store: Store
    runner: Runner
    steps: Sequence[Step]
    curated: Snapshot
    periods: Periods
    containment: Containment = field(default_factory=Containment)

    def compute(self) -> Mapping[str, str]:
        """Compute all periods, portion by portion. Returns what keeps some from it."""
        for portion in self.periods.portions(self.store, self.curated, sorted(self.periods.days)):
            self.containment.each(portion, self._add)
        return self.containment.failed

    def _add(self, periods: Sequence[str]) -> None:
        session = self.runner.session
        self.runner.read({"touched": (self.curated, self.periods.dates(periods))}, grouped=("touched",))
        self.runner.run(self.steps, dates=periods)
        # Evaluated once, and before anything is written: what can't be computed leaves no half of it.
        rows = session.table(ROWS, "SELECT * FROM recomputed")
        if rows:
            self.rebuild.append(ROWS, rows=rows)
        session.drop(ROWS)
