"""The end of a job's process is known when it happens."""

import os
import subprocess
import sys
import time

import pytest

from pos_local_aws.process_ending import Ending


def started(code: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", code], text=True)


def test_it_tells_of_an_end_and_of_none() -> None:
    with started("import time; time.sleep(60)") as process, Ending(process) as ending:
        assert not ending.within(0.05)
        process.kill()
        assert ending.within(20)
        assert process.returncode == -9


def test_it_tells_of_an_end_that_was_before() -> None:
    process = started("raise SystemExit(3)")
    process.wait()
    with Ending(process) as ending:
        assert ending.within(0)
    assert process.returncode == 3


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="this system has no descriptors of processes")
def test_nobody_looks_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def slept(_: float) -> None:
        raise AssertionError("it looked, and slept")

    with started("import time; time.sleep(0.3)") as process, Ending(process) as ending:
        monkeypatch.setattr(time, "sleep", slept)
        assert ending.within(20)


def test_without_such_a_descriptor_it_waits_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: int) -> int:
        raise OSError("not here")

    monkeypatch.setattr(os, "pidfd_open", refused, raising=False)
    with started("import time; time.sleep(0.1)") as process, Ending(process) as ending:
        assert ending.within(20)
