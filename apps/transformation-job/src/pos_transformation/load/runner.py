"""Runs the plan's steps in their order, and leaves out what is known to have no rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from pos_job_runtime.document import given
from pos_transformation.steps import with_added, with_dates, with_part, with_ranges

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pos_job_runtime.generated.plan import Step
    from pos_transformation.steps import Phase, Statements
    from pos_transformation.store.protocol import Commit, Session, Snapshot

# Rows of a part, where a step goes over its rows in parts: about 100 MB of hash table.
ROWS_IN_A_PART = 2_000_000
# A condition of more ranges of keys would cost more than it saves.
MOST_RANGES = 64


class Results(Struct, frozen=True):
    """What steps have found: the number of rows of each table, the rows of each check."""

    counts: dict[str, int] = field(default_factory=dict)
    checks: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


class Runner:
    """The steps of a plan in one session."""

    def __init__(self, session: Session, statements: Statements) -> None:
        self.session = session
        self.statements = statements
        # The columns that the curated table got when it may have had rows.
        self.added: Collection[str] = ()
        # Where keys are, as literals: see the compiler's `within`.
        self._ranges: dict[str, Sequence[tuple[str, str]]] = {}
        self._without_rows: set[str] = set()
        self._counts: dict[str, int] = {}

    def keys_are_within(self, name: str, found: Iterable[Mapping[str, Any]] | None) -> None:
        """Fill these ranges, each from `lowest` to `highest`, into what follows; some may meet."""
        ranges: list[list[Any]] = []
        for low, high in sorted((one["lowest"], one["highest"]) for one in found or ()):
            if ranges and low <= ranges[-1][1]:
                ranges[-1][1] = max(high, ranges[-1][1])
            else:
                ranges.append([low, high])
        if len(ranges) > MOST_RANGES:
            ranges = [[ranges[0][0], ranges[-1][1]]]
        literal = self.session.literal
        told = all(type(low) in (int, str) for low, _ in ranges)
        self._ranges[name] = [(literal(low), literal(high)) for low, high in ranges] if told else ()

    def read(self, relations: Mapping[str, tuple[Snapshot, Collection[str]]], *, grouped: Collection[str] = ()) -> None:
        """Give names to the rows of snapshots on some dates, ISO dates. See `protocol.Session.read`."""
        self._without_rows -= relations.keys()
        self._without_rows |= self.session.read(relations, grouped=grouped)

    def phase(self, name: Phase, *, dates: Sequence[str] = (), instead: Mapping[str, str] | None = None) -> Results:
        """Run the steps of a phase. See `run`."""
        return self.run(self.statements.phase(name), dates=dates, instead=instead)

    def run(
        self, steps: Iterable[Step], *, dates: Sequence[str] = (), instead: Mapping[str, str] | None = None
    ) -> Results:
        """Run all `steps` but merges. `dates` fills in what goes over dates, ISO dates.

        `instead` names relations that serve as well as what a step would make.
        """
        results = Results()
        for step in steps:
            if step.kind == "merge":
                continue
            if instead and step.name in instead:
                self.session.view(step.name, f"SELECT * FROM {instead[step.name]}")
                self._without_rows.discard(step.name)
                continue
            self._run(step, dates, results)
            self._release(step)
        return results

    def merge(self, commit: Commit, steps: Iterable[Step], *, dates: Sequence[str]) -> None:
        """Let `commit` do what the merges among `steps` say."""
        for step in steps:
            if step.kind == "merge":
                commit.merge(with_dates(step, self.statements.literals(dates) or "NULL"), dates=dates)

    def _run(self, step: Step, dates: Sequence[str], results: Results) -> None:
        step = with_added(step, self.added)
        nothing = step.over == "dates" and not dates
        empty_with = given(step.empty_with, ())
        if nothing or (empty_with and self._without_rows.issuperset(empty_with)):
            if step.kind != "check":
                self.session.empty(step.name, self._text(with_part(with_dates(step, "NULL"), 0, 1)))
                self._without_rows.add(step.name)
                self._counts[step.name] = 0
            return
        sql = self._text(with_dates(step, self.statements.literals(dates)))
        self._without_rows.discard(step.name)
        if step.kind == "view":
            self.session.view(step.name, sql)
        elif step.kind == "check":
            results.checks[step.name] = self.session.records(sql)
        else:
            count = self._in_parts(step) if step.over == "parts" else self.session.table(step.name, sql)
            self._counts[step.name] = results.counts[step.name] = count
            if count == 0:
                self._without_rows.add(step.name)

    def _in_parts(self, step: Step) -> int:
        parts = max(1, -(-self._counts[step.reads[0]] // ROWS_IN_A_PART))
        count = 0
        for part in range(parts):
            sql = self._text(with_part(step, part, parts))
            count = self.session.insert(step.name, sql) if part else self.session.table(step.name, sql)
        return count

    def _text(self, step: Step) -> str:
        return with_ranges(step.sql, self._ranges)

    def _release(self, step: Step) -> None:
        """Free what only this step reads. What a view reads is read whenever the view is."""
        if step.kind == "table" and step.over == "parts":
            for name in step.reads:
                self.session.drop(name)
