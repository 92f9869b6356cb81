"""Who may validate at the same time: usually several, and now and then one alone."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Turns:
    """A lock that is shared or exclusive. Who waits to be alone is not overtaken."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._busy = 0
        self._alone = 0

    @contextmanager
    def beside_others(self) -> Iterator[None]:
        """Wait until nobody is alone, or waits for that."""
        with self._changed:
            self._changed.wait_for(lambda: self._alone == 0)
            self._busy += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until nobody else is busy."""
        with self._changed:
            self._alone += 1
            self._changed.wait_for(lambda: self._busy == 0)
            self._busy += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                self._alone -= 1
                self._changed.notify_all()
