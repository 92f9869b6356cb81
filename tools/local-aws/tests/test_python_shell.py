"""Python Shell jobs meet what they meet on Glue: its packages, its pip, its runner, its memory."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Account, Server, new_account
from glue_python import glues_python, strict_server
from pos_local_aws.hooks import glue_memory
from pos_local_aws.hooks.glue_libraries import put_together
from test_glue_jobs import lines, make_job, run_to_end
from test_glue_packages import put_wheel, wheel

OUTPUT = "/aws-glue/python-jobs/output"


@pytest.fixture(scope="module")
def glue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from strict_server(tmp_path_factory.mktemp("data"))


@pytest.fixture
def shell(glue: Server) -> Account:
    return new_account(glue)


@pytest.mark.parametrize(
    ("ending", "state", "message"),
    [
        ("print('done')", "SUCCEEDED", None),
        ("import sys; sys.exit(0)", "FAILED", "0"),
        ("import sys; sys.exit(1)", "FAILED", "1"),
        ("import sys; sys.exit()", "FAILED", None),
        ("import sys; sys.exit('job: one sentence.')", "FAILED", "job: one sentence."),
        ("raise ValueError('first\\nlast')", "FAILED", "last"),
    ],
)
def test_what_leaves_the_script_is_raised_again(shell: Account, ending: str, state: str, message: str | None) -> None:
    """A SystemExit of code 0 fails the run, and the last line of stderr is its message."""
    make_job(shell, ending, kind="pythonshell")
    run = run_to_end(shell)
    assert run["JobRunState"] == state
    if message is not None:
        assert run["ErrorMessage"] == message


def test_glues_botocore_is_loaded_before_the_script_and_found_before_the_jobs(shell: Account) -> None:
    uris = [put_wheel(shell, name, f"VALUE = '{name}'") for name in ("botocore", "first")]
    script = """
        import sys
        print('botocore.session' in sys.modules)
        import botocore, first
        print(botocore.__version__, first.VALUE)
    """
    make_job(shell, script, kind="pythonshell", DefaultArguments={"--extra-py-files": ",".join(uris)})
    assert lines(shell, OUTPUT, run_to_end(shell)) == ["True", "1.23.5 first"]


def test_what_python_compiles_of_the_wheels_stays_for_the_next_run(shell: Account) -> None:
    uri = put_wheel(shell, "compiled", "VALUE = 1")
    script = "import compiled; print(compiled.__cached__)"
    make_job(shell, script, kind="pythonshell", DefaultArguments={"--extra-py-files": uri})
    for _ in range(2):
        [cached] = lines(shell, OUTPUT, run_to_end(shell))
        assert Path(cached).exists()


def test_a_wheel_that_asks_for_another_is_not_installed(shell: Account) -> None:
    """Though the other one is among the job's wheels: pip is given one at a time, and has no index."""
    uris = [
        put_wheel(shell, "needed", "VALUE = 1"),
        put_wheel(shell, "needy", "VALUE = 1", needs="Requires-Dist: needed\n"),
    ]
    make_job(shell, "import needy", kind="pythonshell", DefaultArguments={"--extra-py-files": ",".join(uris)})
    run = run_to_end(shell)
    assert run["JobRunState"] == "FAILED"
    assert "needy-1.0-py3-none-any.whl by itself" in run["ErrorMessage"]
    assert "No matching distribution found for needed" in run["ErrorMessage"]


def test_a_wheel_for_another_python_is_refused_by_pip(shell: Account) -> None:
    uri = put_wheel(shell, "foreign", "VALUE = 1", tag="cp313-cp313-manylinux_2_17_x86_64")
    make_job(shell, "import foreign", kind="pythonshell", DefaultArguments={"--extra-py-files": uri})
    assert "is not a supported wheel on this platform" in run_to_end(shell)["ErrorMessage"]


def wheel_folder(folder: Path, name: str) -> Path:
    (folder / name / "shared").mkdir(parents=True)
    (folder / name / "shared" / f"{name}.py").write_text("")
    (folder / name / f"{name}.py").write_text("")
    return folder / name


def test_of_two_wheels_with_the_same_folder_the_second_is_left_out(tmp_path: Path) -> None:
    """As the pip of Glue leaves it out, which is asked here."""
    wheels = [wheel_folder(tmp_path / "wheels", name) for name in ("one", "two")]
    together = tmp_path / "together"
    together.mkdir()
    put_together(wheels, together)
    target = tmp_path / "target"
    for folder in wheels:
        command = [
            glues_python(),
            "-m",
            "pip",
            "install",
            "-q",
            "--no-index",
            "--target",
            target,
            _pack(folder, tmp_path),
        ]
        subprocess.run([*map(str, command)], check=True, capture_output=True)

    def found(folder: Path) -> set[str]:
        names = {path.relative_to(folder).as_posix() for path in folder.rglob("*.py")}
        return {name for name in names if "dist-info" not in name}

    assert found(together) == found(target) == {"shared/one.py", "one.py", "two.py"}


def _pack(folder: Path, into: Path) -> Path:
    files = {path.relative_to(folder).as_posix(): "" for path in folder.rglob("*.py")}
    path = into / f"{folder.name}-1.0-py3-none-any.whl"
    path.write_bytes(wheel(folder.name, "", more=files))
    return path


def test_a_job_over_its_memory_is_ended(shell: Account) -> None:
    """Its children count: 700 MB each are too much for the 1 GB of the smallest job, and little for a DPU."""
    script = """
        import os, time
        children = []
        for _ in range(2):
            pid = os.fork()
            if pid == 0:
                block = bytearray(os.urandom(1024)) * (700 * 1024)
                time.sleep(1.5)
                os._exit(0)
            children.append(pid)
        print([os.waitpid(pid, 0)[1] for pid in children])
    """
    make_job(shell, script, kind="pythonshell")
    run = run_to_end(shell)
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", glue_memory.OUT_OF_MEMORY)
    shell.glue.update_job(
        JobName="job",
        JobUpdate={
            "Role": shell.role(),
            "Command": shell.glue.get_job(JobName="job")["Job"]["Command"],
            "MaxCapacity": 1.0,
        },
    )
    assert lines(shell, OUTPUT, run_to_end(shell)) == ["[0, 0]"]


def test_the_memory_of_each_kind_of_job() -> None:
    shell = {"Command": {"Name": "pythonshell"}}
    assert glue_memory.limit(shell) == 1024**3
    assert glue_memory.limit({**shell, "MaxCapacity": 1.0}) == 16 * 1024**3
    assert glue_memory.limit({"Command": {"Name": "glueetl"}}) is None
