"""The bundle's own wheels: the same bytes for the same sources, and installable."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

from support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

JOB = ROOT / "apps" / "validation-job"


def tool() -> Any:
    spec = importlib.util.spec_from_file_location("bundle", ROOT / "tools" / "workspace" / "python" / "bundle.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bundle"] = module
    spec.loader.exec_module(module)
    return module


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
