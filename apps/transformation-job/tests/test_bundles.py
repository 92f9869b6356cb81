"""Each bundle brings the versions that the tests of its Python run with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from world import PROJECT, ROOT

LOCKS = ROOT / "tools/workspace/python"


def versions(lock: Path) -> set[tuple[str, str]]:
    return set(re.findall(r"^([\w.-]+)==([\w.]+)", lock.read_text(), re.MULTILINE))


@pytest.mark.parametrize(
    ("bundle", "environment"), [("requirements", "glue-spark"), ("requirements-shell", "glue-shell")]
)
def test_a_bundle_has_the_versions_that_the_tests_run_with(bundle: str, environment: str) -> None:
    brought = versions(PROJECT / f"{bundle}.txt")
    assert {"deltalake", "duckdb"} <= {name for name, _ in brought}
    assert brought <= versions(LOCKS / f"{environment}.txt")


def test_what_has_compiled_code_is_the_same_on_a_machine_without_python_39() -> None:
    """There the environment of a newer Python stands in, whose versions must be the bundle's."""
    environment = (LOCKS / "glue-shell.txt").read_text()
    for name in ("arro3-core", "arro3-io", "deltalake", "duckdb", "wrapt"):
        assert len(re.findall(rf"^{name}==", environment, re.MULTILINE)) == 1, name
