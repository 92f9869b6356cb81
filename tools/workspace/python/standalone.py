"""Makes wheels that pip can install one at a time, without an index and into one folder.

Glue Python Shell hands pip each wheel by itself, with `--target`. Pip then looks in an index for whatever the wheel
asks for, and of two wheels that share a top-level folder it leaves out the second. So these wheels ask for nothing, and
those that share a folder become one.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zipfile
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# The oldest moment that a zip file can express: file times must not make two equal builds differ.
EPOCH = (1980, 1, 1, 0, 0, 0)
# What METADATA calls a package that a wheel needs, and what it is called here, for whoever wants to know.
_NEEDS, _NOTED = b"Requires-Dist:", b"Bundled-Requires-Dist:"
# Raise it when the same wheels are written another way.
LAYOUT = 1


class WheelError(Exception):
    """A wheel that cannot be rewritten; the message says which and why."""


@dataclass(frozen=True)
class Standalone:
    """A rewritten wheel, and the wheels that it was made of."""

    path: Path
    originals: tuple[Path, ...]


def stand_alone(wheels: Sequence[Path], folder: Path, *, tag: str) -> list[Standalone]:
    """Write `wheels` anew into `folder`. Those that share a top-level name become one, named after the first.

    `tag` is what one made of wheels with different tags is for. Raises `WheelError` when two of them hold the same file
    with different content.
    """
    written = []
    for group in _sharing(wheels):
        target = folder / (group[0].name if _same_tags(group) else _retagged(group[0].name, tag))
        with ExitStack() as opened:
            _write(target, [_Source(opened.enter_context(zipfile.ZipFile(path)), path.name) for path in group])
        written.append(Standalone(target, tuple(group)))
    return written


def urlsafe_sha256(data: bytes) -> str:
    """A file's hash as RECORD spells it (PEP 376)."""
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def top_level(names: Sequence[str]) -> set[str]:
    """What a wheel with these entries adds to the folder that it is installed into, but for its own `.dist-info`."""
    installed = (re.sub(r"^[^/]+\.data/(?:pure|plat)lib/", "", name) for name in names)
    return {
        first
        for first, _, _ in (name.partition("/") for name in installed)
        if not first.endswith((".dist-info", ".data"))
    }


def _sharing(wheels: Sequence[Path]) -> list[list[Path]]:
    groups: list[tuple[set[str], list[Path]]] = []
    for wheel in sorted(wheels):
        with zipfile.ZipFile(wheel) as archive:
            names = top_level(archive.namelist())
        touched = [group for group in groups if group[0] & names]
        groups = [group for group in groups if group not in touched]
        groups.append(
            (names.union(*(found for found, _ in touched)), [*(one for _, ones in touched for one in ones), wheel])
        )
    return sorted(group for _, group in groups)


def _same_tags(group: Sequence[Path]) -> bool:
    return len({tuple(path.stem.split("-")[-3:]) for path in group}) == 1


def _retagged(name: str, tag: str) -> str:
    return "-".join([*name.split("-")[:2], tag]) + ".whl"


class _Source:
    """One of the wheels that a new one is made of."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive = archive
        found = {entry.split("/")[0] for entry in archive.namelist() if re.match(r"[^/]+\.dist-info/METADATA$", entry)}
        if len(found) != 1:
            raise WheelError(f"{name} has {len(found)} folders .dist-info with a file METADATA; a wheel has one.")
        [self.info] = found
        self.data = self.info[: -len("dist-info")] + "data"

    def entries(self) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
        """The files, METADATA asking for nothing, without those that say what the files are."""
        for entry in self._archive.infolist():
            if entry.is_dir() or re.fullmatch(re.escape(self.info) + r"/RECORD(?:\.jws|\.p7s)?", entry.filename):
                continue
            content = self._archive.read(entry)
            yield entry, asking_for_nothing(content) if entry.filename == f"{self.info}/METADATA" else content


def asking_for_nothing(metadata: bytes) -> bytes:
    """METADATA with its requirements under a name that pip does not know."""
    headers, blank, description = metadata.partition(b"\n\n")
    return re.sub(rb"(?mi)^" + _NEEDS, _NOTED, headers) + blank + description


def _write(target: Path, sources: Sequence[_Source]) -> None:
    """The first source gives the new wheel its name; what the others say of themselves becomes part of its files.

    So `importlib.metadata` finds each of them, though a wheel must have one folder `.dist-info` only.
    """
    info, data = sources[0].info, sources[0].data
    records: dict[str, str] = {}
    with zipfile.ZipFile(target, "w") as archive:
        for source in sources:
            for entry, found in source.entries():
                name = _moved(entry.filename, source, info=info, data=data)
                own_kind = name == f"{info}/WHEEL" and len(sources) > 1
                content = _kind(found, target) if own_kind else found
                record = f"{name},sha256={urlsafe_sha256(content)},{len(content)}"
                if records.get(name, record) != record:
                    raise WheelError(f"{target.name}: two of the wheels that it is made of have another file {name}.")
                if name in records:
                    continue
                records[name] = record
                _add(archive, name, content, like=entry)
        lines = [*records.values(), f"{info}/RECORD,,"]
        _add(archive, f"{info}/RECORD", ("\n".join(lines) + "\n").encode())


def _moved(name: str, source: _Source, *, info: str, data: str) -> str:
    if source.info == info:
        return name
    if name.startswith(f"{source.info}/"):
        return f"{data}/purelib/{name}"
    return f"{data}/{name[len(source.data) + 1 :]}" if name.startswith(f"{source.data}/") else name


def _kind(wheel: bytes, target: Path) -> bytes:
    """The file WHEEL of one that is made of several: the tags of its name, and compiled as soon as one of them is."""
    kept = [line for line in wheel.decode().splitlines() if line and not line.startswith(("Tag:", "Root-Is-Purelib:"))]
    python, abi, platform = (part.split(".") for part in target.stem.split("-")[-3:])
    tags = [f"Tag: {one}-{two}-{three}" for one in python for two in abi for three in platform]
    pure = "true" if platform == ["any"] else "false"
    return ("\n".join([*kept, f"Root-Is-Purelib: {pure}", *tags]) + "\n").encode()


def _add(archive: zipfile.ZipFile, name: str, content: bytes, like: zipfile.ZipInfo | None = None) -> None:
    entry = zipfile.ZipInfo(name, date_time=like.date_time if like else EPOCH)
    entry.external_attr = like.external_attr if like else 0o644 << 16
    archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 6)
