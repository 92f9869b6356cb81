"""The proof of one file, frame by frame, and of its keys, once all are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from pos_validation.evaluation.proof import Unproven
from pos_validation.evaluation.warning_rules import EarnedWarnings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pos_validation.evaluation.proof import Proof
    from pos_validation.evaluation.validated import FileRows
    from pos_validation.findings.findings import Findings

# Hashes of keys are compared in this many rows at a time, so that a huge file needs no huge hash table.
HASHES_AT_ONCE = 8_000_000


class FileProof:
    """The proof of one file, frame by frame. The rows of proven frames go to `rows` at once: clear them if it fails."""

    def __init__(self, proof: Proof, rows: FileRows) -> None:
        self._proof = proof
        self._out = rows
        self._hashes: list[pl.Series] = []
        self._warned = EarnedWarnings(proof.warnings)
        self.rows = 0
        # What was not clean in the frame that was refused last.
        self.doubts: Sequence[int] = ()
        # Whether the keys of all rows so far are in ascending order, and so unique.
        self.ascending = True
        self._last: Any = None

    def accepts(
        self,
        frame: pl.DataFrame,
        *,
        alone: bool,
        clean: bool = False,
        lines: Callable[[int], int],
        sent: Callable[[Sequence[int]], pl.DataFrame],
    ) -> bool:
        """Whether every row of the frame is proven clean. `clean`: it is known but for the keys.

        `lines` maps a row's index to its line number, `sent` some indices to those rows as they were sent.
        If the frame is `alone`, it is the whole file, and unique keys are proven on the spot.
        """
        proven = self._proof.examine(frame, alone=alone, clean=clean)
        if isinstance(proven, Unproven):
            self.doubts = proven.doubts
            return False
        if proven.hashes is not None:
            self._hashes.append(proven.hashes)
            if self.ascending:
                self._note_order(self._proof.ends(frame))
        for index, count in proven.warnings:
            self._warned.add(index, count, frame, lines=lines, sent=sent)
        if self._out.wanted:
            self._out.add(self._proof.select(frame))
        self.rows += frame.height
        return True

    def _note_order(self, ends: tuple[Any, Any] | None) -> None:
        self.ascending = ends is not None and (self._last is None or ends[0] > self._last)
        self._last = None if ends is None else ends[1]

    @property
    def hashes(self) -> list[pl.Series]:
        """The keys' hashes of all frames that were not alone."""
        return self._hashes

    def note(self, findings: Findings) -> None:
        """Add the warnings that the proven rows earn."""
        self._warned.note(findings)


def repeated(hashes: list[pl.Series]) -> pl.Series:
    """The hashes that occur more than once, found a share of them at a time."""
    total = sum(len(series) for series in hashes)
    shares = total // HASHES_AT_ONCE + 1
    found = [pl.Series("key", [], pl.UInt64)]
    for share in range(shares if total else 0):
        chosen = pl.concat([series.filter(series % shares == share) if shares > 1 else series for series in hashes])
        if chosen.n_unique() != len(chosen):
            found.append(chosen.filter(chosen.is_duplicated()).unique())
    return pl.concat(found)
