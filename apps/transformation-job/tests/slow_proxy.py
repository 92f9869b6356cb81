"""Between a driver and S3: commits to Delta's log take their time, as they do when the network has a bad moment.

Only then do two drivers meet: each has looked, found the version free, and is still sending.
"""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

COMMIT = re.compile(r"/_delta_log/\d{20}\.json(\?|$)")
HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


@dataclass
class SlowProxy:
    """A running proxy. `seconds` is the delay of a commit; `drop_answers` loses as many commits' answers."""

    endpoint: str
    seconds: float
    drop_answers: int = 0
    commits: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def behave(self, *, seconds: float = 0, drop_answers: int = 0) -> None:
        """From now on delay commits by so much and lose so many answers; `commits` is counted anew."""
        with self.lock:
            self.seconds, self.drop_answers, self.commits = seconds, drop_answers, 0

    @staticmethod
    @contextmanager
    def started(target: str, *, seconds: float, drop_answers: int = 0) -> Iterator[SlowProxy]:
        """Serve on a free loopback port in front of `target` (an http:// URL) until the context ends."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        server.daemon_threads = True
        proxy = SlowProxy(f"http://127.0.0.1:{server.server_port}", seconds, drop_answers)
        _Handler.targets[server.server_port] = (target, proxy)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            server.server_close()
            del _Handler.targets[server.server_port]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    targets: dict[int, tuple[str, SlowProxy]] = {}  # noqa: RUF012 - one per port, shared by the handlers on purpose

    def _forward(self) -> None:
        target, proxy = self.targets[int(self.server.server_address[1])]
        expects = self.headers.get("Expect", "").lower() == "100-continue"
        if expects and self.request_version == "HTTP/1.1":
            self.send_response_only(100)
            self.end_headers()
        body = self._body()
        is_commit = self.command == "PUT" and COMMIT.search(self.path) is not None
        drop = False
        if is_commit:
            with proxy.lock:
                proxy.commits += 1
                drop = proxy.drop_answers > 0
                proxy.drop_answers -= drop
            time.sleep(proxy.seconds)
        connection = http.client.HTTPConnection(urlsplit(target).netloc, timeout=60)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in HOP_BY_HOP | {"expect"}:
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if drop:
            # S3 has the commit, its writer is never told: the connection just ends.
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        length = answer.getheader("Content-Length") if self.command == "HEAD" else str(len(content))
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", length or "0")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _forward  # noqa: N815 - names that http.server looks for

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
