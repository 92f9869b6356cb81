"""Small files proven many at a time: a query costs the same for the rows of one as for those of twenty.

Like any proof this one accepts or abstains. A file of which it says nothing is validated by itself.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import polars as pl
from msgspec import Struct

from pos_validation.findings.findings import SAMPLES_PER_FILE, RowCounts, RuleCode

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from pos_validation.evaluation.proof import Proof
    from pos_validation.evaluation.warning_rules import WarningRule
    from pos_validation.findings.findings import Findings
    from pos_validation.formats.identified_file import IdentifiedFile
    from pos_validation.formats.reader import PlainRows


class SmallFile(Struct, frozen=True):
    """A file that was opened, with what was found doing so. `place` is its own among the files."""

    place: int
    file: IdentifiedFile
    findings: Findings
    plain: PlainRows


class ProvenFile(Struct, frozen=True):
    """A file all of whose rows are clean. Its warnings are among the findings; `frame` has its validated rows, if they
    were wanted."""

    place: int
    file: IdentifiedFile
    findings: Findings
    counts: RowCounts
    frame: pl.DataFrame | None


def prove_together(proof: Proof, files: Sequence[SmallFile], *, wanted: bool) -> Iterator[ProvenFile]:
    """Those of the files that are proven. `wanted`: whether rows are to be produced at all."""
    alike: dict[Hashable, list[SmallFile]] = {}
    for one in files:
        alike.setdefault(one.plain.alike, []).append(one)
    for group in alike.values():
        if len(group) > 1:
            yield from _prove(proof, group, wanted=wanted)


def _prove(proof: Proof, files: Sequence[SmallFile], *, wanted: bool) -> Iterator[ProvenFile]:
    ends = [*accumulate(one.plain.block.count(b"\n") for one in files)]
    typed = files[0].plain.typed(b"".join(one.plain.block for one in files))
    frame = proof.derive(typed) if typed is not None and typed.height == ends[-1] else None
    if frame is None:
        # A cell of one of them can't be read with types. The others are found by halves.
        half = len(files) // 2
        for part in (files[:half], files[half:]) if half else ():
            yield from _prove(proof, part, wanted=wanted)
        return
    found = proof.examine_each(frame, ends)
    starts = [0, *ends[:-1]]
    for index, rule in enumerate(proof.warnings):
        earned = [warned[index] if warned is not None else 0 for warned in found]
        if any(earned):
            _note(rule, frame, files, starts, earned)
    # What a column is made into may be defined for clean rows alone.
    selected = proof.select(frame) if wanted and None not in found else None
    for one, warned, start, end in zip(files, found, starts, ends):
        if warned is not None:
            rows = None
            if wanted:
                rows = proof.select(frame[start:end]) if selected is None else selected[start:end]
            counts = RowCounts(total=end - start, valid=end - start)
            yield ProvenFile(one.place, one.file, one.findings, counts, rows)


def _note(
    rule: WarningRule, frame: pl.DataFrame, files: Sequence[SmallFile], starts: Sequence[int], counts: Sequence[int]
) -> None:
    """Note a warning in each file of which so many rows earn it, and show the first of them."""
    earned = rule.rows(frame)
    first = [
        earned[begun : begun + min(count, SAMPLES_PER_FILE)].to_list()
        for begun, count in zip(earned.search_sorted(pl.Series(starts, dtype=earned.dtype)).to_list(), counts)
    ]
    lines: list[bytes] = []
    for one, start, rows in zip(files, starts, first):
        if rows:
            sent = one.plain.block.split(b"\n")
            lines += (sent[row - start] + b"\n" for row in rows)
    shown = iter(rule.shown(frame[[row for rows in first for row in rows]], files[0].plain.sent(b"".join(lines))))
    for one, start, rows, count in zip(files, starts, first, counts):
        if rows:
            found = [(one.plain.first_line + row - start, *next(shown)) for row in rows]
            one.findings.add_many(RuleCode(rule.code), rule=rule.rule, column=rule.column, count=count, found=found)
