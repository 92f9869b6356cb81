"""What reports and messages show of a file: cut, readable on any screen, and nothing personal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_job_runtime.visible import visible

if TYPE_CHECKING:
    from pos_job_runtime.plan import Plan

# A report shows what was sent; a megabyte in one cell is not worth showing whole.
LONGEST_VALUE = 200
# By construction no message is longer, whatever a file has in it.
LONGEST_MESSAGE = 1000
# What is added to a message's words: lists of names, errors of libraries.
LONGEST_DETAIL = 500
# Where any column is personal, a value is shown if it's known to be something else: these codes' values are counts,
_COUNTS = frozenset({"file_too_large", "too_many_columns"})
# and these codes' values are pieces of lines, whatever column they are about.
_LINES = frozenset({"broken_quote"})


class Masking:
    """Which values of a file are not shown, since they say something about a person."""

    def __init__(self, plan: Plan) -> None:
        self._personal = {column.name for column in plan.columns if column.personal}

    @property
    def any(self) -> bool:
        """Whether a line of a file has personal values in it."""
        return bool(self._personal)

    def hides(self, code: str, column: str | None) -> bool:
        """Whether the value of a finding is not shown."""
        if not self._personal or code in _COUNTS:
            return False
        return column is None or column in self._personal or code in _LINES


def shortened(value: str | None, longest: int = LONGEST_VALUE) -> str | None:
    """The value, cut to so many characters."""
    return value if value is None or len(value) <= longest else value[: longest - 1] + "…"


def told(text: str | None, longest: int = LONGEST_VALUE) -> str | None:
    """The text as a message says it."""
    return None if text is None else shortened(visible(text), longest)
