"""Reads a cloud assembly: which template a stack has, and which assets it needs."""

import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from pos_local_aws.errors import AssemblyError

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest time that a zip can hold


@dataclass(frozen=True, kw_only=True)
class Asset:
    """A file or folder to be uploaded; its key holds the hash of its content."""

    path: Path
    packaging: Literal["file", "zip"]
    bucket: str
    key: str

    def body(self) -> bytes:
        """What is uploaded: the file's bytes, or the folder as a zip that is the same for the same content."""
        return zip_folder(self.path) if self.packaging == "zip" else self.path.read_bytes()


@dataclass(frozen=True, kw_only=True)
class StackAssembly:
    """One stack of an assembly."""

    name: str
    template: Asset
    assets: tuple[Asset, ...]
    """All assets, the template among them."""


def _files(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            yield Path(root) / name


def zip_folder(folder: Path) -> bytes:
    """The folder as a zip with sorted names, fixed times and permissions: same content, same bytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _files(folder):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o755 << 16 if os.access(path, os.X_OK) else 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        raise AssemblyError(f"{path} does not exist; synthesize the stack first") from None
    except ValueError as error:
        raise AssemblyError(f"{path} is not JSON: {error}") from error


def _stack_artifact(folder: Path, stack: str) -> tuple[str, dict[str, Any]]:
    artifacts = _load(folder / "manifest.json").get("artifacts", {})
    stacks = {
        artifact.get("properties", {}).get("stackName", name): (name, artifact)
        for name, artifact in artifacts.items()
        if artifact.get("type") == "aws:cloudformation:stack"
    }
    for name, artifact in list(stacks.values()):
        stacks.setdefault(name, (name, artifact))
    if stack not in stacks:
        raise AssemblyError(f"{folder} has no stack {stack}; it has: {', '.join(sorted(stacks)) or 'none'}")
    return stacks[stack]


def read_stack(folder: Path, stack: str, *, account: str, region: str) -> StackAssembly:
    """The stack's template and assets, with the placeholders of their places filled in.

    Raises AssemblyError when the folder is no assembly, or lacks the stack or one of its assets.
    """
    artifact_name, artifact = _stack_artifact(folder, stack)
    template_file = artifact["properties"]["templateFile"]
    found = []
    for entry in _load(folder / f"{artifact_name}.assets.json").get("files", {}).values():
        source = entry["source"]
        if "path" not in source:
            raise AssemblyError(f"{artifact_name}: an asset has no path (built by a command?): {source}")
        path = folder / source["path"]
        if not path.exists():
            raise AssemblyError(f"asset {path} does not exist; synthesize the stack again")
        for place in entry["destinations"].values():
            bucket, key = (
                place[part]
                .replace("${AWS::AccountId}", account)
                .replace("${AWS::Region}", region)
                .replace("${AWS::Partition}", "aws")
                for part in ("bucketName", "objectKey")
            )
            found.append(Asset(path=path, packaging=source.get("packaging", "file"), bucket=bucket, key=key))
    template = next((asset for asset in found if asset.path == folder / template_file), None)
    if template is None:
        raise AssemblyError(f"{artifact_name}: the template {template_file} is not among the assets")
    return StackAssembly(
        name=artifact["properties"].get("stackName", artifact_name), template=template, assets=tuple(found)
    )
