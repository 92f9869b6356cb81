"""Whether a machine's disk or memory is used up: libraries say so in many ways, and few by a type of error."""

from __future__ import annotations

import errno
import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# No space left, quota exceeded, file too large (for this process), cannot allocate memory, too many open files.
_CODES = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.ENOMEM, errno.EMFILE, errno.ENFILE)
_WORDS = (
    # DuckDB: its own limits of memory and of temporary files.
    "Out of Memory Error",
    "failed to offload data block",
    "could not allocate block",
    # Rust, C++ and Arrow.
    r"memory allocation of \d+ bytes failed",
    r"\b(?:m|re)alloc of size \d+ failed",
    r"std::bad_alloc",
    # The JVM and Spark.
    r"\bOutOfMemoryError\b",
    r"\bSparkOutOfMemoryError\b",
    r"\bUNABLE_TO_ACQUIRE_MEMORY\b",
    "Java heap space",
    "GC overhead limit exceeded",
    "unable to create (?:new )?native thread",
    "can't start new thread",
)
_ALLOCATION = r"memory allocation of \d+ bytes|\b(?:m|re)alloc of size|std::bad_alloc"
# What a message quotes may come from a file: nobody's data may speak for the machine.
_QUOTED = r"\"[^\"\n]*\"|`[^`\n]*`|'[^'\n]*'"
# Errors about a value, whatever words they have. DuckDB's are named, so that nobody has to import it for this.
_ABOUT_VALUES = (ValueError, TypeError, LookupError, AssertionError, ArithmeticError)
_ABOUT_VALUES_BY_NAME = {"ConversionException", "InvalidInputException", "OutOfRangeException", "ParserException"}


def is_exhausted(error: BaseException) -> bool:
    """Whether `error`, or what led to it, says that this machine's disk or memory is used up."""
    return any(_says_so(one) for one in _chain(error))


def lacks_memory(error: BaseException) -> bool:
    """Whether the system refused memory: not a disk that is full, nor a limit that an engine was given."""
    return any(
        isinstance(one, MemoryError)
        or (isinstance(one, OSError) and one.errno == errno.ENOMEM)
        or (_says_so(one) and tells_of_memory(str(one)))
        for one in _chain(error)
    )


def tells_of_memory(text: str) -> bool:
    """Whether a program says, by its library's words, that the system refused memory."""
    return re.search(_ALLOCATION, text, re.IGNORECASE) is not None


def exhausted_line(error: BaseException) -> str | None:
    """The one line of `error`, or of what led to it, that says so."""
    for one in _chain(error):
        if _says_so(one):
            lines = [line.strip() for line in str(one).splitlines()]
            return next((line for line in lines if _words().search(line)), lines[0] if lines else type(one).__name__)
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, and what led to it: an error that hides its context (`from None`) still has one."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [other for other in (one.__cause__, one.__context__) if other is not None]


def _says_so(error: BaseException) -> bool:
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in _CODES
    kind = type(error)
    if isinstance(error, _ABOUT_VALUES) or kind.__name__ in _ABOUT_VALUES_BY_NAME:
        return False
    return kind.__name__ == "OutOfMemoryException" or _words().search(re.sub(_QUOTED, "", str(error))) is not None


@lru_cache(maxsize=1)
def _words() -> re.Pattern[str]:
    """What libraries say. Most processes never need it."""
    return re.compile("|".join([*(re.escape(os.strerror(code)) for code in _CODES), *_WORDS]), re.IGNORECASE)
