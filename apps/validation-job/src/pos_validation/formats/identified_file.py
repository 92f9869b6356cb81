"""What a file turns out to be: its format and compression, whatever its name says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_validation.findings.limits import refuse_bytes_above
from pos_validation.formats.foreign import foreign_kind
from pos_validation.formats.reader import OpenedFile
from pos_validation.formats.registry import FORMATS, accepted, content_format, misnamed, named_format
from pos_validation.formats.source import GZIP_MAGIC, HEAD, SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pos_job_runtime.generated.documents import Compression, FileFormat
    from pos_job_runtime.plan import Plan
    from pos_validation.findings.findings import Findings
    from pos_validation.formats.leniency import Leniencies, Leniency
    from pos_validation.formats.reader import Reader, TypedSchema
    from pos_validation.formats.registry import Format

# Workers are copies of the process that imports this: what it has imported, none of them need import again.
for _format in FORMATS:
    _format.reader()


class IdentifiedFile:
    """What a file turned out to be, as far as that is known."""

    def __init__(self, name: str, path: Path, *, size: int) -> None:
        self._name = name
        self._path = path
        self._size = size
        self._format = named_format(name)
        self.compression: Compression = "none"
        # What is declared of how it may be written, once its format is known.
        self.leniency: Leniency | None = None

    @property
    def format(self) -> FileFormat | None:
        """How documents call its format."""
        return None if self._format is None else self._format.name

    @property
    def together(self) -> bool:
        """Whether the file, by its name, may be read together with others."""
        return self._format is not None and self._format.together

    def open(
        self,
        plan: Plan,
        schema: TypedSchema,
        *,
        leniencies: Leniencies,
        findings: Findings,
        temporary: Callable[[str], Path],
    ) -> Reader:
        """Find out what the file is, and open it as that. Raises `FileRejectedError` and `UnreadableError`.

        `temporary` makes paths for temporary files.
        """
        limits = plan.policies.largest_file
        refuse_bytes_above(limits.plain, self._size, findings)
        source = _source(name=self._name, path=self._path, largest=limits.decompressed, findings=findings)
        self.compression = source.compression
        if source.compression == "gzip":
            refuse_bytes_above(limits.gzip, self._size, findings)
        head = source.head()
        if not head:
            raise findings.reject("empty_file", detail="it has no bytes once decompressed")
        if self._format is None or not head.startswith(self._format.magic):
            _refuse_foreign(head, self._format, findings)
        lenient = leniencies.of(self._name, text=True)
        known = [column.name for column in plan.columns] if lenient is None else lenient.known(plan)
        self._format = found = self._format or content_format(head, known)
        if found is not None:
            self.leniency = lenient if not found.magic else leniencies.of(self._name, text=False)
            opened = OpenedFile(source, head, plan, schema, findings, temporary, self.leniency)
            return found.reader().open_file(opened)
        if not head.strip():
            raise findings.reject("empty_file", detail="it has only white space")
        raise findings.reject("unsupported_format", detail=f"it is not {accepted()}")


def _refuse_foreign(head: bytes, named: Format | None, findings: Findings) -> None:
    kind = foreign_kind(head) or misnamed(head, named)
    if kind is not None:
        raise findings.reject("unsupported_format", detail=f"it is {kind}")
    if not head.strip(b"\0"):
        raise findings.reject("unreadable", detail="it has only zero bytes where its content should be")


def _source(*, name: str, path: Path, largest: int, findings: Findings) -> SourceFile:
    """The file with its compression. Raises `FileRejectedError` when it is empty or not what its name says.

    `largest` is how many bytes it may have decompressed.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise findings.reject("unreadable", detail=error.strerror or str(error)) from None
    if not head:
        raise findings.reject("empty_file", detail="it has no bytes")
    if head.startswith(GZIP_MAGIC):
        return SourceFile(name, path, "gzip", largest, findings)
    if name.lower().endswith(".gz"):
        kind = foreign_kind(head)
        if kind is not None:
            raise findings.reject("unsupported_format", detail=f"its name ends in .gz, but it is {kind}")
        hint = "leave .gz off its name, or compress it"
        raise findings.reject("unreadable", detail=f"its name ends in .gz, but its content is not gzip; {hint}")
    return SourceFile(name, path, "none", largest, findings)
