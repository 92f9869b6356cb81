"""Structured logs: one JSON object a line on standard output, which Glue forwards to CloudWatch Logs."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from typing import TYPE_CHECKING, Any

from pos_job_runtime.visible import safe_json

if TYPE_CHECKING:
    from typing import TextIO

    from pos_job_runtime.generated.documents import JobName, LogLevel


class JsonLog:
    """A log bound to one job and one run. Safe to use from several threads."""

    def __init__(self, *, job: JobName, run_id: str, stream: TextIO | None = None) -> None:
        self.job = job
        self.run_id = run_id
        self._stream = stream
        self._lock = threading.Lock()

    def info(self, event: str, **fields: Any) -> None:
        """Something that was expected to happen."""
        self._write("info", event, fields)

    def warning(self, event: str, **fields: Any) -> None:
        """Something that a person may want to look at; the run goes on and its result is right."""
        self._write("warning", event, fields)

    def error(self, event: str, *, error: BaseException | None = None, personal: bool = False, **fields: Any) -> None:
        """Something failed. `error` adds its type, its message and its stack; if data that it may quote are `personal`,
        only the type and the places of the stack."""
        if error is not None:
            fields["error"] = type(error).__name__
            if personal:
                fields["stack"] = "".join(traceback.format_tb(error.__traceback__))[-8000:]
            else:
                fields["message"] = str(error)
                fields["stack"] = "".join(traceback.format_exception(type(error), error, error.__traceback__))[-8000:]
        self._write("error", event, fields)

    def raw(self, document: dict[str, Any]) -> None:
        """One line that is exactly `document` (a metric, the final summary)."""
        self._emit(safe_json(document, default=str))

    def _write(self, level: LogLevel, event: str, fields: dict[str, Any]) -> None:
        line = {
            "time": _now(),
            "level": level,
            "job": self.job,
            "runId": self.run_id,
            "event": event,
            **fields,
        }
        self.raw(line)

    def _emit(self, text: str) -> None:
        stream = self._stream if self._stream is not None else sys.stdout
        with self._lock:
            stream.write(text + "\n")
            stream.flush()


def _now() -> str:
    """The wall clock as ISO 8601 in UTC, with milliseconds."""
    seconds = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds * 1000) % 1000:03d}Z"
