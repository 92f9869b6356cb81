"""The log streams of a job run, delivered while it runs.

Python Shell: standard output to `…/output`, standard error to `…/error`, streams named by the run.
Spark, since Glue 5.0: both to `…/output`, streams `<run>-driver`; `…/error` has what Spark itself logs.
https://docs.aws.amazon.com/glue/latest/dg/monitor-continuous-logging.html
"""

import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from botocore.exceptions import ClientError

from pos_local_aws.messages import warn
from pos_local_aws.settings import JobKind

_LOG_GROUPS: Mapping[JobKind, str] = {"pythonshell": "/aws-glue/python-jobs", "glueetl": "/aws-glue/jobs"}
_EVENTS_PER_PUT = 1000
# Log4j's own form, with or without a time, and the stack below such a line.
_SPARKS = re.compile(r"(?:\d\d/\d\d/\d\d \d\d:\d\d:\d\d )?(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL) [\w.$]+: ")
_STACK = re.compile(r"\tat |\t\.\.\. \d+ more|Caused by: ")


def log_group(kind: JobKind, arguments: Mapping[str, str]) -> str:
    """What comes before /output and /error; only Spark jobs may choose it."""
    chosen = arguments.get("--custom-logGroup-prefix")
    return chosen if chosen and kind == "glueetl" else _LOG_GROUPS[kind]


def log_stream(kind: JobKind, run_id: str) -> str:
    """The name of the run's stream in either group."""
    return f"{run_id}-driver" if kind == "glueetl" else run_id


@dataclass
class JobLog:
    """The run's two log streams, delivered with the job role's own rights, as Glue does."""

    client: Any
    kind: JobKind
    group: str
    stream: str
    pending: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {"output": [], "error": []})
    last_error: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)
    refused: bool = False

    def pump(self, source: IO[str], pipe: str) -> None:
        """Read one pipe, `output` or `error`, to its end."""
        is_sparks = False
        for raw in source:
            line = raw.rstrip("\n")
            is_sparks = self.kind == "glueetl" and bool(
                _SPARKS.match(line) or (is_sparks and _STACK.match(line)),
            )
            place = pipe if self.kind == "pythonshell" else "error" if is_sparks else "output"
            with self.lock:
                self.pending[place].append({"timestamp": int(time.time() * 1000), "message": line or " "})
                if pipe == "error" and line.strip() and not is_sparks:
                    self.last_error = line.strip()

    def flush(self) -> None:
        """Deliver what was read. A role without logs rights loses its logs, not its run: that is how Glue behaves."""
        for name in self.pending:
            with self.lock:
                events, self.pending[name] = self.pending[name], []
            if self.refused:
                continue
            try:
                for start in range(0, len(events), _EVENTS_PER_PUT):
                    self._put(f"{self.group}/{name}", events[start : start + _EVENTS_PER_PUT])
            except ClientError as error:
                self.refused = True
                warn("job logs are not delivered", stream=self.stream, reason=str(error))

    def _put(self, group: str, events: list[dict[str, Any]]) -> None:
        try:
            self.client.put_log_events(logGroupName=group, logStreamName=self.stream, logEvents=events)
        except self.client.exceptions.ResourceNotFoundException:
            for create, arguments in (
                (self.client.create_log_group, {"logGroupName": group}),
                (self.client.create_log_stream, {"logGroupName": group, "logStreamName": self.stream}),
            ):
                try:
                    create(**arguments)
                except self.client.exceptions.ResourceAlreadyExistsException:
                    continue
            self.client.put_log_events(logGroupName=group, logStreamName=self.stream, logEvents=events)
