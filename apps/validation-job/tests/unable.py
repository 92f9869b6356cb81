"""A fork server whose workers lack a library that reading needs."""

from __future__ import annotations

from pos_validation.workers import fork_server
from pos_validation.workers.fork_server import serve

__all__ = ["serve"]

fork_server.WORKER = "no_such_library"
