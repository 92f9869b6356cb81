"""Between a job and S3: a proxy that cuts bodies, loses answers, stalls, and answers as a busy S3 does."""

from __future__ import annotations

import http.client
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "expect"})


@dataclass(frozen=True)
class Fault:
    """What happens to a request. `cut` bytes of the answer's body arrive; `status` is answered instead of asking S3."""

    cut: int | None = None
    status: int = 0
    code: str = ""
    message: str = ""
    lose_answer: bool = False
    lose_request: bool = False
    stall: float = 0.0
    ignore_range: bool = False


@dataclass(frozen=True)
class Request:
    """A request as it came; `number` counts those before it."""

    number: int
    method: str
    path: str
    headers: dict[str, str]

    @property
    def is_read(self) -> bool:
        """Whether it is for an object's content."""
        return self.method == "GET" and urlsplit(self.path).path.count("/") > 1

    @property
    def first(self) -> int:
        """The first byte that is asked for."""
        wanted = self.headers.get("range", "bytes=0-")
        return int(wanted.partition("=")[2].partition("-")[0])


@dataclass
class FaultyS3:
    """A running proxy. `decide` says what happens to a request; `seen` are all that came."""

    endpoint: str
    decide: Callable[[Request], Fault | None] = lambda _: None
    seen: list[Request] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def reads(self) -> list[Request]:
        return [request for request in self.seen if request.is_read]

    @staticmethod
    @contextmanager
    def before(target: str) -> Iterator[FaultyS3]:
        """Serve on a free loopback port in front of `target` (an http:// URL) until the context ends."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        server.daemon_threads = True
        proxy = FaultyS3(f"http://127.0.0.1:{server.server_port}")
        _Handler.proxies[server.server_port] = (target, proxy)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield proxy
        finally:
            server.shutdown()
            server.server_close()
            del _Handler.proxies[server.server_port]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxies: dict[int, tuple[str, FaultyS3]] = {}  # noqa: RUF012 - one per port, shared by the handlers on purpose

    def _forward(self) -> None:
        target, proxy = self.proxies[int(self.server.server_address[1])]
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        body = self._body()
        headers = {name.lower(): value for name, value in self.headers.items()}
        with proxy.lock:
            request = Request(len(proxy.seen), self.command, self.path, headers)
            proxy.seen.append(request)
            fault = proxy.decide(request) or Fault()
        if fault.lose_request:
            self.close_connection = True
            return
        if fault.status:
            text = f"<Error><Code>{fault.code}</Code><Message>{fault.message}</Message></Error>".encode()
            self._answer(fault.status, {"Content-Type": "application/xml"}, text if self.command != "HEAD" else b"")
            return
        if fault.ignore_range:
            headers.pop("range", None)
        status, answered, content = self._asked(target, headers, body)
        if fault.lose_answer:
            self.close_connection = True
            return
        if fault.cut is not None and fault.cut < len(content):
            self.send_response_only(status)
            for name, value in {**answered, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content[: fault.cut])
            self.wfile.flush()
            time.sleep(fault.stall)
            self.close_connection = True
            return
        time.sleep(fault.stall)
        self._answer(status, answered, content)

    def _asked(self, target: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(urlsplit(target).netloc, timeout=60)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                if name not in HOP_BY_HOP:
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            kept = {name: value for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP}
            if self.command == "HEAD" and answer.getheader("Content-Length"):
                kept["Content-Length"] = str(answer.getheader("Content-Length"))
            return answer.status, kept, answer.read()
        finally:
            connection.close()

    def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _forward  # noqa: N815 - names that http.server looks for

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
