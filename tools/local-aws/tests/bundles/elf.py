"""What the compiled code in wheels asks of the machine."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

Version = tuple[int, ...]


class Library(NamedTuple):
    """One shared object: where it lies, for which machine it is, which libraries and versions of symbols it needs."""

    name: str
    machine: str
    libraries: frozenset[str]
    versions: frozenset[tuple[str, Version]]


def libraries_in(wheel: Path) -> Iterator[Library]:
    """Every shared object of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if re.search(r"\.so(\.\d+)*$", name):
                yield _library(f"{wheel.name}: {name}", archive.read(name))


def _library(name: str, content: bytes) -> Library:
    elf = ELFFile(BytesIO(content))
    needed = {
        tag.needed
        for section in elf.iter_sections()
        if isinstance(section, DynamicSection)
        for tag in section.iter_tags("DT_NEEDED")
    }
    versions = {
        parsed
        for section in elf.iter_sections()
        if isinstance(section, GNUVerNeedSection)
        for _, auxiliaries in section.iter_versions()
        for auxiliary in auxiliaries
        if (parsed := _parsed(auxiliary.name)) is not None
    }
    return Library(name, elf.get_machine_arch(), frozenset(needed), frozenset(versions))


def _parsed(symbol_version: str) -> tuple[str, Version] | None:
    """`GLIBC_2.17` → GLIBC, (2, 17)."""
    match = re.fullmatch(r"([A-Z_]+)_(\d+(?:\.\d+)*)", symbol_version)
    return (match[1], tuple(int(part) for part in match[2].split("."))) if match else None
