"""A Python Shell job's wheels as Glue installs them: by its own pip, one wheel at a time, into one folder, no index.

Each wheel is installed once per content. The folder of a job is then put together by the rule of `pip --target`: what
is there already stays, so that of two wheels with the same top-level folder the second is left out.
https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-t
"""

import hashlib
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pos_local_aws.hooks.glue_packages import PackageError, has_version, installed, only_once
from pos_local_aws.messages import warn

# Glue's, where the interpreter stands for Glue's; another environment has no pip at all.
GLUES_PIP = "22.1.2"
_PIP = Path(__file__).parents[1] / "pip_one_by_one.py"


def is_glues(interpreter: str) -> bool:
    """Whether the interpreter's environment is the one that Glue Python Shell has."""
    return has_version(interpreter, "pip", GLUES_PIP)


def libraries(*, s3: Any, uris: Sequence[str], interpreter: str, cache_folder: Path) -> Path:
    """The folder to put on the path for these wheels, in their order. Raises PackageError as `installed` does."""
    with GluesPip(interpreter) as pip:
        install = pip.install if is_glues(interpreter) else None
        wheels = installed(s3=s3, uris=uris, interpreter=interpreter, cache_folder=cache_folder, install=install)
    digest = hashlib.sha256("\n".join(map(str, wheels)).encode()).hexdigest()[:16]
    return only_once(cache_folder / f"together-{digest}", lambda target: put_together(wheels, target))


def put_together(wheels: Iterable[Path], target: Path) -> None:
    """Add what each folder holds to `target`, unless something of that name is there."""
    for wheel in wheels:
        for entry in sorted(wheel.iterdir()):
            place = target / entry.name
            if place.exists():
                warn("pip leaves out what is there already", entry=entry.name, wheel=wheel.name)
            elif entry.is_dir():
                shutil.copytree(entry, place, copy_function=_link)
            else:
                _link(entry, place)


class GluesPip:
    """The interpreter's pip, started when it is first needed."""

    def __init__(self, interpreter: str) -> None:
        self._interpreter = interpreter
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> "GluesPip":
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.communicate()

    def install(self, wheel: Path, target: Path) -> None:
        """Install one wheel. Raises PackageError with pip's reason."""
        with self._lock:
            code, errors = self._ask([str(wheel), str(target)])
        if code != 0:
            reasons = [line for line in errors.splitlines() if line.startswith("ERROR:")]
            reason = reasons[-1] if reasons else f"pip ended with {code}"
            raise PackageError(
                f"Glue Python Shell cannot install {wheel.name} by itself, without a package index: {reason}"
            )

    def _ask(self, question: list[str]) -> tuple[int, str]:
        self._process = self._process or subprocess.Popen(
            [self._interpreter, "-I", str(_PIP)],
            env={
                "PATH": os.environ.get("PATH", ""),
                "HOME": os.devnull,
                "TMPDIR": str(Path(question[1]).parent.parent),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        code, errors = json.loads(self._process.stdout.readline() or '[-1, ""]')
        return int(code), str(errors)


def _link(source: str | Path, target: str | Path) -> None:
    """A hard link where the file system can: the files are many and never change."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
