"""Installs a job's wheels on S3, once per content, shared by all runs.

Glue runs pip when a job starts. Here each wheel is unpacked by PyPA's `installer`, or by whatever a kind of job has
instead, into a folder named by its content's hash; the environments of the jobs' interpreters stay untouched.
"""

import fcntl
import hashlib
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from installer import install as install_wheel
from installer.destinations import SchemeDictionaryDestination
from installer.sources import WheelFile
from packaging import tags
from packaging.utils import parse_wheel_filename

from pos_local_aws.errors import LocalAwsError

_S3_URI = re.compile(r"s3://([^/]+)/(.+)")
_LAYOUT = 1  # of a cached folder; raise it when the way of unpacking changes
_AT_ONCE = 2
# What installs a wheel into a folder.
Install = Callable[[Path, Path], None]


class PackageError(LocalAwsError):
    """A module that the job asks for cannot be installed."""


@dataclass(frozen=True, kw_only=True)
class Wheel:
    """One wheel on S3; the etag is the hash of its content."""

    bucket: str
    key: str
    etag: str

    @property
    def name(self) -> str:
        """The file name, as wheels are named."""
        return Path(self.key).name


def split_uri(uri: str) -> tuple[str, str]:
    """Bucket and key. Raises PackageError when it is no S3 URI."""
    if match := _S3_URI.fullmatch(uri):
        return match[1], match[2]
    raise PackageError(f"{uri!r} is not an s3:// URI: the local AWS installs from S3 only, it uses no package index")


@cache
def _python_version(interpreter: str) -> tuple[int, int]:
    text = subprocess.run(
        [interpreter, "-c", "import sys; print(*sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    ).stdout
    major, minor = text.split()
    return int(major), int(minor)


@cache
def _supported(version: tuple[int, int]) -> frozenset[tags.Tag]:
    platforms = list(tags.platform_tags())
    return frozenset(
        [
            *tags.cpython_tags(python_version=version, platforms=platforms),
            *tags.compatible_tags(python_version=version, platforms=platforms),
        ]
    )


@cache
def has_version(interpreter: str, distribution: str, version: str) -> bool:
    """Whether the interpreter's own environment holds this very version of a distribution."""
    code = "import sys, importlib.metadata as m; sys.exit(m.version(sys.argv[1]) != sys.argv[2])"
    found = subprocess.run(
        [interpreter, "-c", code, distribution, version], capture_output=True, timeout=30, check=False
    )
    return found.returncode == 0


def _fits(wheel: Wheel, interpreter: str) -> bool:
    """Whether the interpreter can load the wheel.

    A machine without the Python that Glue has runs the job on another one, whose environment holds the same version
    built for it: then the wheel is left out. Raises PackageError when neither is there.
    """
    name, version, _, wheel_tags = parse_wheel_filename(wheel.name)
    python = _python_version(interpreter)
    if wheel_tags & _supported(python):
        return True
    if has_version(interpreter, name, str(version)):
        return False
    raise PackageError(
        f"{wheel.name} does not fit the job's interpreter, CPython {python[0]}.{python[1]} on this platform"
    )


def _find(s3: Any, uris: Sequence[str]) -> list[Wheel]:
    wheels = []
    for uri in uris:
        bucket, key = split_uri(uri)
        if not key.endswith(".whl"):
            raise PackageError(f"{uri} is not a wheel (.whl)")
        head = s3.head_object(Bucket=bucket, Key=key)
        wheels.append(Wheel(bucket=bucket, key=key, etag=head["ETag"].strip('"')))
    return wheels


def _unpack(path: Path, target: Path, interpreter: str) -> None:
    place = str(target)
    scheme = {
        "purelib": place,
        "platlib": place,
        "headers": str(target / "include"),
        "scripts": str(target / "bin"),
        "data": place,
    }
    destination = SchemeDictionaryDestination(scheme, interpreter=interpreter, script_kind="posix")
    with WheelFile.open(path) as source:
        install_wheel(source=source, destination=destination, additional_metadata={"INSTALLER": b"pos-local-aws"})


def _fill(s3: Any, wheel: Wheel, target: Path, install: Install) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="fetch-") as folder:
        local = Path(folder) / wheel.name
        s3.download_file(wheel.bucket, wheel.key, str(local))
        install(local, target)


def only_once(target: Path, fill: Callable[[Path], None]) -> Path:
    """Have `fill` make the folder `target`, unless it is there. Others who want the same one wait."""
    if target.is_dir():
        return target
    handle = os.open(target.parent / f"{target.name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not target.is_dir():
            with tempfile.TemporaryDirectory(dir=target.parent, prefix="unpack-") as folder:
                built = Path(folder) / "site"
                built.mkdir()
                fill(built)
                # The rename makes it whole or absent: a crash meanwhile leaves nothing that a later run would use.
                built.rename(target)
    finally:
        os.close(handle)
    return target


def installed(
    *, s3: Any, uris: Sequence[str], interpreter: str, cache_folder: Path, install: Install | None = None
) -> list[Path]:
    """The folders with these wheels, one each, installing first those that are not there yet.

    A folder a wheel: when the job's own code changes, its large dependencies stay. `install` stands for the way of
    `installer`, which leaves out a wheel that the interpreter cannot load and has in its own environment.
    Raises PackageError for what is not a wheel on S3 or does not fit the interpreter; lets S3's errors pass.
    """
    cache_folder.mkdir(parents=True, exist_ok=True)
    wheels = _find(s3, uris)
    if install is None:
        wheels = [wheel for wheel in wheels if _fits(wheel, interpreter)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda wheel: _ensure(s3, wheel, interpreter, cache_folder, install), wheels))


def _ensure(s3: Any, wheel: Wheel, interpreter: str, cache_folder: Path, install: Install | None) -> Path:
    how = "installer" if install is None else "given"
    identity = json.dumps([_LAYOUT, how, _python_version(interpreter), wheel.name, wheel.etag])
    digest = hashlib.sha256(identity.encode()).hexdigest()[:16]

    def unpack(path: Path, target: Path) -> None:
        _unpack(path, target, interpreter)

    return only_once(
        cache_folder / f"{wheel.name.split('-')[0]}-{digest}",
        lambda target: _fill(s3, wheel, target, install or unpack),
    )
