"""Faults on purpose: what a bad day does to the chain, by a seed and at rates that a test asks for.

Requests are refused in bursts (503, throttling), take long, lose their answer after they took effect, or have their
body cut in the middle. Announcements of new files come twice, late and in another order. A server does this only when
it was started with POS_LOCAL_AWS_FAULTS=1, and only while rates are set: `POST /_pos/faults {"seed": 1, "rates": {…}}`.
With `"glueRuns": {"job": "…", "message": "…", "times": 3}` the next three runs of the Glue job end FAILED with that
message before their scripts start, as they do when Glue has no capacity. `GET` tells how often each fault struck.
Requests with the header `x-pos-steady` are left alone: the test's own.
"""

import asyncio
import copy
import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.services.sqs", "_queues", "_queues_lock", _receive_messages_for_esm="queue_url max_number"
)
PATH = "/_pos/faults"
# Fault → what it can strike: the services by the name that a request's signature gives them.
STRIKES: Mapping[str, tuple[str, ...]] = {
    "refuse": ("s3", "glue", "states"),
    "slow": ("s3", "states"),
    "lose": ("s3", "states"),
    "cut": ("s3",),
}
# How long a burst of refusals and a slow answer last, at most (seconds), and how late an announcement comes.
BURST, SLOW, LATE = 1.5, 1.0, 3.0
_JSON = b"application/x-amz-json-1.1"

Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class Faults:
    """The faults of one server."""

    def __init__(self) -> None:
        self.set({})

    def set(self, wanted: Mapping[str, Any]) -> None:
        """Begin anew with other rates, each the share of requests (0 to 1) that a fault strikes. None: all is well."""
        self.rates: dict[str, float] = dict(wanted.get("rates", {}))
        self._refused: dict[str, Any] = dict(wanted.get("glueRuns", {}))
        self._dice = random.Random(wanted.get("seed", 0))
        self._lock = threading.Lock()
        self._refusing_until = 0.0
        self.counts: Counter[str] = Counter()

    def strikes(self, fault: str) -> bool:
        """Whether the fault strikes now; counts it."""
        with self._lock:
            struck = self._dice.random() < self.rates.get(fault, 0.0)
            self.counts[fault] += struck
            return struck

    def up_to(self, most: float) -> float:
        with self._lock:
            return self._dice.uniform(0, most)

    def refused_run(self, job: str) -> str | None:
        """Why the job's next run cannot start; counts it."""
        with self._lock:
            if self._refused.get("job") != job or self._refused["times"] == 0:
                return None
            self._refused["times"] -= 1
            self.counts["glueRuns"] += 1
            return str(self._refused["message"])

    def choose(self, service: str) -> str | None:
        """The fault that strikes a request to the service."""
        if not self.rates or service not in STRIKES["refuse"]:
            return None
        if time.monotonic() < self._refusing_until:
            self.counts["refuse"] += 1
            return "refuse"
        for fault, services in STRIKES.items():
            if service in services and self.strikes(fault):
                if fault == "refuse":
                    self._refusing_until = time.monotonic() + self.up_to(BURST)
                return fault
        return None

    def shuffle(self, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A batch of messages in another order."""
        if self.rates.get("reorder"):
            with self._lock:
                self._dice.shuffle(batch)
        return batch


FAULTS = Faults()


def service_of(scope: Mapping[str, Any]) -> str:
    """The service that a request is signed for: `…/us-east-1/s3/aws4_request`; empty for the test's own requests."""
    headers = dict(scope["headers"])
    if b"x-pos-steady" in headers:
        return ""
    parts = headers.get(b"authorization", b"").decode("latin-1").partition("Credential=")[2].split("/")
    return parts[3] if len(parts) > 4 else ""


def around(app: Asgi) -> Asgi:
    """The app, with faults between it and its callers."""

    async def faulty(scope: dict[str, Any], receive: Any, send: Any) -> None:
        fault = FAULTS.choose(service_of(scope)) if scope["type"] == "http" else None
        if fault == "refuse":
            await _drain(receive)
            await _refuse(send, service_of(scope))
            return
        if fault == "slow":
            await asyncio.sleep(FAULTS.up_to(SLOW))
        reads = scope["type"] == "http" and scope["method"] == "GET"
        if (fault == "lose" and not reads) or (fault == "cut" and reads):
            await app(scope, receive, _Cut(send, share=0.0 if fault == "lose" else FAULTS.up_to(0.9)))
            return
        await app(scope, receive, send)

    return faulty


class _Cut:
    """Passes on a share of an answer's body, and then breaks the connection: the caller knows that it is not whole."""

    def __init__(self, send: Any, *, share: float) -> None:
        self._send = send
        self._share = share
        self._start: dict[str, Any] = {}

    async def __call__(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        body = message.get("body", b"")
        # A body that is promised and does not come: every client takes that for a broken connection.
        length = str(max(1, len(body))).encode()
        kept = [(name, value) for name, value in self._start["headers"] if name.lower() != b"content-length"]
        await self._send({**self._start, "headers": [*kept, (b"content-length", length)]})
        await self._send({
            "type": "http.response.body",
            "body": body[: int(len(body) * self._share)],
            "more_body": True,
        })  # fmt: skip
        raise ConnectionAbortedError("cut on purpose")


async def _drain(receive: Any) -> None:
    while (await receive()).get("more_body"):
        pass


async def _refuse(send: Any, service: str) -> None:
    if service == "s3":
        status, kind = 503, b"application/xml"
        body = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
    else:
        status, kind = 400, _JSON
        body = json.dumps({"__type": "ThrottlingException", "message": "Rate exceeded"}).encode()
    await _answer(send, status, kind, body)


async def _answer(send: Any, status: int, kind: bytes, body: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def are_allowed() -> bool:
    """Whether this server was started to be disturbed."""
    return os.environ.get("POS_LOCAL_AWS_FAULTS") == "1"


async def answer(scope: Mapping[str, Any], receive: Any, send: Any) -> None:
    """HTTP: set the rates, or tell what struck so far."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    if scope["method"] == "POST":
        FAULTS.set(json.loads(body or b"{}"))
    await _answer(send, 200, b"application/json", json.dumps(dict(FAULTS.counts)).encode())


def install(context: HookContext) -> None:
    """Disturb what the event source mapping receives; requests are disturbed by `around`."""
    if not are_allowed():
        return
    from ministack.services import sqs

    def receiving(original: Any) -> Any:
        def receive_messages_for_esm(queue_url: str, max_number: int) -> list[dict[str, Any]]:
            queue = sqs._queues.get(queue_url)
            if queue is not None and FAULTS.rates:
                with sqs._queues_lock:
                    queue["messages"] += _disturbed(queue["messages"])
            return FAULTS.shuffle(original(queue_url, max_number))

        return receive_messages_for_esm

    context.patches.replace(sqs, "_receive_messages_for_esm", receiving)


def _disturbed(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Make some messages that nobody has seen yet come late; returns copies of those that shall come twice."""
    copies = []
    for message in messages:
        if message.get("pos_met"):
            continue
        message["pos_met"] = True
        if FAULTS.strikes("late"):
            message["visible_at"] = time.time() + FAULTS.up_to(LATE)
        if FAULTS.strikes("twice"):
            copies.append({**copy.deepcopy(message), "visible_at": time.time() + FAULTS.up_to(LATE)})
    return copies
