"""What was found in a file, before and after it is put into words: whoever writes it down has the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pos_job_runtime.generated.documents import FileReason
from pos_job_runtime.words import fill_message
from pos_validation.findings.shown import LONGEST_DETAIL, LONGEST_MESSAGE, shortened, told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pos_job_runtime.generated.documents import Sample, Severity
    from pos_job_runtime.words import Words


class FoundReason(Struct, frozen=True):
    """A reason without its sentence: `value` and `detail` are filled in there, and `hint` is added to its end."""

    code: str
    rule: str
    severity: Severity
    column: str | None
    count: int
    samples: tuple[Sample, ...]
    value: str | None
    detail: str | None
    hint: str | None


def in_words(found: Iterable[FoundReason], words: Words) -> tuple[FileReason, ...]:
    """The reasons as documents have them."""
    return tuple(
        FileReason(
            code=one.code,
            rule=one.rule,
            severity=one.severity,
            column=one.column,
            count=one.count,
            message=_message(one, words.reason(one.code).message),
            samples=one.samples,
        )
        for one in found
    )


def _message(one: FoundReason, template: str) -> str:
    message = fill_message(template, column=one.column, value=told(one.value), detail=told(one.detail, LONGEST_DETAIL))
    hint = told(one.hint, LONGEST_DETAIL)
    return shortened(message if hint is None else f"{message.rstrip('.')} ({hint}).", LONGEST_MESSAGE) or ""
