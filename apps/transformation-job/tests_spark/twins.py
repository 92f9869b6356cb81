"""The same deliveries for both engines, and their lakes side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lakes import TABLES, Lakes, neutral
from spark_side import SparkSide

from pos_transformation.run.job import main

__all__ = ["TABLES", "Twins"]


@dataclass(frozen=True)
class Twins(Lakes):
    """Runs are delivered once; each engine, or both in turn, loads them into the lake that is named."""

    spark: SparkSide

    def load(self, run: str, *, engine: str, lake: str) -> dict[str, Any]:
        """Load a run into a lake by an engine; returns the summary."""
        arguments = self.arguments(run, lake=lake, engine=engine)
        code, errors = self.spark.main(arguments) if engine == "spark" else (main(arguments), "see above")
        assert code == 0, errors
        return self.world.summary(run)

    def load_both(self, *runs: str) -> None:
        """Load the runs in this order, with each engine into a lake of its own; their summaries say the same."""
        for run in runs:
            embedded = self.load(run, engine="embedded", lake="embedded")
            spark = self.load(run, engine="spark", lake="spark")
            left, right = neutral(spark), neutral(embedded)
            differing = {name: (left[name], right[name]) for name in left if left[name] != right[name]}
            assert differing == {}, differing

    def assert_equal(self, one: str = "embedded", other: str = "spark", *, paths: Sequence[str] = TABLES) -> None:
        """See `Lakes.assert_equal`."""
        super().assert_equal(one, other, paths=paths)
