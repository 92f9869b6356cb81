"""Where an object lies is found without resolving its whole path for each request.

The emulator asks of every part of the path, from the root of the disk on, whether it is a link: a tenth of what a
request costs. Here a folder is resolved once. A file that is a link itself, or lies in a folder that is reached by
one, is left to the emulator.
"""

import functools
import os
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.services.s3",
    "DATA_DIR",
    "_VERSIONS_DIR",
    "_ENCODED_KEYS_DIR",
    _plain_path_key="key",
    _encoded_key_name="key",
    _key_disk_path="base key",
    _other_key_disk_path="base key fpath",
    _version_disk_path="bucket key version_id account_id",
)


@functools.lru_cache(maxsize=4096)
def _resolved(folder: str) -> str:
    return os.path.realpath(folder)


def real(path: str) -> str:
    """What `os.path.realpath` gives, with one question about the last part instead of one about each."""
    folder, name = os.path.split(path)
    if name in ("", ".", "..") or os.path.islink(path):  # noqa: PTH114 - the hot path of every request
        return os.path.realpath(path)
    return os.path.join(_resolved(folder), name)  # noqa: PTH118 - likewise


def key_path(base: str, key: str) -> str | None:
    """The file of a key below `base` as the emulator chooses it; None where the emulator has to be asked."""
    from ministack.services import s3

    if not s3._plain_path_key(key):
        return None
    root = real(base)
    plain = f"{root}/{key}"
    if real(plain) != plain:
        return None
    if _is_taken(plain):
        return plain
    encoded = f"{root}/{s3._ENCODED_KEYS_DIR}/{s3._encoded_key_name(key)}"
    if _is_taken(encoded) or any(os.path.isfile(folder) for folder in _folders(plain, root)):  # noqa: PTH113
        return encoded
    return encoded if os.path.isdir(plain) else plain  # noqa: PTH112


def _is_taken(path: str) -> bool:
    return os.path.isfile(path) or os.path.isfile(f"{path}.meta.json")  # noqa: PTH113


def _folders(path: str, root: str) -> list[str]:
    """The folders above `path`, below `root`."""
    found = []
    while (path := path.rpartition("/")[0]) != root:
        found.append(path)
    return found


def install(context: HookContext) -> None:
    """Find the paths of objects and of their versions so."""
    from ministack.core.responses import get_account_id
    from ministack.services import s3

    def finding(original: Any) -> Any:
        def key_disk_path(base: str, key: str) -> Any:
            return key_path(base, key) or original(base, key)

        return key_disk_path

    def finding_other(original: Any) -> Any:
        def other_key_disk_path(base: str, key: str, fpath: str) -> Any:
            root = real(base)
            if fpath == f"{root}/{key}":
                return f"{root}/{s3._ENCODED_KEYS_DIR}/{s3._encoded_key_name(key)}"
            return original(base, key, fpath)

        return other_key_disk_path

    def finding_version(original: Any) -> Any:
        def version_disk_path(bucket: str, key: str, version_id: str, account_id: Any = None) -> Any:
            folder = f"{s3.DATA_DIR}/{s3._VERSIONS_DIR}/{account_id or get_account_id()}/{bucket}"
            base = f"{folder}/{version_id}"
            if "/" in version_id or real(base) != f"{_resolved(folder)}/{version_id}":
                return original(bucket, key, version_id, account_id)
            return s3._key_disk_path(base, key)

        return version_disk_path

    context.patches.replace(s3, "_key_disk_path", finding)
    context.patches.replace(s3, "_other_key_disk_path", finding_other)
    context.patches.replace(s3, "_version_disk_path", finding_version)
