"""The bundle's own wheels: the same bytes for the same sources, and installable."""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distributions
from typing import TYPE_CHECKING, Any

import pytest
from support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

JOB = ROOT / "apps" / "validation-job"
TOOLS = ROOT / "tools" / "workspace" / "python"


def tool(name: str = "bundle") -> Any:
    if name not in sys.modules:
        sys.path.append(str(TOOLS))
        importlib.import_module(name)
        sys.path.remove(str(TOOLS))
    return sys.modules[name]


def foreign(folder: Path, name: str, files: dict[str, str], *, needs: str = "", tag: str = "py3-none-any") -> Path:
    """A wheel as somebody else publishes it."""
    info = f"{name}-1.0.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}\nRequires-Dist: is a header\n"
    kind = f"Wheel-Version: 1.0\nRoot-Is-Purelib: {str(tag.endswith('any')).lower()}\nTag: {tag}\n"
    path = folder / f"{name}-1.0-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        contents = {**files, f"{info}/METADATA": metadata, f"{info}/WHEEL": kind, f"{info}/RECORD": "old"}
        for entry, text in contents.items():
            archive.writestr(entry, text)
    return path


def contents(wheel: Path) -> dict[str, str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def rewritten(folder: Path, *wheels: Path, tag: str = "cp39-none-manylinux_2_26_x86_64") -> list[Any]:
    into = folder / "rewritten"
    into.mkdir()
    found: list[Any] = tool("standalone").stand_alone(wheels, into, tag=tag)
    return found


def test_equal_sources_give_equal_wheels(tmp_path: Path) -> None:
    bundle = tool()
    copy = tmp_path / "copy"
    shutil.copytree(JOB / "src", copy / "src")
    shutil.copy(JOB / "pyproject.toml", copy)
    wheels = []
    for number, project in enumerate((JOB, copy)):
        folder = tmp_path / str(number)
        folder.mkdir()
        wheels.append(bundle.build_wheel(bundle.read_distribution(project), folder).read_bytes())
    assert wheels[0] == wheels[1]


def test_a_wheel_can_be_imported_from(tmp_path: Path) -> None:
    bundle = tool()
    for project in (JOB, ROOT / "libs" / "platform" / "job-runtime"):
        wheel = bundle.build_wheel(bundle.read_distribution(project), tmp_path)
        with zipfile.ZipFile(wheel) as archive:
            assert archive.testzip() is None
            assert not [name for name in archive.namelist() if "__pycache__" in name]
            archive.extractall(tmp_path / "site")
    script = "import pos_validation.job, pos_job_runtime; print(pos_validation.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(tmp_path) in done.stdout


def test_the_platforms_are_those_of_every_older_c_library() -> None:
    assert tool().platforms("2.26")[:2] == ["manylinux2014_x86_64", "manylinux_2_26_x86_64"]
    assert "manylinux_2_28_x86_64" not in tool().platforms("2.26")


def test_the_bundle_has_the_versions_that_the_tests_run_with() -> None:
    def versions(path: Path) -> set[tuple[str, str]]:
        return set(re.findall(r"^([\w.-]+)==([\w.]+)", path.read_text(), re.MULTILINE))

    bundled = versions(JOB / "requirements.txt")
    assert {"boto3", "duckdb", "polars"} <= {name for name, _ in bundled}
    assert bundled <= versions(ROOT / "tools" / "workspace" / "python" / "glue-shell.txt")


def test_a_bundles_wheel_asks_for_no_other_package(tmp_path: Path) -> None:
    wheel = foreign(tmp_path, "one", {"one.py": ""}, needs="Requires-Dist: two (>=1)\nrequires-dist: three\n")
    [only] = rewritten(tmp_path, wheel)
    assert only.originals == (wheel,)
    assert only.path.name == wheel.name
    metadata = contents(only.path)["one-1.0.dist-info/METADATA"]
    headers, _, description = metadata.partition("\n\n")
    assert "\nBundled-Requires-Dist: two (>=1)\nBundled-Requires-Dist: three" in headers
    assert "\nRequires-Dist" not in headers
    assert "Requires-Dist: is a header" in description


def test_a_rewritten_wheels_record_is_right(tmp_path: Path) -> None:
    [only] = rewritten(tmp_path, foreign(tmp_path, "one", {"one/a.py": "A = 1", "one/b.py": ""}))
    found = contents(only.path)
    record = found.pop("one-1.0.dist-info/RECORD")
    hashed = tool("standalone").urlsafe_sha256
    lines = [f"{name},sha256={hashed(text.encode())},{len(text)}" for name, text in found.items()]
    assert record.splitlines() == [*lines, "one-1.0.dist-info/RECORD,,"]


def test_wheels_that_share_a_folder_become_one_that_names_both(tmp_path: Path) -> None:
    wheels = [
        foreign(
            tmp_path, "both_a", {"both/a.py": "A = 1", "both/__init__.py": ""}, tag="cp39-cp39-manylinux_2_17_x86_64"
        ),
        foreign(tmp_path, "both_b", {"both/b.py": "B = 2", "both/__init__.py": "", "both_b-1.0.data/scripts/go": "go"}),
        foreign(tmp_path, "other", {"other.py": ""}),
    ]
    joined, other = rewritten(tmp_path, *wheels)
    assert (joined.originals, other.originals) == (tuple(wheels[:2]), (wheels[2],))
    assert joined.path.name == "both_a-1.0-cp39-none-manylinux_2_26_x86_64.whl"
    found = contents(joined.path)
    assert found["both_a-1.0.dist-info/WHEEL"].splitlines()[-2:] == [
        "Root-Is-Purelib: false",
        "Tag: cp39-none-manylinux_2_26_x86_64",
    ]
    assert found["both_a-1.0.data/scripts/go"] == "go"
    site = tmp_path / "site"
    for name, text in found.items():
        place = site / name.replace("both_a-1.0.data/purelib/", "")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    assert sorted(one.metadata["Name"] for one in distributions(path=[str(site)])) == ["both_a", "both_b"]
    assert {path.name for path in (site / "both").iterdir()} == {"__init__.py", "a.py", "b.py"}


def test_wheels_that_hold_the_same_file_in_two_versions_cannot_become_one(tmp_path: Path) -> None:
    wheels = [foreign(tmp_path, name, {"both/a.py": name}) for name in ("one", "two")]
    with pytest.raises(tool("standalone").WheelError, match=r"another file both/a\.py"):
        rewritten(tmp_path, *wheels)
