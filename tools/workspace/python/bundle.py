"""Makes the bundle of a Glue job: its script, its own code as wheels, its third-party wheels, and `bundle.json`.

    .venv/bootstrap/bin/python tools/workspace/python/bundle.py \
        --project apps/validation-job --library libs/platform/job-runtime --python 3.9 --glibc 2.26

`<project>/requirements.txt` (or `--requirements`) pins the third-party packages with hashes; the bundle is
`<project>/dist` (or `--into`, so that one job can have a bundle for each of its Pythons). Wheels are for Linux on
x86_64, whatever this machine is, since that is what Glue runs; they are rewritten so that pip needs no index for them
(standalone.py). The same sources give the same bytes: a deployment sees a change only where there is one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from standalone import EPOCH, LAYOUT, Standalone, WheelError, stand_alone, urlsafe_sha256

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Distribution:
    """A Python project of this workspace with a `src` folder."""

    name: str
    version: str
    requires_python: str
    source: Path

    @property
    def wheel_name(self) -> str:
        return f"{self.escaped}-{self.version}-py3-none-any.whl"

    @property
    def escaped(self) -> str:
        """The name as wheels spell it (PEP 427)."""
        return re.sub(r"[-_.]+", "_", self.name).lower()


class BundleError(Exception):
    """The bundle can't be made; the message says why and what to do."""


def read_distribution(project: Path) -> Distribution:
    """The distribution that `project/pyproject.toml` declares.

    Only simple string entries of `[project]` are needed, so that any Python from 3.9 on can run this without tomllib.
    """
    text = (project / "pyproject.toml").read_text("utf-8")
    section = re.search(r"^\[project\]$(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)
    entries = dict(re.findall(r'^([\w-]+)\s*=\s*"([^"]*)"$', section.group(1) if section else "", re.MULTILINE))
    try:
        return Distribution(entries["name"], entries["version"], entries["requires-python"], project / "src")
    except KeyError as missing:
        raise BundleError(f"{project / 'pyproject.toml'} lacks {missing} in [project].") from None


def build_wheel(distribution: Distribution, folder: Path) -> Path:
    """A pure wheel, the same bytes for the same sources. It declares no dependencies: the bundle holds them."""
    info = f"{distribution.escaped}-{distribution.version}.dist-info"
    contents = {
        path.relative_to(distribution.source).as_posix(): path.read_bytes()
        for path in sorted(distribution.source.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    contents[f"{info}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: {distribution.name}\nVersion: {distribution.version}\n"
        f"Requires-Python: {distribution.requires_python}\n"
    ).encode()
    contents[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: pos-bundle\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    lines = [f"{name},sha256={urlsafe_sha256(data)},{len(data)}" for name, data in contents.items()]
    contents[f"{info}/RECORD"] = ("\n".join([*lines, f"{info}/RECORD,,"]) + "\n").encode()
    target = folder / distribution.wheel_name
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in contents.items():
            entry = zipfile.ZipInfo(name, date_time=EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)
    return target


def download_wheels(requirements: Path, *, python: str, glibc: str) -> list[Path]:
    """The third-party wheels, from a cache when the same requirements were fetched before."""
    identity = hashlib.sha256(f"{python} {glibc}\n".encode() + requirements.read_bytes()).hexdigest()[:24]
    cached = ROOT / "node_modules" / ".cache" / "pos-wheels" / identity
    if not cached.is_dir():
        cached.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cached.parent, prefix=".fetching-") as folder:
            _pip_download(requirements, Path(folder), python=python, platforms=platforms(glibc))
            fetched = Path(folder) / "wheels"
            # Another build may have been faster; its result is the same.
            if not cached.exists():
                fetched.rename(cached)
    return sorted(cached.glob("*.whl"))


def standalone_wheels(requirements: Path, *, python: str, glibc: str) -> list[Standalone]:
    """The third-party wheels as the bundle holds them. They are rewritten once for the same requirements."""
    originals = download_wheels(requirements, python=python, glibc=glibc)
    target = originals[0].parent.with_name(f"{originals[0].parent.name}-alone-{LAYOUT}")
    tag = f"cp{python.replace('.', '')}-none-{platforms(glibc)[1]}"
    made_of = target / "made-of.json"
    if not made_of.is_file():
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".rewriting-") as name:
            folder = Path(name) / "wheels"
            folder.mkdir()
            written = stand_alone(originals, folder, tag=tag)
            document = {one.path.name: [original.name for original in one.originals] for one in written}
            (folder / made_of.name).write_text(json.dumps(document), "utf-8")
            # Another build may have been faster; its result is the same.
            if not made_of.is_file():
                folder.rename(target)
    return [
        Standalone(target / wheel, tuple(originals[0].with_name(name) for name in names))
        for wheel, names in json.loads(made_of.read_text("utf-8")).items()
    ]


def platforms(glibc: str) -> list[str]:
    """The wheel platforms that a Linux with this C library can run: those of every older one (PEP 600)."""
    major, minor = (int(part) for part in glibc.split("."))
    return [
        "manylinux2014_x86_64",
        *(f"manylinux_{major}_{older}_x86_64" for older in range(minor, 4, -1)),
    ]


def _pip_download(requirements: Path, folder: Path, *, python: str, platforms: list[str]) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += [
        "--no-deps",
        "--only-binary=:all:",
        "--require-hashes",
        "--implementation=cp",
        f"--python-version={python}",
    ]
    command += [f"--platform={platform}" for platform in platforms]
    command += ["--requirement", str(requirements), "--dest", str(folder / "wheels")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise BundleError(
            f"pip could not fetch the wheels of {requirements}: {last}\n"
            "Check the network and the package index, then run the same command again."
        )


def build_bundle(
    *,
    project: Path,
    libraries: list[Path],
    jars: list[Path],
    python: str,
    glibc: str,
    script: str,
    requirements: str,
    into: str,
) -> Path:
    """Write `<project>/<into>` afresh; returns the path of its `bundle.json`."""
    dist = project / into
    with tempfile.TemporaryDirectory(dir=project, prefix=".bundle-") as name:
        staging = Path(name) / "dist"
        wheels = staging / "wheels"
        wheels.mkdir(parents=True)
        shutil.copyfile(project / script, staging / script)
        built = [build_wheel(read_distribution(source), wheels) for source in [project, *libraries]]
        others = standalone_wheels(project / requirements, python=python, glibc=glibc)
        for wheel in others:
            _link(wheel.path, wheels / wheel.path.name)
        for jar in jars:
            (staging / "jars").mkdir(exist_ok=True)
            shutil.copyfile(jar, staging / "jars" / jar.name)
        document = {
            "script": script,
            "wheels": [f"wheels/{path.name}" for path in [*built, *(one.path for one in others)]],
            # Those of this workspace's code: what changes from one build to the next, and what is its own to run.
            "own": [f"wheels/{path.name}" for path in built],
            # The wheels that the others are made of, as the index has them and the lock file pins them.
            "originals": [
                {
                    "wheel": f"wheels/{one.path.name}",
                    "name": original.name,
                    "sha256": hashlib.sha256(original.read_bytes()).hexdigest(),
                }
                for one in others
                for original in one.originals
            ],
            "jars": [f"jars/{jar.name}" for jar in jars],
            "python": python,
            "glibc": glibc,
        }
        (staging / "bundle.json").write_text(json.dumps(document, indent=2) + "\n", "utf-8")
        shutil.rmtree(dist, ignore_errors=True)
        staging.rename(dist)
    return dist / "bundle.json"


def _link(source: Path, target: Path) -> None:
    """A hard link where the file system can: the wheels are large and never change."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Make the bundle of a Glue job.")
    parser.add_argument("--project", type=Path, required=True, help="the job's folder")
    parser.add_argument(
        "--library",
        type=Path,
        action="append",
        default=[],
        help="a library of this workspace it needs",
    )
    parser.add_argument(
        "--jar",
        type=Path,
        action="append",
        default=[],
        help="a jar for Spark's class path; left out where it was not built for want of a JDK",
    )
    parser.add_argument("--python", required=True, help="the job's Python, such as 3.9")
    parser.add_argument("--glibc", required=True, help="the C library of the job's machine, such as 2.26")
    parser.add_argument("--script", default="main.py", help="the job's script in its folder")
    parser.add_argument("--requirements", default="requirements.txt", help="the lock file in the job's folder")
    parser.add_argument("--into", default="dist", help="the folder of the job's folder that the bundle is written to")
    given = parser.parse_args(argv)
    try:
        bundle = build_bundle(
            project=(ROOT / given.project).resolve(),
            libraries=[(ROOT / library).resolve() for library in given.library],
            jars=[ROOT / jar for jar in given.jar if (ROOT / jar).is_file()],
            python=given.python,
            glibc=given.glibc,
            script=given.script,
            requirements=given.requirements,
            into=given.into,
        )
    except (BundleError, WheelError) as error:
        print(error, file=sys.stderr)
        return 1
    print(bundle)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
