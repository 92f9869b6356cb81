"""One file's rows, on their way from the reader to the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pos_validation.evaluation.file_proof import FileProof, repeated
from pos_validation.evaluation.raw_rows import RawRows
from pos_validation.evaluation.settled_rules import SettledRules
from pos_validation.evaluation.wrong_rows import FEWEST, WrongRows, with_lines
from pos_validation.findings.findings import RowCounts
from pos_validation.findings.limits import refuse_rows_above
from pos_validation.formats.reader import LINE, ReadsColumns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from pos_validation.evaluation.evaluators import Evaluators
    from pos_validation.evaluation.together import ProvenFile
    from pos_validation.evaluation.validated import FileRows
    from pos_validation.evaluation.wrong_rows import FoundRows
    from pos_validation.findings.findings import Findings
    from pos_validation.formats.leniency import Leniency
    from pos_validation.formats.reader import Frame, Reader, Rows

# With more repeated keys than this, the whole file is evaluated exactly.
MOST_SUSPECTS = 100_000


class FileEvaluation:
    """One file being validated: its rows are proven in frames, and those that can't be are kept as they were sent.

    Most rows of a bad file are good: only the others take the exact way.
    """

    def __init__(self, evaluators: Evaluators, findings: Findings, rows: FileRows) -> None:
        self.evaluators = evaluators
        self.plan = evaluators.plan
        self.proof = evaluators.proof
        self.findings = findings
        self.rows = rows
        self.try_fast = evaluators.may_prove
        self._raw = RawRows(evaluators.plan, temporary=evaluators.temporary)
        self._leniency: Leniency | None = None
        # Rows that are known to be bad without being kept.
        self._wrong = WrongRows(evaluators, None)
        self._proven = FileProof(evaluators.proof, rows)
        self._kept: list[pl.Series] = []
        self._settled = SettledRules(evaluators.proof, evaluators.plan.exact.rules)
        # Whether the key of a row that was kept may equal any other.
        self._ambiguous = False
        self._suspects: pl.Series | None = None
        self._temporary: list[Path] = []

    def temporary(self, name: str) -> Path:
        """A path for a temporary file of the reader's, which `discard` removes."""
        self._temporary.append(self.evaluators.temporary(name))
        return self._temporary[-1]

    def validate(self, reader: Reader, *, leniency: Leniency | None = None) -> RowCounts:
        """The counts of a file. It is read again to look closer where keys of proven rows may repeat."""
        self._leniency = leniency
        self._wrong = WrongRows(self.evaluators, leniency)
        mark = self.findings.mark()
        while True:
            for rows in reader.frames(typed=self.try_fast):
                self._take(rows)
            again = self._look_closer_at()
            if again is None:
                return self._count(reader.broken)
            self.findings.back_to(mark)
            mark = self.findings.mark()
            self._start_over(again)

    def take_over(self, proven: ProvenFile) -> RowCounts:
        """The counts of a file that was proven together with others."""
        refuse_rows_above(self.plan.policies.largest_file.rows, proven.counts.total, self.findings)
        if proven.frame is not None:
            self.rows.add(proven.frame)
        return proven.counts

    def _take(self, rows: Rows) -> None:
        if isinstance(rows, pl.DataFrame):
            self._take_sent(rows)
        elif not (self.try_fast and self._prove(rows)):
            for closer in rows.closer():
                self._take(closer)

    def _prove(self, rows: Frame) -> bool:
        """Whether all rows of the frame are proven clean, and taken."""
        frame = rows.typed()
        if frame is None:
            return False
        refuse_rows_above(self.plan.policies.largest_file.rows, self.seen + frame.height, self.findings)
        derived = self.proof.derive(frame)
        if derived is None:
            return False
        if self._suspects is None and self._proven.accepts(derived, alone=rows.alone, lines=rows.line, sent=rows.sent):
            return True
        return self._divide(rows, derived, self._proven.doubts if self._suspects is None else None)

    def _divide(self, rows: Frame, frame: pl.DataFrame, doubts: Sequence[int] | None) -> bool:
        """Whether the clean rows of the frame were proven and the others kept as they were sent.

        Rows with a suspicious key are among the others. `doubts` are about what is not clean, where that is known.
        """
        cleanness = self.proof.cleanness(frame, doubts)
        clean = self.proof.are_clean(cleanness)
        good = clean if self._suspects is None else clean & ~self.proof.hashes(frame).is_in(self._suspects.implode())
        others = (~good).arg_true()
        columns = self.proof.clean_columns(_some(cleanness, others))
        wrong = self._wrong_among(rows, others, frame.height, columns)
        left = others if wrong is None else others.filter(~others.is_in(wrong.rows.implode()))
        if left.is_empty():
            kept = None
        elif clean.all():
            # Nothing is wrong with any of them.
            kept = with_lines(rows, left.to_list())
        else:
            kept = rows.unproven(left)
            if kept is None:
                return False
        at = good.arg_true()
        proven = at.is_empty() or self._proven.accepts(
            frame if others.is_empty() else frame.filter(good),
            alone=False,
            clean=True,
            lines=lambda row: rows.line(at[row]),
            sent=lambda indices: rows.sent([at[row] for row in indices]),
        )
        if proven and wrong is not None:
            self._wrong.take(wrong, rows, frame)
        if proven and kept is not None:
            self._keep(kept, typed=_some(frame, left), clean=columns)
        return proven

    def _wrong_among(self, rows: Frame, unproven: pl.Series, height: int, clean: set[str]) -> FoundRows | None:
        """Those of some rows of a frame that are bad by themselves, if the file is surely rejected for them: of such a
        file no row is wanted."""
        if len(unproven) < FEWEST or not isinstance(rows, ReadsColumns):
            return None
        tolerance = self.plan.policies.file_tolerance
        if tolerance > 0 and not rows.alone:
            return None
        found = self._wrong.find(rows, unproven, clean)
        return found if found is not None and len(found.rows) > tolerance * height else None

    def _take_sent(self, frame: pl.DataFrame) -> None:
        """Take rows as they were sent: the clean ones among them are proven, and only the others are kept."""
        clean = self._clean_among(frame) if self.try_fast and not frame.is_empty() else None
        if clean is None:
            self._keep(frame)
            return
        typed, is_clean = clean
        sent = frame.filter(is_clean)
        proven = self._proven.accepts(
            typed, alone=False, lines=lambda row: int(sent[LINE][row]), sent=lambda rows: sent[list(rows)]
        )
        self._keep(frame.filter(~is_clean) if proven else frame)

    def _clean_among(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series] | None:
        """The clean rows with types, and which they are; None if there are none."""
        typed, is_clean = self.proof.clean_rows(self._read(frame))
        if self._suspects is not None:
            unsuspected = ~self.proof.hashes(typed).is_in(self._suspects.implode())
            typed = typed.filter(unsuspected)
            is_clean = is_clean.scatter(is_clean.arg_true(), unsuspected)
        return None if typed.is_empty() else (typed, is_clean)

    def _keep(
        self, frame: pl.DataFrame, *, typed: pl.DataFrame | None = None, clean: AbstractSet[str] = frozenset()
    ) -> None:
        """Keep rows as they were sent (`line`, the plan's columns as text, `…__wrong`) for the exact evaluation.

        `typed` has the same rows with types, where they could be read so; these columns are clean in all of them.
        """
        if not frame.is_empty():
            self._settled.keep(frame, typed, set(clean))
        self._raw.add(frame)
        refuse_rows_above(self.plan.policies.largest_file.rows, self.seen, self.findings)
        if self.try_fast and not self._ambiguous:
            hashes = self.proof.hashes_of_sent(self._read(frame))
            self._ambiguous = hashes is None
            if hashes is not None:
                self._kept.append(hashes)

    def _read(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Rows as they were sent, in the contract's own way of writing."""
        return frame if self._leniency is None else self._leniency.read(frame)

    @property
    def seen(self) -> int:
        """How many rows were proven, or kept, or are bad."""
        return self._proven.rows + self._raw.rows + self._wrong.rows

    def discard(self) -> None:
        """Remove temporary files."""
        self._raw.discard()
        for path in self._temporary:
            path.unlink(missing_ok=True)

    def _look_closer_at(self) -> pl.Series | None:
        """The keys' hashes for which rows must be compared: none, or all (an empty series) if they are too many."""
        if not self.try_fast or self._suspects is not None or self._proven.rows == 0:
            return None
        if self._ambiguous:
            return pl.Series("key", [], pl.UInt64)
        if self._proven.ascending and not self._kept:
            return None
        again = repeated([*self._proven.hashes, *self._kept])
        if again.is_empty():
            return None
        return again if len(again) <= MOST_SUSPECTS else again.clear()

    def _start_over(self, suspects: pl.Series) -> None:
        self._raw.discard()
        self.rows.clear()
        self._proven = FileProof(self.proof, self.rows)
        self._kept = []
        self._wrong = WrongRows(self.evaluators, self._leniency)
        self._settled = SettledRules(self.proof, self.plan.exact.rules)
        self._ambiguous = False
        if suspects.is_empty():
            self.try_fast = False
        else:
            self._suspects = suspects

    def _count(self, broken: int) -> RowCounts:
        self._proven.note(self.findings)
        self._wrong.note(self.findings)
        rows, bad = self._proven.rows, self._wrong.rows
        if self.seen + broken == 0:
            raise self.findings.reject("no_rows")
        if self._raw.rows == 0:
            return RowCounts(total=rows + bad + broken, valid=rows, invalid=bad + broken)
        exact = self.evaluators.exact()
        self._settled.note(self.findings)
        found = exact.evaluate(self._raw, self.findings, self._leniency, settled=self._settled.rules())
        counts = RowCounts(
            total=rows + bad + found.total + broken,
            valid=rows + found.valid,
            invalid=bad + found.invalid + broken,
            repeated=found.repeated,
        )
        if self.rows.wanted and self.acceptable(counts):
            exact.write_good(self.rows)
        return counts

    def acceptable(self, counts: RowCounts) -> bool:
        """Whether the file is valid: nothing is wrong with it as a whole, and few enough of its rows are bad."""
        tolerated = counts.invalid <= counts.total * self.plan.policies.file_tolerance
        return counts.total > 0 and tolerated and not self.findings.structural_error


def _some(frame: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """Some rows of the frame, by their indices; the frame itself where they are all."""
    return frame if len(rows) == frame.height else frame[rows]
