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
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
import uvloop

from pos_local_aws.data_lock import lock_data
from pos_local_aws.errors import PortInUseError
from pos_local_aws.identity import Identity
from pos_local_aws.messages import warn
from pos_local_aws.object_files import repair
from pos_local_aws.settings import HOST, ServerSettings, emulator_environment, forget_aws_settings

if TYPE_CHECKING:
    from pos_local_aws.hooks import Installed

_READY_SECONDS = 30.0
_WATCH_SECONDS = 1.0


def _check_port(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise PortInUseError(
                f"port {port} on {HOST} cannot be opened ({error.strerror}); is another local AWS running on it?"
            ) from error


def _link_node(settings: ServerSettings) -> None:
    """The emulator starts Lambdas with the first `node` on PATH: make that the one it was given."""
    if settings.node is None:
        return
    link = settings.data / "bin" / "node"
    link.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        link.unlink()
    link.symlink_to(settings.node)


def _bound_scripts(settings: ServerSettings) -> None:
    """The emulator starts Lambdas by a CommonJS script in the data folder.

    Node looks upwards for a package.json to tell what a script is, and that of a repository around the folder would
    make an ES module of it, which fails without a word.
    """
    (settings.data / "package.json").write_text('{ "type": "commonjs" }\n', "utf-8")


def _healthy(settings: ServerSettings) -> bool:
    try:
        with urllib.request.urlopen(f"{settings.endpoint}/_ministack/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


async def _announce(settings: ServerSettings, on_ready: Callable[[], None]) -> None:
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


async def _watch_folder(hooks: "Installed", identity: Identity, stop: asyncio.Event) -> None:
    """End when the folder was moved or deleted: what was kept went with it, and nothing may be written where it lay."""
    while identity.holds_folder():
        await asyncio.sleep(_WATCH_SECONDS)
    warn("the data folder was moved or deleted, so this local AWS ends", data=identity.data)
    hooks.on_folder_lost()
    stop.set()


async def _run(settings: ServerSettings, hooks: "Installed", identity: Identity) -> None:
    server = uvicorn.Server(
        uvicorn.Config(
            hooks.app,
            host=HOST,
            port=settings.port,
            http="httptools",
            ws="none",
            # The emulator reads them itself.
            proxy_headers=False,
            lifespan="on",
            # What a request knows of its caller must be its own.
            reset_contextvars=True,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=2,
            log_config=None,
            log_level="warning",
            access_log=False,
            # AWS answers without the one, and the emulator sets the other.
            server_header=False,
            date_header=False,
        )
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    async def until_stopped() -> None:
        await stop.wait()
        # Before the emulator's own shutdown, which writes the last snapshot.
        await asyncio.to_thread(hooks.on_stop)
        server.should_exit = True

    tasks = [
        asyncio.create_task(_announce(settings, hooks.on_ready)),
        asyncio.create_task(_watch_folder(hooks, identity, stop)),
        asyncio.create_task(until_stopped()),
    ]
    # Not `serve`, which takes the signals for itself.
    await server._serve()
    for task in tasks:
        task.cancel()


def serve(settings: ServerSettings) -> int:
    """Serve until SIGTERM or SIGINT. Returns the exit code; raises LocalAwsError when it cannot start."""
    lock = lock_data(settings.data)
    identity = Identity.take(settings.data, secret=settings.secret)
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

    hooks = install(settings, identity)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(settings, hooks, identity))
    os.close(lock)
    # Threads that wait for a job or a Lambda would hold the interpreter: everything is saved, so leave.
    sys.stdout.flush()
    sys.stderr.flush()
    if threading.active_count() > 1:
        os._exit(0)
    return 0
