"""The lock on a data folder: the operating system gives it to one server, and takes it back when that one ends."""

import contextlib
import fcntl
import os
import time
from pathlib import Path

from pos_local_aws.errors import LocalAwsError

_NAME = "lock"
# Somebody who only asks for the holder has the lock for an instant.
_ATTEMPTS = 20
_PAUSE_SECONDS = 0.05


def lock_data(data: Path) -> int:
    """Take the lock until the process ends. Two servers on one folder would overwrite each other's snapshots."""
    data.mkdir(parents=True, exist_ok=True)
    handle = os.open(data / _NAME, os.O_RDWR | os.O_CREAT, 0o600)
    for attempt in range(_ATTEMPTS):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError as error:
            if attempt == _ATTEMPTS - 1:
                os.close(handle)
                raise LocalAwsError(f"another local AWS uses the data folder {data}") from error
            time.sleep(_PAUSE_SECONDS)
    os.ftruncate(handle, 0)
    os.write(handle, f"{os.getpid()}\n".encode())
    return handle


def holder_of(data: Path) -> tuple[bool, int | None]:
    """Whether a server holds the folder, and its process id, which servers of older versions did not write down."""
    try:
        handle = os.open(data / _NAME, os.O_RDWR)
    except FileNotFoundError:
        return False, None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        with contextlib.suppress(ValueError):
            return True, int(os.read(handle, 32))
        return True, None
    else:
        return False, None
    finally:
        os.close(handle)
