"""Undoes a put that a crash tore: the emulator writes an object's bytes first and its metadata a moment later.

Such a put was never acknowledged, so the state before it is the right one. It is recognised by the times of the two
files: whenever both are written, the metadata is the younger one.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_SIDECAR = ".meta.json"
_VERSIONS = ".versions"
_SCRATCH = ".tmp"


def _torn(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Body and metadata file of each object whose metadata is missing or older than its body."""
    for account in folder.iterdir():
        if account.name == _VERSIONS or not account.is_dir():
            continue
        for body in account.rglob("*"):
            if body.name.endswith((_SIDECAR, _SCRATCH)) or not body.is_file():
                continue
            sidecar = body.with_name(body.name + _SIDECAR)
            if not sidecar.exists() or sidecar.stat().st_mtime_ns < body.stat().st_mtime_ns:
                yield body, sidecar


def _kept_version(folder: Path, body: Path, meta: dict[str, Any]) -> Path | None:
    """The bytes that the torn put displaced; a version's folder holds one file."""
    account, bucket = body.relative_to(folder).parts[:2]
    place = folder / _VERSIONS / account / bucket / (meta.get("version_id") or "null")
    return next((path for path in place.rglob("*") if path.is_file()), None)


def repair(folder: Path) -> list[str]:
    """Bring every torn object back to its last acknowledged state; the paths of those that were torn."""
    if not folder.is_dir():
        return []
    repaired = []
    for body, sidecar in list(_torn(folder)):
        repaired.append(str(body.relative_to(folder)))
        if not sidecar.exists():
            body.unlink()  # the object's first put
            continue
        meta = json.loads(sidecar.read_text())
        if meta.get("is_delete_marker"):
            body.unlink()
        elif (kept := _kept_version(folder, body, meta)) is not None:
            shutil.copyfile(kept, body)
        else:
            # Unversioned: the old bytes are gone, so at least size and ETag must tell the truth.
            content = body.read_bytes()
            digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
            meta.update(size=len(content), etag=f'"{digest}"', checksums={})
            sidecar.write_text(json.dumps(meta))
        if sidecar.exists():
            sidecar.touch()
    return repaired
