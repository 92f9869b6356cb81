"""Parquet files where DuckDB can read them: on this machine, in a folder that tells their partition."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from pos_job_runtime.storage import Location, ObjectVersion, Storage, prefetch
from pos_transformation.errors import LakeError

if TYPE_CHECKING:
    from collections.abc import Sequence

THREADS = 8
# read_parquet takes these as patterns.
PATTERN = frozenset("*?[]")


class DataFile(Struct, frozen=True):
    """A Parquet file. `folder` names its partition as `column=value`; empty where there is none. `size` in bytes."""

    location: Location
    folder: str = ""
    size: int | None = None


class LocalFiles:
    """Fetches what is remote, each file once: Delta's data files never change."""

    def __init__(self, *, storage: Storage, folder: Path) -> None:
        self._storage = storage
        self._folder = folder
        self._paths: dict[Location, str] = {}

    def paths(self, files: Sequence[DataFile]) -> list[str]:
        """Local paths of `files`, in their order. Raises `StorageError` when one can't be fetched."""
        missing = [file for file in files if file.location not in self._paths]
        with prefetch(missing, self._provide, threads=THREADS, depth=4 * THREADS) as provided:
            for file, path in provided:
                self._paths[file.location] = path.result()
        return [self._paths[file.location] for file in files]

    def path(self, location: Location) -> Path:
        """The local path of a file without a folder, which is fetched if need be."""
        return Path(self.paths([DataFile(location)])[0])

    def keep(self, file: DataFile, path: Path) -> None:
        """Take a file on this machine for the content of a remote one, which need not be fetched then."""
        if file.location.scheme == "file":
            return
        target = self._target(file)
        target.symlink_to(path)
        self._paths[file.location] = str(target)

    def _provide(self, file: DataFile) -> str:
        if file.location.scheme == "file":
            return self._beside(file)
        target = self._target(file)
        self._storage.download(ObjectVersion(file.location, size=file.size), target)
        return str(target)

    def _beside(self, file: DataFile) -> str:
        """A local file is read in place, unless its path would be misread."""
        path = file.location.path
        if (not file.folder or path.parent.name == file.folder) and not PATTERN.intersection(str(path)):
            return str(path)
        if not path.is_file():
            raise LakeError(f"{file.location} is missing.")
        target = self._target(file)
        target.symlink_to(path)
        return str(target)

    def _target(self, file: DataFile) -> Path:
        # Names of other tables' or suppliers' files may be equal, long or odd; a digest is none of that.
        name = hashlib.sha256(str(file.location).encode()).hexdigest()[:32]
        folder = self._folder / file.folder if file.folder else self._folder
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.parquet"
