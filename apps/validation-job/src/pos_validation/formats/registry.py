"""The formats that files may have. A format is a module with `open_file`, and an entry here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from pos_validation.formats.content import is_json, is_parquet, may_be_json, names_columns
from pos_validation.formats.source import ENCRYPTED_MAGIC, PARQUET_MAGIC

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pos_job_runtime.generated.documents import FileFormat
    from pos_validation.formats.reader import ReaderModule


class Format(Struct, frozen=True):
    """A format: how documents call it, its title in sentences, and the `extensions` of its files' names.

    `module` has `open_file`. It is imported when a file is read: the run's own process reads none.
    """

    name: FileFormat
    title: str
    extensions: tuple[str, ...]
    module: str
    # How every file of a binary format begins. Text has no such thing.
    magic: tuple[bytes, ...] = ()
    # Whether content (its first bytes) is of this format and of no other.
    surely: Callable[[bytes], bool] | None = None
    # Whether content that is surely of no format, under a name that tells nothing, may be read as this one.
    perhaps: Callable[[bytes, Sequence[str]], bool] | None = None
    # Whether small files may be read together: see `ReadsTogether`.
    together: bool = False
    # What to do with a file that is surely of this format, but has the name of another.
    rename: str = ""

    def reader(self) -> ReaderModule:
        """The module that reads the format."""
        return cast("ReaderModule", import_module(self.module))


FORMATS: tuple[Format, ...] = (
    Format(
        "csv",
        "CSV",
        ("csv", "txt", "tsv", "psv"),
        "pos_validation.formats.csv_file",
        perhaps=names_columns,
        together=True,
    ),
    Format(
        "jsonl",
        "JSON lines",
        ("json", "jsonl", "ndjson"),
        "pos_validation.formats.json_file",
        surely=is_json,
        perhaps=may_be_json,
        rename="JSON under another name; write one object a line, and let the name end in .jsonl",
    ),
    Format(
        "parquet",
        "Parquet",
        ("parquet",),
        "pos_validation.formats.parquet_file",
        magic=(PARQUET_MAGIC, ENCRYPTED_MAGIC),
        surely=is_parquet,
        rename="Parquet under another name; let its name end in .parquet",
    ),
)


def named_format(name: str) -> Format | None:
    """The format that the name's extension stands for, if it is a known one."""
    stem = name.rsplit("/", 1)[-1].lower()
    if stem.endswith(".gz"):
        stem = stem[:-3]
    _, dot, extension = stem.rpartition(".")
    return next((one for one in FORMATS if extension in one.extensions), None) if dot else None


def content_format(head: bytes, known_columns: Sequence[str]) -> Format | None:
    """The format that the content looks like, for a file whose name tells nothing."""
    surely = (one for one in FORMATS if one.surely is not None and one.surely(head))
    perhaps = (one for one in FORMATS if one.perhaps is not None and one.perhaps(head, known_columns))
    return next(surely, None) or next(perhaps, None)


def misnamed(head: bytes, named: Format | None) -> str | None:
    """What the content is, and what to do, when it is surely of an accepted format, but not of the one that its name
    stands for. A reader of a binary format says by itself what is none of it."""
    if named is None or named.magic:
        return None
    others = (one for one in FORMATS if one != named and one.surely is not None and one.surely(head))
    return next((one.rename for one in others), None)


def accepted() -> str:
    """The formats in a sentence: `CSV, JSON lines or Parquet`."""
    *others, last = (one.title for one in FORMATS)
    return f"{', '.join(others)} or {last}"
