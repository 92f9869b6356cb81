"""The bundles as their builds left them."""

import json
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from conftest import WORKSPACE


@dataclass(frozen=True)
class Built:
    """One bundle."""

    name: str
    folder: Path

    @cached_property
    def document(self) -> dict[str, object]:
        path = self.folder / "bundle.json"
        assert path.is_file(), f"{path} is missing: npx nx run local-aws:e2e builds it."
        found: dict[str, object] = json.loads(path.read_text())
        return found

    @property
    def wheels(self) -> list[Path]:
        names = self.document["wheels"]
        assert isinstance(names, list)
        return [self.folder / name for name in names]

    @property
    def python(self) -> tuple[int, int]:
        major, minor = str(self.document["python"]).split(".")
        return int(major), int(minor)

    @property
    def glibc(self) -> tuple[int, int]:
        major, minor = str(self.document["glibc"]).split(".")
        return int(major), int(minor)

    @property
    def unpacked(self) -> int:
        """Bytes."""
        return sum(entry.file_size for wheel in self.wheels for entry in zipfile.ZipFile(wheel).infolist())

    def __str__(self) -> str:
        return self.name


APPS = WORKSPACE / "apps"
VALIDATION = Built("validation", APPS / "validation-job" / "dist")
SHELL = Built("transformation-shell", APPS / "transformation-job" / "dist-shell")
SPARK = Built("transformation", APPS / "transformation-job" / "dist")
ON_PYTHON_SHELL = [VALIDATION, SHELL]
ALL = [*ON_PYTHON_SHELL, SPARK]
