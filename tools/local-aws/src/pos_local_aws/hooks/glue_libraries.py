"""A Python Shell job's wheels as Glue installs them: by its own pip, one wheel at a time, into one folder, no index.

Each wheel is installed once per content. The folder of a job is then put together by the rule of `pip --target`: what
is there already stays, so that of two wheels with the same top-level folder the second is left out.
https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-t
"""

import functools
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pos_local_aws.hooks.glue_packages import PackageError, has_version, installed, only_once
from pos_local_aws.messages import warn

# Glue's, where the interpreter stands for Glue's; another environment has no pip at all.
GLUES_PIP = "22.1.2"


def is_glues(interpreter: str) -> bool:
    """Whether the interpreter's environment is the one that Glue Python Shell has."""
    return has_version(interpreter, "pip", GLUES_PIP)


def libraries(*, s3: Any, uris: Sequence[str], interpreter: str, cache_folder: Path) -> Path:
    """The folder to put on the path for these wheels, in their order. Raises PackageError as `installed` does."""
    how = functools.partial(install_by_pip, interpreter=interpreter) if is_glues(interpreter) else None
    wheels = installed(s3=s3, uris=uris, interpreter=interpreter, cache_folder=cache_folder, install=how)
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


def install_by_pip(wheel: Path, target: Path, *, interpreter: str) -> None:
    """Raises PackageError with pip's reason."""
    command = [interpreter, "-m", "pip", "--isolated", "--disable-pip-version-check", "--no-cache-dir", "install"]
    done = subprocess.run(
        [*command, "--no-index", "--no-warn-script-location", "--target", str(target), str(wheel)],
        env={"PATH": os.environ.get("PATH", ""), "TMPDIR": str(wheel.parent), "HOME": str(wheel.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reasons = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
        reason = reasons[-1] if reasons else f"pip ended with {done.returncode}"
        raise PackageError(
            f"Glue Python Shell cannot install {wheel.name} by itself, without a package index: {reason}"
        )


def _link(source: str | Path, target: str | Path) -> None:
    """A hard link where the file system can: the files are many and never change."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
