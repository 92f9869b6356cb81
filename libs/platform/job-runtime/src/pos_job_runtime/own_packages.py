"""A job's own packages before those that its runner has loaded already.

Glue Python Shell uses its own botocore, years older than the job's, before it starts the script, and puts the job's
wheels behind its own packages. Whoever then imports boto3 gets a new one that finds an old botocore.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def prefer_own_packages() -> None:
    """Import from the folder that this package lies in before all others, also what was imported from elsewhere.

    Call it before anything of the job is imported. Where nothing was imported from elsewhere, it changes nothing.
    """
    folder = Path(__file__).resolve().parents[1]
    own = {_module_name(entry) for entry in folder.iterdir()}
    strange = {name for name in own.intersection(sys.modules) if not _is_below(name, folder)}
    for name in list(sys.modules):
        if name.partition(".")[0] in strange:
            del sys.modules[name]
    sys.path[:] = [str(folder), *(entry for entry in sys.path if entry != str(folder))]
    importlib.invalidate_caches()


def _module_name(entry: Path) -> str:
    """What the file or folder is imported as; extension modules have more than one dot in their names."""
    return entry.name.partition(".")[0]


def _is_below(name: str, folder: Path) -> bool:
    file = getattr(sys.modules[name], "__file__", None)
    return file is not None and folder in Path(file).resolve().parents
