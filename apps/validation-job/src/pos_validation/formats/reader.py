"""What a format's reader gives: frames of rows, as evaluation takes them. Readers know nothing of evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Union, runtime_checkable

import polars as pl
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pos_job_runtime.plan import Plan
    from pos_validation.findings.findings import Findings
    from pos_validation.formats.leniency import Leniency
    from pos_validation.formats.source import SourceFile

# Rows as they were sent are frames of text: `line`, the plan's columns (null = missing), and `<column>__wrong` where a
# source with types of its own held another type (`<column>__scalar`: one of the column's, where leniency asks for it).
LINE = "line"
WRONG = "__wrong"


class TypedSchema(Struct, frozen=True):
    """What `Frame.typed` gives: polars' type of each column.

    A text that is longer than `longest` (bytes), or a decimal with more digits than `scales` says, may not be what its
    number is. `required` columns have a value in every valid row.
    """

    types: Mapping[str, pl.DataType]
    longest: Mapping[str, int]
    scales: Mapping[str, int]
    required: Sequence[str]


class OpenedFile(Struct, frozen=True):
    """A file whose format is known. `head` are its first bytes, decompressed; `temporary` makes paths for temporary
    files, which are removed when the file has been validated. `leniency`: other ways to write that are declared."""

    source: SourceFile
    head: bytes
    plan: Plan
    schema: TypedSchema
    findings: Findings
    temporary: Callable[[str], Path]
    leniency: Leniency | None = None


class Frame(Protocol):
    """Consecutive rows of a file."""

    @property
    def alone(self) -> bool:
        """Whether these are all rows of the file."""

    def typed(self) -> pl.DataFrame | None:
        """The rows with the schema's types; None if that might not mean what was sent."""

    def sent(self, rows: Sequence[int]) -> pl.DataFrame:
        """Some rows of `typed`, by their indices, as they were sent."""

    def line(self, row: int) -> int:
        """The line number of a row of `typed`, by its index."""

    def unproven(self, rows: pl.Series) -> pl.DataFrame | None:
        """Some rows of `typed`, which may be wrong, by their indices: as `closer` would give them, with their lines.

        None if that isn't sure, or would cost as much as reading closer.
        """

    def closer(self) -> Iterator[Rows]:
        """The same rows again, for whom `typed` proved nothing: in smaller frames, or as they were sent."""


# A frame that may be proven, or rows as they were sent.
Rows = Union[Frame, pl.DataFrame]


class Reader(Protocol):
    """Reads one file, as often as it is asked to. What is wrong with its lines goes to the findings."""

    @property
    def broken(self) -> int:
        """How many lines of what was read since `frames` began are no rows."""

    def frames(self, *, typed: bool) -> Iterator[Rows]:
        """All rows, from the first. `typed` says whether `Frame.typed` will be asked for at all.

        The next frame is read when whoever asks is done with the one before. Raises `FileRejectedError` and
        `UnreadableError`.
        """


@runtime_checkable
class ReadsColumns(Protocol):
    """A frame of which single columns can be read."""

    def unproven_columns(self, rows: pl.Series, names: Sequence[str]) -> pl.DataFrame | None:
        """What `Frame.unproven` gives, of these columns alone, without those that the file lacks and without the lines;
        with `…__scalar`."""


class PlainRows(Protocol):
    """All rows of a small file, each of which is surely a line. Those of several files that are `alike` can be read as
    if they were one file's."""

    @property
    def alike(self) -> Hashable:
        """What files have in common that can be read so."""

    @property
    def block(self) -> bytes:
        """The rows, each with a line end."""

    @property
    def first_line(self) -> int:
        """The line number of the first row."""

    def typed(self, block: bytes) -> pl.DataFrame | None:
        """Blocks of such files with the schema's types; None if that might not mean what was sent."""

    def sent(self, block: bytes) -> pl.DataFrame:
        """Lines of such files as they were sent."""


@runtime_checkable
class ReadsTogether(Protocol):
    """A reader whose file may be read together with others. What can't be proven so is read by `Reader.frames`."""

    def plain_rows(self) -> PlainRows | None:
        """The file's rows; None if it is not small, or not plain."""


class ReaderModule(Protocol):
    """A module that reads a format."""

    def open_file(self, file: OpenedFile) -> Reader:
        """The file's reader. Raises `FileRejectedError` and `UnreadableError` where no row can be read."""
