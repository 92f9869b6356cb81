"""The SQL by which rows that break a rule about groups are found: those of one key, and those of other groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pos_job_runtime.plan import GroupRules


class GroupOfRules:
    """Rules that are judged together, since they are about the same groups."""

    def __init__(self, number: int, group: GroupRules, bound: Callable[[str], str]) -> None:
        """`bound` fills the run's parameters in."""
        self.rules = group.rules
        # The table of the rows that break one of the rules.
        self.table = f"broken_rows_{number}"
        columns = [
            f"{bound(rule.sql)} AS broken_{at}, {bound(rule.value)} AS value_{at}, "
            f"{bound(rule.detail) if rule.detail else 'CAST(NULL AS VARCHAR)'} AS detail_{at}, "
            f"{bound(rule.hint)} AS hint_{at}"
            for at, rule in enumerate(group.rules)
        ]
        # The SELECT for that table: `line`, and for each rule broken_N, value_N, detail_N, hint_N.
        self.broken = (
            f"SELECT * FROM (SELECT line, {', '.join(columns)} FROM ({bound(group.rows)})) "
            f"WHERE {self._any(list(range(len(group.rules))))}"
        )
        errors = [at for at, rule in enumerate(group.rules) if rule.severity == "error"]
        # Over the table: whether the row is invalid, and whether it is a repetition that is dropped.
        self.wrong = self._any(errors)
        self.drops = self._any([at for at, rule in enumerate(group.rules) if rule.drops])
        codes = [f"CASE WHEN broken_{at} THEN '{group.rules[at].code}' END" for at in errors]
        # Over the table: the codes of the errors, '' without any.
        self.reasons = f"concat_ws(', ', {', '.join(codes) or 'NULL'})"

    @staticmethod
    def _any(numbers: list[int]) -> str:
        return "(" + (" OR ".join(f"broken_{at}" for at in numbers) or "false") + ")"
