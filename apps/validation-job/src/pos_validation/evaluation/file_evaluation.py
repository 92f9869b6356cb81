"""One file's rows, on their way from the reader to the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pos_validation.evaluation.proof import FileProof, Proof, repeated
from pos_validation.evaluation.raw_rows import RawRows
from pos_validation.evaluation.settled_rules import SettledRules
from pos_validation.findings.findings import RowCounts
from pos_validation.findings.limits import refuse_rows_above
from pos_validation.formats.reader import LINE

if TYPE_CHECKING:
    from pathlib import Path

    from pos_job_runtime.plan import Plan
    from pos_validation.evaluation.exact_evaluator import ExactEvaluator
    from pos_validation.evaluation.together import ProvenFile
    from pos_validation.evaluation.validated import FileRows
    from pos_validation.findings.findings import Findings
    from pos_validation.formats.leniency import Leniency
    from pos_validation.formats.reader import Frame, Reader, Rows

# With more repeated keys than this, the whole file is evaluated exactly.
MOST_SUSPECTS = 100_000


class Evaluators:
    """The two ways to evaluate rows, made once for a run."""

    def __init__(
        self, plan: Plan, *, event_time: float, folder: Path, always_exact: bool, exact_memory: int | None = None
    ) -> None:
        self.plan = plan
        self.folder = folder
        self.proof = Proof(plan, event_time=event_time)
        # Skipping the fast path must not change any result; a test holds the two to that.
        # A proof looks at rows one by one: it knows nothing of the groups that they belong to, beside their keys.
        self.may_prove = not (always_exact or plan.exact.groups)
        self._event_time = event_time
        self._exact_memory = exact_memory
        self._exact: ExactEvaluator | None = None
        self._temporary = 0

    def temporary(self, name: str) -> Path:
        """A path for a temporary file that was never used before: engines keep what they know of a path."""
        self._temporary += 1
        return self.folder / f"{self._temporary:08d}-{name}"

    def exact(self) -> ExactEvaluator:
        """The exact evaluation, set up when the first file needs it: most runs never import DuckDB."""
        if self._exact is None:
            from pos_validation.evaluation.exact_evaluator import ExactEvaluator

            self._exact = ExactEvaluator(
                self.plan, event_time=self._event_time, temporary=self.temporary, memory=self._exact_memory
            )
        return self._exact


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
        return self._divide(rows, derived)

    def _divide(self, rows: Frame, frame: pl.DataFrame) -> bool:
        """Whether the clean rows of the frame were proven and the others kept as they were sent.

        Rows with a suspicious key are among the others.
        """
        clean = self.proof.are_clean(frame)
        good = clean if self._suspects is None else clean & ~self.proof.hashes(frame).is_in(self._suspects.implode())
        others = (~good).arg_true()
        if others.is_empty():
            kept = None
        elif clean.all():
            # Nothing is wrong with any of them.
            indices = others.to_list()
            numbers = pl.Series(LINE, [rows.line(row) for row in indices], pl.Int64)
            kept = rows.sent(indices).drop(LINE, strict=False).with_columns(numbers)
        else:
            kept = rows.unproven(others)
            if kept is None:
                return False
        at = good.arg_true()
        proven = at.is_empty() or self._proven.accepts(
            frame if kept is None else frame.filter(good),
            alone=False,
            lines=lambda row: rows.line(at[row]),
            sent=lambda indices: rows.sent([at[row] for row in indices]),
        )
        if proven and kept is not None:
            self._keep(kept, typed=frame.filter(~good) if not at.is_empty() else frame)
        return proven

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

    def _keep(self, frame: pl.DataFrame, *, typed: pl.DataFrame | None = None) -> None:
        """Keep rows as they were sent (`line`, the plan's columns as text, `…__wrong`) for the exact evaluation.

        `typed` has the same rows with types, where they could be read so.
        """
        if not frame.is_empty():
            self._settled.keep(frame, typed)
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
        """How many rows were proven or kept."""
        return self._proven.rows + self._raw.rows

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
        self._settled = SettledRules(self.proof, self.plan.exact.rules)
        self._ambiguous = False
        if suspects.is_empty():
            self.try_fast = False
        else:
            self._suspects = suspects

    def _count(self, broken: int) -> RowCounts:
        self._proven.note(self.findings)
        rows = self._proven.rows
        if self.seen + broken == 0:
            raise self.findings.reject("no_rows")
        if self._raw.rows == 0:
            return RowCounts(total=rows + broken, valid=rows, invalid=broken)
        exact = self.evaluators.exact()
        self._settled.note(self.findings)
        found = exact.evaluate(self._raw, self.findings, self._leniency, settled=self._settled.rules())
        counts = RowCounts(
            total=rows + found.total + broken,
            valid=rows + found.valid,
            invalid=found.invalid + broken,
            repeated=found.repeated,
        )
        if self.rows.wanted and self.acceptable(counts):
            exact.write_good(self.rows)
        return counts

    def acceptable(self, counts: RowCounts) -> bool:
        """Whether the file is valid: nothing is wrong with it as a whole, and few enough of its rows are bad."""
        tolerated = counts.invalid <= counts.total * self.plan.policies.file_tolerance
        return counts.total > 0 and tolerated and not self.findings.structural_error
