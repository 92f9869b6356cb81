"""Runs the emulator with its hooks on one loopback port, from the ready line to a clean stop."""

import asyncio
import contextlib
import json
import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from pos_local_aws.errors import LocalAwsError, PortInUseError
from pos_local_aws.messages import warn
from pos_local_aws.object_files import repair
from pos_local_aws.settings import HOST, Settings, emulator_environment, forget_aws_settings

Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
_READY_SECONDS = 30.0


def _check_port(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise PortInUseError(
                f"port {port} on {HOST} cannot be opened ({error.strerror}); is another local AWS running on it?"
            ) from error


def _link_node(settings: Settings) -> None:
    """The emulator starts Lambdas with the first `node` on PATH: make that the one it was given."""
    if settings.node is None:
        return
    link = settings.data / "bin" / "node"
    link.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        link.unlink()
    link.symlink_to(settings.node)


def _bound_scripts(settings: Settings) -> None:
    """The emulator starts Lambdas by a CommonJS script in the data folder.

    Node looks upwards for a package.json to tell what a script is, and that of a repository around the folder would
    make an ES module of it, which fails without a word.
    """
    (settings.data / "package.json").write_text('{ "type": "commonjs" }\n', "utf-8")


def _lock_data(settings: Settings) -> int:
    """Two servers on one data folder would overwrite each other's snapshots."""
    import fcntl

    settings.data.mkdir(parents=True, exist_ok=True)
    handle = os.open(settings.data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise LocalAwsError(f"another local AWS uses the data folder {settings.data}") from error
    return handle


def _healthy(settings: Settings) -> bool:
    try:
        with urllib.request.urlopen(f"{settings.endpoint}/_ministack/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


async def _announce(settings: Settings, on_ready: Callable[[], None]) -> None:
    for _ in range(int(_READY_SECONDS / 0.05)):
        if await asyncio.to_thread(_healthy, settings):
            await asyncio.to_thread(on_ready)
            print(
                json.dumps({"ready": True, "endpoint": settings.endpoint, "iam": settings.iam, "pid": os.getpid()}),
                flush=True,
            )
            return
        await asyncio.sleep(0.05)
    print(f"error: no answer on {settings.endpoint} after {_READY_SECONDS:.0f} s", file=sys.stderr, flush=True)


async def _run(settings: Settings, app: Asgi, *, on_ready: Callable[[], None], on_stop: Callable[[], None]) -> None:
    from hypercorn.asyncio import serve as hypercorn_serve
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"{HOST}:{settings.port}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 2
    config.loglevel = "WARNING"
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    async def until_stopped() -> None:
        await stop.wait()
        # Before the emulator's own shutdown, which writes the last snapshot.
        await asyncio.to_thread(on_stop)

    announcement = asyncio.create_task(_announce(settings, on_ready))
    await hypercorn_serve(app, config, shutdown_trigger=until_stopped)
    announcement.cancel()


def serve(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT. Returns the exit code; raises LocalAwsError when it cannot start."""
    lock = _lock_data(settings)
    _check_port(settings.port)
    _link_node(settings)
    _bound_scripts(settings)
    shutil.rmtree(settings.temporary, ignore_errors=True)
    settings.temporary.mkdir()
    tempfile.tempdir = str(settings.temporary)
    # The emulator reads its settings from the environment while it is imported, so this must come first.
    forget_aws_settings(os.environ)
    os.environ.update(emulator_environment(settings, path=os.environ.get("PATH", os.defpath)))
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    logging.getLogger("kms").setLevel(logging.ERROR)  # warns at each start that it cannot sign, which nobody needs
    for torn in repair(Path(os.environ["S3_DATA_DIR"])):
        warn("an unfinished put was undone", object=torn)
    from pos_local_aws.hooks import install

    hooks = install(settings)
    asyncio.run(_run(settings, hooks.app, on_ready=hooks.on_ready, on_stop=hooks.on_stop))
    os.close(lock)
    # Threads that wait for a job or a Lambda would hold the interpreter: everything is saved, so leave.
    sys.stdout.flush()
    sys.stderr.flush()
    if threading.active_count() > 1:
        os._exit(0)
    return 0
