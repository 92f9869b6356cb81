"""What was found in one file: reasons with counts and samples, and the verdict that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NewType

from msgspec import Struct, field
from msgspec.structs import replace

from pos_job_runtime.generated.documents import Sample
from pos_job_runtime.personal import MASKED
from pos_validation.findings.reasons import FoundReason
from pos_validation.findings.shown import Masking, shortened, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_job_runtime.generated.constants import ReasonCode
    from pos_job_runtime.generated.documents import Compression, FileFormat, Severity, Verdict
    from pos_job_runtime.plan import Plan

# The code of a reason that belongs to a rule: the plan names it. Any other is one of `ReasonCode`.
RuleCode = NewType("RuleCode", str)

SAMPLES_PER_FILE = 20
# Columns that nobody asked for may have any name, and be any number.
LONGEST_COLUMN = 100
UNKNOWN_COLUMNS = 100
FURTHER_COLUMNS = "(further columns)"


class RowCounts(Struct, frozen=True):
    """`valid` + `invalid` = `total`; `repeated` of the valid ones are copies that are dropped."""

    total: int = 0
    valid: int = 0
    invalid: int = 0
    repeated: int = 0


class FileVerdict(Struct, frozen=True):
    """The verdict on one file."""

    verdict: Verdict
    format: FileFormat | None
    compression: Compression
    rows: RowCounts
    reasons: tuple[FoundReason, ...]


class FileRejectedError(Exception):
    """A structural finding that makes reading on pointless. The findings hold the reason already."""


class _Shown(Struct, frozen=True):
    """A sample with what its message would say."""

    sample: Sample
    detail: str | None
    hint: str | None
    words: str | None

    @property
    def line(self) -> int:
        return self.sample.line or 0


class _Group(Struct):
    code: str
    rule: str
    severity: Severity
    column: str | None
    count: int = 0
    shown: list[_Shown] = field(default_factory=list)

    def show(self, shown: _Shown) -> None:
        """Keep the first few by line, in whatever order they come."""
        self.shown.append(shown)
        if len(self.shown) >= 4 * SAMPLES_PER_FILE:
            self.shown = self.first()

    def first(self) -> list[_Shown]:
        return sorted(self.shown, key=lambda shown: shown.line)[:SAMPLES_PER_FILE]


class Findings:
    """Collects what is found in one file. Findings of the same code, rule and column are one reason."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._groups: dict[tuple[str, str, str | None], _Group] = {}
        self._known = {known.name for known in plan.columns}
        self._strangers: set[str] = set()
        self.masking = Masking(plan)

    def add(
        self,
        code: ReasonCode | RuleCode,
        *,
        rule: str | None = None,
        severity: Severity | None = None,
        column: str | None = None,
        line: int | None = None,
        value: str | None = None,
        detail: str | None = None,
        hint: str | None = None,
        words: str | None = None,
        count: int = 1,
    ) -> None:
        """Note `count` occurrences, of which `line` and `value` show one.

        The first one's detail goes into the message where the plan's words ask for it, its hint (what this program
        knows beyond them) to the end. `words` stands for the value in the message.
        """
        column = self._column(column)
        key = (code, rule or code, column)
        group = self._groups.get(key)
        if group is None:
            group = _Group(code, rule or code, severity or self._plan.reason(code).severity, column)
            self._groups[key] = group
        group.count += count
        shown = MASKED if value is not None and self.masking.hides(code, column) else shortened(value)
        group.show(_Shown(Sample(line=line, column=column, value=shown), detail, hint, words))

    def add_many(
        self,
        code: ReasonCode | RuleCode,
        *,
        count: int,
        found: Sequence[tuple[int, str | None, str | None]],
        column: str,
        rule: str | None = None,
        severity: Severity | None = None,
        hint: str | None = None,
    ) -> None:
        """Note `count` occurrences, of which `found` shows the first few as (line, value, detail)."""
        for index, (line, value, detail) in enumerate(found):
            last = index == len(found) - 1
            self.add(
                code,
                rule=rule,
                severity=severity,
                column=column,
                line=line,
                value=value,
                detail=detail,
                hint=hint,
                count=count - index if last else 1,
            )

    def reject(self, code: ReasonCode, **where: Any) -> FileRejectedError:
        """Note the finding and return the exception to raise: `raise findings.reject(…)`."""
        self.add(code, **where)
        return FileRejectedError(code)

    @property
    def structural_error(self) -> bool:
        """Whether anything found rejects the whole file, whatever its rows are."""
        return any(g.severity == "error" and self._plan.reason(g.code).scope == "file" for g in self._groups.values())

    def mark(self) -> dict[tuple[str, str, str | None], _Group]:
        """What was found so far, for `back_to`."""
        return {key: replace(group, shown=list(group.shown)) for key, group in self._groups.items()}

    def back_to(self, mark: dict[tuple[str, str, str | None], _Group]) -> None:
        """Forget what was found since."""
        self._groups = mark
        self._strangers = {name for _, _, name in mark if name is not None} - self._known

    def reasons(self) -> tuple[FoundReason, ...]:
        """Errors first, then warnings, by their first line; at most `SAMPLES_PER_FILE` samples in all."""
        found = [(group, group.first()) for group in self._groups.values()]
        found.sort(
            key=lambda item: (item[0].severity != "error", item[1][0].line, self._place(item[0].column), item[0].rule)
        )
        shares = _fair_shares([len(shown) for _, shown in found], SAMPLES_PER_FILE)
        return tuple(
            FoundReason(
                code=group.code,
                rule=group.rule,
                severity=group.severity,
                column=group.column,
                count=group.count,
                samples=tuple(item.sample for item in shown[:share]),
                value=shown[0].words if shown[0].words is not None else shown[0].sample.value,
                detail=shown[0].detail,
                hint=shown[0].hint,
            )
            for (group, shown), share in zip(found, shares)
        )

    def _column(self, column: str | None) -> str | None:
        """The name under which a finding is kept: a stranger's is cut, and after many there is one for the rest."""
        if column is None or column in self._known:
            return column
        column = told(column, LONGEST_COLUMN) or column
        if column not in self._strangers and len(self._strangers) >= UNKNOWN_COLUMNS:
            return FURTHER_COLUMNS
        self._strangers.add(column)
        return column

    def _place(self, column: str | None) -> tuple[int, str]:
        names = [known.name for known in self._plan.columns]
        return (names.index(column) if column in names else len(names), column or "")


def _fair_shares(wanted: list[int], budget: int) -> list[int]:
    """Deal `budget` out one by one in turns, so that a frequent reason does not crowd out the others."""
    shares = [0] * len(wanted)
    while budget > 0 and shares != wanted:
        for index, want in enumerate(wanted):
            if budget > 0 and shares[index] < want:
                shares[index] += 1
                budget -= 1
    return shares
