"""Snapshots of everything but object bodies, which the emulator writes to disk as they arrive.

The emulator saves its services' state only when it stops, one file after the other. Here they are saved whenever
something changed, and all files of one snapshot take effect together: new files are written beside the old ones, a
commit record names them, then they are renamed. A crash before the record leaves the old snapshot, a crash after it is
finished at the next start.
"""

import asyncio
import json
import os
import threading
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.messages import warn
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.app", save_all="services", _build_persistence_save_dict="", _load_persisted_state=""
) + internals(
    "ministack.core.persistence",
    "STATE_DIR",
    _json_default="obj",
    _state_format_version="service",
)
_COMMIT = "commit.json"
_NEW = ".new"
_ENDPOINT = "endpoint"
_ATTEMPTS = 5
_READS = ("Get", "List", "Describe", "BatchGet")
_TICK_SECONDS = 0.25

_changed = threading.Event()
_urgent = threading.Event()
_abandoned = threading.Event()
_lock = threading.Lock()
_checksums: dict[str, int] = {}


def touch(*, urgent: bool = False) -> None:
    """Something may have changed. `urgent`: save at the next tick, not at the next interval."""
    _changed.set()
    if urgent:
        _urgent.set()


def abandon() -> None:
    """Save nothing any more: the folder is no longer this server's."""
    _abandoned.set()


def may_change(scope: Mapping[str, Any]) -> bool:
    """Whether a request (an ASGI scope) can change state; the polling of jobs and executions cannot."""
    if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
        return False
    target = dict(scope["headers"]).get(b"x-amz-target", b"").decode("latin-1")
    return not target.rsplit(".", 1)[-1].startswith(_READS)


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def commit(folder: Path, files: Mapping[str, str]) -> None:
    """Make all of `files` (name → text) take effect in `folder`, or none."""
    if not files:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        _write(folder / (name + _NEW), text)
    record = folder / _COMMIT
    _write(folder / (_COMMIT + _NEW), json.dumps(sorted(files)))
    (folder / (_COMMIT + _NEW)).replace(record)
    _finish(folder, record)


def _finish(folder: Path, record: Path) -> None:
    for name in json.loads(record.read_text()):
        new = folder / (name + _NEW)
        if new.exists():  # else renamed before the crash
            new.replace(folder / name)
    record.unlink()


def recover(folder: Path) -> None:
    """Finish a committed snapshot that a crash interrupted, and drop one that was not committed."""
    record = folder / _COMMIT
    if record.exists():
        _finish(folder, record)
    for left in folder.glob(f"*{_NEW}"):
        left.unlink()


def move(folder: Path, endpoint: str) -> None:
    """Follow a change of port: queue URLs, and with them stack outputs and environments, hold the endpoint."""
    place = folder / _ENDPOINT
    before = place.read_text() if place.exists() else endpoint
    moved = {}
    if before != endpoint:
        texts = {path.name: path.read_text() for path in folder.glob("*.json")}
        moved = {name: text.replace(before, endpoint) for name, text in texts.items() if before in text}
    commit(folder, {**moved, _ENDPOINT: endpoint})


def _text(service: str, get_state: Any) -> str | None:
    """The service's file, or None when it has nothing to save. Other threads may change it meanwhile: try again."""
    from ministack.core import persistence

    for attempt in range(_ATTEMPTS):
        try:
            state = get_state()
            if state is None:
                return None
            return json.dumps(
                {"__ministack_format__": persistence._state_format_version(service), "payload": state},
                default=persistence._json_default,
            )
        except RuntimeError:
            time.sleep(0.02 * (attempt + 1))
    warn("state changes too fast to be saved; the last snapshot stays", service=service)
    return None


def snapshot(services: Mapping[str, Any] | None = None) -> int:
    """Save what changed since the last snapshot; the number of files written."""
    from ministack import app
    from ministack.core import persistence

    with _lock:
        if _abandoned.is_set():
            return 0
        _changed.clear()
        _urgent.clear()
        files = {}
        for service, get_state in (services or app._build_persistence_save_dict()).items():
            text = _text(service, get_state)
            if text is None:
                continue
            checksum = zlib.crc32(text.encode())
            if _checksums.get(service) != checksum:
                files[f"{service}.json"] = text
                _checksums[service] = checksum
        commit(Path(persistence.STATE_DIR), files)
        return len(files)


async def answer_snapshot(receive: Any, send: Any) -> None:
    """HTTP: write a snapshot now and answer when it is on disk."""
    while (await receive()).get("more_body"):
        pass
    files = await asyncio.to_thread(snapshot)
    body = json.dumps({"files": files}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def start(context: HookContext) -> None:
    """Begin to save on changes, at most once per interval except when it is urgent."""

    def loop() -> None:
        last = 0.0
        while not context.stopping.wait(_TICK_SECONDS):
            is_due = _changed.is_set() and time.monotonic() - last >= context.settings.snapshot_seconds
            if _urgent.is_set() or is_due:
                try:
                    snapshot()
                except OSError as error:
                    warn("snapshot failed", reason=str(error))
                last = time.monotonic()

    threading.Thread(target=loop, daemon=True, name="snapshots").start()


def install(context: HookContext) -> None:
    """Recover before the emulator restores, and let its own save at the stop write one of these snapshots."""
    from ministack import app

    folder = context.settings.data / "state"
    folder.mkdir(parents=True, exist_ok=True)
    recover(folder)
    move(folder, context.settings.endpoint)
    context.patches.replace(app, "save_all", lambda _: snapshot)
