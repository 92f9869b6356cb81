"""Whatever validation accepts at the bounds of the contract, both engines load and sum up, to the same digit."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from extremes import rows, validated
from twins import Twins

RUN = "21000101T000000000Z-0123456789ab"


@pytest.mark.parametrize("plan", ["as-it-is", "new-york-from-4", "lord-howe-from-3"])
def test_both_engines_hold_the_extremes_of_every_column(twins_of: Callable[[str], Twins], plan: str) -> None:
    twins = twins_of(plan)
    verdicts = validated(twins.world, RUN, Path(sys.executable))
    within = verdicts.pop("within.csv")
    assert within["verdict"] == "valid", within
    for name, line in verdicts.items():
        assert line["verdict"] == "rejected", line
        column = name.removesuffix(".csv").split("-", 2)[2]
        assert column in str(line["reasons"]), line
    twins.load_both(RUN)
    twins.assert_equal()
    assert twins.count("spark") == len(list(rows()))
