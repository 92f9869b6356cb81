"""A Python Shell process that was started ahead is a run's own, like one that starts with it."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Account, wait_for
from pos_local_aws.waiting_shell import WaitingShell
from test_glue_jobs import lines, make_job, run_to_end

OUTPUT = "/aws-glue/python-jobs/output"
SCRIPT = """
import json, os, sys, tempfile
told = {
    "arguments": sys.argv[1:],
    "environment": {name: value for name, value in os.environ.items() if name != "LC_CTYPE"},
    "folder": os.getcwd(),
    "stdin": sys.stdin.read(),
    "temporary": tempfile.gettempdir(),
    "pid": os.getpid(),
}
print(json.dumps(told))
"""


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[WaitingShell]:
    waiting = WaitingShell()
    waiting.prepare(sys.executable, {"OF": "nobody", "TMPDIR": "/"}, tmp_path)
    yield waiting
    waiting.close()


@pytest.fixture
def script(tmp_path: Path) -> str:
    file = tmp_path / "script.py"
    file.write_text(SCRIPT)
    return str(file)


def taken(shell: WaitingShell, *arguments: str, environment: dict[str, str], folder: Path) -> subprocess.Popen[str]:
    process = shell.take(arguments, environment, folder)
    assert process is not None
    return process


def test_it_has_the_arguments_the_environment_and_the_folder_of_its_run(
    shell: WaitingShell, script: str, tmp_path: Path
) -> None:
    environment = {"OF": "the run", "TMPDIR": str(tmp_path)}
    process = taken(shell, "libraries", script, "--key", "a value", environment=environment, folder=tmp_path)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert json.loads(output) == {
        "arguments": ["--key", "a value"],
        "environment": environment,
        "folder": str(tmp_path),
        "stdin": "",
        "temporary": str(tmp_path),
        "pid": process.pid,
    }


def test_it_serves_one_run(shell: WaitingShell, script: str, tmp_path: Path) -> None:
    first = taken(shell, "libraries", script, environment={}, folder=tmp_path)
    assert shell.take(["libraries", script], {}, tmp_path) is None
    first.communicate(timeout=30)
    shell.prepare(sys.executable, {}, tmp_path)
    second = taken(shell, "libraries", script, environment={}, folder=tmp_path)
    second.communicate(timeout=30)
    assert first.pid != second.pid


def test_one_that_has_died_is_none(shell: WaitingShell, tmp_path: Path) -> None:
    process = shell._process
    assert process is not None
    process.kill()
    process.wait()
    assert shell.take(["libraries", "script"], {}, tmp_path) is None


def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    shell = WaitingShell()
    shell.prepare(sys.executable, {}, tmp_path)
    process = shell._process
    assert process is not None
    assert process.stdin is not None
    # As a server that is killed closes it.
    process.stdin.close()
    assert process.wait(30) == 0
    shell.close()
    shell.prepare(sys.executable, {}, tmp_path)
    assert shell._process is None


def test_a_run_gets_a_process_that_was_there_before(account: Account) -> None:
    """Told by its command line, which names no script."""
    script = """
        import os, subprocess, sys
        own = ["ps", "-o", "command=", "-p", str(os.getpid())]
        print(subprocess.run(own, stdout=subprocess.PIPE, text=True).stdout)
        print(sys.argv[1:], os.path.basename(os.getcwd()))
    """
    make_job(account, script, kind="pythonshell", DefaultArguments={"--of": "this run"})

    def told() -> list[str] | None:
        found = [line for line in lines(account, OUTPUT, run_to_end(account)) if line.strip()]
        if "--of" in found[0]:
            time.sleep(3)
            return None
        return found

    command, own = wait_for(told, seconds=60, what="a process that waits")
    assert command.rstrip().endswith("runscript.py")
    assert "'--of', 'this run'" in own
    assert own.endswith("work")
