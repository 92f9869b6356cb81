"""Column names that are missing, repeated or unexpected, whatever the format."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from pos_validation.findings.findings import FileRejectedError
from pos_validation.findings.limits import refuse_columns_above
from pos_validation.findings.shown import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_job_runtime.plan import Plan
    from pos_validation.findings.findings import Findings

NUMBER = re.compile(r"\s*[+-]?[0-9][0-9.,eE+-]*\s*")
VARIED = re.compile("[\\s_\"'`´‘’‚“”„«»\ufeff\u200b-\u200f\u2060-]+")
# As many of the names that were found are listed, and as much of each: who is told should see the whole sentence.
LISTED = 20
LONGEST_LISTED = 40


def check_names(names: Sequence[str], *, line: int | None, plan: Plan, findings: Findings) -> None:
    """Note what is wrong with a header. Raises `FileRejectedError` when the rows can't be read by it."""
    refuse_columns_above(plan.policies.largest_file.columns, len(names), line=line, findings=findings)
    counts = Counter(names)
    wanted = {column.name for column in plan.columns}
    missing = [column.name for column in plan.columns if column.required and column.name not in counts]
    repeated = [name for name, count in counts.items() if name and count > 1]
    for name in repeated:
        findings.add("duplicate_column", column=name, line=line, value=name)
    known = {plain(name) for name in wanted}
    if missing and not any(plain(name) in known for name in names) and any(NUMBER.fullmatch(name) for name in names):
        note_missing(missing, present=names, line=line, findings=findings, hint="the first line looks like data")
    if missing and findings.masking.any and not any(plain(name) in known for name in names):
        # What should be names may be a row of data.
        note_missing(missing, present=(), line=line, findings=findings, hint="no name of the contract's was found")
    misspelt = {plain(name) for name in missing}
    for name in counts:
        if name not in wanted and plain(name) not in misspelt:
            note_unexpected(name, line=line, plan=plan, findings=findings)
    note_missing(missing, present=names, line=line, findings=findings)
    if repeated:
        raise FileRejectedError("duplicate_column")


def note_missing(
    missing: Sequence[str], *, present: Sequence[str], line: int | None, findings: Findings, hint: str | None = None
) -> None:
    """Note the missing names, each with the likeliest cause, and reject the file if there are any."""
    if not missing:
        return
    alike = {plain(name): name for name in present}
    listed = [shortened(name, LONGEST_LISTED) or "(unnamed)" for name in present[:LISTED]]
    found = ", ".join(listed) + (", …" if len(present) > LISTED else "")
    for name in missing:
        near = alike.get(plain(name))
        because = (
            f"{near!r} is not the same: names must match exactly" if near is not None else hint or f"found: {found}"
        )
        findings.add("missing_column", column=name, line=line, value=near, hint=because)
    raise FileRejectedError("missing_column")


def note_unexpected(name: str, *, line: int | None, plan: Plan, findings: Findings) -> None:
    """Note a column that the plan doesn't know: a warning or an error, as its policy says."""
    near = next((column.name for column in plan.columns if plain(column.name) == plain(name)), None)
    findings.add(
        "unexpected_column",
        severity=plan.policies.unexpected_column,
        column=name or "(unnamed)",
        line=line,
        value=name,
        hint=f"did you mean {near!r}?" if near else None,
    )


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """A name without what people vary: case, spaces, underscores, dashes, quotation marks and invisible characters."""
    return VARIED.sub("", name).lower()
