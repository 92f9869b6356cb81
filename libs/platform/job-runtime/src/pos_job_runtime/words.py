"""The words of a plan: the sentences of reports, and what tables and columns hold. Nothing that runs needs them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

from pos_job_runtime.document import decode
from pos_job_runtime.errors import DocumentError
from pos_job_runtime.generated.words import DatasetWords, ReasonWords, WordsDocument

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pos_job_runtime.generated.words import CuratedWords, KpiWords

__all__ = ["NO_WORDS", "ReasonWords", "TableText", "Words", "fill_message", "words_of"]


class TableText(NamedTuple):
    """What a table holds, and by column what its values mean. Empty where nobody said it."""

    description: str
    comments: Mapping[str, str]


class Words:
    """The words of a dataset. They are read when the first is asked for: most files are valid, most tables are there.

    Safe to use from several threads. Another process gets none: see `Plan.silent`.
    """

    def __init__(self, read: Callable[[], DatasetWords | None]) -> None:
        """`read` may find none. What it raises, the first question for a word raises."""
        self._read = read
        self._lock = threading.Lock()
        self._found: DatasetWords | None = None
        self._asked = False

    def reason(self, code: str) -> ReasonWords:
        """The words of a reason code. A code without words is told as such: no run fails for want of a sentence."""
        found = self._words()
        known = None if found is None else found.reasons.get(code)
        return known or ReasonWords(
            message=f"{code}: {{value}} (its words are missing beside the plan).",
            meaning="The plan that the file was judged by came without words.",
            remedy="Look the code up among the contract's reason codes.",
        )

    def curated(self) -> TableText:
        """The words of the curated table, which has no description of its own."""
        found = self._words()
        return _text(None if found is None else found.tables.curated)

    def kpi(self, name: str) -> TableText:
        """The words of a KPI table."""
        found = self._words()
        known = None if found is None else next((one for one in found.tables.kpis if one.name == name), None)
        return _text(known, description="" if known is None else known.description)

    def __reduce__(self) -> str:
        # Pickled as the name of the only one that a process of its own can have; any other is refused.
        return "NO_WORDS"

    def _words(self) -> DatasetWords | None:
        with self._lock:
            if not self._asked:
                self._found = self._read()
                self._asked = True
            return self._found


NO_WORDS = Words(lambda: None)


def words_of(dataset: str, *, plan: bytes, beside: Callable[[], bytes | None]) -> DatasetWords | None:
    """The words of a dataset: those in its `plan`, as earlier releases have them, or in the document `beside` it.

    `None` where there are none, or none that this job can read.
    """
    try:
        return decode(DatasetWords, plan, origin="The plan")
    except DocumentError:
        pass
    text = beside()
    if text is None:
        return None
    try:
        return decode(WordsDocument, text, origin="The words").datasets.get(dataset)
    except DocumentError:
        return None


def fill_message(
    template: str, *, column: str | None = None, value: str | None = None, detail: str | None = None
) -> str:
    """A reason's message, filled in. A value is data, not a template: braces inside it stay as they are."""
    filled = {"{column}": column or "", "{value}": value or "", "{detail}": detail or ""}
    text, rest = "", template
    while rest:
        at, name = min(((rest.find(n), n) for n in filled if n in rest), default=(-1, ""))
        if at < 0:
            return text + rest
        text, rest = text + rest[:at] + filled[name], rest[at + len(name) :]
    return text


def _text(words: CuratedWords | KpiWords | None, *, description: str = "") -> TableText:
    return TableText(description, {} if words is None else {one.name: one.comment for one in words.columns})
