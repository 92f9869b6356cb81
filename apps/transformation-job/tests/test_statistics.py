"""What Delta's log says about a file's values must hold for the values: readers skip files by it."""

from __future__ import annotations

import json
from decimal import Decimal

from rows import Sale, at
from world import BY_PRODUCT, BY_STORE, CURATED, World


def test_no_amount_stands_rounded_in_the_log(world: World) -> None:
    """As a double this amount is 90071992547409.94, and a search for less than that would pass over its file."""
    world.deliver("one", [Sale("T1", revenue=Decimal("90071992547409.9310"), at=at(0))])
    world.load("one")
    for path in (CURATED, BY_PRODUCT, BY_STORE):
        log = world.lake.child(path).path / "_delta_log"
        commits = [json.loads(line) for file in log.glob("*.json") for line in file.read_text().splitlines()]
        (statistics,) = (json.loads(action["add"]["stats"]) for action in commits if "add" in action)
        assert statistics["numRecords"] == 1
        assert "store_id" in statistics["minValues"] or "product_id" in statistics["minValues"]
        amounts = {field.name for field in world.table(path).schema().fields if str(field.type).count("decimal")}
        assert len(amounts) >= 2
        assert not amounts & {*statistics["minValues"], *statistics["maxValues"]}
