"""What a worker's libraries print: kept in a file, of which the log gets the end if something goes wrong."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 4000
_NAME = "output"


def redirect_output(folder: Path) -> None:
    """Whatever this process prints from now on goes to a file in its own folder."""
    descriptor = os.open(folder / _NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    os.close(descriptor)


def last_output(folder: Path) -> str:
    """The end of what was printed since `forget_output`."""
    with contextlib.suppress(OSError), (folder / _NAME).open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - LONGEST))
        return file.read().decode("utf-8", "replace")
    return ""


def forget_output(folder: Path) -> None:
    """Begin anew."""
    with contextlib.suppress(OSError):
        os.truncate(folder / _NAME, 0)
