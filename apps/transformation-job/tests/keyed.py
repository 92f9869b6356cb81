"""Deliveries in which ids come again, and the tables that they must lead to by nothing but their definition."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from rows import Sale, at
from world import Delivery

DAYS = 7


def near(one: Sale, other: Sale, days: int) -> bool:
    """Whether they are the same sale, if nothing else says so than their ids and dates."""
    return one.id == other.id and abs((one.date - other.date).days) <= days


@dataclass
class Model:
    """The sales of a table, one after the other as the contract says. `days` is the window of the key."""

    days: int
    latest_wins: bool
    stand: dict[Sale, str] = field(default_factory=dict)

    def load(self, files: Sequence[Delivery]) -> None:
        """One run."""
        batch: list[tuple[Sale, str]] = []
        for file in sorted(files, key=lambda one: one.arrived, reverse=self.latest_wins):
            for sale in file.sales:
                if not any(near(sale, other, self.days) for other, _ in batch):
                    batch.append((sale, file.arrived))
        before = dict(self.stand)
        for sale, arrived in batch:
            others = [other for other in before if near(sale, other, self.days)]
            if not others:
                self.stand[sale] = arrived
            elif self.latest_wins and all(_age(sale, arrived) > _age(other, before[other]) for other in others):
                for other in others:
                    self.stand.pop(other, None)
                self.stand[sale] = arrived


def _age(sale: Sale, arrived: str) -> tuple[object, ...]:
    missing = sale.discount is None
    values = (*sale[1:5], not missing, Decimal(0) if sale.discount is None else sale.discount, sale.at)
    return (arrived, *values)


def deliveries(*, seed: int, days: int, runs: int = 4, ids: int = 9) -> list[list[Delivery]]:
    """Runs of a few files each, with few ids on few dates: they come again in every way. Some files are sent twice."""
    dice = random.Random(seed)
    sent: list[Delivery] = []
    made: list[list[Delivery]] = []
    for _ in range(runs):
        files = []
        for _ in range(dice.randint(1, 3)):
            if sent and dice.random() < 0.25:
                again = dice.choice(sent)
                if again not in files:
                    files.append(again)
                continue
            hour, minute = dice.randrange(24), dice.randrange(60)
            arrived = f"2024-03-{dice.randint(10, 28):02d}T{hour:02d}:{minute:02d}:{len(sent):02d}.000Z"
            files.append(Delivery(_one_file(dice, days=days, ids=ids), name=f"{len(sent)}.csv", arrived=arrived))
            sent.append(files[-1])
        made.append(files)
    return made


def _one_file(dice: random.Random, *, days: int, ids: int) -> list[Sale]:
    """Sales of which no two are the same: what validation lets pass."""
    sales: list[Sale] = []
    for _ in range(dice.randint(1, 12)):
        sale = Sale(
            id=f"T{dice.randrange(ids)}",
            store=dice.randint(1, 2),
            revenue=Decimal(dice.randint(1, 3)).scaleb(-1),
            discount=dice.choice([None, Decimal("0.5000")]),
            at=at(dice.randrange(DAYS), dice.choice([0, 1])),
        )
        if not any(near(sale, other, days) for other in sales):
            sales.append(sale)
    return sales


def held(model: Model) -> Iterable[Sale]:
    """The sales that the table must hold."""
    return model.stand
