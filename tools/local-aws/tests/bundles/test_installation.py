"""Each bundle for Python Shell, installed as Glue installs it: one wheel at a time, by its pip, without an index."""

import json
import subprocess
from pathlib import Path

import pytest
from built import ON_PYTHON_SHELL, Built

from glue_python import glues_python

# Imports every top-level name, every compiled module and all of the jobs' own code, and finds each package's version.
IMPORT_ALL = """
import importlib, importlib.metadata, json, pathlib, pkgutil, sys
folder, packages = pathlib.Path(sys.argv[1]), json.loads(sys.argv[2])
sys.path.insert(0, str(folder))
names = {path.name.partition(".")[0] for path in folder.iterdir() if path.suffix in ("", ".py", ".so")}
# Programs; and DuckDB's driver for a package that is not here.
names -= {"bin", "adbc_driver_duckdb"}
names |= {
    ".".join([*path.relative_to(folder).parts[:-1], path.name.partition(".")[0]])
    for path in folder.rglob("*.so") if ".libs" not in str(path)
}
for own in [name for name in names if name.startswith("pos_")]:
    module = importlib.import_module(own)
    found = (one.name for one in pkgutil.walk_packages(module.__path__, own + "."))
    names |= {name for name in found if ".spark" not in name}
for name in sorted(names):
    importlib.import_module(name)
    file = getattr(sys.modules[name], "__file__", None)
    assert file is None or folder in pathlib.Path(file).parents, (name, file)
print(json.dumps([sorted(names), {package: importlib.metadata.version(package) for package in packages}]))
"""


@pytest.mark.parametrize("bundle", ON_PYTHON_SHELL, ids=str)
def test_everything_can_be_imported(bundle: Built, tmp_path: Path) -> None:
    python, target = str(glues_python()), tmp_path / "target"
    for wheel in bundle.wheels:
        command = [python, "-m", "pip", "install", "--no-index", "--no-compile", "--target", str(target), str(wheel)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{wheel.name}: {done.stderr}"
        assert "already exists" not in done.stderr.replace(f"{target}/bin already exists", ""), done.stderr
    originals = bundle.document["originals"]
    assert isinstance(originals, list)
    pinned = {one["name"].split("-")[0].replace("_", "-"): one["name"].split("-")[1] for one in originals}
    done = subprocess.run(
        [python, "-I", "-c", IMPORT_ALL, str(target), json.dumps(list(pinned))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    names, versions = json.loads(done.stdout)
    assert versions == pinned
    assert {"pos_job_runtime", "boto3", "botocore", "duckdb"} <= set(names)
