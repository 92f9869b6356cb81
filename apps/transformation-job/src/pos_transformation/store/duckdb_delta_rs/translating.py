"""delta-rs' errors in the job's own words."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING
from xml.sax.saxutils import unescape

from deltalake.exceptions import CommitFailedError, DeltaError

from pos_transformation.errors import LakeCutOffError, LakeError, LostRaceError

if TYPE_CHECKING:
    from collections.abc import Iterator

# delta-rs' words for an answer that ended early. It goes on by range with an object's content, and with nothing else.
CUT_OFF = "response body error"
ANSWER = re.compile(r"<Message>(.+?)</Message>", re.DOTALL)


@contextmanager
def translated(name: str) -> Iterator[None]:
    """delta-rs' errors as `LakeError`s, and a lost race as `LostRaceError`."""
    try:
        yield
    except CommitFailedError as error:
        raise LostRaceError(str(error)) from error
    except (DeltaError, OSError) as error:
        raise _lake_error(name, error) from error
    except BaseException as error:
        # A panic in delta-rs' Rust code; its class derives from BaseException and can't be imported.
        if type(error).__name__ == "PanicException":
            raise _lake_error(name, error) from error
        raise


def _lake_error(name: str, error: BaseException) -> LakeError:
    # An answer of S3 is quoted as XML, whose message says what is wrong, such as the right that the role lacks.
    answered = ANSWER.search(str(error))
    lines = (unescape(answered[1]) if answered else str(error)).splitlines() or [type(error).__name__]
    first = f"S3 answers “{' '.join(lines)}”" if answered else lines[0]
    told = f"The Delta table {name} could not be read or written: {first}"
    return LakeCutOffError(f"{told} (the connection keeps breaking).") if CUT_OFF in str(error) else LakeError(told)
